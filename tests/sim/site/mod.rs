//! The site: entities, an event log whose ids are taken early and appear late, deliveries, and the
//! acknowledgements on them. Not here: what goes wrong when it is called.

mod log;
mod port;
mod search;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sgh_core::ids::{DeliveryId, EntityRef};

pub(crate) use log::{Delivery, Entry, Happening, Moment, Sent};

/// The script user that we write as.
pub(crate) fn us() -> EntityRef {
    EntityRef::new("ApiUser", 99)
}

/// Somebody in the studio.
pub(crate) fn ann() -> EntityRef {
    EntityRef::new("HumanUser", 7)
}

pub(crate) fn link(entity: &EntityRef) -> Value {
    json!({"type": entity.kind, "id": entity.id, "name": entity.to_string()})
}

pub(crate) type Fields = BTreeMap<String, Value>;

/// All that the site holds.
#[derive(Default)]
pub(crate) struct SiteState {
    pub entities: BTreeMap<EntityRef, Fields>,
    pub log: Vec<Entry>,
    pub deliveries: BTreeMap<DeliveryId, Delivery>,
    /// What is to be sent, by hook.
    pub outboxes: Vec<Vec<Sent>>,
    /// Whether the hooks are on: what happens while they are off is delivered by nobody.
    pub hooks_are_on: bool,
    pub token: String,
    /// Our writes that changed something, by field.
    pub our_writes: BTreeMap<(EntityRef, String), u64>,
    /// Fields that a worker wrote although its lease was over: what they end as is open.
    pub written_late: BTreeMap<EntityRef, u64>,
    pub last_id: u64,
}

impl SiteState {
    pub(crate) fn get(&self, entity: &EntityRef, field: &str) -> &Value {
        self.entities.get(entity).and_then(|fields| fields.get(field)).unwrap_or(&Value::Null)
    }

    pub(crate) fn status(&self, entity: &EntityRef) -> &str {
        self.get(entity, "sg_status_list").as_str().unwrap_or_default()
    }

    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a EntityRef> {
        self.entities.keys().filter(move |entity| entity.kind == kind)
    }

    /// The tasks on an entity.
    pub(crate) fn tasks_of(&self, of: &EntityRef) -> Vec<EntityRef> {
        let is_on =
            |task: &&EntityRef| EntityRef::from_json(self.get(task, "entity")).as_ref() == Some(of);
        self.of_kind("Task").filter(is_on).cloned().collect()
    }

    pub(crate) fn links(&self, entity: &EntityRef, field: &str) -> Vec<EntityRef> {
        let links = self.get(entity, field).as_array().into_iter().flatten();
        links.filter_map(EntityRef::from_json).collect()
    }

    /// Puts an entity there as if it had always been.
    pub(crate) fn put(&mut self, kind: &str, id: u64, fields: Value) -> EntityRef {
        let entity = EntityRef::new(kind, id);
        let fields = fields.as_object().expect("an object").clone();
        self.entities.insert(entity.clone(), fields.into_iter().collect());
        entity
    }
}
