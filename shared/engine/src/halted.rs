//! Automations that halt at a failure: who may run, who waits, and when one begins to halt.
//!
//! What is halted is read once for a batch, and only where sgh.yaml has an automation that halts.
//! Every change is made on the state that was read: where that is another one by now, it is read
//! and decided anew. Not here: going on again, which is `sgh replay` (`replay`).

use std::collections::BTreeMap;

use sgh_core::config::{Automation, OnFailure};
use sgh_queue::Halts;
use sgh_queue::halts::{Halt, StandingHalt};
use sgh_telemetry::figures;
use tokio::sync::Mutex;
use tracing::error;

use crate::Engine;
use crate::intake::{EventItem, Item};

/// How often a change is tried while others change the same halt. Ours.
const TRIES: usize = 50;
/// Characters of a reason that are said to everyone who waits for it. Ours.
const WHY_MAX: usize = 300;

/// Bytes of a reason that leave room for what is to be done about it. Ours.
const SAID_MAX: usize = 1600;

/// What is known of halts in one batch.
pub(crate) struct Halted(Mutex<Result<BTreeMap<String, StandingHalt>, String>>);

/// Whether an automation may run for an event.
pub(crate) enum Permit {
    /// It may.
    Run,
    /// It may not: the event waits in its line, and this says for what.
    Parked(String),
    /// It is not known just now.
    Wait(String),
}

/// Whether an automation halts. A dry run fails at nothing.
pub(crate) fn halts(automation: &Automation) -> bool {
    automation.on_failure == OnFailure::Halt && !automation.dry_run
}

impl Halted {
    /// Reads which automations of a batch are halted.
    pub(crate) async fn of_batch(engine: &Engine, items: &[Item]) -> Self {
        let automations = &engine.rules.config.automations;
        let mut names: Vec<String> = Vec::new();
        for item in items {
            let Item::Event(item) = item else { continue };
            let of_item = item.wanted.iter().map(|place| &automations[*place]);
            names.extend(of_item.filter(|one| halts(one)).map(|one| one.name.clone()));
        }
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Self(Mutex::new(Ok(BTreeMap::new())));
        }
        let read = match engine.ledger.halts() {
            Some(halts) => halts.standing(&names).await.map_err(|error| error.to_string()),
            None => Err("this ledger keeps no halts: leave out `on_failure: halt`".to_owned()),
        };
        Self(Mutex::new(read))
    }

    /// Whether an automation may run for an event; if not, the event is in its line now.
    pub(crate) async fn permit(
        &self,
        engine: &Engine,
        automation: &Automation,
        item: &EventItem,
    ) -> Permit {
        if !halts(automation) {
            return Permit::Run;
        }
        let is_replay = item.received.message.replay().is_some();
        let name = &automation.name;
        let mut looked = false;
        let parked = self
            .change(engine, name, |standing| {
                let Some(standing) = standing else { return Change::Leave(None) };
                if !standing.halt.has(&item.key) {
                    let mut halt = standing.halt.clone();
                    halt.park(&item.received.group, &item.key);
                    return Change::To(halt);
                }
                if is_replay && standing.halt.is_first(&item.key) {
                    return Change::Leave(None);
                }
                // Those before it may have gone since this was read.
                if is_replay && !std::mem::replace(&mut looked, true) {
                    return Change::Look;
                }
                Change::Leave(Some(standing.halt.clone()))
            })
            .await;
        match parked {
            Ok(None) => Permit::Run,
            Ok(Some(halt)) => Permit::Parked(waits_for(name, &halt)),
            Err(why) => Permit::Wait(why),
        }
    }

    /// An automation failed at an event: it is halted from now on, and the event is in its line.
    /// Called before that is recorded, so that no crash lets a later event past it.
    ///
    /// # Errors
    /// The ledger does not take it.
    pub(crate) async fn failed(
        &self,
        engine: &Engine,
        name: &str,
        item: &EventItem,
        why: &str,
    ) -> Result<(), String> {
        let now = engine.clock.now();
        let why: String = why.chars().take(WHY_MAX).collect();
        let mut is_noted = false;
        self.change(engine, name, |standing| {
            let standing = standing.map(|standing| &standing.halt);
            if standing.is_some_and(|halt| is_noted && halt.has(&item.key)) {
                return Change::Leave(None);
            }
            is_noted = true;
            let mut halt = standing.cloned().unwrap_or_else(|| Halt {
                since: now,
                event: item.key.clone(),
                about: about(item),
                why: why.clone(),
                lines: BTreeMap::new(),
            });
            halt.park(&item.received.group, &item.key);
            if halt.is_first(&item.key) {
                halt.why.clone_from(&why);
            }
            Change::To(halt)
        })
        .await
        .map(|_| figures::HALTED.record(1.0, [name]))
    }

    /// An automation is through with an event that waited: the next of its line may run.
    pub(crate) async fn ended(&self, engine: &Engine, name: &str, item: &EventItem) {
        let left = self
            .change(engine, name, |standing| match standing {
                Some(standing) if standing.halt.has(&item.key) => {
                    let mut halt = standing.halt.clone();
                    halt.leave(&item.key);
                    Change::To(halt)
                }
                Some(_) | None => Change::Leave(None),
            })
            .await;
        if let Err(why) = left {
            // Its ending is recorded: the replay that goes on finds that.
            error!(automation = name, event.id = %item.key, why, "it is through, and still waits");
        }
    }

    /// Changes a halt from what is known of it. Answers the halt that the event waits in, if any.
    async fn change(
        &self,
        engine: &Engine,
        name: &str,
        mut decide: impl FnMut(Option<&StandingHalt>) -> Change,
    ) -> Result<Option<Halt>, String> {
        let mut known = self.0.lock().await;
        let known = known.as_mut().map_err(|why| why.clone())?;
        let none = || "this ledger keeps no halts".to_owned();
        let halts: &dyn Halts = engine.ledger.halts().ok_or_else(none)?;
        for _ in 0..TRIES {
            match decide(known.get(name)) {
                Change::Leave(halt) => return Ok(halt),
                Change::Look => {}
                Change::To(halt) => {
                    let from = known.get(name).map(|standing| &standing.mark);
                    let changed = halts.change_halt(name, from, Some(&halt)).await;
                    if let Some(mark) = changed.map_err(|error| error.to_string())? {
                        let standing = StandingHalt { halt: halt.clone(), mark };
                        known.insert(name.to_owned(), standing);
                        return Ok(Some(halt));
                    }
                }
            }
            // Known stays what was read last where it cannot be read again: others of this batch
            // must not take it for live.
            let read = halts.standing(&[name.to_owned()]).await;
            let read = read.map_err(|error| error.to_string())?;
            known.remove(name);
            known.extend(read);
        }
        Err(format!("the halt of {name} is changed all the time"))
    }
}

/// What is to be made of a halt.
enum Change {
    /// Nothing; the event waits in this one.
    Leave(Option<Halt>),
    /// It is read again first.
    Look,
    /// This.
    To(Halt),
}

fn about(item: &EventItem) -> String {
    let entity = item.event.entity.as_ref().map(|entity| format!("{entity}, "));
    let entry = item.event.entry.map_or(item.key.to_string(), |entry| entry.to_string());
    format!("{}event {entry}", entity.unwrap_or_default())
}

fn waits_for(name: &str, halt: &Halt) -> String {
    let Halt { since, about, why, .. } = halt;
    let since = since.strftime("%Y-%m-%d %H:%M UTC");
    format!("halted since {since} by {about}: {why}; {}", the_fix(name))
}

/// What is said of the event that an automation halts at.
pub(crate) fn and_halts(name: &str, why: &str) -> String {
    let why = &why[..why.floor_char_boundary(SAID_MAX)];
    format!("{why}; its next events wait for it; {}", the_fix(name))
}

fn the_fix(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let name = if plain { name.to_owned() } else { format!("{name:?}") };
    format!("after the fix: sgh replay --automation {name}")
}
