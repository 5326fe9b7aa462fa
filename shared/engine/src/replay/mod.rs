//! What failed is put into the queue again, so that it is worked like any delivery: by the worker,
//! with its storage and its rights, behind what is there.
//!
//! Nothing is taken out of the ledger for it: a run that is cut short is repeated, and what is done
//! by then is done. Not here: running it, which the worker does as ever, and telling people.

mod letters;
mod resume;
mod select;
mod send;

use std::sync::Arc;

use jiff::Timestamp;
use sgh_core::clock::Clock;
use sgh_core::config::Config;
use sgh_core::ids::{DeliveryId, EntityRef, EventKey};
use sgh_core::message::ReplayRun;
use sgh_core::settings::Ordering;
use sgh_queue::{Failures, Keep, KeepError, Ledger, LedgerError, QueueError};
use sgh_site::{Site, SiteError};

pub use letters::{LettersBack, letters};
pub use resume::{Patience, Resumed};
pub use send::Sent;

/// Puts what failed into the queue.
pub struct Replay {
    /// Where what failed is kept.
    pub ledger: Arc<dyn Ledger>,
    /// The same, to be looked through.
    pub failures: Arc<dyn Failures>,
    /// Where it goes.
    pub queue: Arc<dyn Keep>,
    /// Where an event is read from that was too large to be kept.
    pub site: Arc<dyn Site>,
    /// The site's host: part of what the ledger knows an event by.
    pub site_host: String,
    /// Within what events keep their order.
    pub ordering: Ordering,
    /// What automations there are.
    pub config: Arc<Config>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// This replay's own id: what two runs put into the queue is not folded.
    pub run: String,
}

/// What is to be run again. What is not said is not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only these entries of the event log.
    pub events: Vec<u64>,
    /// Only what this delivery brought.
    pub delivery: Option<DeliveryId>,
    /// Only this automation.
    pub automation: Option<String>,
    /// Only what failed at this moment or later.
    pub since: Option<Timestamp>,
    /// Only what failed before this moment.
    pub until: Option<Timestamp>,
}

/// An event of which something is to be run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// What the ledger knows it by.
    pub event: EventKey,
    /// The site's name of its type; empty where its bytes are not kept.
    pub event_type: String,
    /// What it is about.
    pub entity: Option<EntityRef>,
    /// When it failed.
    pub failed_at: Timestamp,
    /// Where it is acknowledged.
    pub delivery: Option<DeliveryId>,
    /// The automations to run, and why they failed.
    pub automations: Vec<(String, String)>,
    /// Those that failed and are not run, and why not.
    pub left: Vec<(String, String)>,
}

/// What failed could not be put into the queue.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The ledger does not answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The queue did not take it.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The queue, or its dead letters, could not be asked.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The event log does not answer.
    #[error("the event log cannot be read")]
    Site(#[from] SiteError),
    /// Its bytes are nowhere.
    #[error("event {event} was too large to be kept, and the event log does not have it: {why}")]
    Gone {
        /// The event.
        event: EventKey,
        /// What is in the way.
        why: String,
    },
}

impl Replay {
    fn run(&self) -> ReplayRun {
        ReplayRun { id: self.run.clone(), now: self.clock.now() }
    }
}

#[cfg(test)]
pub(crate) mod tests;
