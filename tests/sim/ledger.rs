//! The ledger in memory, after the promises of its port.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::ids::{EntityRef, EventKey};
use sgh_core::limits::OWN_WRITE_KEPT;
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};
use sgh_queue::{Claim, Halts, Ledger, LedgerEntry, LedgerError, Owner};

use crate::hands::Hands;
use crate::mutants::Mutant;

const CLAIM: [&str; 2] = ["claim fails", "claimed, the answer is lost"];
const RECORD: [&str; 2] = ["record fails", "recorded, the answer is lost"];
const RELEASE: [&str; 2] = ["release fails", "released, the answer is lost"];
const ASK: [&str; 2] = ["ledger does not answer", "ledger's answer is lost"];

#[derive(Default)]
pub(crate) struct Row {
    pub entry: Option<LedgerEntry>,
    lease: Option<(Owner, Timestamp)>,
}

/// Entity, field, and the mark of the value.
type Written = (EntityRef, String, String);

#[derive(Default)]
pub(crate) struct ModelLedger {
    pub rows: Mutex<BTreeMap<String, Row>>,
    writes: Mutex<BTreeMap<Written, (Chain, Timestamp)>>,
}

impl ModelLedger {
    /// All of it is gone, as after a disk that was replaced.
    pub(crate) fn lose_everything(&self) {
        self.rows.lock().unwrap().clear();
        self.writes.lock().unwrap().clear();
    }

    pub(crate) fn is_unseen(&self, key: &EventKey, now: Timestamp) -> bool {
        let rows = self.rows.lock().unwrap();
        let has = |row: &Row| {
            let ended = row.entry.as_ref().is_some_and(|entry| !entry.endings.is_empty());
            ended || row.lease.as_ref().is_some_and(|(_, until)| *until > now)
        };
        !rows.get(key.as_str()).is_some_and(has)
    }

    fn claim(&self, key: &EventKey, owner: &Owner, now: Timestamp, until: Timestamp) -> Claim {
        let mut rows = self.rows.lock().unwrap();
        let row = rows.entry(key.as_str().to_owned()).or_default();
        if let Some((holder, until)) = &row.lease
            && holder != owner
            && *until > now
        {
            return Claim::Busy { until: *until };
        }
        row.lease = Some((owner.clone(), until));
        Claim::Ours(row.entry.clone().unwrap_or_default())
    }

    fn record(&self, key: &EventKey, owner: &Owner, entry: Option<&LedgerEntry>) -> bool {
        let mut rows = self.rows.lock().unwrap();
        let Some(row) = rows.get_mut(key.as_str()) else { return false };
        if row.lease.as_ref().is_none_or(|(holder, _)| holder != owner) {
            return false;
        }
        row.lease = None;
        if let Some(entry) = entry {
            row.entry = Some(entry.clone());
        }
        true
    }
}

fn down() -> LedgerError {
    LedgerError("down".into())
}

#[async_trait]
impl Ledger for Hands {
    async fn claim(
        &self,
        event: &EventKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, LedgerError> {
        let claimed = self.call(CLAIM, self.world.knobs.store_faults, |world| {
            let until = if world.is(Mutant::LeaseOfNoTime) { now } else { until };
            let mut claimed = world.ledger.claim(event, owner, now, until);
            if world.is(Mutant::LeaseIgnored) && matches!(claimed, Claim::Busy { .. }) {
                claimed = Claim::Ours(LedgerEntry::default());
            }
            world.note(|| format!("claim {event} by {}: {claimed:?}", owner.0));
            claimed
        });
        claimed.await.ok_or_else(down)
    }

    async fn record(
        &self,
        event: &EventKey,
        owner: &Owner,
        entry: &LedgerEntry,
        _: Timestamp,
    ) -> Result<(), LedgerError> {
        let invocation = self.invocation();
        let recorded = self.call(RECORD, self.world.knobs.store_faults, |world| {
            let kept = (!world.is(Mutant::LedgerForgets)).then_some(entry);
            let recorded = world.ledger.record(event, owner, kept);
            world.note(|| format!("record {event} by {}: {recorded}", owner.0));
            recorded
        });
        let recorded = recorded.await.ok_or_else(down)?;
        if !recorded {
            invocation.trouble();
            return Err(LedgerError("the claim was lost".into()));
        }
        self.world.bus.settle(event.as_str(), &invocation);
        Ok(())
    }

    async fn release(&self, event: &EventKey, owner: &Owner) -> Result<(), LedgerError> {
        let released = self.call(RELEASE, self.world.knobs.store_faults, |world| {
            world.ledger.record(event, owner, None);
        });
        released.await.ok_or_else(down)
    }

    async fn entry(
        &self,
        event: &EventKey,
        _: Timestamp,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        let asked = self.call(ASK, self.world.knobs.store_faults, |world| {
            let rows = world.ledger.rows.lock().unwrap();
            rows.get(event.as_str()).and_then(|row| row.entry.clone())
        });
        asked.await.ok_or_else(down)
    }

    fn halts(&self) -> Option<&dyn Halts> {
        Some(self)
    }

    async fn remember_writes(
        &self,
        writes: &[OwnWrite],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let remembered = self.call(ASK, self.world.knobs.store_faults, |world| {
            if world.is(Mutant::OwnWritesForgotten) {
                return;
            }
            let mut known = world.ledger.writes.lock().unwrap();
            for OwnWrite { entity, field, value, chain } in writes {
                let key = (entity.clone(), field.clone(), value.as_str().to_owned());
                known.insert(key, (chain.clone(), now));
            }
        });
        remembered.await.ok_or_else(down)
    }

    async fn chain_of(
        &self,
        entity: &EntityRef,
        field: &str,
        value: &ValueMark,
        now: Timestamp,
    ) -> Result<Option<Chain>, LedgerError> {
        let asked = self.call(ASK, self.world.knobs.store_faults, |world| {
            let known = world.ledger.writes.lock().unwrap();
            let key = (entity.clone(), field.to_owned(), value.as_str().to_owned());
            let (chain, at) = known.get(&key)?;
            (now < *at + OWN_WRITE_KEPT).then(|| chain.clone())
        });
        asked.await.ok_or_else(down)
    }
}
