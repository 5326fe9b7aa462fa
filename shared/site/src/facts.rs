//! What is known of the site while one batch is worked, and what still has to be read.
//!
//! A decision is pure: it is handed [`Facts`] and answers either with what it decided or with the
//! [`Read`]s it still needs. Whoever runs it merges the reads of all decisions, so that the
//! number of searches does not grow with the number of events. Not here: the reading itself.

mod known;

use std::collections::BTreeSet;

use serde_json::json;
use sgh_core::ids::EntityRef;

use crate::port::{Condition, Search};

pub use known::Facts;

/// What a decision needs to know: some fields of some records of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// Entity type by its schema name.
    pub kind: String,
    /// Which records.
    pub by: By,
    /// Conditions for the site to evaluate on top; records that do not fulfil them are absent.
    pub conditions: Vec<Condition>,
    /// Fields to know.
    pub fields: BTreeSet<String>,
    /// Whether to look among the retired records instead of the live ones.
    pub retired: bool,
}

/// Which records a [`Read`] is about.
#[derive(Debug, Clone, PartialEq)]
pub enum By {
    /// Those with these ids.
    Ids(BTreeSet<u64>),
    /// Those whose `field` (a link or a multi link) points to one of these.
    Links {
        /// The link field.
        field: String,
        /// Where it points to.
        to: BTreeSet<EntityRef>,
    },
    /// All that fulfil the conditions.
    All,
}

/// A decision that is made, or what it still needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Need<T> {
    /// These have to be read first. Never empty.
    Reads(Vec<Read>),
    /// Decided.
    Ready(T),
}

impl Read {
    /// Some fields of live records by id, without conditions.
    #[must_use]
    pub fn of_ids<'a>(
        kind: &str,
        ids: impl IntoIterator<Item = u64>,
        fields: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            kind: kind.to_owned(),
            by: By::Ids(ids.into_iter().collect()),
            conditions: Vec::new(),
            fields: fields.into_iter().map(str::to_owned).collect(),
            retired: false,
        }
    }

    /// Whether both ask the same question, so that one search can answer both.
    #[must_use]
    pub fn merges_with(&self, other: &Self) -> bool {
        let same_way = match (&self.by, &other.by) {
            (By::Ids(_), By::Ids(_)) | (By::All, By::All) => true,
            (By::Links { field: a, .. }, By::Links { field: b, .. }) => a == b,
            (By::Ids(_) | By::All | By::Links { .. }, _) => false,
        };
        same_way
            && self.kind == other.kind
            && self.retired == other.retired
            && self.conditions == other.conditions
    }

    /// Takes in what another read asks for. Only for reads that merge.
    pub fn merge(&mut self, other: &Self) {
        self.fields.extend(other.fields.iter().cloned());
        match (&mut self.by, &other.by) {
            (By::Ids(mine), By::Ids(more)) => mine.extend(more),
            (By::Links { to: mine, .. }, By::Links { to: more, .. }) => {
                mine.extend(more.iter().cloned());
            }
            (By::Ids(_) | By::Links { .. } | By::All, _) => {}
        }
    }

    /// Whether everything `other` asks for is part of this.
    fn covers(&self, other: &Self) -> bool {
        let records = match (&self.by, &other.by) {
            (By::Ids(mine), By::Ids(asked)) => asked.is_subset(mine),
            (By::Links { to: mine, .. }, By::Links { to: asked, .. }) => asked.is_subset(mine),
            (By::Ids(_) | By::Links { .. } | By::All, _) => true,
        };
        self.merges_with(other) && records && other.fields.is_subset(&self.fields)
    }

    /// The search that answers this.
    #[must_use]
    pub fn search(&self) -> Search {
        let mut conditions = self.conditions.clone();
        let mut fields: Vec<String> = self.fields.iter().cloned().collect();
        match &self.by {
            By::Ids(ids) => conditions.insert(0, Condition::new("id", "in", json!(ids))),
            By::Links { field, to } => {
                conditions.insert(0, Condition::new(field, "in", json!(to)));
                if !fields.contains(field) {
                    fields.push(field.clone());
                }
            }
            By::All => {}
        }
        Search { kind: self.kind.clone(), conditions, fields, retired: self.retired, sort: None }
    }
}

/// Joins reads that one search can answer.
#[must_use]
pub fn merge_reads(reads: impl IntoIterator<Item = Read>) -> Vec<Read> {
    let mut merged: Vec<Read> = Vec::new();
    for read in reads {
        match merged.iter_mut().find(|known| known.merges_with(&read)) {
            Some(known) => known.merge(&read),
            None => merged.push(read),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
