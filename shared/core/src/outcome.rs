//! The four endings of an automation on an event.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::limits::ENDING_SIZE_MAX;

/// How one automation ended on one event. There is no fifth ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Something was changed; the text says what.
    Done(String),
    /// Nothing had to be changed; the text says why.
    Skipped(String),
    /// It cannot work, now or later, until somebody mends something; the text says what.
    Failed(String),
    /// It may work later.
    Retry {
        /// What is in the way.
        why: String,
        /// How long to wait at the least; `None` leaves it to the back-off.
        after: Option<Duration>,
    },
}

/// An ending that is final, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Which of the three.
    pub kind: EndingKind,
    /// What was done, or why not.
    pub text: String,
    /// Whether it only says what would have been done. Such an ending is told like any other, but
    /// an event that is delivered again is worked again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Whether it was not run at all, for its automation is halted: it is failed until it is run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub parked: bool,
}

/// The three final endings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndingKind {
    /// Something was changed.
    Done,
    /// Nothing had to be changed.
    Skipped,
    /// It could not be done.
    Failed,
}

impl EndingKind {
    /// The word that people read: `done`, `skipped` or `failed`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    /// The ending of a whole delivery: failed if one failed, else done if one did something.
    #[must_use]
    pub fn of_all(endings: impl IntoIterator<Item = Self>) -> Self {
        let rank = |kind: &Self| match kind {
            Self::Skipped => 0,
            Self::Done => 1,
            Self::Failed => 2,
        };
        endings.into_iter().max_by_key(rank).unwrap_or(Self::Skipped)
    }
}

impl Ending {
    /// The same, not longer than an acknowledgement has room for: the ledger keeps it.
    #[must_use]
    pub fn cut(mut self) -> Self {
        if self.text.len() > ENDING_SIZE_MAX {
            let mut end = ENDING_SIZE_MAX;
            while !self.text.is_char_boundary(end) {
                end -= 1;
            }
            self.text.truncate(end);
            self.text.push_str("...");
        }
        self
    }

    fn of(kind: EndingKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), dry_run: false, parked: false }
    }

    /// The word that people read.
    #[must_use]
    pub fn word(&self) -> &'static str {
        if self.parked { "parked" } else { self.kind.word() }
    }

    /// Something was changed.
    pub fn done(text: impl Into<String>) -> Self {
        Self::of(EndingKind::Done, text)
    }

    /// Nothing had to be changed.
    pub fn skipped(text: impl Into<String>) -> Self {
        Self::of(EndingKind::Skipped, text)
    }

    /// It could not be done.
    pub fn failed(text: impl Into<String>) -> Self {
        Self::of(EndingKind::Failed, text)
    }

    /// Nothing was changed, for this only says what would have been.
    pub fn dry_run(text: impl Into<String>) -> Self {
        Self { dry_run: true, ..Self::skipped(text) }
    }

    /// It was not run, and waits until its automation goes on.
    pub fn parked(text: impl Into<String>) -> Self {
        Self { parked: true, ..Self::failed(text) }
    }
}
