//! Automations that stopped at a failure, and the events that wait for each.
//!
//! A halt is one record, changed only if nobody else has changed it since it was read: so an event
//! is parked while the halt stands or not at all, and a halt is lifted while nothing waits or not
//! at all. Not here: who may run meanwhile (`sgh-engine`).

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sgh_core::ids::EventKey;

use crate::LedgerError;

/// An automation that stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// When it stopped.
    pub since: Timestamp,
    /// The event that it failed at first.
    pub event: EventKey,
    /// What that was about, for people.
    pub about: String,
    /// Why it failed, the last time that it was tried.
    pub why: String,
    /// What waits, by group, in order: first what failed, then what was parked.
    pub lines: BTreeMap<String, Vec<EventKey>>,
}

impl Halt {
    /// How many events wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lines.values().map(Vec::len).sum()
    }

    /// Whether an event is the first that waits in its group.
    #[must_use]
    pub fn is_first(&self, event: &EventKey) -> bool {
        self.lines.values().any(|line| line.first() == Some(event))
    }

    /// Whether an event waits.
    #[must_use]
    pub fn has(&self, event: &EventKey) -> bool {
        self.lines.values().any(|line| line.contains(event))
    }

    /// Puts an event at the end of its group's line. One that waits already keeps its place.
    pub fn park(&mut self, group: &str, event: &EventKey) {
        if !self.has(event) {
            self.lines.entry(group.to_owned()).or_default().push(event.clone());
        }
    }

    /// Takes an event out of its line.
    pub fn leave(&mut self, event: &EventKey) {
        self.lines.values_mut().for_each(|line| line.retain(|waiting| waiting != event));
        self.lines.retain(|_, line| !line.is_empty());
    }
}

/// Names one state of a halt; every change makes another, never used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HaltMark(pub String);

/// A halt as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingHalt {
    /// What it says.
    pub halt: Halt,
    /// Which state that is.
    pub mark: HaltMark,
}

/// Where halts are. They are never forgotten by age.
#[async_trait]
pub trait Halts: Send + Sync {
    /// Those of these automations that are halted, as they are after every change that was
    /// answered.
    ///
    /// # Errors
    /// The store could not be asked.
    async fn standing(
        &self,
        automations: &[String],
    ) -> Result<BTreeMap<String, StandingHalt>, LedgerError>;

    /// Changes the halt of an automation from one state to another, `None` being no halt, in one
    /// step. Answers the new state's mark, or `None` if the state is another one by now and
    /// nothing was changed.
    ///
    /// # Errors
    /// The store could not be asked. It may have changed it all the same.
    async fn change_halt(
        &self,
        automation: &str,
        from: Option<&HaltMark>,
        to: Option<&Halt>,
    ) -> Result<Option<HaltMark>, LedgerError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(entry: u64) -> EventKey {
        EventKey::of_entry("studio", entry)
    }

    #[test]
    fn a_line_keeps_its_order_and_holds_nothing_twice() {
        let mut halt = Halt {
            since: Timestamp::UNIX_EPOCH,
            event: key(1),
            about: String::new(),
            why: String::new(),
            lines: BTreeMap::new(),
        };
        for (group, entry) in [("a", 3), ("a", 1), ("b", 2), ("a", 3)] {
            halt.park(group, &key(entry));
        }
        assert_eq!(halt.lines["a"], [key(3), key(1)]);
        assert!(halt.is_first(&key(3)) && halt.is_first(&key(2)));
        assert!(!halt.is_first(&key(1)) && !halt.has(&key(4)));
        halt.leave(&key(4));
        assert_eq!(halt.waiting(), 3);
        halt.leave(&key(2));
        halt.leave(&key(3));
        assert_eq!((halt.waiting(), halt.lines.len()), (1, 1));
        assert!(halt.is_first(&key(1)));
    }
}
