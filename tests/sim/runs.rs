//! Many seeds, and what is said of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::mutants::Mutant;
use crate::story::{Ended, tell};

/// Seeds that are run at once.
const THREADS: usize = 2;
/// Seeds of every check.
const SEEDS: u64 = 200;
/// Failures that are told whole.
const TOLD: usize = 5;

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |given| given.parse().unwrap_or_else(|_| panic!("{name}={given}")))
}

fn seeds() -> Range<u64> {
    let from = number("SIM_SEED_FROM", 0);
    from..from + number("SIM_SEEDS", SEEDS)
}

/// Every promise, for every seed.
pub(crate) fn all_seeds() -> bool {
    let next = AtomicU64::new(seeds().start);
    let sums = Mutex::new(Sums::default());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds().end {
                        return;
                    }
                    sums.lock().unwrap().add(tell(seed, None));
                }
            });
        }
    });
    let sums = sums.into_inner().unwrap();
    sums.print();
    sums.failed.is_empty()
}

/// The seed that found a mutant out, and by what.
type Caught = Option<(u64, String)>;

#[derive(Default)]
struct Sums {
    seeds: u64,
    faults: BTreeMap<&'static str, u64>,
    counts: BTreeMap<&'static str, u64>,
    failed: Vec<u64>,
}

impl Sums {
    fn add(&mut self, ended: Ended) {
        self.seeds += 1;
        for (what, count) in &ended.faults {
            *self.faults.entry(what).or_default() += count;
        }
        for (what, count) in &ended.counts {
            let sum = self.counts.entry(what).or_default();
            *sum = if what.contains("at most") { *count.max(sum) } else { *sum + count };
        }
        ended.lines.iter().for_each(|line| println!("{line}"));
        if ended.wrong.is_empty() {
            return;
        }
        self.failed.push(ended.seed);
        if self.failed.len() <= TOLD {
            println!("seed {}: {}", ended.seed, ended.knobs);
            ended.wrong.iter().take(10).for_each(|what| println!("  {what}"));
            println!("  {} promises broken; to repeat it:", ended.wrong.len());
            let seed = ended.seed;
            println!(
                "  SIM_SEED_FROM={seed} SIM_SEEDS=1 SIM_LINES=1 cargo test -p tests --test sim \
                 seeds"
            );
        }
    }

    fn print(&self) {
        for (what, count) in &self.counts {
            println!("{count:>9} {what}");
        }
        for (what, count) in &self.faults {
            println!("{count:>9} fault: {what}");
        }
        let faults: u64 = self.faults.values().sum();
        let events = self.counts.get("events").copied().unwrap_or_default();
        println!(
            "{} seeds from {}, {events} events, {faults} faults of {} kinds; failed: {:?}",
            self.seeds,
            seeds().start,
            self.faults.len(),
            self.failed
        );
    }
}

/// A seed decides everything: told twice, it is the same story to the last call.
pub(crate) fn same_story() -> bool {
    let first = seeds().start;
    let differ: Vec<u64> = (first..first + 10)
        .filter(|seed| tell(*seed, None).trace != tell(*seed, None).trace)
        .collect();
    if !differ.is_empty() {
        println!("told twice, these seeds are not the same: {differ:?}");
    }
    differ.is_empty()
}

/// Each mutant is run until a seed finds it out; one that no seed finds is a failure.
pub(crate) fn mutants_are_caught() -> bool {
    let next = AtomicU64::new(0);
    let found: Mutex<Vec<(Mutant, Caught)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(mutant) = usize::try_from(next.fetch_add(1, Ordering::SeqCst))
                    .ok()
                    .and_then(|place| Mutant::ALL.get(place))
                {
                    let caught = seeds().find_map(|seed| {
                        Some((seed, tell(seed, Some(*mutant)).wrong.into_iter().next()?))
                    });
                    found.lock().unwrap().push((*mutant, caught));
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    for (mutant, caught) in &found {
        match caught {
            Some((seed, what)) => {
                let needed = seed - seeds().start + 1;
                println!("{mutant:?} is caught; seeds needed: {needed}; {what}");
            }
            None => println!("{mutant:?} is NOT caught by {} seeds", seeds().count()),
        }
    }
    found.iter().all(|(_, caught)| caught.is_some())
}
