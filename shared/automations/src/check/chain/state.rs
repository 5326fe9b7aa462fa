//! What is known of the imagined entities: of each field the values that it may have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::values::same;

/// One imagined entity of a type, or the second one of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Role {
    pub kind: String,
    pub other: bool,
}

/// A field of one of them; a path for what its links lead to.
pub(super) type Place = (Role, String);

/// What is known. A field that is not here may have any value.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    fields: BTreeMap<Place, Vec<Value>>,
    projects: Option<BTreeSet<u64>>,
    /// Values that were made up so far.
    made_up: u64,
}

impl State {
    /// The one value that a field can have.
    pub(super) fn known(&self, place: &Place) -> Option<&Value> {
        match self.fields.get(place)?.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Whether a field can have one of these; from now on it has.
    pub(super) fn suppose(&mut self, place: &Place, values: &[Value]) -> bool {
        let may: Vec<Value> = match self.fields.get(place) {
            None => values.to_vec(),
            Some(known) => {
                let wanted = |value: &&Value| values.iter().any(|one| same(one, value));
                known.iter().filter(wanted).cloned().collect()
            }
        };
        let can = !may.is_empty();
        if can {
            self.fields.insert(place.clone(), may);
        }
        can
    }

    /// Whether a field surely has one of these.
    pub(super) fn surely(&self, place: &Place, is: impl Fn(&Value) -> bool) -> bool {
        self.fields.get(place).is_some_and(|values| values.iter().all(is))
    }

    pub(super) fn set(&mut self, place: Place, value: Value) {
        self.fields.insert(place, vec![value]);
    }

    /// The value of a field; if it could be any, one is made up that it has from now on.
    pub(super) fn some_value(&mut self, place: &Place) -> Value {
        if let Some(known) = self.known(place) {
            return known.clone();
        }
        let value = match self.fields.get(place).and_then(|values| values.first()) {
            Some(first) => first.clone(),
            None => self.make_up("value"),
        };
        self.set(place.clone(), value.clone());
        value
    }

    /// A value that is like no other.
    pub(super) fn make_up(&mut self, word: &str) -> Value {
        self.made_up += 1;
        json!({ word: self.made_up })
    }

    /// Whether it can happen in one of these projects; from now on it does.
    pub(super) fn suppose_project(&mut self, projects: Option<&BTreeSet<u64>>) -> bool {
        let Some(wanted) = projects else { return true };
        let both = match &self.projects {
            None => wanted.clone(),
            Some(known) => known.intersection(wanted).copied().collect(),
        };
        let can = !both.is_empty();
        if can {
            self.projects = Some(both);
        }
        can
    }
}
