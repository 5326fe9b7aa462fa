//! The checks of looking through a ledger for what failed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::EventKey;
use sgh_core::limits::LEDGER_KEPT;
use sgh_core::outcome::Ending;

use crate::{Failure, FailureFilter, Failures, Ledger, LedgerEntry, Owner};

/// Makes one test of each check. The expression makes an empty ledger; it may await.
#[macro_export]
macro_rules! failures_contract {
    ($ledger:expr) => {
        $crate::contract_tests!(failures, $ledger;
            what_failed_is_found_with_all_that_is_kept_of_it,
            only_what_is_asked_for_is_found,
            many_are_found_page_by_page_and_none_twice,
            what_is_mended_or_over_its_time_is_not_found
        );
    };
}

fn now() -> Timestamp {
    let now = SystemClock.now().as_second();
    Timestamp::from_second(now).expect("a time that can be")
}

fn event(entry: u64) -> EventKey {
    EventKey::of_entry("studio.shotgrid.autodesk.com", entry)
}

async fn record(
    ledger: &impl Ledger,
    entry: u64,
    endings: &[(&str, Ending)],
    at: Timestamp,
) -> LedgerEntry {
    let (owner, event) = (Owner("a".to_owned()), event(entry));
    let failed = endings.iter().any(|(_, ending)| *ending == Ending::failed("no"));
    let recorded = LedgerEntry {
        endings: endings
            .iter()
            .map(|(name, ending)| ((*name).to_owned(), ending.clone()))
            .collect(),
        kept_event: failed.then(|| format!("{{\"event_log_entry_id\": {entry}}}")),
        ended_by: BTreeMap::from([("x".to_owned(), "1".to_owned())]),
        ..LedgerEntry::default()
    };
    ledger.claim(&event, &owner, at, at + Duration::from_secs(9)).await.expect("claim");
    ledger.record(&event, &owner, &recorded, at).await.expect("record");
    recorded
}

async fn all(ledger: &impl Failures, filter: &FailureFilter, at: Timestamp) -> Vec<Failure> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = ledger.failures(filter, after.as_ref(), at).await.expect("a page");
        found.extend(page.failures);
        after = page.next;
        if after.is_none() {
            found.sort_by(|a, b| a.event.cmp(&b.event));
            return found;
        }
    }
}

async fn keys(ledger: &impl Failures, filter: &FailureFilter, at: Timestamp) -> Vec<EventKey> {
    all(ledger, filter, at).await.into_iter().map(|failure| failure.event).collect()
}

/// The endings, the event, and when.
pub async fn what_failed_is_found_with_all_that_is_kept_of_it(ledger: &(impl Ledger + Failures)) {
    let start = now();
    assert_eq!(all(ledger, &FailureFilter::default(), start).await, []);
    let failed = [("x", Ending::failed("no")), ("y", Ending::done("z"))];
    let entry = record(ledger, 1, &failed, start).await;
    let tricky = Ending::done("\"kind\":\"failed\"");
    record(ledger, 2, &[("x", tricky), ("y", Ending::skipped("failed"))], start).await;
    let unrecorded = event(3);
    ledger.claim(&unrecorded, &Owner("a".to_owned()), start, start).await.expect("claim");
    let found = all(ledger, &FailureFilter::default(), start).await;
    assert_eq!(found, [Failure { event: event(1), entry, recorded_at: start }]);
}

/// By automation and by time.
pub async fn only_what_is_asked_for_is_found(ledger: &(impl Ledger + Failures)) {
    let start = now();
    let at = |minutes: u64| start + Duration::from_secs(60 * minutes);
    record(ledger, 1, &[("x", Ending::failed("no"))], at(0)).await;
    record(ledger, 2, &[("x y", Ending::failed("no")), ("x", Ending::done(""))], at(10)).await;
    record(ledger, 3, &[("x", Ending::parked("halted"))], at(20)).await;
    let check = |automation: Option<&str>, since: Option<u64>, until: Option<u64>| FailureFilter {
        automation: automation.map(str::to_owned),
        since: since.map(at),
        until: until.map(at),
    };
    let cases = [
        (check(None, None, None), vec![1, 2, 3]),
        (check(Some("x"), None, None), vec![1, 3]),
        (check(Some("x y"), None, None), vec![2]),
        (check(Some("z"), None, None), vec![]),
        (check(None, Some(10), None), vec![2, 3]),
        (check(None, None, Some(10)), vec![1]),
        (check(Some("x"), Some(1), Some(20)), vec![]),
        (check(None, Some(20), Some(21)), vec![3]),
    ];
    for (filter, expect) in cases {
        let expect: Vec<_> = expect.into_iter().map(event).collect();
        assert_eq!(keys(ledger, &filter, at(30)).await, expect, "{filter:?}");
    }
}

/// More than any page.
pub async fn many_are_found_page_by_page_and_none_twice(ledger: &(impl Ledger + Failures)) {
    const COUNT: u64 = 260;
    let start = now();
    let mut expect = BTreeSet::new();
    for entry in 0..COUNT {
        let ending = if entry % 2 == 0 { Ending::failed("no") } else { Ending::done("") };
        record(ledger, entry, &[("x", ending)], start).await;
        if entry % 2 == 0 {
            expect.insert(event(entry));
        }
    }
    let found = keys(ledger, &FailureFilter::default(), start).await;
    assert_eq!(found.len(), expect.len(), "none twice");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expect);
}

/// A replay that worked; and 30 days.
pub async fn what_is_mended_or_over_its_time_is_not_found(ledger: &(impl Ledger + Failures)) {
    let start = now();
    record(ledger, 1, &[("x", Ending::failed("no"))], start).await;
    record(ledger, 2, &[("x", Ending::failed("no"))], start).await;
    record(ledger, 2, &[("x", Ending::done("mended"))], start).await;
    assert_eq!(keys(ledger, &FailureFilter::default(), start).await, [event(1)]);
    let late = start + LEDGER_KEPT + Duration::from_secs(60);
    assert_eq!(keys(ledger, &FailureFilter::default(), late).await, []);
}
