//! `do: open_downstream`: a finished task opens the tasks that waited for it.
//!
//! What counts is how the tasks stand now; the event only says where to look. A skipped task is
//! looked through from both sides: what waits for it waits for what it waited for.

mod links;
mod walk;

use std::collections::BTreeMap;

use sgh_core::config::{Codes, OpenDownstream};
use sgh_core::event::Event;
use sgh_site::Record;
use sgh_site::facts::{Facts, Need, Read};

use crate::names::called;
use crate::present::entity;
use crate::reasons::few_of;
use crate::status;
use crate::stop::{Stop, ended, skip};
use crate::values::{same, shown};
use crate::{Decision, Planned};

use links::{Dependencies, holding};
use walk::{TASK, Tasks};

/// Decides what `open_downstream` does for an event.
#[must_use]
pub fn decide(rule: &OpenDownstream, event: &Event, facts: &Facts) -> Need<Decision> {
    ended(plan(rule, event, facts))
}

fn plan(rule: &OpenDownstream, event: &Event, facts: &Facts) -> Result<Decision, Stop> {
    let trigger = trigger(rule, event, facts)?;
    let downstream = walk::downstream(trigger, &rule.skip, facts)?;
    if downstream.is_empty() {
        return skip(format!("no task waits for {}", called(trigger)));
    }
    let waits = |task: &&Record| status::is_at(task, &rule.waiting);
    let (waiting, others): (Vec<&Record>, Vec<&Record>) =
        downstream.values().copied().partition(waits);
    let upstream = walk::upstream(&waiting, &rule.skip, facts)?;
    let dependencies = dependencies(rule, &waiting, &upstream, facts)?;
    let mut planned: Vec<Planned> = Vec::new();
    let mut left = Vec::new();
    for task in waiting {
        let holding = holding(rule, task, &upstream, &dependencies);
        if holding.is_empty() {
            planned.push(status::set(task, &rule.ready, ""));
        } else {
            left.push(waits_for(task, &holding));
        }
    }
    let other = |task: &Record| format!("{}, not at {}", status::standing(task), rule.waiting);
    left.extend(others.into_iter().map(other));
    Ok(Decision::of(planned, left))
}

/// The task that the event is about, if it is at a status that can open another.
fn trigger<'a>(rule: &OpenDownstream, event: &Event, facts: &'a Facts) -> Result<&'a Record, Stop> {
    let entity = entity(event)?;
    if entity.kind != TASK {
        return skip(format!("it is about tasks, this is {entity}"));
    }
    let read = walk::read([entity.id]);
    let Some(task) = facts.gather(&read)?.first().copied() else {
        return skip(format!("{entity} is deleted or not visible"));
    };
    let opens = [&rule.done, &rule.skip, &rule.started];
    let opening = |code: &str| opens.iter().any(|codes| codes.has(code));
    if status::code(task).is_some_and(opening) {
        return Ok(task);
    }
    let then = event.new_value().filter(|_| event.attribute.as_deref() == Some(status::STATUS));
    let then = then.filter(|then| then.as_str().is_some_and(opening));
    let now = task.fields.get(status::STATUS);
    match then {
        Some(then) if now.is_some_and(|now| !same(now, then)) => {
            let standing = status::standing(task);
            skip(format!("overtaken: {standing} by now, not at {}", shown(then)))
        }
        Some(_) | None => {
            let all = opens.iter().flat_map(|codes| codes.iter()).collect::<Codes>();
            skip(format!("{}; only {all} opens what waits", status::standing(task)))
        }
    }
}

/// How tasks depend on one another: needed only where a task is held up if every link is of the
/// usual type, finish to start.
fn dependencies(
    rule: &OpenDownstream,
    waiting: &[&Record],
    upstream: &Tasks<'_>,
    facts: &Facts,
) -> Result<Dependencies, Stop> {
    let usual = Dependencies::default();
    let held = |task: &&&Record| !holding(rule, task, upstream, &usual).is_empty();
    let mut of: Vec<u64> = waiting.iter().filter(held).map(|task| task.entity.id).collect();
    if of.is_empty() {
        return Ok(usual);
    }
    let skipped = upstream.values().filter(|task| status::is_at(task, &rule.skip));
    of.extend(skipped.map(|task| task.entity.id));
    let read: Read = links::read(of);
    let rows = facts.answer(&read).ok_or(Stop::Reads(vec![read]))?;
    Ok(links::of(&rows))
}

fn waits_for(task: &Record, holding: &BTreeMap<u64, &Record>) -> String {
    let names = few_of(holding.values(), |task| status::standing(task));
    format!("{} waits: {names}", called(task))
}

#[cfg(test)]
mod tests;
