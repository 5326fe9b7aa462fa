//! How long it takes to register folders and to ask for them, and how long a keep of the queue
//! in the same file waits meanwhile.
//!
//! `cargo bench -p sgh-sqlite --bench folders`; with a folder after `--`, there.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench measures real time and prints"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sgh_core::clock::SystemClock;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;
use sgh_queue::contract::messages::message;
use sgh_queue::{Keep, Registry, WantedFolder};
use sgh_sqlite::{SqliteLedger, SqliteQueue};

/// Times that each is done, on a file of its own; the middle one is shown.
const TIMES: usize = 5;

#[tokio::main]
async fn main() {
    // Below target, for the system's folder for temporary files often is in memory.
    let chosen = std::env::args().nth(1).filter(|argument| !argument.starts_with('-'));
    let below = chosen.unwrap_or_else(|| env!("CARGO_TARGET_TMPDIR").to_owned());
    println!("{:42} {:>9} {:>9} {:>9} {:>9}", below, 10, 1000, 10_000, 20_000);
    let mut all = Vec::new();
    for count in [10, 1000, 10_000, 20_000] {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let home = tempfile::tempdir_in(&below).expect("a folder");
            times.push(once(home.path(), count).await);
        }
        all.push(times);
    }
    let rows = ["register", "register, once more", "ask for them", "ask under other names"];
    for (row, name) in rows.iter().chain(&["longest keep while registering"]).enumerate() {
        print!("{name:42}");
        for times in &all {
            let mut times: Vec<_> = times.iter().map(|times| times[row]).collect();
            times.sort();
            print!(" {:>6.1} ms", times[TIMES / 2].as_secs_f64() * 1e3);
        }
        println!();
    }
}

fn path(n: u64) -> String {
    format!("some_long_show_name/sequences/SQ{:04}/SQ{:04}_SH{n:06}", n / 100, n / 100)
}

async fn once(home: &Path, count: u64) -> [Duration; 5] {
    let registry = SqliteLedger::open(home.join("sgh.db")).expect("a registry");
    let queue = SqliteQueue::open(home.join("sgh.db"), Arc::new(SystemClock)).expect("a queue");
    let folder = |n| RegisteredFolder {
        at: FolderPath::new("primary", path(n)),
        entity: EntityRef::new("Shot", n),
        name: format!("SQ{:04}_SH{n:06}", n / 100),
        is_primary: true,
        location: None,
    };
    let folders: Vec<_> = (0..count).map(folder).collect();
    let keeping = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        for n in 0..20 {
            let start = Instant::now();
            queue.keep(&[message(1, &n.to_string())]).await.expect("keep");
            longest = longest.max(start.elapsed());
        }
        longest
    });
    let mut times = [Duration::ZERO; 5];
    for time in times.iter_mut().take(2) {
        let start = Instant::now();
        assert!(registry.register(&folders).await.expect("register").is_empty());
        *time = start.elapsed();
    }
    for (ending, time) in ["", "_NEW"].iter().zip(times.iter_mut().skip(2)) {
        let wanted: Vec<_> = (0..count)
            .map(|n| WantedFolder {
                at: FolderPath::new("primary", format!("{}{ending}", path(n))),
                entity: EntityRef::new("Shot", n),
            })
            .collect();
        let start = Instant::now();
        let found = registry.registered(&wanted).await.expect("registered");
        *time = start.elapsed();
        assert_eq!(found.len() as u64, count);
    }
    times[4] = keeping.await.expect("kept");
    times
}
