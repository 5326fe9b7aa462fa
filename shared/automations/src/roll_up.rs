//! `do: roll_up`: the children decide the status of their parent.
//!
//! What counts is how all children stand now; the event only says whose parent to look at. So it
//! is never overtaken: events in any order, and any number of them, end in the same status.

mod parents;
mod verdict;

use std::collections::BTreeSet;

use sgh_core::config::RollUp;
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{By, Facts, Need, Read};

use crate::names::naming_fields;
use crate::status::{self, STATUS};
use crate::stop::{Stop, all, ended};
use crate::{Decision, Planned};

/// Decides what `roll_up` does for an event.
#[must_use]
pub fn decide(rule: &RollUp, event: &Event, facts: &Facts) -> Need<Decision> {
    ended(plan(rule, event, facts))
}

fn plan(rule: &RollUp, event: &Event, facts: &Facts) -> Result<Decision, Stop> {
    let parents::Parents { meant, mut left } = parents::of(rule, event, facts)?;
    let mut reads = parent_reads(&meant);
    let of_parents = reads.len();
    if !meant.is_empty() {
        reads.push(children_read(rule, meant.clone()));
    }
    // All at once: the children are asked for while it is not known yet how their parents stand.
    all(facts, &reads)?;
    let records = all(facts, &reads[..of_parents])?;
    let mut planned: Vec<Planned> = Vec::new();
    let mut lacking = None;
    for parent in &meant {
        let Some(record) = records.iter().find(|record| record.entity == *parent) else {
            left.push(format!("{parent} is deleted or not visible"));
            continue;
        };
        if let Some(why) = status::lacking(record) {
            lacking.get_or_insert(why);
            continue;
        }
        let children = children(rule, parent, facts)?;
        if let Some(why) = children.first().and_then(|child| status::lacking(child)) {
            lacking.get_or_insert(why);
            continue;
        }
        match verdict::of(rule, record, &children) {
            Ok(change) => planned.push(change),
            Err(why) => left.push(why),
        }
    }
    match lacking {
        Some(why) if planned.is_empty() => Err(Stop::Fail(why)),
        Some(why) => {
            left.push(why);
            Ok(Decision::of(planned, left))
        }
        None => Ok(Decision::of(planned, left)),
    }
}

fn parent_reads(parents: &BTreeSet<EntityRef>) -> Vec<Read> {
    let kinds: BTreeSet<&str> = parents.iter().map(|parent| parent.kind.as_str()).collect();
    let of_kind = |kind: &str| {
        let ids = parents.iter().filter(|parent| parent.kind == kind).map(|parent| parent.id);
        Read::of_ids(kind, ids, naming_fields(kind).into_iter().chain([STATUS]))
    };
    kinds.into_iter().map(of_kind).collect()
}

fn children_read(rule: &RollUp, parents: BTreeSet<EntityRef>) -> Read {
    let kind = &rule.children.kind;
    let link = &rule.children.link;
    let fields = naming_fields(kind).into_iter().chain([STATUS, link]);
    let mut read = Read::of_ids(kind, [], fields);
    read.by = By::Links { field: link.clone(), to: parents };
    read
}

fn children<'a>(
    rule: &RollUp,
    parent: &EntityRef,
    facts: &'a Facts,
) -> Result<Vec<&'a Record>, Stop> {
    let read = children_read(rule, BTreeSet::from([parent.clone()]));
    facts.answer(&read).ok_or_else(|| read.into())
}

#[cfg(test)]
mod tests;
