//! Whose fields are set: the changed entity's, those its links lead to, or those that are found.

use std::collections::BTreeSet;

use serde_json::Value;
use sgh_core::config::{Find, Hop, Set, Target};
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{By, Facts, Read};

use super::conditions::no_field;
use super::target_fields;
use crate::names::{called, naming_fields};
use crate::reasons::few_of;
use crate::stop::{Stop, all, skip};
use crate::values::{links_of, same};

/// The targets. Never empty.
pub(super) fn of(
    set: &Set,
    event: &Event,
    source: &Record,
    facts: &Facts,
) -> Result<BTreeSet<EntityRef>, Stop> {
    match &set.target {
        Target::Itself => Ok(BTreeSet::from([source.entity.clone()])),
        Target::Link(hops) => linked(hops, event, source, facts),
        Target::Found(find) => found(set, find, source, facts),
    }
}

fn linked(
    hops: &[Hop],
    event: &Event,
    source: &Record,
    facts: &Facts,
) -> Result<BTreeSet<EntityRef>, Stop> {
    let Some((first, rest)) = hops.split_first() else {
        return Ok(BTreeSet::from([source.entity.clone()]));
    };
    let all_of_it = step(first, &[source])?;
    let mut reached = still_meant(first, event, source, all_of_it)?;
    for hop in rest {
        let kinds: BTreeSet<&str> = reached.iter().map(|entity| entity.kind.as_str()).collect();
        let read = |kind: &str| {
            let ids = reached.iter().filter(|entity| entity.kind == kind).map(|entity| entity.id);
            let fields = naming_fields(kind).into_iter().chain([hop.field.as_str()]);
            Read::of_ids(kind, ids, fields)
        };
        let reads: Vec<Read> = kinds.into_iter().map(read).collect();
        let records = all(facts, &reads)?;
        if records.is_empty() {
            return skip(format!("what {} leads to is deleted or not visible", called(source)));
        }
        reached = step(hop, &records)?;
    }
    Ok(reached)
}

/// What a link of some entities leads to.
fn step(hop: &Hop, from: &[&Record]) -> Result<BTreeSet<EntityRef>, Stop> {
    let field = hop.field.as_str();
    if let Some(first) = from.first()
        && !from.iter().any(|record| record.fields.contains_key(field))
    {
        return Err(Stop::Fail(no_field(first, field)));
    }
    let links = from.iter().flat_map(|record| links_of(record.fields.get(field)));
    let links: BTreeSet<EntityRef> =
        links.filter(|link| hop.kind.as_ref().is_none_or(|kind| *kind == link.kind)).collect();
    if !links.is_empty() {
        return Ok(links);
    }
    let names = few_of(from, |record| called(record));
    match &hop.kind {
        Some(kind) => skip(format!("{names} has no {kind} in {field}")),
        None => skip(format!("{names} has no {field}")),
    }
}

/// On a change of this very link only what it added is meant; the rest was there before.
fn still_meant(
    hop: &Hop,
    event: &Event,
    source: &Record,
    linked: BTreeSet<EntityRef>,
) -> Result<BTreeSet<EntityRef>, Stop> {
    let field = hop.field.as_str();
    let Some(added) = event.added().filter(|_| event.attribute.as_deref() == Some(field)) else {
        return Ok(linked);
    };
    let name = called(source);
    if added.is_empty() {
        return skip(format!("nothing was added to {field} of {name}"));
    }
    let of_kind = |link: &EntityRef| hop.kind.as_ref().is_none_or(|kind| *kind == link.kind);
    if let Some(kind) = hop.kind.as_ref().filter(|_| !added.iter().any(of_kind)) {
        return skip(format!("no {kind} was added to {field} of {name}"));
    }
    let still: BTreeSet<_> = added.into_iter().filter(|link| linked.contains(link)).collect();
    if still.is_empty() {
        return skip(format!("overtaken: what was added to {field} of {name} is gone again"));
    }
    Ok(still)
}

/// Entities that are found by how they agree with the changed one, which is never among them.
fn found(
    set: &Set,
    find: &Find,
    source: &Record,
    facts: &Facts,
) -> Result<BTreeSet<EntityRef>, Stop> {
    let (field, to) = by(find, source)?;
    let fields = naming_fields(&find.kind).into_iter().chain(target_fields(set));
    let fields = fields.chain([field]).chain(find.same.keys().map(String::as_str));
    let mut read = Read::of_ids(&find.kind, [], fields.chain(find.newest.as_deref()));
    read.by = By::Links { field: field.to_owned(), to };
    let Some(mut records) = facts.answer(&read) else { return Err(read.into()) };
    records.retain(|record| record.entity != source.entity && agrees(find, record, source));
    if let Some(newest) = find.newest.as_deref() {
        if let Some(record) = records.iter().find(|record| !record.fields.contains_key(newest)) {
            return Err(Stop::Fail(no_field(record, newest)));
        }
        let order = |record: &&Record| (rank(record.fields.get(newest)), record.entity.id);
        records = records.into_iter().max_by(|a, b| order(a).cmp(&order(b))).into_iter().collect();
    }
    if records.is_empty() {
        let how = match &find.linked_by {
            Some(link) => format!("links to {} by {link}", called(source)),
            None => {
                let fields: Vec<&str> = find.same.values().map(String::as_str).collect();
                format!("has the {} of {}", fields.join(" and "), called(source))
            }
        };
        return skip(format!("no other {} {how}", find.kind));
    }
    Ok(records.into_iter().map(|record| record.entity.clone()).collect())
}

/// The link they are searched by, and where it has to point to.
fn by<'a>(find: &'a Find, source: &Record) -> Result<(&'a str, BTreeSet<EntityRef>), Stop> {
    if let Some(link) = &find.linked_by {
        return Ok((link, BTreeSet::from([source.entity.clone()])));
    }
    let mut empty = None;
    for (theirs, ours) in &find.same {
        let Some(value) = source.fields.get(ours) else {
            return Err(Stop::Fail(no_field(source, ours)));
        };
        let to: BTreeSet<EntityRef> = links_of(Some(value)).collect();
        if !to.is_empty() {
            return Ok((theirs, to));
        }
        empty.get_or_insert(ours);
    }
    let field = empty.map_or("", String::as_str);
    skip(format!("{} has no {field} to look for others by", called(source)))
}

/// Links agree if they point to a common entity, other values if they are the same.
fn agrees(find: &Find, record: &Record, source: &Record) -> bool {
    find.same.iter().all(|(theirs, ours)| {
        let (theirs, ours) = (record.fields.get(theirs), source.fields.get(ours));
        let to: BTreeSet<EntityRef> = links_of(ours).collect();
        if to.is_empty() {
            let nothing = &Value::Null;
            return same(theirs.unwrap_or(nothing), ours.unwrap_or(nothing));
        }
        links_of(theirs).any(|link| to.contains(&link))
    })
}

/// Dates are texts whose order is that of time; nothing comes first.
fn rank(value: Option<&Value>) -> (u8, i64, String) {
    match value {
        Some(Value::Number(number)) => {
            (1, number.as_f64().map_or(0, |n| n.round() as i64), String::new())
        }
        Some(Value::String(text)) => (2, 0, text.clone()),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => {
            (0, 0, String::new())
        }
    }
}
