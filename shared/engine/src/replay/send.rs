//! Puts events into the queue again. What the ledger has of them is looked at once more, so that
//! what was mended meanwhile is left alone.

use std::collections::BTreeSet;

use serde_json::json;
use sgh_core::event_log::{EVENT_LOG_ENTRY, EventLogEntry, FIELDS};
use sgh_core::ids::EventKey;
use sgh_core::limits::MESSAGE_BATCH_MAX;
use sgh_core::message::{Message, Replay as What};
use sgh_core::outcome::EndingKind;
use sgh_queue::LedgerEntry;
use sgh_site::{Condition, Search};

use super::{Again, Replay, ReplayError};

/// What became of some events.
#[derive(Debug, Default)]
pub struct Sent {
    /// How many are in the queue. Those that were mended meanwhile are not.
    pub queued: usize,
    /// Those that are not, and why.
    pub refused: Vec<(EventKey, ReplayError)>,
}

impl Replay {
    /// Puts events into the queue, in their order, and tells how many are through so far.
    ///
    /// # Errors
    /// The ledger does not answer, or the queue takes nothing: what is queued by then is queued,
    /// and the rest still is in the ledger.
    pub async fn send(
        &self,
        events: &[Again],
        mut progress: impl FnMut(usize),
    ) -> Result<Sent, ReplayError> {
        let mut sent = Sent::default();
        let mut through = 0;
        for some in events.chunks(MESSAGE_BATCH_MAX) {
            let mut messages = Vec::with_capacity(some.len());
            for again in some {
                match self.message(again).await {
                    Ok(message) => messages.extend(message),
                    Err(error @ ReplayError::Gone { .. }) => {
                        sent.refused.push((again.event.clone(), error));
                    }
                    Err(error) => return Err(error),
                }
            }
            // What was kept of a refused call is folded when it is repeated with the same run.
            if self.queue.keep(&messages).await.is_err() {
                self.queue.keep(&messages).await?;
            }
            sent.queued += messages.len();
            through += some.len();
            progress(through);
        }
        Ok(sent)
    }

    /// The message of an event; `None` if nothing of it has failed any more.
    async fn message(&self, again: &Again) -> Result<Option<Message>, ReplayError> {
        let entry = self.ledger.entry(&again.event, self.clock.now()).await?;
        let entry = entry.unwrap_or_default();
        let failed = |name: &&String| {
            let ending = entry.endings.get(*name);
            ending.is_some_and(|ending| ending.kind == EndingKind::Failed)
        };
        let names = again.automations.iter().map(|(name, _)| name).filter(failed);
        let names: BTreeSet<String> = names.cloned().collect();
        if names.is_empty() {
            return Ok(None);
        }
        self.message_of(&again.event, &entry, &What::Only(names)).await.map(Some)
    }

    /// A message of an event that is in the ledger, or in the event log at least.
    pub(super) async fn message_of(
        &self,
        event: &EventKey,
        entry: &LedgerEntry,
        what: &What,
    ) -> Result<Message, ReplayError> {
        let gone = |why: &str| ReplayError::Gone { event: event.clone(), why: why.to_owned() };
        let bytes = match &entry.kept_event {
            Some(kept) => kept.clone().into_bytes(),
            None => {
                let id = event.entry().ok_or_else(|| gone("it stands in no event log"))?;
                self.logged(id).await?.ok_or_else(|| gone("no such entry, or none we may see"))?
            }
        };
        let message = Message::replay(&bytes, entry.delivery, what, self.ordering, &self.run());
        message.map_err(|error| gone(&error.to_string()))
    }

    /// An entry of the event log, as a delivery would have brought it.
    async fn logged(&self, id: u64) -> Result<Option<Vec<u8>>, ReplayError> {
        let search = Search {
            kind: EVENT_LOG_ENTRY.to_owned(),
            conditions: vec![Condition::new("id", "is", json!(id))],
            fields: FIELDS.map(str::to_owned).to_vec(),
            retired: false,
            sort: None,
        };
        let found = self.site.search(&search).await?.into_iter().next();
        Ok(found.map(|record| EventLogEntry::from_fields(id, record.fields).bytes()))
    }
}
