//! What the sweep of the event log asks of the stores: what the ledger has seen, and one small
//! record.
//!
//! The record is text to the store: what is in it is the sweep's. Not here: reading the log, and
//! what is missing of it (`sgh-sweep`).

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::ids::EventKey;

use crate::LedgerError;

/// Asking the ledger for many events at once.
#[async_trait]
pub trait Seen: Send + Sync {
    /// For each key, in order, whether the ledger knows nothing of that event: no ending of any
    /// automation, and no claim whose lease has not ended. An entry that is over its time counts
    /// as absent. Takes any number of keys, the same one more than once too.
    ///
    /// # Errors
    /// The ledger could not be asked.
    async fn unseen(&self, keys: &[EventKey], now: Timestamp) -> Result<Vec<bool>, LedgerError>;
}

/// The record could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("sweep record: {0}")]
pub struct RecordError(pub String);

/// The record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What was saved.
    pub text: String,
    /// How often it was saved: 1 for the first time, one more each time.
    pub revision: u64,
}

/// What became of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is saved, as the revision after the expected one.
    Yes,
    /// Somebody else saved before; nothing is changed.
    Overtaken,
}

/// Where the sweep's record is: one for each site, at most 100 KB of text, never forgotten by age.
#[async_trait]
pub trait SweepRecord: Send + Sync {
    /// The record of the site with this host; `None` before the first save.
    ///
    /// # Errors
    /// The store could not be asked.
    async fn load(&self, site_host: &str) -> Result<Option<Stored>, RecordError>;

    /// Saves the record if its revision is still this one, 0 where there must be none yet; in one
    /// step, so that of two savers with the same expectation one is told that it was overtaken.
    ///
    /// # Errors
    /// The store could not be asked. It may have saved all the same.
    async fn save_if(
        &self,
        site_host: &str,
        text: &str,
        revision: u64,
    ) -> Result<Saved, RecordError>;
}
