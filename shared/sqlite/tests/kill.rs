//! A 200 survives `kill -9`: what a keep answered is in the file, whenever the process dies.
//!
//! The test runs itself as a child that keeps messages and prints each one's number once its keep
//! was answered; the parent kills it in the middle. (A power cut takes more than this can show:
//! that the disk was waited for is checked beside the code, by its `synchronous` setting.)

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the child is told by its environment what to do")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use sgh_core::clock::SystemClock;
use sgh_queue::contract::messages::{finish_all, message, texts};
use sgh_queue::{Keep, Queue};
use sgh_sqlite::SqliteQueue;

const ROUNDS: u64 = 25;
const CLIENTS: u64 = 8;
const FILE: &str = "SGH_TEST_KILLED_FILE";
const ROUND: &str = "SGH_TEST_KILLED_ROUND";

#[tokio::test]
async fn what_was_answered_survives_kill_9() {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = home.path().join("sgh.db");
    let mut answered = BTreeSet::new();
    for round in 0..ROUNDS {
        let before = answered.len();
        answered.extend(keep_and_kill(&path, round));
        assert!(answered.len() > before, "round {round} kept nothing: nothing was tested");
    }
    let kept = everything_in(&path).await;
    let lost: Vec<_> = answered.difference(&kept).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), answered.len());
    println!("0 of {} answered messages lost in {ROUNDS} kills", answered.len());
}

/// Numbers that a child printed before it was killed.
fn keep_and_kill(path: &Path, round: u64) -> Vec<String> {
    let mut child = child(path, round);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // Another moment every time, the first keep on a new file among them. The child goes on
    // meanwhile, so that the kill falls anywhere within a write.
    let enough = 1 + round * round % 97;
    let enough = usize::try_from(enough).unwrap();
    let mut numbers = lines.map_while(Result::ok).filter_map(|line| number(&line));
    let mut answered: Vec<_> = numbers.by_ref().take(enough).collect();
    child.kill().unwrap();
    // What it had printed by then was answered too.
    answered.extend(numbers);
    assert!(!child.wait().unwrap().success(), "it ends by the kill only");
    answered
}

fn child(path: &Path, round: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_child", "--ignored", "--nocapture"])
        .env(FILE, path)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The number in a whole line of the child's; other lines are the test harness's.
fn number(line: &str) -> Option<String> {
    Some(line.strip_prefix("kept ")?.strip_suffix('.')?.to_owned())
}

async fn everything_in(path: &Path) -> BTreeSet<String> {
    let queue = SqliteQueue::open(path, Arc::new(SystemClock)).unwrap();
    let mut all = BTreeSet::new();
    loop {
        let received = queue.receive(100, Duration::from_secs(60), Duration::ZERO).await.unwrap();
        if received.is_empty() {
            return all;
        }
        all.extend(texts(&received));
        finish_all(&queue, &received).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child of the test above; does nothing by itself"]
async fn the_child() {
    let Ok(path) = std::env::var(FILE) else { return };
    let round = std::env::var(ROUND).unwrap();
    // Ends the line that the test harness has begun.
    println!();
    let queue = SqliteQueue::open(path, Arc::new(SystemClock)).unwrap();
    let clients = (0..CLIENTS).map(|client| {
        let (queue, round) = (queue.clone(), round.clone());
        tokio::spawn(async move {
            for n in 0.. {
                let name = format!("{round}-{client}-{n}");
                queue.keep(&[message(client, &name)]).await.unwrap();
                // One write a line, so that a kill does not tear it; the full stop would show it.
                std::io::stdout().write_all(format!("kept {name}.\n").as_bytes()).unwrap();
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}
