//! What is known: reads and their answers. Not here: what a read is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sgh_core::ids::EntityRef;

use super::{By, Read};
use crate::port::{Change, Record};

/// What is known: reads and their answers, kept up to date with our own writes.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    known: Vec<Answer>,
}

/// The answer to one read.
#[derive(Debug, Clone)]
struct Answer {
    read: Read,
    records: BTreeMap<u64, Record>,
    /// For a read by links: where they point to, and the records that do. Many events ask one
    /// answer for the few records of theirs.
    pointing: BTreeMap<EntityRef, BTreeSet<u64>>,
}

impl Facts {
    /// Takes in the answer to a read.
    pub fn learn(&mut self, read: Read, records: Vec<Record>) {
        let records = records.into_iter().map(|record| (record.entity.id, record)).collect();
        let mut answer = Answer { read, records, pointing: BTreeMap::new() };
        answer.point();
        self.known.push(answer);
    }

    /// The records a read asks for, by id, or `None` if they have to be read first.
    /// A record that is absent does not exist, is retired, or does not fulfil the conditions.
    #[must_use]
    pub fn answer(&self, read: &Read) -> Option<Vec<&Record>> {
        // The newest answer counts: it was read last.
        let known = self.known.iter().rev().find(|known| known.read.covers(read))?;
        let of_ids = |ids: &BTreeSet<u64>| {
            ids.iter().filter_map(|id| known.records.get(id)).collect::<Vec<_>>()
        };
        Some(match &read.by {
            By::Ids(ids) => of_ids(ids),
            By::Links { to, .. } => {
                let pointing = to.iter().filter_map(|to| known.pointing.get(to));
                of_ids(&pointing.flatten().copied().collect())
            }
            By::All => known.records.values().collect(),
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
        let same: Vec<&Answer> =
            self.known.iter().rev().filter(|known| known.asks_as(read)).collect();
        let mut found = Vec::new();
        let mut missing = BTreeSet::new();
        for id in ids {
            match same.iter().find_map(|known| known.says(*id)) {
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
        self.known.retain(|known| known.read.kind != kind);
    }

    /// Keeps what is known true after a write of ours.
    pub fn apply(&mut self, change: &Change) {
        for known in &mut self.known {
            if known.read.kind != change.entity.kind {
                continue;
            }
            let Some(record) = known.records.get_mut(&change.entity.id) else { continue };
            for (field, value) in &change.fields {
                if let Some(known) = record.fields.get_mut(field) {
                    known.clone_from(value);
                }
            }
            if known.link().is_some_and(|link| change.fields.contains_key(link)) {
                known.point();
            }
        }
    }
}

impl Answer {
    /// The link that its records were asked for by.
    fn link(&self) -> Option<&str> {
        match &self.read.by {
            By::Links { field, .. } => Some(field),
            By::Ids(_) | By::All => None,
        }
    }

    /// Notes where the links point to.
    fn point(&mut self) {
        let mut pointing: BTreeMap<EntityRef, BTreeSet<u64>> = BTreeMap::new();
        let Some(field) = self.link() else { return };
        for (id, record) in &self.records {
            let links = match record.fields.get(field) {
                Some(Value::Array(links)) => links.as_slice(),
                Some(link) => std::slice::from_ref(link),
                None => &[],
            };
            for link in links.iter().filter_map(EntityRef::from_json) {
                pointing.entry(link).or_default().insert(*id);
            }
        }
        self.pointing = pointing;
    }

    /// Whether it knows at least these fields of records of that sort, whichever they are.
    fn asks_as(&self, asked: &Read) -> bool {
        self.read.kind == asked.kind
            && self.read.retired == asked.retired
            && self.read.conditions == asked.conditions
            && asked.fields.is_subset(&self.read.fields)
    }

    /// What it says of one record: itself, that there is none, or nothing (`None`).
    fn says(&self, id: u64) -> Option<Option<&Record>> {
        match (&self.read.by, self.records.get(&id)) {
            (By::Ids(ids), record) if ids.contains(&id) => Some(record),
            (By::Links { .. } | By::All, Some(record)) => Some(Some(record)),
            (By::Ids(_) | By::Links { .. } | By::All, _) => None,
        }
    }
}
