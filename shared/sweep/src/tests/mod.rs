//! Sweeps against a small site and stores in memory, whose every call can be made to fail, and
//! against the emulator.

mod at_once;
mod backlog;
mod emulated;
mod faults;
mod looking;
mod site;
mod stores;
mod sweeping;
mod wanted;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sgh_core::clock::Clock;
use sgh_core::config::Config;
use sgh_core::settings::Ordering;
use sgh_queue::contract::SettableClock;

use crate::{Begin, Report, Sweep, SweepError};
use site::TestSite;
use stores::{Steps, TestLedger, TestQueue, TestRecord};

pub(crate) const HOST: &str = "studio.example";
/// Wants a status change of a shot, in two projects.
const CONFIG: &str = "automations:
  - { name: a, on: Shot/update/sg_status_list, projects: [65, 66], do: set, values: { x: 1 } }
";

/// A site, the stores, and the time.
pub(crate) struct Stand {
    pub clock: Arc<SettableClock>,
    pub steps: Arc<Steps>,
    pub site: Arc<TestSite>,
    pub queue: Arc<TestQueue>,
    pub ledger: Arc<TestLedger>,
    pub record: Arc<TestRecord>,
    config: Arc<Config>,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let noon: Timestamp = "2026-01-01T12:00:00Z".parse().expect("a time");
        let clock = Arc::new(SettableClock::at(noon));
        let steps = Arc::new(Steps::default());
        Self {
            site: Arc::new(TestSite::new(clock.clone(), steps.clone())),
            queue: Arc::new(TestQueue::new(steps.clone())),
            ledger: Arc::new(TestLedger::new(steps.clone())),
            record: Arc::new(TestRecord::new(steps.clone())),
            config: Arc::new(Config::read(CONFIG, Path::new("sgh.yaml")).expect("valid")),
            steps,
            clock,
        }
    }

    /// A stand whose sweep has begun, before anything has happened.
    pub(crate) async fn begun() -> Self {
        let stand = Self::new();
        let report = stand.run().await.expect("begins");
        assert_eq!((report.entries, report.settled), (0, None));
        stand
    }

    pub(crate) fn sweep(&self) -> Sweep {
        Sweep {
            config: self.config.clone(),
            site: self.site.clone(),
            queue: self.queue.clone(),
            seen: self.ledger.clone(),
            record: self.record.clone(),
            clock: self.clock.clone(),
            site_host: HOST.into(),
            ordering: Ordering::Project,
        }
    }

    pub(crate) async fn run(&self) -> Result<Report, SweepError> {
        self.run_from(Begin::AtRecord).await
    }

    pub(crate) async fn run_from(&self, begin: Begin) -> Result<Report, SweepError> {
        let until = self.now() + SignedDuration::from_hours(1);
        self.sweep().run(begin, until, &mut |_| ()).await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.pass(Duration::from_secs(seconds));
    }

    /// What the worker does with all that is queued: it is worked, and the ledger knows it.
    pub(crate) fn work(&self) -> Vec<u64> {
        let entries = self.queue.take_all();
        self.ledger.see(&entries);
        entries
    }
}
