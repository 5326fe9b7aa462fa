//! The whole request for directories against the bare calls that make the same tree:
//! `cargo bench -p tests --bench folders`; with numbers of shots after `--`, those.
//!
//! Ours is what `sgh folders create` does: plan with a site, ask the registry, look at the disk,
//! register, make. The site answers from memory, and its time is told apart; the registry is a
//! SQLite file. Tree and file are in memory, where no disk hides what we cost. All take turns in
//! rounds, each on a fresh tree; the middle of each is shown. The ratios are the result, the
//! absolute figures are this machine's.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement that fails has no result, and its result is what it prints"
)]

mod bare;
mod figures;
mod ours;
mod site;
mod timed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use figures::Table;
use mimalloc::MiMalloc;
use ours::{Kind, Ours};
use site::MemorySite;

/// As in `sgh` and the worker.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Shots, and rounds that are counted.
const SIZES: [(u64, usize); 4] = [(1, 41), (100, 21), (1000, 9), (10_000, 5)];
/// Pipeline steps that each shot has a task on. The starter's schema has three folders for each,
/// beside five for the shot: 20 folders a shot, 16 of them registered.
pub const STEPS: u64 = 5;

#[tokio::main]
async fn main() {
    let (place, in_memory) = place();
    println!("in {}{}", place.display(), if in_memory { "" } else { ", which is NOT in memory" });
    let chosen: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let mut table = Table::default();
    let rounds = |shots: u64| SIZES.iter().rfind(|(size, _)| *size <= shots).map_or(1, |of| of.1);
    let sizes: Vec<u64> =
        if chosen.is_empty() { SIZES.iter().map(|(shots, _)| *shots).collect() } else { chosen };
    for (shots, rounds) in sizes.into_iter().map(|shots| (shots, rounds(shots))) {
        table.add(measure(&place, shots, rounds).await);
    }
    println!("{table}");
}

/// Where to make it all, and whether that is in memory.
fn place() -> (PathBuf, bool) {
    let memory = Path::new("/dev/shm");
    if tempfile::tempdir_in(memory).is_ok() {
        return (memory.to_owned(), true);
    }
    (std::env::temp_dir(), false)
}

async fn measure(place: &Path, shots: u64, rounds: usize) -> figures::Size {
    let site = Arc::new(MemorySite::film(shots));
    let tree = {
        let home = tempfile::tempdir_in(place).unwrap();
        Ours::new(home.path(), &site, Kind::Whole).tree(shots).await
    };
    let mut size = figures::Size::new(shots, &tree);
    // The first round warms up and is not counted.
    for round in 0..=rounds {
        let mut times = figures::Round::default();
        // Who goes first changes, so that nobody always follows the same.
        for turn in 0..4 {
            let home = tempfile::tempdir_in(place).unwrap();
            match (turn + round) % 4 {
                0 => times.mkdir = bare::mkdir(home.path(), &tree),
                1 => times.with_mode = bare::with_mode(home.path(), &tree),
                2 => times.whole = twice(home.path(), &site, Kind::Whole, shots, &tree).await,
                _ => times.without = twice(home.path(), &site, Kind::Without, shots, &tree).await,
            }
        }
        if round > 0 {
            size.rounds.push(times);
        }
    }
    size
}

/// On an empty storage, and then once more.
async fn twice(
    home: &Path,
    site: &Arc<MemorySite>,
    kind: Kind,
    shots: u64,
    tree: &[String],
) -> [ours::Times; 2] {
    let ours = Ours::new(home, site, kind);
    let first = ours.run(shots).await;
    assert_eq!((first.made, first.existed), (tree.len(), 0), "all of it is made");
    bare::assert_same(ours.root(), tree);
    let second = ours.run(shots).await;
    assert_eq!((second.made, second.existed), (0, tree.len()), "and all of it is there");
    assert!(second.all > Duration::ZERO);
    [first, second]
}
