//! What failed, put into a real queue again and worked.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sgh_core::clock::SystemClock;
use sgh_core::ids::DeliveryId;
use sgh_core::message::ReplayRun;
use sgh_core::settings::Ordering;
use sgh_queue::{DeadLetters, Keep, Queue};
use sgh_sqlite::{SqliteLedger, SqliteQueue};

use super::{Again, Replay, Wanted, letters};
use crate::tests::site::down;
use crate::tests::{DELIVERY, House, house, message, note_event, version_event, with_delivery};
use crate::{Settle, settle};

pub(crate) struct Stand {
    pub house: House,
    pub queue: SqliteQueue,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let house = house();
        let path = house.folder.path().join("queue.sqlite");
        let queue = SqliteQueue::open(path, Arc::new(SystemClock)).expect("opens");
        Self { house, queue }
    }

    pub(crate) fn replay(&self, run: &str) -> Replay {
        let ledger = self.house.folder.path().join("ledger.sqlite");
        let ledger = Arc::new(SqliteLedger::open(ledger).expect("opens"));
        let engine = &self.house.engine;
        Replay {
            ledger: ledger.clone(),
            failures: ledger,
            queue: Arc::new(self.queue.clone()),
            site: engine.rules.site.clone(),
            site_host: engine.site_host.clone(),
            ordering: Ordering::Project,
            config: engine.rules.config.clone(),
            clock: engine.clock.clone(),
            run: run.to_owned(),
        }
    }

    /// Works what the queue gives out until it gives nothing. Answers what was acknowledged.
    pub(crate) async fn drain(&self) -> Vec<String> {
        let mut texts = Vec::new();
        loop {
            let batch = self.queue.receive(10, Duration::from_secs(60), Duration::ZERO).await;
            let batch = batch.expect("receive");
            if batch.is_empty() {
                return texts;
            }
            let report = self.house.work(batch).await;
            texts.extend(report.events.iter().map(|event| event.acknowledgement.clone()));
            settle(&self.queue, &report, Settle::Here).await;
        }
    }

    /// The site refuses `fin`, so this event's automation fails.
    async fn fail(&self, entry: u64) -> Value {
        let event = version_event(entry, entry, "apr");
        self.house.site.task(entry, "rev");
        self.house.site.version(entry, "apr", entry);
        self.refuse(true);
        self.house.work(vec![message(&event)]).await;
        self.refuse(false);
        event
    }

    pub(crate) fn refuse(&self, refuse: bool) {
        let mut refused = self.house.site.refused_values.lock().expect("not poisoned");
        refused.clear();
        refused.extend(refuse.then(|| json!("fin")));
    }
}

async fn select(replay: &Replay, wanted: Wanted) -> Vec<Again> {
    replay.select(&wanted, |_| {}).await.expect("the ledger answers")
}

fn ids(found: &[Again]) -> Vec<u64> {
    found.iter().filter_map(|again| again.event.entry()).collect()
}

#[tokio::test]
async fn what_failed_is_found_by_event_delivery_automation_and_time() {
    let stand = Stand::new();
    let before = stand.house.engine.clock.now();
    for entry in [3, 1, 2] {
        stand.fail(entry).await;
    }
    let replay = stand.replay("a");
    let all = select(&replay, Wanted::default()).await;
    assert_eq!(ids(&all), [1, 2, 3], "in the order of the log");
    assert_eq!(all[0].event_type, "Shotgun_Version_Change");
    assert_eq!(all[0].entity.as_ref().unwrap().to_string(), "Version 1");
    let (name, why) = &all[0].automations[0];
    assert_eq!(name, "version-drives-task");
    assert!(why.contains("the site refused"), "{why}");
    let delivery = DeliveryId::parse(&format!("{DELIVERY}2"));
    let cases = [
        (Wanted { events: vec![3, 9], ..Wanted::default() }, vec![3]),
        (Wanted { delivery, ..Wanted::default() }, vec![2]),
        (Wanted { automation: Some("ring".into()), ..Wanted::default() }, vec![]),
        (
            Wanted { automation: Some("version-drives-task".into()), ..Wanted::default() },
            vec![1, 2, 3],
        ),
        (Wanted { until: Some(before), ..Wanted::default() }, vec![]),
        (Wanted { since: Some(before), ..Wanted::default() }, vec![1, 2, 3]),
    ];
    for (wanted, expect) in cases {
        assert_eq!(ids(&select(&replay, wanted.clone()).await), expect, "{wanted:?}");
    }
}

#[tokio::test]
async fn only_what_failed_runs_again_and_its_delivery_is_acknowledged_anew() {
    let stand = Stand::new();
    stand.fail(1).await;
    let replay = stand.replay("a");
    let found = select(&replay, Wanted::default()).await;
    let sent = replay.send(&found, |_| {}).await.unwrap();
    assert_eq!((sent.queued, sent.refused.len()), (1, 0));
    let texts = stand.drain().await;
    assert!(texts[0].starts_with("done\nversion-drives-task: done"), "{texts:?}");
    assert_eq!(stand.house.site.texts().last(), texts.last());
    assert_eq!(stand.house.site.status(1), "fin");
    assert_eq!(select(&replay, Wanted::default()).await, [], "it is mended");
    // Sent once more by a run that looked before.
    let writes = stand.house.site.write_count();
    assert_eq!(stand.replay("b").send(&found, |_| {}).await.unwrap().queued, 0);
    stand.drain().await;
    assert_eq!(stand.house.site.write_count(), writes);
}

#[tokio::test]
async fn a_replay_that_is_sent_twice_runs_once() {
    let stand = Stand::new();
    stand.fail(1).await;
    for run in ["a", "a", "b"] {
        let replay = stand.replay(run);
        let found = select(&replay, Wanted::default()).await;
        replay.send(&found, |_| {}).await.unwrap();
    }
    assert_eq!(stand.queue.waiting().await.unwrap().messages, 2, "one run is folded");
    let writes = stand.house.site.write_count();
    assert_eq!(stand.drain().await.len(), 2);
    assert_eq!(stand.house.site.write_count(), writes + 1);
}

#[tokio::test]
async fn an_automation_that_is_not_named_does_not_run() {
    let stand = Stand::new();
    let event = stand.fail(1).await;
    let other = sgh_core::message::Replay::Only(["ring".to_owned()].into());
    let run = ReplayRun { id: "a".into(), now: stand.house.engine.clock.now() };
    let bytes = event.to_string();
    let message =
        sgh_core::message::Message::replay(bytes.as_bytes(), None, &other, Ordering::Project, &run);
    stand.queue.keep(&[message.unwrap()]).await.unwrap();
    stand.drain().await;
    assert_eq!(stand.house.site.status(1), "rev");
}

#[tokio::test]
async fn a_replay_that_waits_for_the_site_runs_when_it_is_there() {
    let stand = Stand::new();
    let event = stand.fail(1).await;
    let again = with_delivery(&event, "f");
    stand.house.site.search_faults.lock().unwrap().push(down());
    let mut received = message(&again);
    received.message_id = "again".into();
    stand.house.work(vec![received.clone()]).await;
    received.receives = 2;
    stand.house.work(vec![received]).await;
    assert_eq!(stand.house.site.status(1), "fin", "it was not taken for the one that failed");
}

#[tokio::test]
async fn what_failed_again_is_not_run_again_for_its_acknowledgement() {
    let stand = Stand::new();
    stand.fail(1).await;
    stand.refuse(true);
    let replay = stand.replay("a");
    let found = select(&replay, Wanted::default()).await;
    replay.send(&found, |_| {}).await.unwrap();
    stand.house.site.acknowledge_faults.lock().unwrap().push(down());
    let batch = stand.queue.receive(1, Duration::from_secs(60), Duration::ZERO).await.unwrap();
    let mut back = batch.clone();
    stand.house.work(batch).await;
    let writes = stand.house.site.write_count();
    back[0].receives = 2;
    stand.house.work(back).await;
    assert_eq!(stand.house.site.write_count(), writes);
    assert!(stand.house.site.texts().last().unwrap().starts_with("failed"));
}

#[tokio::test]
async fn an_automation_that_is_gone_is_told_and_not_run() {
    let mut stand = Stand::new();
    stand.fail(1).await;
    let config = sgh_core::config::Config::read("automations: []", std::path::Path::new("x"));
    stand.house.engine.rules.config = Arc::new(config.unwrap());
    let replay = stand.replay("a");
    let found = select(&replay, Wanted::default()).await;
    assert_eq!(found[0].automations, []);
    assert!(found[0].left[0].1.contains("no such automation"), "{found:?}");
    assert_eq!(replay.send(&found, |_| {}).await.unwrap().queued, 0);
}

#[tokio::test]
async fn dead_letters_go_back_and_are_worked() {
    let stand = Stand::new();
    stand.house.site.task(5, "rev");
    stand.house.site.note(3, &[5]);
    let run = ReplayRun { id: "a".into(), now: stand.house.engine.clock.now() };
    let bytes = note_event(1, 3).to_string();
    let what = sgh_core::message::Replay::All;
    let message =
        sgh_core::message::Message::replay(bytes.as_bytes(), None, &what, Ordering::Project, &run);
    stand.queue.keep(&[message.unwrap()]).await.unwrap();
    for _ in 0..6 {
        for got in stand.queue.receive(1, Duration::ZERO, Duration::ZERO).await.unwrap() {
            stand.queue.put_back(&got.receipt, Duration::ZERO).await.unwrap();
        }
    }
    assert_eq!(stand.queue.dead().count().await.unwrap(), 1);
    let now = stand.house.engine.clock.now();
    let mut told = Vec::new();
    let mut tell = |back: &super::LettersBack| {
        told.push(back.event.as_ref().map(|event| event.event_type.clone()));
    };
    let dry = letters(&stand.queue.dead(), None, now, &mut tell).await.unwrap();
    assert_eq!((dry, stand.queue.dead().count().await.unwrap()), (1, 1), "only told");
    let run = ReplayRun { id: "b".into(), now };
    let moved = letters(&stand.queue.dead(), Some(&run), now, &mut tell).await.unwrap();
    assert_eq!((moved, stand.queue.dead().count().await.unwrap()), (1, 0));
    assert_eq!(told, [Some("Shotgun_Note_New".into()), Some("Shotgun_Note_New".into())]);
    stand.drain().await;
    assert_eq!(stand.house.site.status(5), "ip");
}
