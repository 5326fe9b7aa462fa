//! The sweep of one site's event log: what it is made of, and how it is begun.
//!
//! Not here: its steps (`run`), and what is missing (`missing`).

use std::sync::Arc;

use jiff::Timestamp;
use sgh_core::clock::Clock;
use sgh_core::config::Config;
use sgh_core::settings::Ordering;
use sgh_queue::{Keep, KeepError, LedgerError, RecordError, Seen, SweepRecord};
use sgh_site::{Site, SiteError};
use sgh_telemetry::figures;
use tracing::info;

use crate::missing::Missing;
use crate::report::Report;
use crate::run::{Mode, Run};
use crate::state::StateError;

/// What sweeps the event log of one site.
pub struct Sweep {
    /// What the studio automates: nothing else is missing.
    pub config: Arc<Config>,
    /// The site.
    pub site: Arc<dyn Site>,
    /// Where what is missing goes.
    pub queue: Arc<dyn Keep>,
    /// What was worked already.
    pub seen: Arc<dyn Seen>,
    /// How far the last sweep was.
    pub record: Arc<dyn SweepRecord>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The site's host: part of what the ledger knows an event by.
    pub site_host: String,
    /// What a group is.
    pub ordering: Ordering,
}

/// Where a sweep begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// Where the last one was; the very first one begins at the present.
    AtRecord,
    /// No later than this. What is looked at once more and was worked is not queued.
    Since(Timestamp),
}

/// A sweep that came to nothing. What it queued is queued; the next one goes on from the record.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The record cannot be read or written.
    #[error("the sweep record is not within reach")]
    Record(#[source] RecordError),
    /// The record is not ours.
    #[error(transparent)]
    State(#[from] StateError),
    /// The event log cannot be read.
    #[error("the event log of the site cannot be read")]
    Site(#[source] SiteError),
    /// The ledger cannot be asked.
    #[error("the ledger cannot be asked what it has seen")]
    Ledger(#[source] LedgerError),
    /// The queue did not take what was found.
    #[error("the queue did not take what was found")]
    Queue(#[source] KeepError),
}

impl Sweep {
    /// Sweeps until there is nothing more, or this moment has come. `progress` is told after each
    /// portion.
    ///
    /// # Errors
    /// See [`SweepError`]. Nothing is lost by it: the record is not ahead of the queue.
    pub async fn run(
        &self,
        begin: Begin,
        until: Timestamp,
        progress: &mut (dyn FnMut(&Report) + Send),
    ) -> Result<Report, SweepError> {
        let (report, swept) = Run::of(self, Mode::Queue, progress).run(begin, until).await;
        count(&report, swept.is_ok());
        swept.map(|()| report)
    }

    /// What a sweep would come to: `found` is told what it would queue. Queues nothing, saves
    /// nothing, and counts in no figure.
    ///
    /// # Errors
    /// See [`SweepError`].
    pub async fn look(
        &self,
        begin: Begin,
        until: Timestamp,
        found: &mut (dyn FnMut(Missing) + Send),
        progress: &mut (dyn FnMut(&Report) + Send),
    ) -> Result<Report, SweepError> {
        let (report, looked) = Run::of(self, Mode::Look(found), progress).run(begin, until).await;
        looked.map(|()| report)
    }
}

/// What a sweep that failed has queued is queued too.
fn count(report: &Report, is_done: bool) {
    if report.queued > 0 {
        info!(queued = report.queued, "events that were not delivered are queued");
        figures::SWEEP_FOUND.record(report.queued as f64, []);
    }
    if report.written_off > 0 {
        figures::SWEEP_WRITTEN_OFF.record(report.written_off as f64, []);
    }
    if is_done {
        figures::SWEEP_BEHIND.record(report.lag.as_secs_f64(), []);
        figures::SWEEP_DONE.record(1.0, []);
    } else {
        figures::SWEEP_FAILED.record(1.0, []);
    }
}
