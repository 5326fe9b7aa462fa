//! What one sweep came to, for people and for `--json`.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::limits::REPORTED_MAX;
use crate::ranges::{IdRange, joined};
use crate::state::SweepState;

/// What one sweep came to, or has come to so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Entries that were looked at, each for the first time.
    pub entries: u64,
    /// Those of them that an automation wants.
    pub wanted: u64,
    /// Those of these that the ledger had not seen. They are queued.
    pub queued: u64,
    /// How many ids were written off.
    pub written_off: u64,
    /// Which; the first 1000 ranges of them.
    pub written_off_ids: Vec<IdRange>,
    /// Ids that are waited for.
    pub waiting: Vec<IdRange>,
    /// The id up to which everything is settled.
    pub settled: Option<u64>,
    /// When the last entry that was taken in was made.
    pub through_at: Option<Timestamp>,
    /// How far behind the sweep is; zero where it took in all that is to be taken in.
    pub lag: SignedDuration,
    /// Searches of the site.
    pub searches: usize,
    /// Whether nothing was ever swept before.
    pub first: bool,
    /// Whether the log was not the one it was, so that the sweep began again.
    pub restarted: bool,
    /// How it ended; `None` while it is under way.
    pub ended: Option<End>,
}

/// How a sweep ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It is at the end of the log, or where entries are so new that their delivery comes first.
    CaughtUp,
    /// Its time was over. The next sweep goes on.
    Deadline,
    /// It waits for as many ids as it may. The next sweep goes on when they are there or given up.
    Gaps,
    /// Another sweep is under way and was faster. Nothing is lost by it.
    Overtaken,
}

impl Report {
    pub(crate) fn add_written_off(&mut self, ids: &[IdRange]) {
        for range in ids {
            self.written_off = self.written_off.saturating_add(range.count());
        }
        self.written_off_ids.extend(ids);
        self.written_off_ids = joined(std::mem::take(&mut self.written_off_ids));
        self.written_off_ids.truncate(REPORTED_MAX);
    }

    pub(crate) fn set_place(&mut self, state: &SweepState, searches: usize) {
        let reached = state.reached.as_ref();
        self.settled = reached.map(|reached| reached.settled());
        self.through_at = reached.and_then(|reached| reached.at);
        self.waiting = reached
            .map(|reached| reached.gaps.iter().map(|gap| gap.ids).collect())
            .unwrap_or_default();
        self.searches = searches;
    }

    pub(crate) fn end(&mut self, end: End, now: Timestamp) {
        let behind = || self.through_at.map(|at| now.duration_since(at)).unwrap_or_default();
        self.lag = match end {
            End::CaughtUp => SignedDuration::ZERO,
            End::Deadline | End::Gaps | End::Overtaken => behind().max(SignedDuration::ZERO),
        };
        self.ended = Some(end);
    }
}
