//! What is missing: entries that an automation wants and the ledger has not seen.

use jiff::Timestamp;
use serde::Serialize;
use sgh_automations::matching;
use sgh_core::config::{Automation, Config, Trigger};
use sgh_core::event::Event;
use sgh_core::event_log::EventLogEntry;
use sgh_core::ids::{EntityRef, EventKey};
use sgh_core::message::Message;
use sgh_queue::{Keep, KeepError};

use crate::{Sweep, SweepError};

/// An event that was never worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Its entry in the log.
    pub entry: u64,
    /// When it happened, to the second.
    pub created_at: Option<Timestamp>,
    /// Its type by the site's name.
    pub event_type: String,
    /// The field that changed.
    pub attribute: Option<String>,
    /// What it is about.
    pub entity: Option<EntityRef>,
    /// Where it happened.
    pub project: Option<EntityRef>,
    /// The automations that want it, in the order of sgh.yaml.
    pub automations: Vec<String>,
}

/// An entry with its event, and who wants it.
struct Wanted<'a> {
    entry: &'a EventLogEntry,
    event: Event,
    automations: Vec<String>,
}

/// What was found of some entries.
pub(crate) struct Found<'a> {
    /// How many of them an automation wants.
    pub wanted: u64,
    missing: Vec<Wanted<'a>>,
}

/// Which of these entries are missing, in their order.
pub(crate) async fn missing<'a>(
    sweep: &Sweep,
    entries: &[&'a EventLogEntry],
    now: Timestamp,
) -> Result<Found<'a>, SweepError> {
    let wanted: Vec<Wanted<'a>> =
        entries.iter().filter_map(|entry| wanted(&sweep.config, entry)).collect();
    let count = wanted.len() as u64;
    if wanted.is_empty() {
        return Ok(Found { wanted: count, missing: wanted });
    }
    let keys: Vec<EventKey> = wanted.iter().map(|one| one.event.key(&sweep.site_host)).collect();
    let unseen = sweep.seen.unseen(&keys, now).await.map_err(SweepError::Ledger)?;
    // What a store does not answer for is queued: the worker asks again.
    let unseen = unseen.into_iter().chain(std::iter::repeat(true));
    let missing = wanted.into_iter().zip(unseen).filter(|(_, unseen)| *unseen);
    Ok(Found { wanted: count, missing: missing.map(|(one, _)| one).collect() })
}

/// An entry that an automation wants; `None` for what nobody wants, and for what no hook is told
/// of, which is never missing.
fn wanted<'a>(config: &Config, entry: &'a EventLogEntry) -> Option<Wanted<'a>> {
    let event = entry.event().ok()?;
    let is_delivered = entry.is_delivered();
    // Of some types the site tells no hook, so who names one counts on the sweep alone.
    let only_here = |automation: &Automation| names(automation, &event) && !entry.is_of_creation();
    let wants = |automation: &&Automation| {
        matching::wants(automation, &event).is_ok() && (is_delivered || only_here(automation))
    };
    let automations: Vec<String> =
        config.automations.iter().filter(wants).map(|one| one.name.clone()).collect();
    (!automations.is_empty()).then_some(Wanted { entry, event, automations })
}

/// Whether an automation is for events of just this type: `event:`.
fn names(automation: &Automation, event: &Event) -> bool {
    automation.on.iter().any(|trigger| match trigger {
        Trigger::EventType(wanted) => *wanted == event.event_type,
        Trigger::Entity { .. } => false,
    })
}

impl Found<'_> {
    /// How many are missing.
    pub(crate) fn count(&self) -> u64 {
        self.missing.len() as u64
    }

    /// Queues them.
    pub(crate) async fn queue(&self, sweep: &Sweep, now: Timestamp) -> Result<(), SweepError> {
        let message = |one: &Wanted| one.entry.message(sweep.ordering, now);
        let messages: Vec<Message> = self.missing.iter().map(message).collect();
        keep(&*sweep.queue, &messages).await.map_err(SweepError::Queue)
    }

    /// Names them.
    pub(crate) fn name(self) -> impl Iterator<Item = Missing> {
        self.missing.into_iter().map(|Wanted { entry, event, automations }| Missing {
            entry: entry.id,
            created_at: entry.created_at,
            event_type: event.event_type,
            attribute: event.attribute,
            entity: event.entity,
            project: event.project,
            automations,
        })
    }
}

/// What the queue refuses is tried once more, in its order.
async fn keep(queue: &dyn Keep, messages: &[Message]) -> Result<(), KeepError> {
    if messages.is_empty() {
        return Ok(());
    }
    let Err(error) = queue.keep(messages).await else { return Ok(()) };
    let KeepError::Refused { positions, .. } = &error;
    let again: Vec<Message> =
        positions.iter().filter_map(|position| messages.get(*position).cloned()).collect();
    if again.is_empty() { Err(error) } else { queue.keep(&again).await }
}
