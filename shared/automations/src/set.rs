//! `do: set`: fields of the changed entity, or of what it links to, get values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sgh_core::config::{Set, Target};
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_site::facts::{Facts, Need, Read};
use sgh_site::{Change, Record};

use crate::names::{called, naming_fields};
use crate::values::{key, same, shown};
use crate::{Decision, Planned};

/// Types of field whose value in an event has the form that a read gives. Of the others (dates,
/// images, text that the site may shorten) the present value is taken as it is.
const COMPARABLE: [&str; 5] = ["status_list", "list", "checkbox", "number", "entity"];
/// Entities named in one line.
const NAMED_MAX: usize = 10;

/// Whether the event is compared with the present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judge {
    /// An event whose value is no longer there is overtaken.
    Compare,
    /// The event is taken as it is: another automation has just changed that value for it.
    Trust,
}

/// Decides what `set` does for an event.
#[must_use]
pub fn decide(set: &Set, event: &Event, judge: Judge, facts: &Facts) -> Need<Decision> {
    let Some(entity) = &event.entity else {
        return skip("this event is about no entity");
    };
    let read = Read::of_ids(&entity.kind, [entity.id], source_fields(set, event, &entity.kind));
    let Some(found) = facts.answer(&read) else { return Need::Reads(vec![read]) };
    let Some(source) = found.first() else {
        return skip(format!("{entity} is deleted or not visible"));
    };
    if let Some(why) = overtaken(source, event).filter(|_| judge == Judge::Compare) {
        return skip(why);
    }
    let values = match values(set, source) {
        Ok(values) => values,
        Err(why) => return skip(why),
    };
    let targets = match targets(set, event, source) {
        Ok(targets) => targets,
        Err(why) => return skip(why),
    };
    let reads = target_reads(set, &targets);
    let mut records = BTreeMap::new();
    for read in &reads {
        // All are asked for at once: one round to the site instead of one per type.
        let Some(found) = facts.answer(read) else { return Need::Reads(reads) };
        records.extend(found.into_iter().map(|record| (record.entity.clone(), record)));
    }
    Need::Ready(plan(set, &values, &targets, &records))
}

fn skip(why: impl Into<String>) -> Need<Decision> {
    Need::Ready(Decision::Skip(why.into()))
}

/// What has to be known of the changed entity.
fn source_fields<'a>(set: &'a Set, event: &'a Event, kind: &str) -> Vec<&'a str> {
    let mut fields = naming_fields(kind);
    fields.extend(set.map.keys().map(String::as_str));
    fields.extend(comparable_change(event).map(|(field, _)| field));
    match &set.target {
        Target::Link(field) => fields.push(field),
        Target::Itself => fields.extend(target_fields(set)),
    }
    fields
}

fn target_fields(set: &Set) -> impl Iterator<Item = &str> {
    set.conditions.keys().chain(set.values.keys()).chain(set.map.keys()).map(String::as_str)
}

fn target_reads(set: &Set, targets: &BTreeSet<EntityRef>) -> Vec<Read> {
    let kinds: BTreeSet<&str> = targets.iter().map(|target| target.kind.as_str()).collect();
    let of_kind = |kind: &str| {
        let ids = targets.iter().filter(|target| target.kind == kind).map(|target| target.id);
        Read::of_ids(kind, ids, naming_fields(kind).into_iter().chain(target_fields(set)))
    };
    kinds.into_iter().map(of_kind).collect()
}

/// The field an update changed and its value then, where a later read can be compared with it.
fn comparable_change(event: &Event) -> Option<(&str, &Value)> {
    let field = event.attribute.as_deref()?;
    let value = event.new_value()?;
    let comparable = match event.meta.get("field_data_type").and_then(Value::as_str) {
        Some(field_type) => COMPARABLE.contains(&field_type),
        None => field == "sg_status_list",
    };
    comparable.then_some((field, value))
}

/// An event whose value is no longer the field's value has been overtaken: another event follows,
/// or has been worked already, that says what counts now.
fn overtaken(source: &Record, event: &Event) -> Option<String> {
    let (field, then) = comparable_change(event)?;
    let now = source.fields.get(field)?;
    (!same(now, then)).then(|| {
        let name = called(source);
        format!("overtaken: {name} has {field} {} by now, not {}", shown(now), shown(then))
    })
}

/// Field and value that every target is to get.
fn values(set: &Set, source: &Record) -> Result<BTreeMap<String, Value>, String> {
    let mut values = set.values.clone();
    for (field, table) in &set.map {
        let now = source.fields.get(field).unwrap_or(&Value::Null);
        let Some(value) = key(now).and_then(|now| table.get(&now)) else {
            let name = called(source);
            return Err(format!("{name} has {field} {}, which `map` does not name", shown(now)));
        };
        values.insert(field.clone(), value.clone());
    }
    Ok(values)
}

/// Whose fields are set, or why nobody's.
fn targets(set: &Set, event: &Event, source: &Record) -> Result<BTreeSet<EntityRef>, String> {
    let Target::Link(field) = &set.target else {
        return Ok(BTreeSet::from([source.entity.clone()]));
    };
    let name = called(source);
    let linked: BTreeSet<EntityRef> = match source.fields.get(field) {
        None => return Err(format!("{} has no field `{field}`", source.entity.kind)),
        Some(Value::Array(links)) => links.iter().filter_map(EntityRef::from_json).collect(),
        Some(link) => EntityRef::from_json(link).into_iter().collect(),
    };
    if linked.is_empty() {
        return Err(format!("{name} has no {field}"));
    }
    // On a change of this very link only what it added is meant; the rest was there before.
    let added = event.added().filter(|_| event.attribute.as_deref() == Some(field));
    let Some(added) = added else { return Ok(linked) };
    if added.is_empty() {
        return Err(format!("nothing was added to {field} of {name}"));
    }
    let still: BTreeSet<_> = added.into_iter().filter(|link| linked.contains(link)).collect();
    if still.is_empty() {
        return Err(format!("overtaken: what was added to {field} of {name} is gone again"));
    }
    Ok(still)
}

fn plan(
    set: &Set,
    values: &BTreeMap<String, Value>,
    targets: &BTreeSet<EntityRef>,
    records: &BTreeMap<EntityRef, &Record>,
) -> Decision {
    let mut planned = Vec::new();
    let mut left = Vec::new();
    if let Some(lacking) = lacking(values, records) {
        return Decision::Fail(lacking);
    }
    for target in targets {
        let change = match records.get(target) {
            Some(record) => change(set, values, record),
            None => Err(format!("{target} is deleted or not visible")),
        };
        match change {
            Ok(change) => planned.push(change),
            Err(why) => left.push(why),
        }
    }
    if planned.is_empty() {
        Decision::Skip(some_of(&left))
    } else {
        Decision::Change { planned, left }
    }
}

/// What is wrong with a rule whose fields none of its targets has.
fn lacking(
    values: &BTreeMap<String, Value>,
    records: &BTreeMap<EntityRef, &Record>,
) -> Option<String> {
    let target = records.values().next()?;
    let has = |field: &String| records.values().any(|record| record.fields.contains_key(field));
    let field = values.keys().find(|field| !has(field))?;
    Some(format!("{} has no field `{field}`, or our script may not see it", target.entity.kind))
}

/// The write for one target, or why it is left alone.
fn change(set: &Set, values: &BTreeMap<String, Value>, target: &Record) -> Result<Planned, String> {
    let name = called(target);
    for (field, wanted) in &set.conditions {
        let now = target.fields.get(field).unwrap_or(&Value::Null);
        if !wanted.iter().any(|wanted| same(wanted, now)) {
            let wanted: Vec<String> = wanted.iter().map(shown).collect();
            let wanted = wanted.join(" or ");
            return Err(format!("{name} has {field} {}, not {wanted}", shown(now)));
        }
    }
    let mut fields = BTreeMap::new();
    let mut steps = Vec::new();
    let mut already = Vec::new();
    for (field, value) in values {
        let Some(now) = target.fields.get(field) else {
            return Err(format!("{name}: {} has no field `{field}`", target.entity.kind));
        };
        if same(now, value) {
            already.push(format!("{field} {}", shown(value)));
        } else {
            steps.push(format!("{field} {} -> {}", shown(now), shown(value)));
            fields.insert(field.clone(), value.clone());
        }
    }
    if fields.is_empty() {
        return Err(format!("{name} has {} already", already.join(", ")));
    }
    let what = format!("{name}: {}", steps.join(", "));
    Ok(Planned { change: Change { entity: target.entity.clone(), fields }, what })
}

/// The first of many reasons, and how many more there are.
#[must_use]
pub fn some_of(reasons: &[String]) -> String {
    let mut text = reasons[..reasons.len().min(NAMED_MAX)].join("; ");
    if reasons.len() > NAMED_MAX {
        text.push_str(&format!("; and {} more", reasons.len() - NAMED_MAX));
    }
    text
}

#[cfg(test)]
mod tests;
