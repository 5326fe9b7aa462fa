//! What a test breaks, and what it counts.

use std::collections::BTreeMap;

use super::EmulatedSite;
use crate::faults::{Fault, RestCall};

/// Faults and counts.
impl EmulatedSite {
    /// Lets the next `times` REST calls that begin with `calls` go wrong. `calls` is a path below
    /// `/api/v1` (`/entity/tasks`), with its method (`PUT /entity/tasks/12`), or a kind
    /// (`PUT /entity/{type}`).
    pub fn plan_fault(&self, calls: &str, times: u32, fault: Fault) {
        self.shared.faults.plan(calls, times, fault);
    }

    /// Forgets all faults: REST, lost deliveries, held rows.
    pub fn heal(&self) {
        self.shared.faults.heal();
        self.shared.change(|store| store.hooks.loss.set(0, 0));
        self.release_log_rows();
    }

    /// Loses a share of the deliveries from now on; which ones, `seed` decides.
    pub fn lose_deliveries(&self, percent: u8, seed: u64) {
        self.shared.change(|store| store.hooks.loss.set(percent, seed));
    }

    /// Event log entries whose delivery was lost, or never sent because the hook had failed.
    #[must_use]
    pub fn lost_events(&self) -> Vec<u64> {
        self.shared.store().hooks.loss.lost.clone()
    }

    /// Keeps the next rows of the event log back: their ids are taken and not seen yet.
    pub fn hold_log_rows(&self, count: usize) {
        self.shared.change(|store| store.log_faults.hold_next = count);
    }

    /// Shows the rows that were kept back; says how many.
    pub fn release_log_rows(&self) -> usize {
        self.shared.change(crate::events::log::release)
    }

    /// Takes event log ids that no row will ever have.
    pub fn skip_log_ids(&self, count: u64) {
        self.shared.change(|store| {
            for _ in 0..count {
                store.next_id("EventLogEntry");
            }
        });
    }

    /// REST calls so far, by kind: `POST /entity/{type}/_search`.
    #[must_use]
    pub fn call_counts(&self) -> BTreeMap<String, u64> {
        self.shared.faults.counts()
    }

    /// The last REST calls, one by one.
    #[must_use]
    pub fn calls(&self) -> Vec<RestCall> {
        self.shared.faults.calls()
    }

    /// Counts from zero again.
    pub fn forget_calls(&self) {
        self.shared.faults.forget_calls();
    }
}
