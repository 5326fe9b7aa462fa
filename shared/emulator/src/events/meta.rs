//! `meta` of an event, one shape for each kind of event.

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::time;
use crate::schema::DataType;
use crate::store::Store;

/// One field of one record, before and after, as answers show it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) of: &'a EntityRef,
    pub(crate) field: &'a str,
    pub(crate) before: &'a Value,
    pub(crate) after: &'a Value,
    /// Whether it was set while the record was made.
    pub(crate) in_create: bool,
}

pub(crate) fn new_entity(of: &EntityRef) -> Value {
    json!({"type": "new_entity", "entity_type": of.kind, "entity_id": of.id})
}

pub(crate) fn revival(of: &EntityRef) -> Value {
    json!({"type": "entity_revival", "entity_id": of.id, "entity_type": of.kind})
}

pub(crate) fn retirement(of: &EntityRef, name: Option<&str>, at: Timestamp) -> Value {
    json!({
        "type": "entity_retirement",
        "class_name": of.kind,
        "display_name": name,
        "entity_id": of.id,
        "entity_type": of.kind,
        "id": of.id,
        "retirement_date": time::spaced(at),
    })
}

pub(crate) fn retirement_date(of: &EntityRef, at: Timestamp) -> Value {
    json!({
        "type": "attribute_change",
        "attribute_name": "retirement_date",
        "entity_type": of.kind,
        "entity_id": of.id,
        "field_data_type": "date_time",
        "old_value": null,
        "new_value": time::spaced(at),
    })
}

/// A scalar or single link has an old and a new value; a multi link has what came and what went.
pub(crate) fn attribute_change(store: &Store, change: &Change<'_>) -> Value {
    let field = store.schema.field(&change.of.kind, change.field);
    let data_type = field.ok().map(|field| &field.data_type);
    let mut meta = json!({
        "type": "attribute_change",
        "attribute_name": change.field,
        "entity_type": change.of.kind,
        "entity_id": change.of.id,
        "field_data_type": data_type.map_or("text", DataType::word),
    });
    if data_type.is_some_and(DataType::is_multi) {
        meta["added"] = links_only_in(store, change.after, change.before);
        meta["removed"] = links_only_in(store, change.before, change.after);
    } else {
        meta["old_value"] = change.before.clone();
        meta["new_value"] = change.after.clone();
    }
    if change.in_create {
        meta["in_create"] = json!(true);
    }
    meta
}

/// The parent's event on `Task.entity`. Its entity type and id are the task's, as on the site.
pub(crate) fn back_reference(store: &Store, change: &Change<'_>, came: bool) -> Value {
    let task = json!([linked(store, change.of)]);
    let (added, removed) = if came { (task, json!([])) } else { (json!([]), task) };
    let mut meta = json!({
        "type": "attribute_change",
        "actual_attribute_changed": "Task.entity",
        "attribute_name": "tasks",
        "entity_type": change.of.kind,
        "entity_id": change.of.id,
        "field_data_type": "multi_entity",
        "added": added,
        "removed": removed,
    });
    if change.in_create {
        meta["in_create"] = json!(true);
    }
    meta
}

fn links_only_in(store: &Store, these: &Value, those: &Value) -> Value {
    let links = |value: &Value| -> Vec<EntityRef> {
        value.as_array().into_iter().flatten().filter_map(EntityRef::from_json).collect()
    };
    let known = links(those);
    let only = links(these).into_iter().filter(|link| !known.contains(link));
    only.map(|link| linked(store, &link)).collect()
}

fn linked(store: &Store, link: &EntityRef) -> Value {
    let status = store.shown(link, "sg_status_list");
    let uuid = format!("00000000-0000-4000-8000-{:012x}", link.id);
    json!({
        "id": link.id,
        "name": store.display_name(link),
        "type": link.kind,
        "status": status,
        "uuid": uuid,
        "valid": "valid",
    })
}
