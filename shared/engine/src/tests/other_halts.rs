//! A ledger that keeps everything but halts, or has them elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::ids::{EntityRef, EventKey};
use sgh_queue::halts::{Halt, HaltMark, Halts, StandingHalt};
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};
use sgh_queue::{Claim, Ledger, LedgerEntry, LedgerError, Owner};

pub(crate) struct NoHalts(pub Arc<dyn Ledger>);

/// As [`NoHalts`], with halts of its own.
pub(crate) struct OtherHalts<H>(pub NoHalts, pub H);

/// Lifts a halt as soon as somebody has read it.
pub(crate) struct LiftsOnceRead(pub Arc<dyn Ledger>);

#[async_trait]
impl Halts for LiftsOnceRead {
    async fn standing(
        &self,
        automations: &[String],
    ) -> Result<BTreeMap<String, StandingHalt>, LedgerError> {
        let halts = self.0.halts().expect("it has them");
        let found = halts.standing(automations).await?;
        for (name, standing) in &found {
            halts.change_halt(name, Some(&standing.mark), None).await?;
        }
        Ok(found)
    }

    async fn change_halt(
        &self,
        automation: &str,
        from: Option<&HaltMark>,
        to: Option<&Halt>,
    ) -> Result<Option<HaltMark>, LedgerError> {
        self.0.halts().expect("it has them").change_halt(automation, from, to).await
    }
}

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

#[async_trait]
impl<H: Halts> Ledger for OtherHalts<H> {
    async fn claim(
        &self,
        event: &EventKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, LedgerError> {
        self.0.0.claim(event, owner, now, until).await
    }

    async fn record(
        &self,
        event: &EventKey,
        owner: &Owner,
        entry: &LedgerEntry,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.0.0.record(event, owner, entry, now).await
    }

    async fn release(&self, event: &EventKey, owner: &Owner) -> Result<(), LedgerError> {
        self.0.0.release(event, owner).await
    }

    async fn entry(
        &self,
        event: &EventKey,
        now: Timestamp,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        self.0.0.entry(event, now).await
    }

    async fn remember_writes(
        &self,
        writes: &[OwnWrite],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.0.0.remember_writes(writes, now).await
    }

    async fn chain_of(
        &self,
        entity: &EntityRef,
        field: &str,
        value: &ValueMark,
        now: Timestamp,
    ) -> Result<Option<Chain>, LedgerError> {
        self.0.0.chain_of(entity, field, value, now).await
    }

    fn halts(&self) -> Option<&dyn Halts> {
        Some(&self.1)
    }
}
