//! An automation that halts: what waits, what goes on, and how it goes live again.

use std::cell::Cell;
use std::collections::BTreeMap;

use sgh_queue::Keep;
use sgh_sqlite::SqliteQueue;

use super::other_ledger::OtherLedger;
use super::*;
use crate::replay::tests::Stand;
use crate::{Patience, Resumed};

const HALTS: &str = "automations:
  - name: version-drives-task
    on: Version/update/sg_status_list
    on_failure: halt
    do: set
    target: sg_task
    map: { sg_status_list: { apr: fin } }
  - name: version-is-seen
    on: Version/update/sg_status_list
    do: set
    values: { sg_seen: true }
";
const NAME: &str = "version-drives-task";

fn stand() -> Stand {
    let mut stand = Stand::new();
    stand.house.engine.rules.config =
        Arc::new(Config::read(HALTS, Path::new("sgh.yaml")).expect("valid"));
    for id in 1..=9 {
        stand.house.site.task(id, "rev");
        stand.house.site.version(id, "apr", id);
        let version = sgh_core::ids::EntityRef::new("Version", id);
        let mut records = stand.house.site.records.lock().expect("not poisoned");
        let version = records.get_mut(&version).expect("just made");
        version.insert("sg_seen".to_owned(), json!(false));
    }
    stand
}

fn event(entry: u64) -> Value {
    version_event(entry, entry, "apr")
}

/// Works these one batch each: the first of them fails.
async fn stopped(stand: &Stand, events: &[u64]) {
    stand.refuse(true);
    for entry in events {
        stand.house.work(vec![message(&event(*entry))]).await;
        stand.refuse(false);
    }
}

async fn line(stand: &Stand) -> Vec<u64> {
    let halt = stand.replay("look").halt(NAME).await.unwrap();
    let lines = halt.map(|standing| standing.halt.lines).unwrap_or_default();
    lines.values().flatten().filter_map(sgh_core::ids::EventKey::entry).collect()
}

fn statuses(stand: &Stand, ids: impl IntoIterator<Item = u64>) -> Vec<Value> {
    ids.into_iter().map(|id| stand.house.site.status(id)).collect()
}

/// Resumes, with a worker beside it.
async fn resume(stand: &Stand, run: &str) -> Resumed {
    let replay = stand.replay(run);
    let patience =
        Patience { look_every: Duration::from_millis(2), at_most: Duration::from_secs(20) };
    let is_over = Cell::new(false);
    // It ends a batch that it has begun: what a killed worker holds comes back after a minute.
    let worker = async {
        while !is_over.get() {
            stand.drain().await;
            tokio::task::yield_now().await;
        }
    };
    let resuming = async {
        let resumed = replay.resume(NAME, patience, |_, _| {}).await;
        is_over.set(true);
        resumed.expect("the stores answer")
    };
    tokio::join!(resuming, worker).0
}

#[tokio::test]
async fn later_events_are_parked_and_other_automations_go_on() {
    let stand = stand();
    stopped(&stand, &[1, 2, 3]).await;
    assert_eq!(statuses(&stand, 1..=3), ["rev", "rev", "rev"]);
    assert_eq!(line(&stand).await, [1, 2, 3]);
    let texts = stand.house.site.texts();
    assert!(texts[0].starts_with("failed\nversion-drives-task: failed: Task"), "{texts:?}");
    assert!(texts[0].contains("after the fix: sgh replay --automation version-drives-task"));
    let parked = "failed\nversion-drives-task: parked: halted since ";
    assert!(texts[1].starts_with(parked), "{texts:?}");
    assert!(texts[1].contains(" by Version 1, event 1: Task `Comp`"), "{texts:?}");
    assert!(texts[2].contains("\nversion-is-seen: done"), "{texts:?}");
    let (third, now) = (key(&event(3)), stand.house.engine.clock.now());
    let entry = stand.house.engine.ledger.entry(&third, now).await;
    assert!(entry.unwrap().unwrap().kept_event.is_some(), "it can be run later");
}

#[tokio::test]
async fn nothing_of_the_same_batch_goes_past_the_failure() {
    let stand = stand();
    stand.refuse(true);
    stand.house.work((1..=3).map(|entry| message(&event(entry))).collect()).await;
    assert_eq!(line(&stand).await, [1, 2, 3]);
    let texts = stand.house.site.texts();
    assert_eq!(texts.iter().filter(|text| text.contains(": parked: ")).count(), 2, "{texts:?}");
}

#[tokio::test]
async fn after_the_fix_all_run_in_order_and_it_is_live_again() {
    let stand = stand();
    stopped(&stand, &[3, 1, 2]).await;
    assert_eq!(resume(&stand, "a").await, Resumed::Live { through: 3 });
    assert_eq!(statuses(&stand, 1..=3), ["fin", "fin", "fin"]);
    assert_eq!(*stand.house.site.tasks_set.lock().unwrap(), [3, 1, 2], "as they came, each once");
    let said: Vec<_> = stand.house.site.texts().split_off(3);
    assert!(said.iter().all(|text| text.starts_with("done\n")), "{said:?}");
    assert_eq!(line(&stand).await, [0; 0]);
    stand.house.work(vec![message(&event(4))]).await;
    assert_eq!(stand.house.site.status(4), "fin", "live");
    assert_eq!(resume(&stand, "b").await, Resumed::NotHalted);
}

#[tokio::test]
async fn what_fails_again_stays_first_and_nothing_behind_it_runs() {
    let stand = stand();
    stopped(&stand, &[1, 2]).await;
    stand.refuse(true);
    let Resumed::Failed { at, waiting, through } = resume(&stand, "a").await else {
        panic!("it cannot be through");
    };
    assert_eq!((at[0].0.entry(), waiting, through), (Some(1), 2, 0));
    assert_eq!(line(&stand).await, [1, 2]);
    assert_eq!(statuses(&stand, 1..=2), ["rev", "rev"]);
    stand.refuse(false);
    assert_eq!(resume(&stand, "b").await, Resumed::Live { through: 2 });
    assert_eq!(*stand.house.site.tasks_set.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn what_comes_while_it_goes_on_is_parked_behind_and_runs_too() {
    let stand = stand();
    stopped(&stand, &[1, 2]).await;
    // In the queue before what is sent again, so it is parked first.
    keep(&stand.queue, &[5, 6]).await;
    assert_eq!(resume(&stand, "a").await, Resumed::Live { through: 4 });
    assert_eq!(*stand.house.site.tasks_set.lock().unwrap(), [1, 2, 5, 6]);
}

/// Deliveries, as the door keeps them.
async fn keep(queue: &SqliteQueue, entries: &[u64]) {
    for entry in entries {
        let body = json!({"data": event(*entry), "timestamp": "2026-01-01T00:00:00Z"});
        let body = body.to_string();
        let message = sgh_queue::contract::messages::of_bytes(body.as_bytes());
        queue.keep(&[message]).await.unwrap();
    }
}

#[tokio::test]
async fn a_delivery_again_of_what_waits_changes_nothing() {
    let stand = stand();
    stopped(&stand, &[1, 2]).await;
    for entry in [2, 1] {
        let again = with_delivery(&event(entry), "f");
        stand.house.work(vec![as_message(70 + entry, &again)]).await;
    }
    assert_eq!(line(&stand).await, [1, 2]);
    assert_eq!(statuses(&stand, 1..=2), ["rev", "rev"]);
    let texts = stand.house.site.texts();
    assert!(texts[3].contains("version-drives-task: failed: Task"), "the reason stays: {texts:?}");
}

#[tokio::test]
async fn a_failure_that_could_not_halt_is_tried_again_and_overtaken_by_nothing() {
    let mut stand = stand();
    let inner = stand.house.engine.ledger.clone();
    stand.house.engine.ledger = Arc::new(OtherLedger::without_halts(inner.clone()));
    stand.refuse(true);
    let report = stand.house.work(vec![message(&event(1)), message(&event(2))]).await;
    assert_eq!(fates(&report), ["back", "back"]);
    stand.house.engine.ledger = inner;
    stand.house.work(vec![message(&event(1)), message(&event(2))]).await;
    assert_eq!(line(&stand).await, [1, 2]);
}

#[tokio::test]
async fn a_worker_that_dies_before_the_line_is_told_is_made_up_for() {
    let stand = stand();
    stopped(&stand, &[1, 2]).await;
    // As if it had recorded the first, and died.
    let (ledger, now) = (&stand.house.engine.ledger, stand.house.engine.clock.now());
    let (first, owner) = (key(&event(1)), Owner("dies".into()));
    ledger.claim(&first, &owner, now, now).await.unwrap();
    let mut entry = ledger.entry(&first, now).await.unwrap().unwrap();
    entry.endings = BTreeMap::from([(NAME.to_owned(), sgh_core::outcome::Ending::done("x"))]);
    entry.kept_event = None;
    ledger.record(&first, &owner, &entry, now).await.unwrap();
    assert_eq!(resume(&stand, "a").await, Resumed::Live { through: 1 });
    assert_eq!(*stand.house.site.tasks_set.lock().unwrap(), [2], "the first was through");
}

#[tokio::test]
async fn other_projects_wait_in_lines_of_their_own() {
    let stand = stand();
    stopped(&stand, &[1, 2]).await;
    let other = received(3, "project-66", 1, &event(3).to_string());
    stand.house.work(vec![other]).await;
    let halt = stand.replay("look").halt(NAME).await.unwrap().unwrap().halt;
    assert_eq!(halt.lines.len(), 2);
    assert_eq!(stand.house.site.status(3), "rev");
    assert_eq!(resume(&stand, "a").await, Resumed::Live { through: 3 });
}

#[tokio::test]
async fn given_up_while_waiting_halts_too() {
    let stand = stand();
    let mut last = message(&event(1));
    last.receives = 5;
    let owner = Owner("late".into());
    stand.house.engine.work(vec![last], &owner, stand.house.engine.clock.now()).await;
    assert_eq!(line(&stand).await, [1]);
    stand.house.work(vec![message(&event(2))]).await;
    assert_eq!(line(&stand).await, [1, 2]);
}

#[tokio::test]
async fn without_an_automation_that_halts_no_halt_is_read() {
    let mut stand = Stand::new();
    let inner = stand.house.engine.ledger.clone();
    stand.house.engine.ledger = Arc::new(OtherLedger::without_halts(inner));
    stand.house.site.task(1, "rev");
    stand.house.site.version(1, "apr", 1);
    stand.house.work(vec![message(&event(1))]).await;
    assert_eq!(stand.house.site.status(1), "fin");
}

/// The worker read that it is halted; then what waited was through, and the halt was lifted.
#[tokio::test]
async fn an_event_that_would_be_parked_runs_where_the_halt_was_lifted_meanwhile() {
    let mut stand = stand();
    stopped(&stand, &[1]).await;
    let inner = stand.house.engine.ledger.clone();
    let lifts = other_ledger::LiftsOnceRead(inner.clone());
    stand.house.engine.ledger = Arc::new(OtherLedger::with_halts(inner, lifts));
    stand.house.work(vec![message(&event(2))]).await;
    assert_eq!(stand.house.site.status(2), "fin");
    assert_eq!(line(&stand).await, [0; 0], "it is in no line that nobody looks at");
}
