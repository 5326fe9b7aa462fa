//! Halts in memory, and what an operator looks through: how a replay knows what waits.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::ids::EventKey;
use sgh_queue::halts::{Halt, HaltMark, Halts, StandingHalt};
use sgh_queue::{Failure, FailureFilter, FailurePage, Failures, LedgerError, PageMark};

use crate::hands::Hands;

const ASK: [&str; 2] = ["halts cannot be read", "halts are read, the answer is lost"];
const CHANGE: [&str; 2] = ["halt is not changed", "halt is changed, the answer is lost"];

#[derive(Default)]
pub(crate) struct ModelHalts {
    standing: Mutex<BTreeMap<String, StandingHalt>>,
    changes: Mutex<u64>,
}

fn down() -> LedgerError {
    LedgerError("down".into())
}

#[async_trait]
impl Halts for Hands {
    async fn standing(
        &self,
        automations: &[String],
    ) -> Result<BTreeMap<String, StandingHalt>, LedgerError> {
        let read = self.call(ASK, self.world.knobs.store_faults, |world| {
            let mut standing = world.halts.standing.lock().unwrap().clone();
            standing.retain(|name, _| automations.contains(name));
            standing
        });
        read.await.ok_or_else(down)
    }

    async fn change_halt(
        &self,
        automation: &str,
        from: Option<&HaltMark>,
        to: Option<&Halt>,
    ) -> Result<Option<HaltMark>, LedgerError> {
        let changed = self.call(CHANGE, self.world.knobs.store_faults, |world| {
            let mut standing = world.halts.standing.lock().unwrap();
            if standing.get(automation).map(|halt| &halt.mark) != from {
                return None;
            }
            let mut changes = world.halts.changes.lock().unwrap();
            *changes += 1;
            let mark = HaltMark(changes.to_string());
            world.note(|| format!("halt of {automation}: {:?}", to.map(|halt| &halt.lines)));
            match to {
                Some(halt) => {
                    let new = StandingHalt { halt: halt.clone(), mark: mark.clone() };
                    standing.insert(automation.to_owned(), new);
                }
                None => _ = standing.remove(automation),
            }
            Some(mark)
        });
        changed.await.ok_or_else(down)
    }
}

#[async_trait]
impl Failures for Hands {
    async fn failures(
        &self,
        filter: &FailureFilter,
        _: Option<&PageMark>,
        now: Timestamp,
    ) -> Result<FailurePage, LedgerError> {
        let all = self.world.ledger.failed();
        let failures = all.into_iter().map(|(event, entry)| Failure {
            event: event.clone(),
            entry,
            recorded_at: now,
        });
        let failures = failures.filter(|failure| filter.takes(failure)).collect();
        Ok(FailurePage { failures, next: None })
    }
}

impl crate::ledger::ModelLedger {
    /// What has failed or waits, by what it is known by.
    fn failed(&self) -> Vec<(EventKey, sgh_queue::LedgerEntry)> {
        let rows = self.rows.lock().unwrap();
        let failed = rows.iter().filter_map(|(key, row)| {
            let entry = row.entry.as_ref().filter(|entry| entry.failed().next().is_some())?;
            let (host, id) = key.split_once('/')?;
            Some((EventKey::of_entry(host, id.parse().ok()?), entry.clone()))
        });
        failed.collect()
    }
}
