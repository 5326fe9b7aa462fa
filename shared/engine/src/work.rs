//! One claimed event: what its automations have come to, and how it is closed.

use std::collections::BTreeMap;
use std::time::Duration;

use sgh_core::acknowledgement;
use sgh_core::ids::EventKey;
use sgh_core::limits::RECEIVES_MAX;
use sgh_core::outcome::{Ending, EndingKind, Outcome};
use sgh_queue::LedgerEntry;
use sgh_telemetry::metric;
use tracing::{info, warn};

use crate::claim::release;
use crate::group::Shared;
use crate::intake::EventItem;
use crate::progress::Progress;

/// An event that is ours for now.
pub(crate) struct Work {
    pub item: EventItem,
    pub key: EventKey,
    /// What the ledger had.
    pub entry: LedgerEntry,
    /// The automations to run, by their place in sgh.yaml.
    pub to_run: Vec<usize>,
    /// How far they have come.
    pub progress: BTreeMap<usize, Progress>,
    /// How many of our writes led here.
    pub depth: u8,
}

/// How an event was closed.
pub(crate) enum Closed {
    /// All its automations have ended, and the ledger has it.
    Through {
        item: EventItem,
        entry: LedgerEntry,
        text: String,
        /// Why it goes to the dead letters, if it was tried too often.
        given_up: Option<String>,
    },
    /// It has to come back.
    Back { item: EventItem, why: String, after: Option<Duration> },
}

impl Work {
    /// Whether an automation of it has to wait.
    pub(crate) fn waits(&self) -> bool {
        self.last_receive().is_none() && self.progress.values().any(|one| one.retry.is_some())
    }

    fn last_receive(&self) -> Option<u32> {
        Some(self.item.received.receives).filter(|receives| *receives >= RECEIVES_MAX)
    }

    /// Records the endings and ends the claim.
    pub(crate) async fn close(mut self, shared: &Shared<'_>) -> Closed {
        let mut retry = None;
        let mut given_up = None;
        for place in &self.to_run {
            let name = &shared.engine.rules.config.automations[*place].name;
            let outcome = self.progress.get(place).map(Progress::outcome);
            let ending = match (outcome, self.last_receive()) {
                (Some(Outcome::Done(text)), _) => Ending::done(text),
                (Some(Outcome::Skipped(text)), _) => Ending::skipped(text),
                (Some(Outcome::Failed(text)), _) => Ending::failed(text),
                (Some(Outcome::Retry { why, .. }), Some(receives)) => {
                    given_up = Some(why.clone());
                    Ending::failed(format!("given up after {receives} tries: {why}"))
                }
                (Some(Outcome::Retry { why, after }), None) => {
                    retry.get_or_insert((why, after));
                    continue;
                }
                (None, _) => continue,
            };
            tell(&self, name, &ending);
            self.entry.endings.insert(name.clone(), ending);
        }
        self.entry.delivery = self.entry.delivery.or(self.item.delivery);
        let failed = self.entry.endings.values().any(|ending| ending.kind == EndingKind::Failed);
        self.entry.kept_event =
            failed.then(|| String::from_utf8_lossy(&self.item.bytes).into_owned());
        self.record(shared, retry, given_up).await
    }

    async fn record(
        self,
        shared: &Shared<'_>,
        retry: Option<(String, Option<Duration>)>,
        given_up: Option<String>,
    ) -> Closed {
        let Self { item, key, entry, .. } = self;
        let engine = shared.engine;
        if entry.endings.is_empty() {
            release(shared, &key).await;
        } else if let Err(error) =
            engine.ledger.record(&key, shared.owner, &entry, engine.clock.now()).await
        {
            warn!(%error, event.id = %key, "worked, but not recorded; it is looked at again");
            return Closed::Back { item, why: error.to_string(), after: None };
        }
        match retry {
            Some((why, after)) => Closed::Back { item, why, after },
            None => {
                let text = acknowledgement::text(engine.in_order(&entry.endings), &[]);
                Closed::Through { item, entry, text, given_up }
            }
        }
    }
}

fn tell(work: &Work, automation: &str, ending: &Ending) {
    let word = ending.kind.word();
    metric("outcome", 1.0, &[("automation", automation), ("ending", word)]);
    info!(
        automation,
        outcome = word,
        why = ending.text,
        event.id = %work.key,
        event.kind = work.item.event.event_type,
        "worked"
    );
}
