//! `do: set`: fields of the changed entity, or of what it leads to, get values.

mod conditions;
mod targets;
mod worth;

use std::collections::{BTreeMap, BTreeSet};

use sgh_core::config::{Links, Set, Target, Worth};
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_site::facts::{Facts, Need, Read};
use sgh_site::{Change, Record};

use crate::names::{called, naming_fields};
use crate::present::{entity, source};
use crate::stop::{Stop, all, ended};
use crate::values::same;
use crate::{Decision, Planned};

pub use crate::present::Judge;
pub use crate::reasons::some_of;
use worth::New;

/// Decides what `set` does for an event.
#[must_use]
pub fn decide(set: &Set, event: &Event, judge: Judge, facts: &Facts) -> Need<Decision> {
    ended(decided(set, event, judge, facts))
}

fn decided(set: &Set, event: &Event, judge: Judge, facts: &Facts) -> Result<Decision, Stop> {
    let kind = &entity(event)?.kind;
    let source = source(event, judge, source_fields(set, kind), facts)?;
    conditions::of_source(&set.only_if, source)?;
    let news = worth::of(set, event, source)?;
    let targets = targets::of(set, event, source, facts)?;
    let records = all(facts, &target_reads(set, &targets))?;
    let records = records.into_iter().map(|record| (record.entity.clone(), record)).collect();
    plan(set, &news, &targets, &records)
}

/// What has to be known of the changed entity.
fn source_fields<'a>(set: &'a Set, kind: &str) -> Vec<&'a str> {
    let mut fields: Vec<&str> = set.only_if.keys().map(String::as_str).collect();
    for (field, worth) in &set.fields {
        match worth {
            Worth::Mapped(_) => fields.push(field),
            Worth::Copied(from) | Worth::Added(Links::Field(from)) => fields.push(from),
            Worth::Removed(Links::Field(from)) => fields.push(from),
            Worth::Added(Links::Fixed(_)) | Worth::Removed(Links::Fixed(_)) => {}
            Worth::Fixed(_) | Worth::Now | Worth::Today(_) | Worth::Source => {}
        }
    }
    match &set.target {
        Target::Link(hops) => fields.extend(hops.first().map(|hop| hop.field.as_str())),
        Target::Itself => fields.extend(target_fields(set)),
        Target::Found(find) => {
            fields.extend(find.same.values().map(String::as_str));
            // One that is of the same type may be found itself: then it is known already.
            if find.kind == kind {
                fields.extend(target_fields(set));
            }
        }
    }
    fields
}

/// What has to be known of a target.
fn target_fields(set: &Set) -> impl Iterator<Item = &str> {
    set.conditions.keys().chain(set.fields.keys()).map(String::as_str)
}

fn target_reads(set: &Set, targets: &BTreeSet<EntityRef>) -> Vec<Read> {
    let kinds: BTreeSet<&str> = targets.iter().map(|target| target.kind.as_str()).collect();
    let of_kind = |kind: &str| {
        let ids = targets.iter().filter(|target| target.kind == kind).map(|target| target.id);
        Read::of_ids(kind, ids, naming_fields(kind).into_iter().chain(target_fields(set)))
    };
    kinds.into_iter().map(of_kind).collect()
}

fn plan(
    set: &Set,
    news: &BTreeMap<&str, New>,
    targets: &BTreeSet<EntityRef>,
    records: &BTreeMap<EntityRef, &Record>,
) -> Result<Decision, Stop> {
    let mut planned = Vec::new();
    let mut left = Vec::new();
    if let Some(lacking) = lacking(news, records) {
        return Err(Stop::Fail(lacking));
    }
    for target in targets {
        let change = match records.get(target) {
            Some(record) => change(set, news, record),
            None => Err(format!("{target} is deleted or not visible")),
        };
        match change {
            Ok(change) => planned.push(change),
            Err(why) => left.push(why),
        }
    }
    Ok(Decision::of(planned, left))
}

/// What is wrong with a rule whose fields none of its targets has.
fn lacking(news: &BTreeMap<&str, New>, records: &BTreeMap<EntityRef, &Record>) -> Option<String> {
    let target = records.values().next()?;
    let has = |field: &str| records.values().any(|record| record.fields.contains_key(field));
    let field = news.keys().find(|field| !has(field))?;
    Some(format!("{} has no field `{field}`, or our script may not see it", target.entity.kind))
}

/// The write for one target, or why it is left alone.
fn change(set: &Set, news: &BTreeMap<&str, New>, target: &Record) -> Result<Planned, String> {
    conditions::fulfilled(&set.conditions, target)?;
    let name = called(target);
    let mut fields = BTreeMap::new();
    let mut steps = Vec::new();
    let mut already = Vec::new();
    for (field, new) in news {
        let Some(now) = target.fields.get(*field) else {
            return Err(format!("{name}: {} has no field `{field}`", target.entity.kind));
        };
        let value = new.value(now);
        if same(now, &value) {
            already.push(new.already(field));
        } else {
            steps.push(new.step(field, now));
            fields.insert((*field).to_owned(), value);
        }
    }
    if fields.is_empty() {
        return Err(format!("{name} {} already", already.join(", ")));
    }
    let what = format!("{name}: {}", steps.join(", "));
    Ok(Planned { change: Change { entity: target.entity.clone(), fields }, what })
}

#[cfg(test)]
mod tests;
