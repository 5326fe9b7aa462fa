//! The records of the site as they are now, as far as they were read.
//!
//! Kept by entity and not by question, so that what was read for one event serves all others.
//! Not here: what they were before (`past`), and the reading.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{By, Facts, Read};

use super::links_of;

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct Present {
    records: HashMap<EntityRef, Kept>,
    /// Which live records point there, by type and field.
    links: HashMap<(String, String), HashMap<EntityRef, BTreeSet<u64>>>,
    /// Answers to questions that only the site can answer.
    asked: Facts,
}

/// One record.
#[derive(Debug, Default)]
struct Kept {
    /// The fields that were asked for.
    known: BTreeSet<String>,
    /// Those that the site gave; `None` if it gave no record at all.
    fields: Option<BTreeMap<String, Value>>,
}

impl Present {
    /// Takes in the answer to a read.
    pub(super) fn learn(&mut self, read: Read, records: Vec<Record>) {
        if only_the_site_knows(&read) {
            return self.asked.learn(read, records);
        }
        let mut fields = read.fields.clone();
        if let By::Links { field, .. } = &read.by {
            fields.insert(field.clone());
        }
        if let By::Ids(ids) = &read.by {
            for id in ids {
                self.knows(&EntityRef::new(&read.kind, *id), &fields);
            }
        }
        for record in &records {
            let kept = self.knows(&record.entity, &fields);
            let known = kept.fields.get_or_insert_default();
            known.extend(record.fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        if let By::Links { field, to } = &read.by {
            let links = self.links.entry((read.kind.clone(), field.clone())).or_default();
            for to in to {
                links.entry(to.clone()).or_default();
            }
            for record in &records {
                for link in links_of(record.fields.get(field)) {
                    if let Some(ids) = links.get_mut(&link) {
                        ids.insert(record.entity.id);
                    }
                }
            }
        }
    }

    fn knows(&mut self, entity: &EntityRef, fields: &BTreeSet<String>) -> &mut Kept {
        let kept = self.records.entry(entity.clone()).or_default();
        kept.known.extend(fields.iter().cloned());
        kept
    }

    /// Whether these fields of a record were read.
    pub(super) fn has(&self, entity: &EntityRef, fields: &BTreeSet<String>) -> bool {
        self.records.get(entity).is_some_and(|kept| fields.is_subset(&kept.known))
    }

    /// The fields that the site gave of a record; `None` if it gave none, or was not asked.
    pub(super) fn fields(&self, entity: &EntityRef) -> Option<&BTreeMap<String, Value>> {
        self.records.get(entity)?.fields.as_ref()
    }

    /// All records that were asked for and given.
    pub(super) fn all(&self) -> impl Iterator<Item = (&EntityRef, &BTreeMap<String, Value>)> {
        self.records.iter().filter_map(|(entity, kept)| Some((entity, kept.fields.as_ref()?)))
    }

    /// Records that were asked for and not given.
    pub(super) fn hidden(&self) -> impl Iterator<Item = &EntityRef> {
        self.records.iter().filter(|(_, kept)| kept.fields.is_none()).map(|(entity, _)| entity)
    }

    /// Which live records point there; `None` if that was not read.
    pub(super) fn pointing(
        &self,
        kind: &str,
        field: &str,
        to: &EntityRef,
    ) -> Option<&BTreeSet<u64>> {
        self.links.get(&(kind.to_owned(), field.to_owned()))?.get(to)
    }

    /// What the site answered to a question of its own.
    pub(super) fn answered(&self, read: &Read) -> Option<Vec<Record>> {
        Some(self.asked.answer(read)?.into_iter().cloned().collect())
    }
}

/// Whether a question cannot be answered from records: conditions are the site's to evaluate.
pub(super) fn only_the_site_knows(read: &Read) -> bool {
    !read.conditions.is_empty() || matches!(read.by, By::All)
}
