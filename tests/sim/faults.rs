//! What goes wrong in a call of something outside, and how often it did.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::dice::Dice;

/// When a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fails {
    /// Nothing was done.
    Before,
    /// It was done, and the answer is lost.
    After,
}

/// How one call goes: all of it is thrown when it begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    before: Duration,
    after: Duration,
    pub fails: Option<Fails>,
}

impl Call {
    pub(crate) async fn begin(&self) {
        tokio::time::sleep(self.before).await;
    }

    pub(crate) async fn end(&self) {
        tokio::time::sleep(self.after).await;
    }
}

/// Faults, by what they are called.
pub(crate) struct Faults {
    dice: Dice,
    slow_ms: u64,
    are_on: AtomicBool,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

impl Faults {
    pub(crate) fn new(dice: Dice, slow_ms: u64) -> Self {
        Self { dice, slow_ms, are_on: AtomicBool::new(false), counts: Mutex::default() }
    }

    pub(crate) fn turn(&self, on: bool) {
        self.are_on.store(on, Ordering::SeqCst);
    }

    pub(crate) fn are_on(&self) -> bool {
        self.are_on.load(Ordering::SeqCst)
    }

    /// Whether this happens now; if so it is counted.
    pub(crate) fn happens(&self, what: &'static str, permille: u64) -> bool {
        let happens = self.dice.chance(permille) && self.are_on();
        if happens {
            self.count(what);
        }
        happens
    }

    pub(crate) fn count(&self, what: &'static str) {
        *self.counts.lock().unwrap().entry(what).or_default() += 1;
    }

    /// How a call goes that fails in so many of a thousand.
    pub(crate) fn call(&self, names: [&'static str; 2], permille: u64) -> Call {
        let fails = match (self.dice.chance(500), self.dice.chance(permille) && self.are_on()) {
            (_, false) => None,
            (true, true) => Some((Fails::Before, names[0])),
            (false, true) => Some((Fails::After, names[1])),
        };
        if let Some((_, name)) = fails {
            self.count(name);
        }
        let slow = if self.are_on() && self.dice.chance(30) { self.slow_ms } else { 20 };
        let (before, after) = (self.dice.millis(1, slow), self.dice.millis(1, slow));
        Call { before, after, fails: fails.map(|(fails, _)| fails) }
    }

    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.lock().unwrap().clone()
    }
}
