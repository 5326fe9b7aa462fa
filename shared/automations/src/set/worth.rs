//! What each field of the targets gets, from the present state of the changed entity.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sgh_core::config::{Links, Set, Worth};
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_site::Record;

use super::conditions::no_field;
use crate::names::called;
use crate::stop::{Stop, skip};
use crate::values::{key, links_of, shown};

/// What a field gets.
pub(super) enum New {
    /// This.
    Value(Value),
    /// These links besides those it has.
    Added(Vec<Value>),
    /// Those it has without these.
    Removed(Vec<Value>),
}

/// Field, and what it gets. Never empty.
pub(super) fn of<'a>(
    set: &'a Set,
    event: &Event,
    source: &Record,
) -> Result<BTreeMap<&'a str, New>, Stop> {
    let mut news = BTreeMap::new();
    let mut nothing = None;
    for (field, worth) in &set.fields {
        let new = match worth {
            Worth::Fixed(value) => New::Value(value.clone()),
            Worth::Now => {
                New::Value(json!(moment(event)?.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
            }
            Worth::Today(zone) => New::Value(json!(day(moment(event)?, zone))),
            Worth::Mapped(table) => New::Value(mapped(field, table, source)?),
            Worth::Copied(path) => New::Value(copied(path, source)?),
            Worth::Source => New::Value(json!(source.entity)),
            Worth::Added(links) => match changed(links, "added", event, source)? {
                Ok(links) => New::Added(links),
                Err(why) => {
                    nothing = Some(why);
                    continue;
                }
            },
            Worth::Removed(links) => match changed(links, "removed", event, source)? {
                Ok(links) => New::Removed(links),
                Err(why) => {
                    nothing = Some(why);
                    continue;
                }
            },
        };
        news.insert(field.as_str(), new);
    }
    match nothing {
        Some(why) if news.is_empty() => skip(why),
        Some(_) | None => Ok(news),
    }
}

/// When the event happened: a delivery that comes late, or a second time, sets the same moment.
fn moment(event: &Event) -> Result<Timestamp, Stop> {
    event.created_at.ok_or_else(|| Stop::Skip("this event does not say when it happened".into()))
}

fn day(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned(zone.clone()).date().to_string()
}

fn mapped(field: &str, table: &BTreeMap<String, Value>, source: &Record) -> Result<Value, Stop> {
    let now = source.fields.get(field).unwrap_or(&Value::Null);
    let value = key(now).and_then(|now| table.get(&now)).cloned();
    value.ok_or_else(|| {
        let name = called(source);
        Stop::Skip(format!("{name} has {field} {}, which `map` does not name", shown(now)))
    })
}

fn copied(path: &str, source: &Record) -> Result<Value, Stop> {
    match source.fields.get(path) {
        Some(value) => Ok(value.clone()),
        // Through a link that points to nothing there is nothing.
        None if path.contains('.') => Ok(Value::Null),
        None => Err(Stop::Fail(no_field(source, path))),
    }
}

/// The links to add or to take away; if there are none, why. On a change of the very field they
/// come from, only what it changed is meant: the rest was there before, and may have been taken
/// off the target on purpose.
fn changed(
    links: &Links,
    word: &str,
    event: &Event,
    source: &Record,
) -> Result<Result<Vec<Value>, String>, Stop> {
    let field = match links {
        Links::Fixed(links) => return Ok(Ok(links.iter().map(|link| json!(link)).collect())),
        Links::Field(field) => field,
    };
    let now = copied(field, source)?;
    let now = match now {
        Value::Array(links) => links,
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => vec![now],
    };
    let name = called(source);
    let changed = event.meta.get(word).filter(|_| event.attribute.as_deref() == Some(field));
    let Some(changed) = changed.and_then(Value::as_array) else {
        return Ok(if now.is_empty() { Err(format!("{name} has no {field}")) } else { Ok(now) });
    };
    let wanted = word == "added";
    let how = if wanted { "added to" } else { "removed from" };
    if changed.is_empty() {
        return Ok(Err(format!("nothing was {how} {field} of {name}")));
    }
    let present = |link: &&Value| {
        let link = EntityRef::from_json(link);
        now.iter().any(|now| EntityRef::from_json(now) == link)
    };
    let still: Vec<Value> =
        changed.iter().filter(|link| present(link) == wanted).cloned().collect();
    if still.is_empty() {
        return Ok(Err(format!("overtaken: what was {how} {field} of {name} is no longer so")));
    }
    Ok(Ok(still))
}

impl New {
    /// The value to write where a field has `now`.
    pub(super) fn value(&self, now: &Value) -> Value {
        let mut links: Vec<EntityRef> = links_of(Some(now)).collect();
        match self {
            Self::Value(value) => return bare(value),
            Self::Added(more) => {
                for link in more.iter().filter_map(EntityRef::from_json) {
                    if !links.contains(&link) {
                        links.push(link);
                    }
                }
            }
            Self::Removed(less) => {
                let less: Vec<EntityRef> = less.iter().filter_map(EntityRef::from_json).collect();
                links.retain(|link| !less.contains(link));
            }
        }
        json!(links)
    }

    /// The change as people read it.
    pub(super) fn step(&self, field: &str, now: &Value) -> String {
        match self {
            Self::Value(value) => format!("{field} {} -> {}", shown(now), shown(value)),
            Self::Added(links) => format!("{field} + {}", shown(&json!(links))),
            Self::Removed(links) => format!("{field} - {}", shown(&json!(links))),
        }
    }

    /// That there is nothing to change.
    pub(super) fn already(&self, field: &str) -> String {
        match self {
            Self::Value(value) => format!("has {field} {}", shown(value)),
            Self::Added(links) => format!("has {} in {field}", shown(&json!(links))),
            Self::Removed(links) => format!("has no {} in {field}", shown(&json!(links))),
        }
    }
}

/// Links without the names that a read gives them.
fn bare(value: &Value) -> Value {
    match (EntityRef::from_json(value), value) {
        (Some(link), _) => json!(link),
        (None, Value::Array(values)) => values.iter().map(bare).collect(),
        (None, _) => value.clone(),
    }
}
