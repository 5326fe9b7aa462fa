//! What waits for a worker, and what was given up.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sgh_core::settings::QueueAddress;
use sgh_queue::Backlog;

use super::span::words;
use crate::backlog::measure;
use crate::finding::{Finding, State};
use crate::house::clock;

/// A message that waits this long has no worker, or one that does not get on. Ours, and the
/// alarm's in template.yaml.
const OLD: SignedDuration = SignedDuration::from_mins(5);

pub async fn queue(address: &QueueAddress) -> Vec<Finding> {
    if let QueueAddress::Sqlite(path) = address
        && !path.exists()
    {
        let text = format!("{} is not there yet; `sgh serve` makes it", path.display());
        return vec![Finding::warning("queue", text)];
    }
    let measured = async { Ok(measure(address).await?.backlog().await?) };
    let backlog: anyhow::Result<Backlog> = measured.await;
    match backlog {
        Ok(backlog) => judge(backlog, clock().now()),
        Err(error) => vec![Finding::bad("queue", format!("{error:#}"))],
    }
}

fn judge(backlog: Backlog, now: Timestamp) -> Vec<Finding> {
    let Backlog { waiting, out, oldest, dead_letters } = backlog;
    let age = oldest.map(|oldest| now.duration_since(oldest));
    let oldest = match age {
        Some(age) => format!(", the oldest for {}", words(age)),
        None => String::new(),
    };
    let text = match (waiting, out) {
        (0, 0) => "empty".to_owned(),
        (waiting, out) => format!("{waiting} waiting, {out} being worked{oldest}"),
    };
    let old = age.is_some_and(|age| age > OLD);
    let state = if old {
        State::Bad(format!("{text}; is `sgh serve` or a worker running? its log says why not"))
    } else {
        State::Good(text)
    };
    let mut finding = Finding::new("queue", state);
    let age_s = age.map(|age| age.as_secs().max(0));
    finding.figures = json!({"waiting": waiting, "out": out, "oldest_s": age_s});
    vec![finding, dead(dead_letters)]
}

fn dead(count: Option<u64>) -> Finding {
    let what = "dead letters";
    let mut finding = match count {
        Some(0) => Finding::good(what, "none"),
        Some(count) => Finding::bad(
            what,
            format!(
                "{count} given up; `sgh replay --dead-letters --dry-run` lists them, without \
                 --dry-run they are worked again"
            ),
        ),
        None => Finding::warning(what, "not known: looking at them takes rights to that queue"),
    };
    finding.figures = json!({"dead_letters": count});
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(waiting: u64, age: Option<i64>, dead: Option<u64>, expect: [(&str, &str); 2]) {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a time");
        let oldest = age.map(|age| now - SignedDuration::from_secs(age));
        let out = u64::from(waiting > 0);
        let found = judge(Backlog { waiting, out, oldest, dead_letters: dead }, now);
        let told: Vec<_> = found
            .iter()
            .map(|finding| match &finding.state {
                State::Good(text) => ("good", text.as_str()),
                State::Warning(text) => ("warning", text.as_str()),
                State::Bad(text) => ("bad", text.as_str()),
            })
            .collect();
        for ((state, text), (expect, start)) in told.iter().zip(expect) {
            assert!(*state == expect && text.starts_with(start), "{told:?}");
        }
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn an_old_message_and_a_dead_letter_need_somebody() {
        check(0, None, Some(0), [("good", "empty"), ("good", "none")]);
        let waits = "3 waiting, 1 being worked, the oldest for 40 seconds";
        check(3, Some(40), Some(0), [("good", waits), ("good", "none")]);
        let old = "3 waiting, 1 being worked, the oldest for 5 minutes; is";
        check(3, Some(301), Some(2), [("bad", old), ("bad", "2 given up; `sgh replay")]);
        check(3, None, None, [("good", "3 waiting, 1 being worked"), ("warning", "not known")]);
    }
}
