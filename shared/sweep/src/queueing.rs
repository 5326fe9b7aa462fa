//! From entries to messages: what an automation wants and the ledger has not seen is queued.

use jiff::Timestamp;
use sgh_automations::matching;
use sgh_core::config::Config;
use sgh_core::event::Event;
use sgh_core::event_log::EventLogEntry;
use sgh_core::ids::EventKey;
use sgh_core::message::Message;
use sgh_queue::{Keep, KeepError};

use crate::{Sweep, SweepError};

/// How many entries came how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Queued {
    pub wanted: u64,
    pub queued: u64,
}

/// Queues what is missing of these entries, in their order.
pub(crate) async fn queue_missing(
    sweep: &Sweep,
    entries: &[&EventLogEntry],
    now: Timestamp,
) -> Result<Queued, SweepError> {
    let wanted: Vec<(&EventLogEntry, EventKey)> = entries
        .iter()
        .filter_map(|entry| {
            let event = entry.event().ok().filter(|event| is_wanted(&sweep.config, event))?;
            // What no hook is told of was never missing.
            entry.is_delivered().then(|| (*entry, event.key(&sweep.site_host)))
        })
        .collect();
    let mut count = Queued { wanted: wanted.len() as u64, queued: 0 };
    if wanted.is_empty() {
        return Ok(count);
    }
    let keys: Vec<EventKey> = wanted.iter().map(|(_, key)| key.clone()).collect();
    let unseen = sweep.seen.unseen(&keys, now).await.map_err(SweepError::Ledger)?;
    let is_missing = |place: usize| unseen.get(place).copied().unwrap_or(true);
    let missing = wanted.iter().enumerate().filter(|(place, _)| is_missing(*place));
    let messages: Vec<Message> =
        missing.map(|(_, (entry, _))| entry.message(sweep.ordering, now)).collect();
    if messages.is_empty() {
        return Ok(count);
    }
    keep(&*sweep.queue, &messages).await.map_err(SweepError::Queue)?;
    count.queued = messages.len() as u64;
    sgh_telemetry::metric("sweep_found", messages.len() as f64, &[]);
    Ok(count)
}

fn is_wanted(config: &Config, event: &Event) -> bool {
    config.automations.iter().any(|automation| matching::wants(automation, event).is_ok())
}

/// What the queue refuses is tried once more, in its order.
async fn keep(queue: &dyn Keep, messages: &[Message]) -> Result<(), KeepError> {
    let Err(error) = queue.keep(messages).await else { return Ok(()) };
    let KeepError::Refused { positions, .. } = &error;
    let again: Vec<Message> =
        positions.iter().filter_map(|position| messages.get(*position).cloned()).collect();
    if again.is_empty() { Err(error) } else { queue.keep(&again).await }
}
