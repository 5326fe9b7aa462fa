#![doc = include_str!("../README.md")]

mod acknowledge;
mod back_off;
mod chain;
mod claim;
mod decide;
mod dry_run;
mod effects;
mod ending;
mod explain;
mod folders;
mod group;
mod halted;
mod intake;
mod lag;
mod open;
mod outside;
mod progress;
mod reading;
mod refused;
mod remark;
mod replay;
mod restore;
mod settle;
mod simulate;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use sgh_core::clock::Clock;
use sgh_core::config::Config;
use sgh_core::ids::{DeliveryId, EventKey};
use sgh_core::limits::SITE_CONCURRENCY;
use sgh_core::outcome::Ending;
use sgh_queue::{Ledger, Owner, Received, Registry};
use sgh_site::Site;

pub use explain::{Explained, Explanation};
pub use folders::{Asked, Directories, FolderKit, NotMade};
pub use outside::{
    ANSWER_SIZE_MAX, Bus, BusError, BusEvent, Call, Ended, Outside, Programs, Ran, SOURCE,
};
pub use replay::{
    Again, LettersBack, Patience, Replay, ReplayError, Resumed, Sent, Wanted, letters,
};
pub use settle::{Settle, settle};
pub use simulate::{
    Afterwards, Doubt, Happened, OfAutomation, ReadOnly, SOON, Scope, Simulated, Simulation,
    TooLong, Who, WouldWrite, Writes,
};

/// Time kept to record, to acknowledge and to answer. Ours: one acknowledgement takes 10 s of a
/// site that hangs.
const TO_TELL: SignedDuration = SignedDuration::from_secs(15);

/// What works deliveries.
pub struct Engine {
    /// What is decided by.
    pub rules: Rules,
    /// The site's host: part of what the ledger knows an event by.
    pub site_host: String,
    /// What was done.
    pub ledger: Arc<dyn Ledger>,
    /// Which folder is whose.
    pub registry: Arc<dyn Registry>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The code outside that takes part.
    pub outside: Outside,
}

/// What is decided by: the studio's rules, its schema, and the site.
pub struct Rules {
    /// What the studio automates.
    pub config: Arc<Config>,
    /// What `make_folders` needs; `None` where no automation makes directories.
    pub folders: Option<Arc<FolderKit>>,
    /// The site.
    pub site: Arc<dyn Site>,
}

/// What is to become of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It is through: take it out of the queue.
    Finish,
    /// It comes back after this time.
    Return {
        /// The time to wait.
        after: std::time::Duration,
    },
    /// It is given up: it goes back at once, so that the queue moves it to the dead letters.
    DeadLetter {
        /// Why.
        reason: String,
    },
}

/// What one batch came to.
#[derive(Debug)]
pub struct Report {
    /// Each message of the batch and what is to become of it, in the order of the batch.
    pub messages: Vec<(Received, Disposition)>,
    /// What happened to each event, in the order it was worked.
    pub events: Vec<Worked>,
    /// Searches that the batch took.
    pub reads: usize,
}

/// What happened to one event.
#[derive(Debug, Clone)]
pub struct Worked {
    /// What the ledger knows it by; `None` where the message was no event.
    pub event: Option<EventKey>,
    /// The site's name of its type.
    pub event_type: String,
    /// Its delivery.
    pub delivery: Option<DeliveryId>,
    /// How each automation ended.
    pub endings: BTreeMap<String, Ending>,
    /// The acknowledgement that was posted, or would have been if it had a delivery.
    pub acknowledgement: String,
}

impl Engine {
    /// Works a batch. Nothing that goes wrong with one message is an error of the batch.
    ///
    /// Claims are held as `owner` until `deadline`.
    pub async fn work(&self, batch: Vec<Received>, owner: &Owner, deadline: Timestamp) -> Report {
        let mut items: Vec<intake::Item> =
            batch.into_iter().map(|received| self.take_in(received)).collect();
        lag::begun(self, &items);
        let order: Vec<String> =
            items.iter().map(|item| item.received().message_id.clone()).collect();
        let count = reading::Count::default();
        claim::mark_ended(self, &mut items).await;
        restore::restore(self, &mut items, &count).await;
        folders::learn_lists(&self.rules, &items, self.clock.now()).await;
        let reading = reading::Reading::for_batch(&self.rules, &items, count).await;
        let halted = halted::Halted::of_batch(self, &items).await;
        let work_until = work_until(self.clock.now(), deadline);
        let shared = group::Shared {
            engine: self,
            owner,
            deadline,
            work_until,
            reads: &reading.count,
            takes: &refused::Takes::default(),
            halted: &halted,
        };
        let works = intake::groups(items).into_iter().map(|items| {
            let (known, shared) = (reading.known.clone(), &shared);
            async move { group::work_guarded(shared, items, known).await }
        });
        let ended: Vec<ending::Ended> =
            futures_util::stream::iter(works).buffer_unordered(SITE_CONCURRENCY).collect().await;
        let mut messages = Vec::with_capacity(order.len());
        let mut events = Vec::with_capacity(order.len());
        for ended in ended {
            messages.extend(ended.messages);
            events.extend(ended.events);
        }
        let place = |received: &Received| order.iter().position(|id| *id == received.message_id);
        messages.sort_by_key(|(received, _)| place(received));
        Report { messages, events, reads: reading.count.taken() }
    }
}

/// Nothing new is begun in the last part of an invocation, so that what was done can be told.
fn work_until(now: Timestamp, deadline: Timestamp) -> Timestamp {
    let left = deadline.duration_since(now);
    deadline - (left / 4).clamp(SignedDuration::ZERO, TO_TELL)
}

impl Engine {
    /// What makes directories; `None` where sgh.yaml has no `folders:`.
    #[must_use]
    pub fn directories(&self) -> Option<Directories> {
        Some(Directories {
            kit: self.rules.folders.clone()?,
            registry: Arc::clone(&self.registry),
            site: Arc::clone(&self.rules.site),
            clock: Arc::clone(&self.clock),
        })
    }

    /// Endings in the order of sgh.yaml; those of automations that are no longer in it come last.
    pub(crate) fn in_order<'a>(
        &'a self,
        endings: &'a BTreeMap<String, Ending>,
    ) -> Vec<(&'a str, &'a Ending)> {
        let place = |name: &str| {
            self.rules.config.automations.iter().position(|automation| automation.name == name)
        };
        let mut ordered: Vec<(&str, &Ending)> =
            endings.iter().map(|(name, ending)| (name.as_str(), ending)).collect();
        ordered.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        ordered
    }
}

#[cfg(test)]
mod tests;
