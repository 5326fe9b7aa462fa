//! What a simulation found.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sgh_core::ids::EntityRef;

use super::afterwards::Afterwards;

/// What the automations would have done.
#[derive(Debug, Clone, Default)]
pub struct Simulated {
    /// Each automation that was simulated, in the order of sgh.yaml.
    pub automations: Vec<OfAutomation>,
    /// What they would have written, in the order of the log.
    pub writes: Vec<WouldWrite>,
    /// Entries of the log in the window.
    pub entries: u64,
    /// Events that an automation wants.
    pub events: u64,
    /// What could not be known, and so may have been otherwise.
    pub doubts: Vec<Doubt>,
}

/// What one automation would have done.
#[derive(Debug, Clone, Default)]
pub struct OfAutomation {
    /// Its name.
    pub name: String,
    /// Whether it is a dry run already.
    pub dry_run: bool,
    /// Events that it wants.
    pub events: u64,
    /// Events for which it would do something.
    pub would: u64,
    /// Events for which it would do nothing.
    pub skipped: u64,
    /// Events that it would fail at.
    pub failed: u64,
    /// Why it would do nothing, the most frequent first.
    pub skips: Vec<(String, u64)>,
    /// Why it would fail, the most frequent first.
    pub fails: Vec<(String, u64)>,
    /// What came of the fields that it would have written.
    pub writes: Writes,
    /// What else it would do, the most frequent first.
    pub deeds: Vec<(String, u64)>,
    /// Directories that its plans hold; those of two events that are the same count twice.
    pub directories: u64,
}

/// What came of fields that would have been written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Writes {
    /// How many would have been.
    pub all: u64,
    /// Somebody did the same within [`super::SOON`].
    pub same_soon: u64,
    /// Somebody did the same later.
    pub same_later: u64,
    /// Our own automations did it: they are in use already.
    pub ours: u64,
    /// Somebody did something else.
    pub other: u64,
    /// Nobody has changed the field since.
    pub untouched: u64,
    /// Further events that would have led to a write which is counted already.
    pub repeats: u64,
}

/// A field that would have been written.
#[derive(Debug, Clone, PartialEq)]
pub struct WouldWrite {
    /// By which automation.
    pub automation: String,
    /// Of which entity.
    pub entity: EntityRef,
    /// What people call it.
    pub name: String,
    /// The field.
    pub field: String,
    /// The write as people read it, with its reason where the automation gives one.
    pub what: String,
    /// Its value then; `None` where it is not known.
    pub from: Option<Value>,
    /// Its value after the write.
    pub to: Value,
    /// The entry of the event.
    pub entry: u64,
    /// The event type.
    pub event_type: String,
    /// When the event happened.
    pub at: Option<Timestamp>,
    /// What came of the field.
    pub afterwards: Afterwards,
    /// Automations that would want the event of this write.
    pub leads_to: Vec<String>,
    /// Further events that would have led to this write, had it not been made.
    pub repeats: u64,
}

/// Something that could not be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// A word for programs.
    pub kind: &'static str,
    /// How often.
    pub count: u64,
    /// What it means for the reader.
    pub text: &'static str,
}

/// Counts while a simulation runs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub of: OfAutomation,
    pub skips: BTreeMap<String, u64>,
    pub fails: BTreeMap<String, u64>,
    pub deeds: BTreeMap<String, u64>,
}

impl Tally {
    pub(super) fn skip(&mut self, why: &str) {
        self.of.skipped += 1;
        count(&mut self.skips, why);
    }

    pub(super) fn fail(&mut self, why: &str) {
        self.of.failed += 1;
        count(&mut self.fails, why);
    }

    pub(super) fn deed(&mut self, what: String) {
        self.of.would += 1;
        *self.deeds.entry(what).or_default() += 1;
    }

    pub(super) fn done(self) -> OfAutomation {
        let by_count = super::reason::by_count;
        OfAutomation {
            skips: by_count(self.skips),
            fails: by_count(self.fails),
            deeds: by_count(self.deeds),
            ..self.of
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, why: &str) {
    *counts.entry(super::reason::kind(why)).or_default() += 1;
}
