//! One write: any number of creates, updates, retirements and revivals that happen together or
//! not at all. What it changed becomes events when it ends well, and nothing when it does not.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;

use super::{Kept, Store, bare};
use crate::events::{NewEvent, log, meta};
use crate::refusal::Refusal;
use crate::schema::DataType;

/// A write that is under way.
#[derive(Debug)]
pub(crate) struct Write<'a> {
    pub(super) store: &'a mut Store,
    pub(super) by: EntityRef,
    pub(super) at: Timestamp,
    pub(super) events: Vec<NewEvent>,
    undo: Vec<(EntityRef, Option<Kept>)>,
}

impl Store {
    /// Runs `work` as one write of `by`. Its events are logged and offered to the hooks if it
    /// ends well; else every record is as it was.
    pub(crate) fn write<T>(
        &mut self,
        by: &EntityRef,
        at: Timestamp,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (events, undo) = (Vec::new(), Vec::new());
        let mut write = Write { store: self, by: by.clone(), at, events, undo };
        let worked = work(&mut write);
        if worked.is_err() {
            write.roll_back();
            return worked;
        }
        let events = write.events;
        log::keep(self, by, at, events);
        worked
    }
}

impl Write<'_> {
    /// What the store looks like in the middle of this write.
    pub(crate) fn store(&self) -> &Store {
        self.store
    }

    /// Sets fields of a live record. A value that is there already makes no event.
    pub(crate) fn update(
        &mut self,
        of: &EntityRef,
        fields: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        self.store.schema.entity_type(&of.kind)?;
        if self.store.live(of).is_none() {
            return Err(Refusal::NotFound(of.clone()));
        }
        if of.kind == "EventLogEntry" {
            let (kind, field) = (of.kind.clone(), "event_type".to_owned());
            return Err(Refusal::NotEditable { kind, field });
        }
        for (field, value) in fields {
            let before = self.store.shown(of, field);
            self.set(of, field, value)?;
            self.tell_change(of, field, before);
        }
        self.stamp(of);
        Ok(())
    }

    /// Retires a live record.
    pub(crate) fn retire(&mut self, of: &EntityRef) -> Result<(), Refusal> {
        self.store.schema.entity_type(&of.kind)?;
        if self.store.live(of).is_none() {
            return Err(Refusal::NotFound(of.clone()));
        }
        if of.kind == "EventLogEntry" {
            return Err(Refusal::value(&of.kind, "id", "event log entries cannot be deleted"));
        }
        let name = self.store.display_name(of);
        self.events.extend(NewEvent::retired(self.store, of, name.as_deref(), self.at));
        self.set_retired(of, true);
        if of.kind == "TaskDependency" {
            self.match_links(of);
        }
        Ok(())
    }

    /// Brings a retired record back. `false` if it was not retired.
    pub(crate) fn revive(&mut self, of: &EntityRef) -> Result<bool, Refusal> {
        self.store.schema.entity_type(&of.kind)?;
        let kept = self.store.kept(of).ok_or_else(|| Refusal::NotFound(of.clone()))?;
        if !kept.retired {
            return Ok(false);
        }
        self.set_retired(of, false);
        if of.kind == "TaskDependency" {
            self.match_links(of);
        }
        self.events.push(NewEvent::revived(self.store, of));
        Ok(true)
    }

    /// Checks a value and sets it, on both sides if it is a link that has two.
    pub(super) fn set(&mut self, of: &EntityRef, name: &str, value: &Value) -> Result<(), Refusal> {
        let (value, mode) = Mode::split(of, name, value)?;
        self.store.schema.check(&of.kind, name, value)?;
        let data_type = &self.store.schema.field(&of.kind, name)?.data_type;
        if *data_type == DataType::Url {
            let file = self.store.file(of, name, value)?;
            self.set_raw(of, name, file);
            return Ok(());
        }
        if !data_type.is_link() {
            self.set_raw(of, name, value.clone());
            return Ok(());
        }
        if mode.is_some() && !data_type.is_multi() {
            return Err(Refusal::value(
                &of.kind,
                name,
                "multi_entity_update_mode on a single link",
            ));
        }
        let links = self.links_of(of, name, value)?;
        let links = mode.unwrap_or(Mode::Set).apply(self.store.links(of, name), links);
        self.set_links(of, name, &links);
        if of.kind == "Task" && matches!(name, "upstream_tasks" | "downstream_tasks") {
            self.match_dependencies(of);
        }
        Ok(())
    }

    fn links_of(
        &self,
        of: &EntityRef,
        name: &str,
        value: &Value,
    ) -> Result<Vec<EntityRef>, Refusal> {
        let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let mut links: Vec<EntityRef> = Vec::new();
        for link in list.iter().filter_map(EntityRef::from_json) {
            if self.store.live(&link).is_none() {
                return Err(Refusal::value(&of.kind, name, format!("{link} does not exist")));
            }
            if !links.contains(&link) {
                links.push(link);
            }
        }
        Ok(links)
    }

    fn tell_change(&mut self, of: &EntityRef, field: &str, before: Option<Value>) {
        let after = self.store.shown(of, field);
        if before == after {
            return;
        }
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let change = meta::Change { of, field, before: &before, after: &after, in_create: false };
        self.events.push(NewEvent::changed(self.store, &change));
        self.events.extend(NewEvent::back_references(self.store, &change));
    }

    pub(super) fn set_raw(&mut self, of: &EntityRef, field: &str, value: Value) {
        self.remember(of);
        if let Some(kept) = self.store.kept_mut(of) {
            kept.fields.insert(field.to_owned(), value);
        }
    }

    pub(super) fn set_retired(&mut self, of: &EntityRef, retired: bool) {
        self.remember(of);
        if let Some(kept) = self.store.kept_mut(of) {
            kept.retired = retired;
        }
    }

    /// Adds a record with who made it and when.
    pub(super) fn insert(&mut self, of: &EntityRef, mut fields: BTreeMap<String, Value>) {
        self.remember(of);
        fields.insert("created_at".to_owned(), json!(self.at));
        fields.insert("created_by".to_owned(), bare(&self.by));
        self.store.put(of, Kept { fields, retired: false });
        self.stamp(of);
    }

    fn stamp(&mut self, of: &EntityRef) {
        self.set_raw(of, "updated_at", json!(self.at));
        self.set_raw(of, "updated_by", bare(&self.by));
    }

    fn remember(&mut self, of: &EntityRef) {
        self.undo.push((of.clone(), self.store.kept(of).cloned()));
    }

    fn roll_back(self) {
        for (of, former) in self.undo.into_iter().rev() {
            match former {
                Some(kept) => self.store.put(&of, kept),
                None => self.store.take_away(&of),
            }
        }
    }
}

/// What a list of links does to the links that are there.
#[derive(Debug, Clone, Copy)]
enum Mode {
    Add,
    Remove,
    Set,
}

impl Mode {
    /// Takes `{"multi_entity_update_mode": "add", "value": [..]}` apart.
    fn split<'v>(
        of: &EntityRef,
        name: &str,
        value: &'v Value,
    ) -> Result<(&'v Value, Option<Self>), Refusal> {
        let Some(mode) = value.get("multi_entity_update_mode") else { return Ok((value, None)) };
        let mode = match mode.as_str() {
            Some("add") => Self::Add,
            Some("remove") => Self::Remove,
            Some("set") => Self::Set,
            _ => {
                let wanted = "multi_entity_update_mode is add, remove or set";
                return Err(Refusal::value(&of.kind, name, wanted));
            }
        };
        Ok((value.get("value").unwrap_or(&Value::Null), Some(mode)))
    }

    fn apply(self, mut before: Vec<EntityRef>, given: Vec<EntityRef>) -> Vec<EntityRef> {
        match self {
            Self::Set => given,
            Self::Remove => {
                before.retain(|link| !given.contains(link));
                before
            }
            Self::Add => {
                for link in given {
                    if !before.contains(&link) {
                        before.push(link);
                    }
                }
                before
            }
        }
    }
}
