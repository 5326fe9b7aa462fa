//! The ledger: what was done for which event, by which delivery, so that it is done once.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sgh_core::ids::{DeliveryId, EntityRef, EventKey};
use sgh_core::outcome::{Ending, EndingKind};

use crate::Halts;
pub use crate::own_write::{Chain, OwnWrite, ValueMark};

/// The ledger could not be asked. Always worth a retry.
#[derive(Debug, thiserror::Error)]
#[error("ledger: {0}")]
pub struct LedgerError(pub String);

/// Who holds a claim: one invocation of one worker. Never reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner(pub String);

/// What the ledger knows of one event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// How each automation ended, by its name.
    pub endings: BTreeMap<String, Ending>,
    /// The delivery that was worked first; `None` where it came from the sweep, or none was yet.
    pub delivery: Option<DeliveryId>,
    /// The event's bytes, kept while an automation has failed, so that it can be run again.
    pub kept_event: Option<String>,
    /// The message that an ending came by which another message may run again: so the message that
    /// comes back only to be acknowledged is told from the one that is to run it again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ended_by: BTreeMap<String, String>,
}

impl LedgerEntry {
    /// The automations that have failed or are parked.
    pub fn failed(&self) -> impl Iterator<Item = &String> {
        let failed = self.endings.iter().filter(|(_, ending)| ending.kind == EndingKind::Failed);
        failed.map(|(automation, _)| automation)
    }
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The event is ours until the lease ends; this is what was recorded before.
    Ours(LedgerEntry),
    /// Another worker has it until then.
    Busy {
        /// When its lease ends.
        until: Timestamp,
    },
}

/// What a worker does with the ledger. Entries are forgotten after
/// [`sgh_core::limits::LEDGER_KEPT`]; a record that is over its time counts as absent even
/// where the store has not removed it yet.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Claims an event until `until`. A lease that has ended, or is ours, is taken over.
    ///
    /// # Errors
    /// The ledger could not be asked.
    async fn claim(
        &self,
        event: &EventKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, LedgerError>;

    /// Records the whole entry of an event that `owner` has claimed, and ends the lease.
    /// A claim that was lost to another owner records nothing and is an error.
    ///
    /// # Errors
    /// The ledger could not be asked, or the claim is no longer ours.
    async fn record(
        &self,
        event: &EventKey,
        owner: &Owner,
        entry: &LedgerEntry,
        now: Timestamp,
    ) -> Result<(), LedgerError>;

    /// Ends the lease, recording nothing. A claim that is not ours is left alone.
    ///
    /// # Errors
    /// The ledger could not be asked.
    async fn release(&self, event: &EventKey, owner: &Owner) -> Result<(), LedgerError>;

    /// What is known of an event; `None` for nothing.
    ///
    /// # Errors
    /// The ledger could not be asked.
    async fn entry(
        &self,
        event: &EventKey,
        now: Timestamp,
    ) -> Result<Option<LedgerEntry>, LedgerError>;

    /// Remembers that we are about to write these, for [`sgh_core::limits::OWN_WRITE_KEPT`]. Of two
    /// writes of one value to one field the later one counts.
    ///
    /// # Errors
    /// The ledger could not be asked.
    async fn remember_writes(&self, writes: &[OwnWrite], now: Timestamp)
    -> Result<(), LedgerError>;

    /// What led to our last write of this value to this field; `None` if we wrote none lately.
    ///
    /// # Errors
    /// The ledger could not be asked.
    async fn chain_of(
        &self,
        entity: &EntityRef,
        field: &str,
        value: &ValueMark,
        now: Timestamp,
    ) -> Result<Option<Chain>, LedgerError>;

    /// Where halts are kept; `None` where none can be, and so no automation may halt.
    fn halts(&self) -> Option<&dyn Halts> {
        None
    }
}
