//! What a sweep finds, and where it begins.

use serde_json::json;
use sgh_core::limits::PAGE_SIZE;
use sgh_queue::Stored;

use super::Stand;
use super::site::wanted;
use crate::{Begin, End, IdRange};

fn ids(ranges: &[IdRange]) -> Vec<String> {
    ranges.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_was_not_delivered_is_queued_once_and_in_order() {
    let stand = Stand::begun().await;
    stand.pass(60);
    stand.site.happens(1000..1010);
    stand.ledger.see(&[1000, 1003, 1009]);
    stand.pass(120);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((report.entries, report.wanted, report.queued), (10, 10, 7));
    assert_eq!(stand.queue.entries(), [1001, 1002, 1004, 1005, 1006, 1007, 1008]);
    assert_eq!((report.ended, report.settled), (Some(End::CaughtUp), Some(1009)));
    assert!(report.lag.is_zero());
    let again = stand.run().await.expect("sweeps");
    assert_eq!((again.entries, again.queued), (0, 0));
    assert_eq!(stand.queue.entries().len(), 7);
}

#[tokio::test]
async fn what_nothing_wants_or_no_hook_is_told_of_is_not_queued() {
    let stand = Stand::begun().await;
    stand.site.put(1, 0, 0, json!({"event_type": "Shotgun_Note_New"}));
    stand.site.put(2, 0, 0, wanted(7));
    let mut in_create = wanted(65);
    in_create["meta"]["in_create"] = json!(true);
    stand.site.put(3, 0, 0, in_create);
    stand.site.put(4, 0, 0, json!({"event_type": null}));
    stand.site.put(5, 0, 0, wanted(65));
    stand.pass(120);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((report.entries, report.wanted, report.queued), (5, 1, 1));
    assert_eq!(stand.queue.entries(), [5]);
    assert_eq!(stand.ledger.asked(), [1], "the ledger is asked for what is wanted only");
}

#[tokio::test]
async fn a_message_goes_behind_those_of_its_project() {
    let stand = Stand::begun().await;
    stand.site.put(1, 0, 0, wanted(65));
    stand.site.put(2, 0, 0, wanted(66));
    stand.pass(120);
    stand.run().await.expect("sweeps");
    let groups: Vec<String> =
        stand.queue.messages().iter().map(|message| message.group().to_owned()).collect();
    assert_eq!(groups, ["project-65", "project-66"]);
}

#[tokio::test]
async fn a_delivery_has_two_minutes_to_come_first() {
    let stand = Stand::begun().await;
    stand.site.happens([1]);
    stand.pass(60);
    stand.site.happens([2]);
    stand.pass(60);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((stand.queue.entries(), report.ended), (vec![1], Some(End::CaughtUp)));
    stand.ledger.see(&[2]);
    stand.pass(60);
    assert_eq!(stand.run().await.expect("sweeps").queued, 0);
    assert_eq!(stand.queue.entries(), [1]);
}

#[tokio::test]
async fn an_id_that_appears_late_is_found_and_one_that_never_does_is_named() {
    let stand = Stand::begun().await;
    stand.site.happens([1]);
    stand.site.put(2, 240, 0, wanted(65));
    stand.site.happens([5]);
    stand.pass(130);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((stand.queue.entries(), ids(&report.waiting)), (vec![1, 5], vec!["2-4".into()]));
    assert_eq!(report.settled, Some(1));
    stand.pass(120);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((stand.queue.entries(), ids(&report.waiting)), (vec![1, 5, 2], vec!["3-4".into()]));
    stand.pass(179);
    assert_eq!(stand.run().await.expect("sweeps").written_off, 0);
    stand.pass(1);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((report.written_off, ids(&report.written_off_ids)), (2, vec!["3-4".into()]));
    assert_eq!((report.waiting.len(), report.settled), (0, Some(5)));
    // Too late for the sweep that goes on; not for one that is told to look again.
    stand.site.put(3, 0, 0, wanted(65));
    stand.pass(120);
    assert_eq!(stand.run().await.expect("sweeps").queued, 0);
    stand.work();
    let since = Begin::Since(stand.now() - jiff::SignedDuration::from_hours(1));
    assert_eq!(stand.run_from(since).await.expect("sweeps").queued, 1);
    assert_eq!(stand.queue.entries(), [1, 5, 2, 3]);
}

#[tokio::test]
async fn the_first_sweep_begins_at_the_present_and_not_in_the_past() {
    let stand = Stand::new();
    stand.site.happens(1..900);
    stand.pass(300);
    let report = stand.run().await.expect("begins");
    assert_eq!((report.entries, report.queued), (0, 0));
    stand.pass(1);
    stand.site.happens([900, 903]);
    stand.pass(600);
    let report = stand.run().await.expect("sweeps");
    assert_eq!(
        (stand.queue.entries(), ids(&report.waiting)),
        (vec![900, 903], vec!["901-902".into()])
    );
}

#[tokio::test]
async fn the_first_sweep_can_begin_in_the_past_and_a_later_one_can_go_back() {
    let stand = Stand::new();
    for id in 1..=10 {
        stand.site.happens([id]);
        stand.pass(3600);
    }
    let since = stand.now() - jiff::SignedDuration::from_hours(4);
    let report = stand.run_from(Begin::Since(since)).await.expect("sweeps");
    assert_eq!((report.queued, stand.work()), (4, vec![7, 8, 9, 10]));
    let since = stand.now() - jiff::SignedDuration::from_hours(6);
    let report = stand.run_from(Begin::Since(since)).await.expect("sweeps");
    assert_eq!((report.entries, stand.work()), (6, vec![5, 6]));
    // Not as far as that yet: there is nothing to go back over.
    stand.pass(3600);
    stand.site.happens([11]);
    stand.pass(3600);
    let since = stand.now() - jiff::SignedDuration::from_secs(1800);
    assert_eq!(stand.run_from(Begin::Since(since)).await.expect("sweeps").entries, 1);
    assert_eq!(stand.work(), [11]);
}

#[tokio::test]
async fn a_day_without_the_site_is_made_up_for() {
    let stand = Stand::begun().await;
    for _ in 0..24 {
        stand.steps.plan(Some((1, super::stores::Fails::Before)));
        stand.run().await.expect_err("the site is down");
        stand.pass(3600);
    }
    stand.steps.plan(None);
    let day_ago = 20 * 3600;
    for id in 1..=2000 {
        stand.site.put(id, 0, day_ago - i64::try_from(id).expect("small"), wanted(65));
    }
    let report = stand.run().await.expect("sweeps");
    assert_eq!((report.queued, stand.queue.entries()), (2000, (1..=2000).collect()));
}

#[tokio::test]
async fn a_jump_of_ids_costs_a_few_searches_however_far_it_is() {
    let stand = Stand::begun().await;
    let far = 4_000_000_000;
    stand.site.happens([1, far]);
    stand.pass(130);
    let report = stand.run().await.expect("sweeps");
    assert_eq!(stand.queue.entries(), [1, far]);
    assert_eq!(ids(&report.waiting), [format!("2-{}", far - 1)]);
    assert!(report.searches < 12, "{}", report.searches);
    stand.site.happens([1_000_000]);
    stand.pass(130);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((stand.queue.entries().last(), report.searches), (Some(&1_000_000), 2));
    stand.pass(300);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((report.written_off, report.waiting.len()), (far - 3, 0));
}

#[tokio::test]
async fn what_is_behind_a_jump_costs_a_search_for_each_page() {
    let stand = Stand::begun().await;
    stand.site.happens(1..=10);
    stand.pass(130);
    stand.run().await.expect("sweeps");
    stand.site.happens(70_001..=72_000);
    stand.pass(130);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((report.queued, ids(&report.waiting)), (2000, vec!["11-70000".into()]));
    assert_eq!(report.searches, 5);
}

#[tokio::test]
async fn a_log_that_was_restored_from_a_backup_is_swept_again_from_before() {
    let stand = Stand::begun().await;
    stand.site.happens(1..=100);
    stand.pass(130);
    stand.run().await.expect("sweeps");
    stand.work();
    // The backup ends at 60; what happens after it takes the same ids again.
    stand.site.remove(61..=100);
    stand.pass(600);
    let shorter = stand.run().await.expect("sweeps");
    assert!(shorter.restarted, "the entry that was swept last is gone");
    assert_eq!((shorter.queued, shorter.settled), (0, Some(60)));
    stand.site.happens(61..=120);
    stand.pass(130);
    let report = stand.run().await.expect("sweeps");
    assert!(!report.restarted);
    // The ledger knows the old events by these ids: that is as far as an id goes.
    assert_eq!((report.entries, stand.work()), (60, (101..=120).collect()));
    stand.site.remove(100..=120);
    stand.site.happens(100..=200);
    stand.pass(130);
    let longer = stand.run().await.expect("sweeps");
    assert!(longer.restarted, "an entry of that id is there, and is another");
    assert_eq!(stand.work(), (121..=200).collect::<Vec<u64>>());
}

#[tokio::test]
async fn entries_that_are_no_longer_kept_are_not_missed() {
    let stand = Stand::begun().await;
    stand.site.happens(1..=5);
    stand.pass(130);
    stand.run().await.expect("sweeps");
    stand.site.remove(1..=5);
    stand.pass(90 * 24 * 3600);
    stand.site.happens(6..=8);
    stand.pass(130);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((report.queued, report.written_off), (3, 0));
    assert_eq!(stand.queue.entries(), [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn a_sweep_ends_when_its_time_is_over_and_the_next_goes_on() {
    let stand = Stand::begun().await;
    let page = PAGE_SIZE as u64;
    let last = 3 * page;
    stand.site.happens(1..=last);
    stand.pass(130);
    let until = stand.now();
    let mut told = Vec::new();
    let mut tell = |report: &crate::Report| told.push(report.queued);
    let report = stand.sweep().run(Begin::AtRecord, until, &mut tell).await.expect("sweeps");
    assert_eq!((report.ended, report.queued), (Some(End::Deadline), page));
    assert_eq!((report.lag.as_secs(), told), (130, vec![page]));
    assert_eq!(stand.run().await.expect("sweeps").queued, 2 * page);
    assert_eq!(stand.queue.entries(), (1..=last).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_record_that_is_not_ours_is_an_error_and_stays() {
    let stand = Stand::begun().await;
    let foreign = Some(Stored { text: r#"{"schema":9}"#.into(), revision: 4 });
    stand.record.put(foreign.clone());
    let error = stand.run().await.expect_err("refused").to_string();
    assert!(error.contains("form 9"), "{error}");
    assert_eq!(stand.record.stored(), foreign);
}

#[tokio::test]
async fn a_sweep_that_finds_nothing_saves_nothing_and_costs_one_call() {
    let stand = Stand::begun().await;
    stand.site.happens(1..=5);
    stand.pass(130);
    stand.run().await.expect("sweeps");
    let stored = stand.record.stored();
    stand.site.searches();
    stand.pass(600);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((stand.record.stored(), report.searches), (stored, 1));
}
