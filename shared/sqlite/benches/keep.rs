//! How long a keep takes until it is on the disk, beside the bare write and sync of the same
//! bytes on the same disk, and how fast a backlog is worked off.
//!
//! `cargo bench -p sgh-sqlite`. Machines and disks differ widely: compare the ratios.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench measures real time and prints"
)]

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sgh_core::clock::SystemClock;
use sgh_core::message::Message;
use sgh_queue::contract::messages::message;
use sgh_queue::{Keep, Queue};
use sgh_sqlite::SqliteQueue;

const TIMES: u64 = 1000;
const WARM_UP: u64 = 100;

#[tokio::main]
async fn main() {
    // Below target, for the system's folder for temporary files often is in memory.
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let open = |name: &str| {
        let path = home.path().join(name);
        SqliteQueue::open(path, Arc::new(SystemClock)).expect("a queue")
    };
    println!(
        "{:42} {:>6} {:>9} {:>9} {:>9} {:>9}",
        "1 KB messages", "n", "p50", "p99", "max", "/s"
    );

    let mut file = File::create(home.path().join("bare")).expect("a file");
    let mut samples = Vec::new();
    let begin = Instant::now();
    for n in 0..WARM_UP + TIMES {
        let start = Instant::now();
        let bytes = one(n).stored().body.clone();
        file.write_all(bytes.as_bytes()).expect("write");
        file.sync_data().expect("sync");
        note(&mut samples, n, start);
    }
    report("bare append and fdatasync", samples, begin.elapsed());

    for clients in [1, 8, 50] {
        keeping(&open(&format!("{clients}.db")), clients).await;
    }
    fifty_at_once(&open("batch.db")).await;
    for backlog in [100, 1000, 10_000] {
        working_off(&open(&format!("backlog-{backlog}.db")), backlog).await;
    }
}

fn one(n: u64) -> Message {
    message(n % 7, &format!("{n:0900}"))
}

fn note(samples: &mut Vec<Duration>, n: u64, start: Instant) {
    if n >= WARM_UP {
        samples.push(start.elapsed());
    }
}

fn report(what: &str, mut samples: Vec<Duration>, total: Duration) {
    samples.sort();
    let count = samples.len();
    let at =
        |part: usize| format!("{:.2} ms", samples[(count - 1) * part / 100].as_secs_f64() * 1e3);
    let rate = (count as f64) / total.as_secs_f64();
    println!("{what:42} {count:>6} {:>9} {:>9} {:>9} {rate:>9.0}", at(50), at(99), at(100));
}

/// Clients that each wait for their own keep, as requests at the door do.
async fn keeping(queue: &SqliteQueue, clients: u64) {
    let begin = Instant::now();
    let tasks = (0..clients).map(|client| {
        let queue = queue.clone();
        tokio::spawn(async move {
            let mut samples = Vec::new();
            for n in 0..WARM_UP + TIMES {
                let message = one(client * 100_000 + n);
                let start = Instant::now();
                queue.keep(&[message]).await.expect("keep");
                note(&mut samples, n, start);
            }
            samples
        })
    });
    let mut samples = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        samples.extend(task.await.expect("a client"));
    }
    report(&format!("keep, {clients} at a time"), samples, begin.elapsed());
}

async fn fifty_at_once(queue: &SqliteQueue) {
    let mut samples = Vec::new();
    let begin = Instant::now();
    for n in 0..WARM_UP + TIMES {
        let messages: Vec<_> = (0..50).map(|m| one(n * 50 + m)).collect();
        let start = Instant::now();
        queue.keep(&messages).await.expect("keep");
        note(&mut samples, n, start);
    }
    report("keep of 50, 1 at a time", samples, begin.elapsed());
}

/// Receives of ten, each message finished, until nothing is left.
async fn working_off(queue: &SqliteQueue, backlog: u64) {
    let messages: Vec<_> = (0..backlog).map(one).collect();
    queue.keep(&messages).await.expect("keep");
    let mut samples = Vec::new();
    let begin = Instant::now();
    loop {
        let start = Instant::now();
        let received = queue.receive(10, Duration::from_secs(60), Duration::ZERO).await;
        let received = received.expect("receive");
        samples.push(start.elapsed());
        if received.is_empty() {
            break;
        }
        let finishes = received.iter().map(|received| queue.finish(&received.receipt));
        for finished in futures_util::future::join_all(finishes).await {
            finished.expect("finish");
        }
    }
    report(&format!("receive of 10, of a backlog of {backlog}"), samples, begin.elapsed());
}
