//! The entry of the event log that says which folders were registered. Toolkit on other machines
//! looks for new ones by these entries alone: records without one are not found until the next
//! full synchronisation.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_site::NewRecord;

/// Who we are. Nothing that reads these entries takes the version apart.
const WHO: &str = concat!("shotgrid-hooks ", env!("CARGO_PKG_VERSION"));

/// The entry for one project: `locations` are the ids of the records that were made in it, in the
/// order they were made; `kind` and `ids` what was asked for, as it was asked.
#[must_use]
pub fn created_event(
    kind: &str,
    ids: &[u64],
    project: &EntityRef,
    locations: &[u64],
    user: Option<&EntityRef>,
) -> NewRecord {
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    let ids = ids.join(", ");
    let description = format!("{WHO}: Created folders on disk for {kind}s with id: {ids}");
    let fields = [
        ("event_type", json!("Toolkit_Folders_Create")),
        ("description", json!(description)),
        ("project", json!(project)),
        ("entity", Value::Null),
        ("meta", json!({"core_api_version": WHO, "sg_folder_ids": locations})),
        ("user", json!(user)),
    ];
    let fields = fields.map(|(field, value)| (field.to_owned(), value));
    NewRecord { kind: "EventLogEntry".to_owned(), fields: BTreeMap::from(fields) }
}
