//! A ledger that keeps everything but halts.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::ids::{EntityRef, EventKey};
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};
use sgh_queue::{Claim, Ledger, LedgerEntry, LedgerError, Owner};

pub(crate) struct NoHalts(pub Arc<dyn Ledger>);

#[async_trait]
impl Ledger for NoHalts {
    async fn claim(
        &self,
        event: &EventKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, LedgerError> {
        self.0.claim(event, owner, now, until).await
    }

    async fn record(
        &self,
        event: &EventKey,
        owner: &Owner,
        entry: &LedgerEntry,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.0.record(event, owner, entry, now).await
    }

    async fn release(&self, event: &EventKey, owner: &Owner) -> Result<(), LedgerError> {
        self.0.release(event, owner).await
    }

    async fn entry(
        &self,
        event: &EventKey,
        now: Timestamp,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        self.0.entry(event, now).await
    }

    async fn remember_writes(
        &self,
        writes: &[OwnWrite],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.0.remember_writes(writes, now).await
    }

    async fn chain_of(
        &self,
        entity: &EntityRef,
        field: &str,
        value: &ValueMark,
        now: Timestamp,
    ) -> Result<Option<Chain>, LedgerError> {
        self.0.chain_of(entity, field, value, now).await
    }
}
