//! How a hook fared within a day, by its deliveries: failures, response times, and how much of
//! the site's response time it took in which minute.
//!
//! Deliveries of one body had one answer together, so its time is counted once.

use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use sgh_site::rest::{HookDeliveries, HookDelivery};

/// The time that is looked at: the site counts failures within it.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How a hook fared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fares {
    /// Deliveries within the day, as far as they were read.
    pub deliveries: usize,
    /// Whether there are more than were read.
    pub is_cut: bool,
    /// Those that the receiver refused or did not answer.
    pub failures: usize,
    /// Those of them that it did not answer.
    pub unanswered: usize,
    /// Mean time of an answer, in milliseconds.
    pub mean_ms: Option<u64>,
    /// The longest.
    pub max_ms: Option<u64>,
    /// When the last delivery was sent, in the seven days that the site keeps them.
    pub last: Option<Timestamp>,
    /// Milliseconds of response time by minute, which is counted from 1970.
    pub minutes: BTreeMap<i64, u64>,
}

impl Fares {
    /// How it fared within the day before `now`. Deliveries older than that only count for when
    /// the last one was.
    pub fn of(found: &HookDeliveries, now: Timestamp) -> Self {
        let mut fares = Self { is_cut: found.is_cut, ..Self::default() };
        let mut bodies = HashSet::new();
        let (mut total, mut count) = (0_u64, 0_u64);
        for delivery in &found.rows {
            let at = delivery.sent_at.or(delivery.event_time);
            fares.last = fares.last.max(at);
            let is_old = delivery.event_time.or(at).is_some_and(|at| now.duration_since(at) > DAY);
            if is_old || is_pending(delivery) {
                continue;
            }
            fares.deliveries += 1;
            fares.failures += usize::from(is_answered_badly(delivery));
            fares.unanswered += usize::from(delivery.response_code == Some(0));
            // A body counts by the first of its rows that has a time.
            let Some(took) = delivery.process_time_ms else { continue };
            if !delivery.batch.as_ref().is_none_or(|body| bodies.insert(body.clone())) {
                continue;
            }
            // What was never posted took no time; what hung until the end did.
            if took == 0 && delivery.response_code == Some(0) {
                continue;
            }
            (total, count) = (total.saturating_add(took), count + 1);
            fares.max_ms = fares.max_ms.max(Some(took));
            if let Some(at) = at {
                *fares.minutes.entry(at.as_second().div_euclid(60)).or_default() += took;
            }
        }
        fares.mean_ms = total.checked_div(count);
        fares
    }
}

/// Whether the site has no answer yet.
pub fn is_pending(delivery: &HookDelivery) -> bool {
    delivery.status.as_deref() == Some("pending")
}

/// Whether the receiver refused it or did not answer. `delivered` says only that it was sent.
pub fn is_answered_badly(delivery: &HookDelivery) -> bool {
    let refused = delivery.response_code.is_some_and(|code| code == 0 || code >= 400);
    refused || delivery.status.as_deref() == Some("failed")
}

/// The response time of all these hooks together, by minute.
pub fn together<'a>(all: impl IntoIterator<Item = &'a Fares>) -> BTreeMap<i64, u64> {
    let mut minutes = BTreeMap::new();
    for (minute, took) in all.into_iter().flat_map(|fares| &fares.minutes) {
        *minutes.entry(*minute).or_default() += *took;
    }
    minutes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-08T12:00:30Z".parse().unwrap()
    }

    /// A delivery of so many seconds ago with its answer: code and milliseconds.
    fn delivery(ago: i64, code: u64, took: u64) -> HookDelivery {
        let at = Some(now() - SignedDuration::from_secs(ago));
        let status = if code < 400 { "delivered" } else { "failed" };
        HookDelivery {
            event_time: at,
            sent_at: at,
            status: Some(status.into()),
            response_code: Some(code),
            process_time_ms: Some(took),
            ..HookDelivery::default()
        }
    }

    fn fares(rows: Vec<HookDelivery>) -> Fares {
        Fares::of(&HookDeliveries { rows, is_cut: false }, now())
    }

    #[test]
    fn failures_and_times_of_a_day_are_summed() {
        let day = 24 * 3600;
        let old = delivery(day + 1, 500, 9000);
        let rows = vec![old, delivery(day, 500, 30), delivery(90, 200, 10), delivery(5, 302, 20)];
        let found = fares(rows);
        assert_eq!((found.deliveries, found.failures, found.unanswered), (3, 1, 0));
        assert_eq!((found.mean_ms, found.max_ms), (Some(20), Some(30)));
        assert_eq!(found.last, Some(now() - SignedDuration::from_secs(5)));
        assert_eq!(found.minutes.values().copied().collect::<Vec<_>>(), [30, 10, 20]);
        let twice = together([&found, &found]);
        assert_eq!(twice.values().copied().collect::<Vec<_>>(), [60, 20, 40]);
    }

    #[test]
    fn a_body_with_several_deliveries_took_its_time_once_and_fails_for_each() {
        let of = |body: &str| HookDelivery { batch: Some(body.into()), ..delivery(5, 503, 100) };
        let found = fares(vec![of("a"), of("a"), of("b"), delivery(5, 200, 10)]);
        assert_eq!((found.failures, found.mean_ms), (3, Some(70)));
        assert_eq!(found.minutes.values().sum::<u64>(), 210);
    }

    #[test]
    fn delivered_without_an_answer_is_a_failure_and_what_waits_is_nothing_yet() {
        let waits = HookDelivery { status: Some("pending".into()), ..delivery(1, 0, 0) };
        let hung = HookDelivery { status: Some("failed".into()), ..delivery(1, 0, 6000) };
        let found = fares(vec![delivery(1, 0, 0), hung, waits]);
        assert_eq!((found.deliveries, found.failures, found.unanswered), (2, 2, 2));
        assert_eq!(found.mean_ms, Some(6000));
    }

    #[test]
    fn what_the_site_does_not_say_is_not_made_up() {
        let bare = HookDelivery { id: "1".into(), ..HookDelivery::default() };
        let found = fares(vec![bare]);
        assert_eq!(found, Fares { deliveries: 1, ..Fares::default() });
    }
}
