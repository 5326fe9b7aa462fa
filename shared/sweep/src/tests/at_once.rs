//! Two sweeps at once do no harm, however their steps fall between one another.

use std::collections::BTreeSet;

use futures_util::FutureExt;
use proptest::prelude::*;
use sgh_core::limits::PAGE_SIZE;

use super::Stand;
use super::site::wanted;
use crate::{Begin, End, Report, SweepError};

/// Runs two sweeps, one step of one of them at a time.
fn run_both(stand: &Stand, turns: &[bool]) -> [Result<Report, SweepError>; 2] {
    stand.steps.pause();
    let (one, other) = (stand.sweep(), stand.sweep());
    let until = stand.now() + jiff::SignedDuration::from_hours(1);
    let (mut tell_one, mut tell_other) = (|_: &Report| (), |_: &Report| ());
    let mut futures = [
        one.run(Begin::AtRecord, until, &mut tell_one).boxed(),
        other.run(Begin::AtRecord, until, &mut tell_other).boxed(),
    ];
    let mut ended = [None, None];
    for turn in turns.iter().cycle() {
        let place = usize::from(*turn ^ ended[usize::from(*turn)].is_some());
        ended[place] = (&mut futures[place]).now_or_never();
        if ended.iter().all(Option::is_some) {
            break;
        }
    }
    drop(futures);
    stand.steps.go_on();
    ended.map(|ended| ended.expect("both ended"))
}

async fn story(turns: &[bool]) -> Result<bool, TestCaseError> {
    let stand = Stand::begun().await;
    // Three pages, and two ids that come late.
    let page = PAGE_SIZE as u64;
    let late = [10, page + 10];
    let ids = || 1..=2 * page + 20;
    stand.site.happens(ids().filter(|id| !late.contains(id)));
    for id in late {
        stand.site.put(id, 200, 0, wanted(65));
    }
    let mut overtaken = false;
    for _ in 0..6 {
        stand.pass(130);
        for report in run_both(&stand, turns) {
            let ended = report.expect("no fault").ended;
            overtaken |= ended == Some(End::Overtaken);
            prop_assert!(matches!(ended, Some(End::CaughtUp | End::Overtaken)));
        }
    }
    let mut seen = BTreeSet::new();
    let first: Vec<u64> = stand.queue.entries().into_iter().filter(|id| seen.insert(*id)).collect();
    let expect: BTreeSet<u64> = ids().collect();
    prop_assert_eq!(&seen, &expect);
    let in_time: Vec<u64> = first.into_iter().filter(|id| !late.contains(id)).collect();
    prop_assert!(in_time.is_sorted(), "{:?}", in_time);
    // What is queued twice is folded by the queue, and known to the ledger behind it.
    let folds: BTreeSet<String> =
        stand.queue.messages().iter().map(|message| message.deduplication().to_owned()).collect();
    prop_assert_eq!(folds.len(), expect.len());
    // Whoever comes after finds nothing left.
    stand.work();
    let report = stand.run().await.expect("sweeps");
    prop_assert_eq!((report.entries, report.queued), (0, 0));
    Ok(overtaken)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_lost_or_reordered_by_a_second_sweep(
        turns in prop::collection::vec(any::<bool>(), 1..40)
    ) {
        block_on(story(&turns))?;
    }
}

#[test]
fn the_slower_of_two_is_overtaken_and_says_so() {
    assert!(block_on(story(&[true, false])).expect("holds"));
}

#[tokio::test]
async fn of_two_first_sweeps_one_begins() {
    let stand = Stand::new();
    let ends = run_both(&stand, &[true, false]).map(|report| report.expect("no fault").ended);
    assert_eq!(ends, [Some(End::Overtaken), Some(End::CaughtUp)]);
    assert_eq!(stand.record.stored().map(|stored| stored.revision), Some(2));
}
