//! The site as a test or a demo holds it: what people do in the browser, and a look inside.

mod faults;
mod hooks;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use sgh_core::ids::EntityRef;

use crate::refusal::Refusal;
use crate::schema::Field;
use crate::shared::Shared;
use crate::store::{Kept, Store};

/// A cheap handle on the site inside an emulator.
#[derive(Clone)]
pub struct EmulatedSite {
    shared: Arc<Shared>,
}

/// A record as the site shows it: every field, links with names.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRecord {
    /// Which entity.
    pub entity: EntityRef,
    /// Whether it is retired.
    pub retired: bool,
    /// Fields by name.
    pub fields: BTreeMap<String, Value>,
}

/// People, records and rows.
impl EmulatedSite {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// A person who is there from the start.
    #[must_use]
    pub fn coordinator(&self) -> EntityRef {
        self.shared.people().person.clone()
    }

    /// The API user of the script that is there from the start.
    #[must_use]
    pub fn script(&self) -> EntityRef {
        self.shared.people().script.clone()
    }

    /// Adds a script that may log in; says which API user it is.
    ///
    /// # Errors
    /// Never with the schema that an emulator starts with.
    pub fn add_script(&self, name: &str, key: &str, events: bool) -> Result<EntityRef, Refusal> {
        let fields = serde_json::json!({"firstname": name, "generate_event_log_entries": events});
        let id = self.create("ApiUser", fields, &self.coordinator())?;
        let user = EntityRef::new("ApiUser", id);
        self.shared.scripts.add(name, key, user.clone());
        Ok(user)
    }

    /// Puts a local storage at a path of this machine; one with a new code is made. The site takes
    /// only paths below its storages.
    ///
    /// # Errors
    /// Never with the schema that an emulator starts with.
    pub fn put_storage(&self, code: &str, path: &str) -> Result<(), Refusal> {
        let by = self.coordinator();
        let fields = serde_json::json!({"code": code, "linux_path": path, "mac_path": path});
        let storages = self.records("LocalStorage");
        match storages.iter().find(|storage| storage.fields["code"] == code) {
            Some(storage) => self.update(&storage.entity, fields, &by),
            None => self.create("LocalStorage", fields, &by).map(|_| ()),
        }
    }

    /// Makes a record, as `by`.
    ///
    /// # Errors
    /// What the site would refuse.
    pub fn create(&self, kind: &str, fields: Value, by: &EntityRef) -> Result<u64, Refusal> {
        let fields = object(fields)?;
        self.write(by, |store, at| {
            store.write(by, at, |write| write.create(kind, &fields)).map(|of| of.id)
        })
    }

    /// Sets fields of a record, as `by`.
    ///
    /// # Errors
    /// What the site would refuse.
    pub fn update(&self, of: &EntityRef, fields: Value, by: &EntityRef) -> Result<(), Refusal> {
        let fields = object(fields)?;
        self.write(by, |store, at| store.write(by, at, |write| write.update(of, &fields)))
    }

    /// Retires a record, as `by`.
    ///
    /// # Errors
    /// It does not exist.
    pub fn retire(&self, of: &EntityRef, by: &EntityRef) -> Result<(), Refusal> {
        self.write(by, |store, at| store.write(by, at, |write| write.retire(of)))
    }

    /// Brings a record back, as `by`; `false` if it was there.
    ///
    /// # Errors
    /// It never existed.
    pub fn revive(&self, of: &EntityRef, by: &EntityRef) -> Result<bool, Refusal> {
        self.write(by, |store, at| store.write(by, at, |write| write.revive(of)))
    }

    fn write<T>(
        &self,
        by: &EntityRef,
        work: impl FnOnce(&mut Store, jiff::Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = self.shared.now();
        self.shared.change(|store| {
            if store.live(by).is_none() {
                return Err(Refusal::NotFound(by.clone()));
            }
            work(store, now)
        })
    }

    /// A record, live or retired.
    #[must_use]
    pub fn find(&self, kind: &str, id: u64) -> Option<SiteRecord> {
        let store = self.shared.store();
        let of = EntityRef::new(kind, id);
        store.kept(&of).map(|kept| shown(&store, &of, kept))
    }

    /// All live records of a type, by id; `EventLogEntry` for the event log.
    #[must_use]
    pub fn records(&self, kind: &str) -> Vec<SiteRecord> {
        let store = self.shared.store();
        let live = store.all(kind).filter(|(_, kept)| !kept.retired);
        live.map(|(of, kept)| shown(&store, &of, kept)).collect()
    }

    /// Adds a field to a type, or replaces it; an unknown type is made.
    pub fn declare_field(&self, kind: &str, name: &str, field: Field) {
        self.shared.change(|store| store.schema.declare(kind, name, field));
    }

    /// Hides status codes of a type from a project. They can be written all the same.
    pub fn hide_statuses(&self, kind: &str, project: u64, codes: &[&str]) {
        self.shared.change(|store| store.schema.hide(kind, project, codes));
    }
}

fn object(fields: Value) -> Result<Map<String, Value>, Refusal> {
    let fields = fields.as_object().cloned();
    fields.ok_or_else(|| Refusal::request("fields have to be an object"))
}

fn shown(store: &Store, of: &EntityRef, kept: &Kept) -> SiteRecord {
    let known = store.schema.entity_type(&of.kind);
    let names = known.into_iter().flat_map(|known| known.fields.keys());
    let fields = names.filter_map(|name| Some((name.clone(), store.shown(of, name)?))).collect();
    SiteRecord { entity: of.clone(), retired: kept.retired, fields }
}
