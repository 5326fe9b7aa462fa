//! Every step fails once, or is the last that a process lives to: nothing is lost by it.

use std::collections::BTreeSet;

use futures_util::FutureExt;

use super::Stand;
use super::site::wanted;
use super::stores::Fails;
use crate::{Begin, Report, SweepError};

/// Minutes that the story lasts.
const MINUTES: u64 = 20;
/// Minutes whose sweep has something to do: entries, late ids, ids that are written off.
const BUSY: [u64; 7] = [2, 3, 4, 5, 8, 9, 13];
/// Steps that no sweep of the story needs.
const STEPS_MAX: usize = 200;

/// What happens in the story, minute by minute: late ids, ids that never come, two
/// stretches of ids.
fn happens(stand: &Stand, minute: u64) {
    match minute {
        0 => stand.site.happens((1..=30).chain(501..=530)),
        1 => {
            stand.site.put(531, 150, 0, wanted(65));
            stand.site.happens([532, 535]);
        }
        3 => {
            stand.site.put(536, 280, 0, wanted(66));
            stand.site.put(537, 0, 0, wanted(66));
        }
        6 => stand.site.happens([5000]),
        _ => {}
    }
}

/// What the automation wants in the story and the ledger has not seen.
fn missing() -> BTreeSet<u64> {
    let early = (1..=30).chain(501..=530).filter(|id| id % 3 != 0);
    early.chain([531, 532, 535, 536, 537, 5000]).collect()
}

fn begin(stand: &Stand) {
    let delivered: Vec<u64> = (1..=530).filter(|id| id % 3 == 0).collect();
    stand.ledger.see(&delivered);
}

/// The entries that were queued, each where it came first.
fn first_queued(stand: &Stand) -> Vec<u64> {
    let mut seen = BTreeSet::new();
    stand.queue.entries().into_iter().filter(|id| seen.insert(*id)).collect()
}

fn check(stand: &Stand, what: &str) {
    let queued = first_queued(stand);
    let once: BTreeSet<u64> = queued.iter().copied().collect();
    assert_eq!(once, missing(), "{what}");
    let late = [531, 536];
    let in_time: Vec<u64> = queued.into_iter().filter(|id| !late.contains(id)).collect();
    assert!(in_time.is_sorted(), "{what}: {in_time:?}");
}

async fn tell_story(stand: &Stand, mut sweep: impl AsyncFnMut(&Stand, u64)) {
    stand.run().await.expect("begins");
    begin(stand);
    for minute in 0..MINUTES {
        happens(stand, minute);
        sweep(stand, minute).await;
        if minute % 4 == 3 {
            stand.work();
        }
        stand.pass(60);
    }
}

#[tokio::test]
async fn the_story_without_a_fault_queues_everything_once() {
    let stand = Stand::new();
    let mut written_off = 0;
    tell_story(&stand, async |stand: &Stand, _| {
        written_off += stand.run().await.expect("sweeps").written_off;
    })
    .await;
    check(&stand, "no fault");
    assert_eq!(stand.queue.entries().len(), missing().len(), "nothing is queued twice");
    assert_eq!(written_off, 470 + 2 + 4462, "31-500, 533-534 and 538-4999");
}

/// In each minute of the story the same step fails; the sweep of the next minute repairs it.
#[tokio::test]
async fn nothing_is_lost_when_a_step_fails() {
    let mut failed = 0;
    for fails in [Fails::Before, Fails::After] {
        for step in 0..12 {
            for only in BUSY {
                let stand = Stand::new();
                tell_story(&stand, async |stand: &Stand, minute| {
                    stand.steps.plan((minute == only).then_some((step, fails)));
                    let swept: Result<Report, SweepError> = stand.run().await;
                    if minute == only && stand.steps.taken() > step {
                        failed += usize::from(swept.is_err());
                    } else {
                        swept.expect("sweeps");
                    }
                })
                .await;
                check(&stand, &format!("step {step} of minute {only} fails: {fails:?}"));
            }
        }
    }
    assert!(failed > 60, "only {failed} sweeps failed");
}

#[tokio::test]
async fn nothing_is_lost_when_a_process_ends_between_two_steps() {
    let mut killed = 0;
    for only in BUSY {
        for lives in 0..STEPS_MAX {
            let stand = Stand::new();
            let mut ended = false;
            tell_story(&stand, async |stand: &Stand, minute| {
                if minute != only {
                    stand.run().await.expect("sweeps");
                    return;
                }
                stand.steps.pause();
                let sweep = stand.sweep();
                let until = stand.now() + jiff::SignedDuration::from_hours(1);
                let mut progress = |_: &Report| ();
                let mut sweeping = Box::pin(sweep.run(Begin::AtRecord, until, &mut progress));
                ended = (0..lives).any(|_| (&mut sweeping).now_or_never().is_some());
                drop(sweeping);
                stand.steps.go_on();
            })
            .await;
            check(&stand, &format!("ends after {lives} steps of minute {only}"));
            killed += usize::from(!ended);
            if ended {
                break;
            }
        }
    }
    assert!(killed > 30, "only {killed} processes ended early");
}

#[tokio::test]
async fn what_the_queue_refuses_once_is_tried_again_and_then_left_for_the_next_sweep() {
    let stand = Stand::begun().await;
    stand.site.happens(1..=4);
    stand.pass(130);
    stand.queue.refuse(vec![vec![1, 3], vec![0]]);
    let record = stand.record.stored();
    stand.run().await.expect_err("refused twice");
    assert_eq!((stand.queue.entries(), stand.record.stored()), (vec![1, 3, 4], record));
    stand.work();
    assert_eq!(stand.run().await.expect("sweeps").queued, 1);
    assert_eq!(stand.queue.entries(), [1, 3, 4, 2]);
    stand.site.happens(5..=6);
    stand.pass(130);
    stand.queue.refuse(vec![vec![0]]);
    assert_eq!(stand.run().await.expect("taken at the second try").queued, 2);
}

/// A refusal that names nothing is no success.
#[tokio::test]
async fn a_refusal_that_names_no_message_is_a_refusal() {
    let stand = Stand::begun().await;
    stand.site.happens([1]);
    stand.pass(130);
    stand.queue.refuse(vec![vec![7]]);
    stand.run().await.expect_err("refused");
}
