//! `do: push_down`: a parent hands its status on to its children.

use std::collections::BTreeSet;

use sgh_core::config::PushDown;
use sgh_core::event::Event;
use sgh_site::Record;
use sgh_site::facts::{By, Facts, Need, Read};

use crate::names::{called, naming_fields};
use crate::present::{Judge, source};
use crate::status::{self, STATUS};
use crate::stop::{Stop, ended, skip};
use crate::{Decision, Planned};

/// Decides what `push_down` does for an event.
#[must_use]
pub fn decide(rule: &PushDown, event: &Event, judge: Judge, facts: &Facts) -> Need<Decision> {
    ended(plan(rule, event, judge, facts))
}

fn plan(rule: &PushDown, event: &Event, judge: Judge, facts: &Facts) -> Result<Decision, Stop> {
    let parent = source(event, judge, [STATUS], facts)?;
    if let Some(why) = status::lacking(parent) {
        return Err(Stop::Fail(why));
    }
    let code = match status::code(parent) {
        Some(code) if rule.values.has(code) => code,
        Some(_) | None => {
            let standing = status::standing(parent);
            return skip(format!("{standing}; only {} is handed on", rule.values));
        }
    };
    let children = children(rule, parent, facts)?;
    let Some(first) = children.first() else {
        return skip(format!("{} has no {}", called(parent), rule.children.kind));
    };
    if let Some(why) = status::lacking(first) {
        return Err(Stop::Fail(why));
    }
    let mut planned = Vec::new();
    let mut left = Vec::new();
    for child in children {
        match change(rule, code, child) {
            Ok(change) => planned.push(change),
            Err(why) => left.push(why),
        }
    }
    Ok(Decision::of(planned, left))
}

fn children<'a>(
    rule: &PushDown,
    parent: &Record,
    facts: &'a Facts,
) -> Result<Vec<&'a Record>, Stop> {
    let kind = &rule.children.kind;
    let mut read = Read::of_ids(kind, [], naming_fields(kind).into_iter().chain([STATUS]));
    let to = BTreeSet::from([parent.entity.clone()]);
    read.by = By::Links { field: rule.children.link.clone(), to };
    facts.answer(&read).ok_or_else(|| read.into())
}

fn change(rule: &PushDown, code: &str, child: &Record) -> Result<Planned, String> {
    if status::code(child) == Some(code) {
        return Err(format!("{} already", status::standing(child)));
    }
    if status::is_at(child, &rule.keep) {
        return Err(format!("{}, which is kept", status::standing(child)));
    }
    Ok(status::set(child, code, ""))
}

#[cfg(test)]
mod tests;
