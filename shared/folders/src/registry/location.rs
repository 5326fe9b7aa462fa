//! FilesystemLocation: the site's record of a folder that was made for an entity, which Toolkit
//! on artists' machines finds folders by.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;
use sgh_site::{NewRecord, Record};

use super::{Registration, Storages};

/// The entity type.
pub const LOCATION: &str = "FilesystemLocation";

/// The fields that [`registered`] reads.
pub const LOCATION_FIELDS: [&str; 7] = [
    "code",
    "entity",
    "is_primary",
    "linked_entity_id",
    "linked_entity_type",
    "path",
    "project.Project.tank_name",
];

/// The record for a folder, as Toolkit makes it; `created_by` is the person who wanted it, where
/// it was one. `None` where no path of the folder's storage is known.
#[must_use]
pub fn location(
    wanted: &Registration,
    storages: &Storages,
    created_by: Option<&EntityRef>,
) -> Option<NewRecord> {
    let local_path = storages.get(&wanted.at.root)?.local_path(&wanted.at.path)?;
    let named = &wanted.entity;
    let entity = &named.entity;
    let fields = [
        ("project", json!(wanted.project.entity)),
        ("created_by", json!(created_by)),
        ("entity", json!({"type": entity.kind, "id": entity.id, "name": named.name})),
        ("is_primary", json!(wanted.is_primary)),
        ("pipeline_configuration", Value::Null),
        ("configuration_metadata", json!(wanted.metadata.to_string())),
        ("linked_entity_id", json!(entity.id)),
        ("linked_entity_type", json!(entity.kind)),
        ("code", json!(named.name)),
        ("path", json!({"local_path": local_path, "name": shown(wanted)})),
    ];
    let fields = fields.map(|(field, value)| (field.to_owned(), value));
    Some(NewRecord { kind: LOCATION.to_owned(), fields: BTreeMap::from(fields) })
}

/// `[storage] /path/below/the/project`; nothing after the space for the project's own folder.
fn shown(wanted: &Registration) -> String {
    let below = wanted.at.path.strip_prefix(&wanted.project.at.path).unwrap_or_default();
    format!("[{}] {below}", wanted.at.root)
}

/// What a record of the site registers; `None` for one that names no entity, or whose path is
/// below none of these storages.
#[must_use]
pub fn registered(record: &Record, storages: &Storages) -> Option<RegisteredFolder> {
    let field = |name: &str| record.fields.get(name).filter(|value| !value.is_null());
    let linked = json!({"type": field("linked_entity_type"), "id": field("linked_entity_id")});
    // The link itself is gone where its entity is retired; the two fields stay.
    let entity =
        EntityRef::from_json(&linked).or_else(|| field("entity").and_then(EntityRef::from_json))?;
    let path = field("path")?;
    let at = by_path(path, storages).or_else(|| {
        let project = field("project.Project.tank_name")?.as_str()?;
        by_name(path, project, storages)
    })?;
    let name = field("code").and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_primary = field("is_primary").and_then(Value::as_bool).unwrap_or_default();
    Some(RegisteredFolder { at, entity, name, is_primary, location: Some(record.entity.id) })
}

fn by_path(path: &Value, storages: &Storages) -> Option<FolderPath> {
    let keys = ["local_path_linux", "local_path_mac", "local_path_windows", "local_path"];
    keys.iter().find_map(|key| storages.folder(path.get(key)?.as_str()?))
}

/// Where the site gives no path of ours: the storage's name, the path below the project.
fn by_name(path: &Value, project: &str, storages: &Storages) -> Option<FolderPath> {
    let (root, below) = path.get("name")?.as_str()?.strip_prefix('[')?.split_once("] ")?;
    storages.get(root)?;
    let pieces: Vec<&str> =
        project.split('/').chain(below.split('/')).filter(|piece| !piece.is_empty()).collect();
    let is_safe = !project.is_empty() && !pieces.iter().any(|piece| matches!(*piece, "." | ".."));
    is_safe.then(|| FolderPath::new(root, pieces.join("/")))
}
