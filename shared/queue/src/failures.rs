//! What failed and is kept, page by page: for an operator who has it run again.
//!
//! No worker asks this: a store may have to look through all that it has. Not here: running
//! anything again (`sgh-engine`).

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::ids::EventKey;

use crate::{LedgerEntry, LedgerError};

/// Which failures are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailureFilter {
    /// Only where this automation has failed.
    pub automation: Option<String>,
    /// Only what was recorded at this moment or later.
    pub since: Option<Timestamp>,
    /// Only what was recorded before this moment.
    pub until: Option<Timestamp>,
}

/// An event of which an automation has failed, or is parked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the ledger knows it by.
    pub event: EventKey,
    /// All that is recorded of it.
    pub entry: LedgerEntry,
    /// When that was recorded, to the second.
    pub recorded_at: Timestamp,
}

/// Where the next page begins: what the page before was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageMark(pub String);

/// Some of the failures. A page may be empty and not be the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailurePage {
    /// In no order.
    pub failures: Vec<Failure>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<PageMark>,
}

/// Looking through the ledger.
#[async_trait]
pub trait Failures: Send + Sync {
    /// A page of the events with a failed ending that a filter lets through. What is over its time
    /// is not among them. An event that is recorded anew meanwhile may be missing, or be as it was.
    ///
    /// # Errors
    /// The ledger could not be asked.
    async fn failures(
        &self,
        filter: &FailureFilter,
        after: Option<&PageMark>,
        now: Timestamp,
    ) -> Result<FailurePage, LedgerError>;
}

impl FailureFilter {
    /// Whether a failure is meant. For stores that cannot ask their database all of it.
    #[must_use]
    pub fn takes(&self, failure: &Failure) -> bool {
        let mut failed = failure.entry.failed();
        let named = match &self.automation {
            Some(name) => failed.any(|automation| automation == name),
            None => failed.next().is_some(),
        };
        named
            && self.since.is_none_or(|since| failure.recorded_at >= since)
            && self.until.is_none_or(|until| failure.recorded_at < until)
    }
}
