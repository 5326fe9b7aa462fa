//! Claims an event for this invocation, or finds that it was worked before.

use std::collections::BTreeMap;
use std::time::Duration;

use sgh_core::acknowledgement;
use sgh_core::ids::{DeliveryId, EventKey};
use sgh_core::outcome::{Ending, EndingKind};
use sgh_queue::{Claim, LedgerEntry};
use tracing::{error, warn};

use crate::group::Shared;
use crate::halted::halts;
use crate::intake::{EventItem, Item};
use crate::work::Work;
use crate::{Engine, chain};

/// What claiming an event came to.
pub(crate) enum Claimed {
    /// It is to be worked.
    Ours(Box<Work>),
    /// It was worked; what is left is to say so.
    Answered(Box<EventItem>, LedgerEntry, String),
    /// It has to wait.
    Wait(Box<EventItem>, String, Option<Duration>),
}

/// Claims an event that automations want.
pub(crate) async fn claim(shared: &Shared<'_>, item: Box<EventItem>) -> Claimed {
    let engine = shared.engine;
    let key = item.key.clone();
    let now = engine.clock.now();
    let entry = match engine.ledger.claim(&key, shared.owner, now, shared.deadline).await {
        Ok(Claim::Ours(entry)) => entry,
        Ok(Claim::Busy { until }) => {
            let after = until.duration_since(now).try_into().ok();
            return Claimed::Wait(item, "another worker has this event".to_owned(), after);
        }
        Err(error) => return Claimed::Wait(item, error.to_string(), None),
    };
    let to_run = to_run(engine, &item, &entry);
    if to_run.is_empty() {
        release(shared, &key).await;
        let text = answer(shared, &entry, item.delivery);
        return Claimed::Answered(item, entry, text);
    }
    match chain::chain(engine, &item.event).await {
        Ok(chain) => Claimed::Ours(Box::new(Work {
            item: *item,
            entry,
            to_run,
            progress: BTreeMap::new(),
            chain,
            wrote_its_field: false,
            imagined: Vec::new(),
        })),
        Err(error) => {
            release(shared, &key).await;
            Claimed::Wait(item, error.to_string(), None)
        }
    }
}

/// Records that an event was given up before it could be worked, so that it can be run again.
/// What it waited for may be the ledger itself, or another worker that has it: then nothing is
/// recorded, and the dead letter is what is left of it.
///
/// Where the ledger, asked once more, knows that it was worked, nothing is given up: then this is
/// what it knows, and what is left to say.
pub(crate) async fn record_given_up(
    shared: &Shared<'_>,
    item: &EventItem,
    why: &str,
) -> Option<(LedgerEntry, String)> {
    let (ledger, now) = (&shared.engine.ledger, shared.engine.clock.now());
    let claimed = ledger.claim(&item.key, shared.owner, now, shared.deadline).await;
    let Ok(Claim::Ours(mut entry)) = claimed else { return None };
    let left = to_run(shared.engine, item, &entry);
    if left.is_empty() && !item.wanted.is_empty() {
        release(shared, &item.key).await;
        let text = answer(shared, &entry, item.delivery);
        return Some((entry, text));
    }
    for place in left {
        let automation = &shared.engine.rules.config.automations[place];
        let name = automation.name.clone();
        if halts(automation)
            && let Err(error) = shared.halted.failed(shared.engine, &name, item, why).await
        {
            error!(error, automation = name, event.id = %item.key, "it failed, and does not halt");
        }
        entry.ended_by.insert(name.clone(), item.received.message_id.clone());
        entry.endings.insert(name, Ending::failed(why).cut());
    }
    entry.delivery = item.delivery.or(entry.delivery);
    entry.kept_event = Some(String::from_utf8_lossy(&item.bytes).into_owned());
    if let Err(error) = ledger.record(&item.key, shared.owner, &entry, now).await {
        warn!(%error, event.id = %item.key, "given up, and not recorded");
    }
    None
}

/// Marks what came back only to be acknowledged, so that nothing is read of the site for it. Only
/// what was received before is looked up: for all else the claim says it soon enough.
pub(crate) async fn mark_ended(engine: &Engine, items: &mut [Item]) {
    for item in items.iter_mut().filter_map(Item::event) {
        if item.received.receives > 1 && !item.wanted.is_empty() {
            let entry = engine.ledger.entry(&item.key, engine.clock.now()).await;
            item.ended =
                matches!(entry, Ok(Some(entry)) if to_run(engine, item, &entry).is_empty());
        }
    }
}

/// Ends our claim. One that cannot be ended now ends with its lease.
pub(crate) async fn release(shared: &Shared<'_>, key: &EventKey) {
    if let Err(error) = shared.engine.ledger.release(key, shared.owner).await {
        warn!(%error, event.id = %key, "the claim is not released; it ends with its lease");
    }
}

/// The wanted automations that have not ended yet, or that failed, or only ran dry, by another
/// message than this one; of a replay those that it names and that have failed.
fn to_run(engine: &Engine, item: &EventItem, entry: &LedgerEntry) -> Vec<usize> {
    let replay = item.received.message.replay();
    let first = item.received.receives == 1;
    let open = |place: &usize| {
        let name = &engine.rules.config.automations[*place].name;
        // What this very message came to is only acknowledged once more.
        let by_another = first || entry.ended_by.get(name) != Some(&item.received.message_id);
        match (&replay, entry.endings.get(name)) {
            (None, None) => true,
            (None, Some(ending)) => {
                let may = ending.kind == EndingKind::Failed || ending.dry_run;
                item.delivery.is_some() && by_another && may
            }
            (Some(replay), None) => replay.names(name),
            (Some(replay), Some(ending)) => {
                replay.names(name) && by_another && ending.kind == EndingKind::Failed
            }
        }
    };
    item.wanted.iter().copied().filter(open).collect()
}

/// The acknowledgement of an event that was worked before: the same again for the delivery it was
/// worked for, for another one that it was.
fn answer(shared: &Shared<'_>, entry: &LedgerEntry, delivery: Option<DeliveryId>) -> String {
    if entry.delivery == delivery {
        return acknowledgement::text(shared.engine.in_order(&entry.endings), &[]);
    }
    let by = match entry.delivery {
        Some(first) => format!("already done by delivery {first}"),
        None => "already done by the sweep of the event log".to_owned(),
    };
    acknowledgement::remark(EndingKind::Skipped, &by)
}
