//! One claimed event: what its automations have come to, and how it is closed.

use std::collections::BTreeMap;
use std::time::Duration;

use sgh_core::acknowledgement;
use sgh_core::config::Automation;
use sgh_core::limits::RECEIVES_MAX;
use sgh_core::outcome::{Ending, EndingKind, Outcome};
use sgh_queue::ledger::Chain;
use sgh_queue::{Claim, LedgerEntry, LedgerError};
use sgh_site::Change;
use sgh_telemetry::figures;
use tracing::{info, warn};

use crate::claim::release;
use crate::group::Shared;
use crate::halted::{and_halts, halts};
use crate::intake::EventItem;
use crate::progress::Progress;

/// An event that is ours for now.
pub(crate) struct Work {
    pub item: EventItem,
    /// What the ledger had.
    pub entry: LedgerEntry,
    /// The automations to run, by their place in sgh.yaml.
    pub to_run: Vec<usize>,
    /// How far they have come.
    pub progress: BTreeMap<usize, Progress>,
    /// Our writes that led here.
    pub chain: Chain,
    /// Whether one of its automations writes the very field that the event is about.
    pub wrote_its_field: bool,
    /// What its dry runs would have written: seen by those after them, and by nothing else.
    pub imagined: Vec<Change>,
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

    /// Whether a change is to the field that this event is about.
    pub(crate) fn is_about(&self, change: &Change) -> bool {
        let event = &self.item.event;
        let field = event.attribute.as_ref();
        event.entity.as_ref() == Some(&change.entity)
            && field.is_some_and(|field| change.fields.contains_key(field))
    }

    /// Whether its automations left everything as it was.
    pub(crate) fn did_nothing(&self) -> bool {
        let nothing =
            |one: &Progress| one.done.is_empty() && one.failed.is_empty() && one.retry.is_none();
        self.progress.values().all(nothing)
    }

    /// As it was before anything was decided.
    pub(crate) fn afresh(mut self: Box<Self>) -> Box<Self> {
        self.progress.clear();
        self.wrote_its_field = false;
        self.imagined.clear();
        self
    }

    fn last_receive(&self) -> Option<u32> {
        Some(self.item.received.receives).filter(|receives| *receives >= RECEIVES_MAX)
    }

    /// Records the endings and ends the claim.
    pub(crate) async fn close(mut self, shared: &Shared<'_>) -> Closed {
        let mut retry = None;
        let mut given_up = None;
        for place in &self.to_run {
            let automation = &shared.engine.rules.config.automations[*place];
            let name = &automation.name;
            if let Some(why) = self.progress.get(place).and_then(|one| one.parked.clone()) {
                // What failed before keeps its reason. What only ran dry has not run.
                let before = self.entry.endings.get(name);
                if before.is_none_or(|ending| ending.kind != EndingKind::Failed) {
                    figures::PARKED.record(1.0, [name]);
                    self.entry.endings.insert(name.clone(), Ending::parked(why));
                }
                continue;
            }
            let outcome = self.progress.get(place).map(Progress::outcome);
            let ending = match (outcome, self.last_receive()) {
                (Some(Outcome::Done(text)), _) => Ending::done(text),
                (Some(Outcome::Skipped(text)), _) if automation.dry_run => Ending::dry_run(text),
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
            let ending = match stops(shared, automation, &self.item, ending).await {
                Ok(ending) => ending,
                Err(why) => {
                    retry.get_or_insert((why, None));
                    continue;
                }
            };
            tell(&self, name, &ending);
            if ending.kind == EndingKind::Failed || ending.dry_run {
                let message = self.item.received.message_id.clone();
                self.entry.ended_by.insert(name.clone(), message);
            } else {
                self.entry.ended_by.remove(name);
            }
            self.entry.endings.insert(name.clone(), ending.cut());
        }
        self.entry.delivery = self.item.delivery.or(self.entry.delivery);
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
        let is_last = self.last_receive().is_some();
        let Self { item, entry, to_run, .. } = self;
        let engine = shared.engine;
        if entry.endings.is_empty() {
            release(shared, &item.key).await;
        } else if let Err(error) = recorded(shared, &item, &entry, is_last).await {
            warn!(%error, event.id = %item.key, "worked, but not recorded");
            release(shared, &item.key).await;
            let why = error.to_string();
            if !is_last || retry.is_some() {
                return Closed::Back { item, why, after: None };
            }
            // It does not come back: what was done is said, and not that it was given up.
            let text = acknowledgement::text(engine.in_order(&entry.endings), &[]);
            let given_up = Some(format!("worked, but not recorded: {why}"));
            return Closed::Through { item, entry, text, given_up };
        }
        for place in to_run {
            let automation = &engine.rules.config.automations[place];
            let ending = entry.endings.get(&automation.name);
            if halts(automation) && ending.is_some_and(|one| one.kind != EndingKind::Failed) {
                shared.halted.ended(engine, &automation.name, &item).await;
            }
        }
        match retry {
            Some((why, after)) => Closed::Back { item, why, after },
            None => {
                crate::lag::ended(engine, &item);
                let text = acknowledgement::text(engine.in_order(&entry.endings), &[]);
                Closed::Through { item, entry, text, given_up }
            }
        }
    }
}

/// Records what an event came to. At its last receive the ledger is asked once more, with a new
/// claim, for the first record may be there, and have ended ours.
async fn recorded(
    shared: &Shared<'_>,
    item: &EventItem,
    entry: &LedgerEntry,
    is_last: bool,
) -> Result<(), LedgerError> {
    let (ledger, now) = (&shared.engine.ledger, shared.engine.clock.now());
    let first = ledger.record(&item.key, shared.owner, entry, now).await;
    if first.is_ok() || !is_last {
        return first;
    }
    match ledger.claim(&item.key, shared.owner, now, shared.deadline).await? {
        Claim::Ours(_) => ledger.record(&item.key, shared.owner, entry, now).await,
        Claim::Busy { .. } => first,
    }
}

/// An automation that halts does so before its failure is recorded.
///
/// # Errors
/// The ledger does not take the halt.
async fn stops(
    shared: &Shared<'_>,
    automation: &Automation,
    item: &EventItem,
    ending: Ending,
) -> Result<Ending, String> {
    if !halts(automation) || ending.kind != EndingKind::Failed {
        return Ok(ending);
    }
    let name = &automation.name;
    shared.halted.failed(shared.engine, name, item, &ending.text).await?;
    Ok(Ending::failed(and_halts(name, &ending.text)))
}

fn tell(work: &Work, automation: &str, ending: &Ending) {
    let word = ending.kind.word();
    figures::OUTCOME.record(1.0, [automation, word]);
    info!(
        automation,
        outcome = word,
        why = ending.text,
        event.id = %work.item.key,
        event.kind = work.item.event.event_type,
        "worked"
    );
}
