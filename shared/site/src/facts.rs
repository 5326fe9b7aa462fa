//! What is known of the site while one batch is worked, and what still has to be read.
//!
//! A decision is pure: it is handed [`Facts`] and answers either with what it decided or with the
//! [`Read`]s it still needs. Whoever runs it merges the reads of all decisions, so that the
//! number of searches does not grow with the number of events. Not here: the reading itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use crate::port::{Change, Condition, Record, Search};

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

/// What is known: reads and their answers, kept up to date with our own writes.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    known: Vec<(Read, BTreeMap<u64, Record>)>,
}

impl Facts {
    /// Takes in the answer to a read.
    pub fn learn(&mut self, read: Read, records: Vec<Record>) {
        let by_id = records.into_iter().map(|record| (record.entity.id, record)).collect();
        self.known.push((read, by_id));
    }

    /// The records a read asks for, by id, or `None` if they have to be read first.
    /// A record that is absent does not exist, is retired, or does not fulfil the conditions.
    #[must_use]
    pub fn answer(&self, read: &Read) -> Option<Vec<&Record>> {
        // The newest answer counts: it was read last.
        let (_, records) = self.known.iter().rev().find(|(known, _)| known.covers(read))?;
        Some(match &read.by {
            By::Ids(ids) => ids.iter().filter_map(|id| records.get(id)).collect(),
            By::Links { field, to } => {
                records.values().filter(|record| points_to(record, field, to)).collect()
            }
            By::All => records.values().collect(),
        })
    }

    /// The records with these ids, each from the newest answer that has it, however it was asked
    /// for; so that what is known already is not read again.
    ///
    /// # Errors
    /// What still has to be read.
    pub fn gather(&self, read: &Read) -> Result<Vec<&Record>, Vec<Read>> {
        let By::Ids(ids) = &read.by else {
            return self.answer(read).ok_or_else(|| vec![read.clone()]);
        };
        let mut found = Vec::new();
        let mut missing = BTreeSet::new();
        for id in ids {
            match self.known.iter().rev().find_map(|(known, at)| knows(known, at, read, *id)) {
                Some(record) => found.extend(record),
                None => _ = missing.insert(*id),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        Err(vec![Read { by: By::Ids(missing), ..read.clone() }])
    }

    /// Forgets all records of a type, so that they are read again.
    pub fn forget(&mut self, kind: &str) {
        self.known.retain(|(read, _)| read.kind != kind);
    }

    /// Keeps what is known true after a write of ours.
    pub fn apply(&mut self, change: &Change) {
        for (read, records) in &mut self.known {
            if read.kind != change.entity.kind {
                continue;
            }
            let Some(record) = records.get_mut(&change.entity.id) else { continue };
            for (field, value) in &change.fields {
                if let Some(known) = record.fields.get_mut(field) {
                    known.clone_from(value);
                }
            }
        }
    }
}

/// What an answer says of one record: itself, that there is none, or nothing (`None`).
fn knows<'a>(
    known: &Read,
    records: &'a BTreeMap<u64, Record>,
    asked: &Read,
    id: u64,
) -> Option<Option<&'a Record>> {
    let same_question = known.kind == asked.kind
        && known.retired == asked.retired
        && known.conditions == asked.conditions
        && asked.fields.is_subset(&known.fields);
    if !same_question {
        return None;
    }
    match (&known.by, records.get(&id)) {
        (By::Ids(ids), record) if ids.contains(&id) => Some(record),
        (By::Links { .. } | By::All, Some(record)) => Some(Some(record)),
        (By::Ids(_) | By::Links { .. } | By::All, _) => None,
    }
}

fn points_to(record: &Record, field: &str, to: &BTreeSet<EntityRef>) -> bool {
    match record.fields.get(field) {
        Some(Value::Array(links)) => {
            links.iter().filter_map(EntityRef::from_json).any(|link| to.contains(&link))
        }
        Some(link) => EntityRef::from_json(link).is_some_and(|link| to.contains(&link)),
        None => false,
    }
}

#[cfg(test)]
mod tests;
