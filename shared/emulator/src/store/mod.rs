//! Everything the site remembers, in memory: records, event log, hooks, deliveries.
//!
//! Records are only changed through a [`write::Write`], which is all or nothing.

mod create;
mod dependencies;
mod files;
mod links;
mod read;
mod write;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use crate::events::log::LogFaults;
use crate::hooks::Hooks;
use crate::schema::Schema;

pub(crate) use write::Write;

/// One record as it is kept: links as `{"type", "id"}`, without names.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kept {
    pub(crate) fields: BTreeMap<String, Value>,
    pub(crate) retired: bool,
}

/// All that the site remembers.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) schema: Schema,
    pub(crate) hooks: Hooks,
    pub(crate) log_faults: LogFaults,
    /// Session of the person in front of the browser; scripts have none.
    pub(crate) session: uuid::Uuid,
    records: BTreeMap<String, BTreeMap<u64, Kept>>,
    last_ids: BTreeMap<String, u64>,
}

impl Store {
    pub(crate) fn new(hooks: Hooks, first_event_id: u64) -> Self {
        let last_ids = [("EventLogEntry".to_owned(), first_event_id.saturating_sub(1))];
        Self {
            schema: Schema::seed(),
            hooks,
            log_faults: LogFaults::default(),
            session: uuid::Uuid::new_v4(),
            records: BTreeMap::new(),
            last_ids: last_ids.into(),
        }
    }

    /// Takes the next id of a type. An id that was taken is never given again.
    pub(crate) fn next_id(&mut self, kind: &str) -> u64 {
        let last = self.last_ids.entry(kind.to_owned()).or_default();
        *last += 1;
        *last
    }

    /// A record, live or retired.
    pub(crate) fn kept(&self, of: &EntityRef) -> Option<&Kept> {
        self.records.get(&of.kind)?.get(&of.id)
    }

    /// A record that is not retired.
    pub(crate) fn live(&self, of: &EntityRef) -> Option<&Kept> {
        self.kept(of).filter(|kept| !kept.retired)
    }

    /// All records of a type by id, the retired ones among them.
    pub(crate) fn all(&self, kind: &str) -> impl Iterator<Item = (EntityRef, &Kept)> {
        let of = move |(id, kept): (&u64, _)| (EntityRef::new(kind, *id), kept);
        self.records.get(kind).into_iter().flatten().map(of)
    }

    fn put(&mut self, of: &EntityRef, kept: Kept) {
        self.records.entry(of.kind.clone()).or_default().insert(of.id, kept);
    }

    fn take_away(&mut self, of: &EntityRef) {
        if let Some(records) = self.records.get_mut(&of.kind) {
            records.remove(&of.id);
        }
    }

    fn kept_mut(&mut self, of: &EntityRef) -> Option<&mut Kept> {
        self.records.get_mut(&of.kind)?.get_mut(&of.id)
    }

    /// Adds a row to the event log. It is no write of anybody, so it makes no event.
    pub(crate) fn add_log_row(&mut self, id: u64, fields: BTreeMap<String, Value>) {
        self.put(&EntityRef::new("EventLogEntry", id), Kept { fields, retired: false });
    }
}

/// A link as it is kept.
pub(crate) fn bare(link: &EntityRef) -> Value {
    json!({"type": link.kind, "id": link.id})
}
