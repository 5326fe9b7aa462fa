//! What only the queue in a file promises: several processes, its clock, its counts.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sgh_core::clock::{Clock, SystemClock};
use sgh_queue::contract::SettableClock;
use sgh_queue::contract::messages::{finish_all, message, messages, texts};
use sgh_queue::{Keep, Ledger, Owner, Queue};
use sgh_sqlite::{SqliteLedger, SqliteQueue, Waiting};

const LONG: Duration = Duration::from_secs(60);

fn clock() -> Arc<SettableClock> {
    Arc::new(SettableClock::at("2026-05-01T12:00:00Z".parse().unwrap()))
}

fn open(home: &Path, clock: &Arc<SettableClock>) -> SqliteQueue {
    SqliteQueue::open(home.join("sgh.db"), clock.clone()).unwrap()
}

#[tokio::test]
async fn a_message_is_folded_for_five_minutes_and_no_longer() {
    let home = tempfile::tempdir().unwrap();
    let clock = clock();
    let queue = open(home.path(), &clock);
    let steps = [(0, true), (299, false), (1, true), (299, false), (2, true)];
    for (seconds, is_new) in steps {
        clock.pass(Duration::from_secs(seconds));
        queue.keep(&[message(1, "a")]).await.unwrap();
        let received = queue.receive(10, LONG, Duration::ZERO).await.unwrap();
        assert_eq!(!received.is_empty(), is_new, "at {}", clock.now());
        finish_all(&queue, &received).await;
    }
}

#[tokio::test]
async fn the_same_message_of_another_group_is_not_folded() {
    let home = tempfile::tempdir().unwrap();
    let queue = open(home.path(), &clock());
    queue.keep(&[message(1, "a"), message(2, "a"), message(1, "a")]).await.unwrap();
    assert_eq!(queue.receive(10, LONG, Duration::ZERO).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_counts_are_what_is_there() {
    let home = tempfile::tempdir().unwrap();
    let clock = clock();
    let queue = open(home.path(), &clock);
    assert_eq!(queue.waiting().await.unwrap(), Waiting::default());
    let start = clock.now();
    queue.keep(&messages(1, &["a", "b"])).await.unwrap();
    clock.pass(Duration::from_secs(1));
    queue.keep(&messages(2, &["c"])).await.unwrap();
    let received = queue.receive(2, LONG, Duration::ZERO).await.unwrap();
    let expect = |messages, out, oldest: Timestamp| Waiting {
        messages,
        out,
        dead_letters: 0,
        oldest: Some(oldest),
    };
    assert_eq!(queue.waiting().await.unwrap(), expect(3, 2, start));
    finish_all(&queue, &received[..1]).await;
    assert_eq!(queue.waiting().await.unwrap(), expect(2, 1, start));
    clock.pass(LONG);
    assert_eq!(queue.waiting().await.unwrap(), expect(2, 0, start));
    let received = queue.receive(9, LONG, Duration::ZERO).await.unwrap();
    assert_eq!(texts(&received), ["b", "c"]);
    finish_all(&queue, &received[..1]).await;
    let second = start + Duration::from_secs(1);
    assert_eq!(queue.waiting().await.unwrap(), expect(1, 1, second));
}

#[tokio::test]
async fn a_waiting_receive_finds_what_another_process_kept() {
    let home = tempfile::tempdir().unwrap();
    let (receiver, worker) = (open(home.path(), &clock()), open(home.path(), &clock()));
    let (received, ()) = tokio::join!(worker.receive(10, LONG, LONG), async {
        receiver.keep(&[message(1, "a")]).await.unwrap();
    });
    assert_eq!(texts(&received.unwrap()), ["a"]);
    assert!(receiver.receive(10, LONG, Duration::ZERO).await.unwrap().is_empty(), "it is out");
}

#[tokio::test]
async fn what_is_out_when_a_process_dies_is_there_for_the_next() {
    let home = tempfile::tempdir().unwrap();
    let clock = clock();
    let queue = open(home.path(), &clock);
    queue.keep(&messages(1, &["a", "b"])).await.unwrap();
    assert_eq!(queue.receive(10, LONG, Duration::ZERO).await.unwrap().len(), 2);
    drop(queue);
    let queue = open(home.path(), &clock);
    assert!(queue.receive(10, LONG, Duration::ZERO).await.unwrap().is_empty());
    clock.pass(LONG);
    assert_eq!(texts(&queue.receive(10, LONG, Duration::ZERO).await.unwrap()), ["a", "b"]);
}

/// Eight workers over two connections: every message once, every group in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_at_once_share_the_groups_without_overlap() {
    let home = tempfile::tempdir().unwrap();
    let queues = [open(home.path(), &clock()), open(home.path(), &clock())];
    let kept: Vec<_> = (0..200).map(|n| message(n % 5, &format!("{n:03}"))).collect();
    queues[0].keep(&kept).await.unwrap();
    let workers = (0..8).map(|worker| {
        let queue = queues[worker % 2].clone();
        tokio::spawn(async move {
            let mut worked = Vec::new();
            while queue.waiting().await.unwrap().messages > 0 {
                let received = queue.receive(3, LONG, Duration::ZERO).await.unwrap();
                worked.extend(texts(&received));
                finish_all(&queue, &received).await;
            }
            worked
        })
    });
    let mut all = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        let worked = worker.await.unwrap();
        for project in 0..5 {
            let of_project = worked.iter().filter(|n| n.parse::<u64>().unwrap() % 5 == project);
            assert!(of_project.is_sorted(), "{worked:?}");
        }
        all.extend(worked);
    }
    all.sort();
    assert_eq!(all, (0..200).map(|n| format!("{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn queue_and_ledger_may_share_a_file() {
    let home = tempfile::tempdir().unwrap();
    let queue = open(home.path(), &clock());
    let ledger = SqliteLedger::open(home.path().join("sgh.db")).unwrap();
    let (now, owner) = (SystemClock.now(), Owner("a".into()));
    let event = sgh_core::ids::EventKey::of_entry("studio", 1);
    let (kept, claimed) = tokio::join!(
        async { queue.keep(&[message(1, "a")]).await },
        ledger.claim(&event, &owner, now, now + LONG)
    );
    kept.unwrap();
    claimed.unwrap();
    assert_eq!(queue.receive(1, LONG, Duration::ZERO).await.unwrap().len(), 1);
}
