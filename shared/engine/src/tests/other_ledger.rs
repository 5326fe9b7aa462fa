//! A ledger that keeps everything, and otherwise behaves as a test wants it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::ids::{EntityRef, EventKey};
use sgh_queue::halts::{Halt, HaltMark, Halts, StandingHalt};
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};
use sgh_queue::{Claim, Ledger, LedgerEntry, LedgerError, Owner};

pub(crate) struct OtherLedger {
    inner: Arc<dyn Ledger>,
    halts: Option<Box<dyn Halts>>,
    /// How many claims are refused before one is answered.
    claims_refused: Mutex<usize>,
    /// How many records are refused before one is made.
    records_refused: Mutex<usize>,
}

impl OtherLedger {
    /// One that can keep no halts.
    pub(crate) fn without_halts(inner: Arc<dyn Ledger>) -> Self {
        let [claims_refused, records_refused] = [Mutex::new(0), Mutex::new(0)];
        Self { inner, halts: None, claims_refused, records_refused }
    }

    /// One with halts of its own.
    pub(crate) fn with_halts(inner: Arc<dyn Ledger>, halts: impl Halts + 'static) -> Self {
        Self { halts: Some(Box::new(halts)), ..Self::without_halts(inner) }
    }

    /// One that refuses so many claims.
    pub(crate) fn stuttering(inner: Arc<dyn Ledger>, refusals: usize) -> Self {
        Self { claims_refused: Mutex::new(refusals), ..Self::without_halts(inner) }
    }

    /// One that refuses so many records.
    pub(crate) fn refusing_records(inner: Arc<dyn Ledger>, refusals: usize) -> Self {
        Self { records_refused: Mutex::new(refusals), ..Self::without_halts(inner) }
    }
}

fn refuse(left: &Mutex<usize>) -> Result<(), LedgerError> {
    let mut left = left.lock().unwrap();
    if *left == 0 {
        return Ok(());
    }
    *left -= 1;
    Err(LedgerError("throttled".into()))
}

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
impl Ledger for OtherLedger {
    async fn claim(
        &self,
        event: &EventKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, LedgerError> {
        refuse(&self.claims_refused)?;
        self.inner.claim(event, owner, now, until).await
    }

    async fn record(
        &self,
        event: &EventKey,
        owner: &Owner,
        entry: &LedgerEntry,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        refuse(&self.records_refused)?;
        self.inner.record(event, owner, entry, now).await
    }

    async fn release(&self, event: &EventKey, owner: &Owner) -> Result<(), LedgerError> {
        self.inner.release(event, owner).await
    }

    async fn entry(
        &self,
        event: &EventKey,
        now: Timestamp,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        self.inner.entry(event, now).await
    }

    async fn remember_writes(
        &self,
        writes: &[OwnWrite],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.inner.remember_writes(writes, now).await
    }

    async fn chain_of(
        &self,
        entity: &EntityRef,
        field: &str,
        value: &ValueMark,
        now: Timestamp,
    ) -> Result<Option<Chain>, LedgerError> {
        self.inner.chain_of(entity, field, value, now).await
    }

    fn halts(&self) -> Option<&dyn Halts> {
        self.halts.as_deref()
    }
}
