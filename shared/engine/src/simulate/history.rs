//! What the event log says of the past: who was there, and which field had which value when.
//!
//! Reads of the site give the present. The log has, for each change, the value before and after
//! it, or the links that came and went; so the state at any moment of the window is the present
//! with everything undone that came later. A moment is the id of an entry: the state right after
//! it. Not here: the present (`present`), and putting the two together (`past`).

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::{Value, json};
use sgh_automations::values::same;
use sgh_core::event::{Event, EventKind, Operation};
use sgh_core::ids::EntityRef;

/// The field that changes when a record is retired: its event says nothing that the retirement
/// does not say.
const RETIRED_AT: &str = "retirement_date";
/// Fields that are the two sides of one link, of which the log names the changed side only.
const SIDES: [(&str, &str, &str); 2] = [
    ("Task", "upstream_tasks", "downstream_tasks"),
    ("Task", "downstream_tasks", "upstream_tasks"),
];
/// Types of field whose values have the same form in the log and in a read.
const COMPARABLE: [&str; 5] = ["status_list", "list", "checkbox", "number", "entity"];

/// Whether a record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It was not made yet.
    Unborn,
    Live,
    Retired,
}

/// One change of one field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turn {
    /// The entry it counts from: its own, or that of its record's creation.
    pub entry: u64,
    pub at: Option<Timestamp>,
    pub by: Option<EntityRef>,
    change: Delta,
    comparable: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Delta {
    Value { old: Option<Value>, new: Option<Value> },
    Links { added: Vec<Value>, removed: Vec<Value> },
}

/// The changes of a window of the log.
#[derive(Debug, Default)]
pub(super) struct History {
    turns: HashMap<EntityRef, HashMap<String, Vec<Turn>>>,
    lives: HashMap<EntityRef, Vec<(u64, Operation)>>,
    /// Who pointed where, by type and field, at some moment of the window.
    pointed: HashMap<(String, String), HashMap<EntityRef, BTreeSet<u64>>>,
    retired: HashMap<String, BTreeSet<u64>>,
    /// Changes that do not say their values.
    pub silent: u64,
}

impl History {
    /// Takes in an entry; they come in the order of their ids.
    pub(super) fn take(&mut self, entry: u64, at: Option<Timestamp>, event: &Event) {
        let (EventKind::Entity { operation, .. }, Some(entity)) = (&event.kind, &event.entity)
        else {
            return;
        };
        match operation {
            Operation::Create | Operation::Delete | Operation::Revive => {
                self.lives.entry(entity.clone()).or_default().push((entry, *operation));
                let retired = self.retired.entry(entity.kind.clone()).or_default();
                if *operation == Operation::Delete {
                    retired.insert(entity.id);
                } else {
                    retired.remove(&entity.id);
                }
            }
            Operation::Update => self.change(entry, at, entity, event),
        }
    }

    fn change(&mut self, entry: u64, at: Option<Timestamp>, entity: &EntityRef, event: &Event) {
        let Some(field) = event.attribute.as_deref().filter(|field| *field != RETIRED_AT) else {
            return;
        };
        let change = Delta::of(event);
        if let Delta::Value { old: None, new: None } = change {
            self.silent += 1;
        }
        let field_type = event.meta.get("field_data_type").and_then(Value::as_str);
        let comparable = field_type.is_some_and(|kind| COMPARABLE.contains(&kind));
        // What was set while a record was made is there from its first moment on.
        let in_create = event.meta.get("in_create").and_then(Value::as_bool) == Some(true);
        let made = self.lives.get(entity).and_then(|lives| lives.last());
        let entry = made.filter(|_| in_create).map_or(entry, |(made, _)| *made);
        let turn = Turn { entry, at, by: event.user.clone(), change, comparable };
        for (kind, side, other) in SIDES {
            if (kind, side) == (entity.kind.as_str(), field) {
                self.other_side(entity, other, &turn);
            }
        }
        self.push(entity, field, turn);
    }

    /// A change of one side of a link, on the records of the other side.
    fn other_side(&mut self, entity: &EntityRef, field: &str, turn: &Turn) {
        let Delta::Links { added, removed } = turn.change.clone() else { return };
        let this = vec![json!(entity)];
        for (links, came) in [(added, true), (removed, false)] {
            for other in links.iter().filter_map(EntityRef::from_json) {
                let (added, removed) =
                    if came { (this.clone(), Vec::new()) } else { (Vec::new(), this.clone()) };
                let change = Delta::Links { added, removed };
                self.push(&other, field, Turn { change, ..turn.clone() });
            }
        }
    }

    fn push(&mut self, entity: &EntityRef, field: &str, turn: Turn) {
        let key = (entity.kind.clone(), field.to_owned());
        let pointed = self.pointed.entry(key).or_default();
        for link in turn.change.values().filter_map(EntityRef::from_json) {
            pointed.entry(link).or_default().insert(entity.id);
        }
        let turns = self.turns.entry(entity.clone()).or_default();
        let turns = turns.entry(field.to_owned()).or_default();
        let place = turns.partition_point(|known| known.entry <= turn.entry);
        turns.insert(place, turn);
    }

    /// Whether a record was there; `None` where the log does not say, so that it is as it is now.
    pub(super) fn state(&self, entity: &EntityRef, at: u64) -> Option<State> {
        let lives = self.lives.get(entity)?;
        let place = lives.partition_point(|(entry, _)| *entry <= at);
        let (before, after) = (lives[..place].last(), lives.get(place));
        Some(match (before, after) {
            (Some((_, Operation::Delete)), _) | (None, Some((_, Operation::Revive))) => {
                State::Retired
            }
            (None, Some((_, Operation::Create))) => State::Unborn,
            (Some(_) | None, _) => State::Live,
        })
    }

    /// A field's value at a moment, if its present value is this.
    pub(super) fn value(&self, entity: &EntityRef, field: &str, at: u64, present: &Value) -> Value {
        let turns = self.turns(entity, field);
        let (before, after) = turns.split_at(turns.partition_point(|turn| turn.entry <= at));
        if turns.iter().any(|turn| matches!(turn.change, Delta::Links { .. })) {
            return after.iter().rev().fold(present.clone(), |value, turn| turn.undone(value));
        }
        // The newest change says what the value was since; what a silent script did after it is
        // known only from the next one, and not when it was.
        let new = before.last().and_then(Turn::value);
        let old = || after.first().and_then(Turn::old);
        new.or_else(old).unwrap_or(present).clone()
    }

    /// The changes of a field, in order.
    pub(super) fn turns(&self, entity: &EntityRef, field: &str) -> &[Turn] {
        let turns = self.turns.get(entity).and_then(|fields| fields.get(field));
        turns.map_or(&[], Vec::as_slice)
    }

    /// Records whose link may have pointed there at some moment of the window.
    pub(super) fn pointed(
        &self,
        kind: &str,
        field: &str,
        to: &EntityRef,
    ) -> impl Iterator<Item = u64> {
        let pointed = self.pointed.get(&(kind.to_owned(), field.to_owned()));
        pointed.and_then(|pointed| pointed.get(to)).into_iter().flatten().copied()
    }

    /// Records of a type that were retired in the window, and still are.
    pub(super) fn retired(&self, kind: &str) -> impl Iterator<Item = u64> {
        self.retired.get(kind).into_iter().flatten().copied()
    }

    /// How many records of all types were retired in the window, and still are.
    pub(super) fn retired_count(&self) -> usize {
        self.retired.values().map(BTreeSet::len).sum()
    }

    /// Values that were not what the change before had left: something changed them that makes no
    /// entries.
    pub(super) fn gaps(&self) -> usize {
        let fields = self.turns.values().flat_map(HashMap::values);
        let pairs = fields.flat_map(|turns| turns.windows(2));
        pairs.filter(|pair| pair[1].old().is_some_and(|old| pair[0].left_not(old))).count()
    }
}

impl Turn {
    fn old(&self) -> Option<&Value> {
        match &self.change {
            Delta::Value { old, .. } => old.as_ref(),
            Delta::Links { .. } => None,
        }
    }

    fn value(&self) -> Option<&Value> {
        match &self.change {
            Delta::Value { new, .. } => new.as_ref(),
            Delta::Links { .. } => None,
        }
    }

    /// Whether this change left another value than is there next.
    pub(super) fn left_not(&self, next: &Value) -> bool {
        self.comparable && self.value().is_some_and(|new| !same(new, next))
    }

    /// The value before, if it was this after.
    fn undone(&self, after: Value) -> Value {
        let Delta::Links { added, removed } = &self.change else { return after };
        let is_in = |link: &Value, links: &[Value]| links.iter().any(|other| same(link, other));
        let links = match after {
            Value::Array(links) => links,
            Value::Null => Vec::new(),
            one @ (Value::Object(_) | Value::String(_) | Value::Bool(_) | Value::Number(_)) => {
                vec![one]
            }
        };
        let mut before: Vec<Value> = links.into_iter().filter(|link| !is_in(link, added)).collect();
        for link in removed {
            if !is_in(link, &before) {
                before.push(link.clone());
            }
        }
        Value::Array(before)
    }
}

impl Delta {
    fn of(event: &Event) -> Self {
        let list = |name: &str| event.meta.get(name).and_then(Value::as_array).cloned();
        match (list("added"), list("removed")) {
            (None, None) => {
                let is_time = event.meta.get("field_data_type") == Some(&json!("date_time"));
                let value = |value: Option<&Value>| {
                    value.map(|value| if is_time { as_read(value) } else { value.clone() })
                };
                Self::Value { old: value(event.old_value()), new: value(event.new_value()) }
            }
            (added, removed) => Self::Links {
                added: added.unwrap_or_default(),
                removed: removed.unwrap_or_default(),
            },
        }
    }

    fn values(&self) -> impl Iterator<Item = &Value> {
        let (one, other): (&[Value], &[Value]) = match self {
            Self::Value { old, new } => (old.as_slice(), new.as_slice()),
            Self::Links { added, removed } => (added, removed),
        };
        one.iter().chain(other)
    }
}

/// A moment as a read gives it: the log has it without a zone.
fn as_read(value: &Value) -> Value {
    let text = value.as_str().and_then(|text| text.parse::<DateTime>().ok());
    text.map_or_else(|| value.clone(), |at| json!(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

#[cfg(test)]
mod tests;
