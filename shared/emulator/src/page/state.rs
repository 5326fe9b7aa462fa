//! What the page shows: records with a status, hooks, and deliveries, the newest first.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;

use crate::events::time;
use crate::hooks::{Delivery, Hook};
use crate::schema::DataType;
use crate::shared::Shared;
use crate::store::Store;

/// Types on the page, in the order of their sections.
const SHOWN: [&str; 7] = ["Project", "Sequence", "Shot", "Asset", "Task", "Version", "Note"];
/// Records of one type that are shown. Ours: a page, not a report.
const RECORDS_MAX: usize = 200;
/// Deliveries that are shown.
const DELIVERIES_MAX: usize = 100;
/// How long a browser waits for a change before it asks again.
const WAIT: Duration = Duration::from_secs(20);

/// `GET /emulator/api/state?after=N`: at once, or as soon as there is something newer than N.
pub(super) async fn state(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let seen: Option<u64> = query.get("after").and_then(|after| after.parse().ok());
    let (mut changes, mut stop) = (shared.changes(), shared.stop());
    tokio::select! {
        _ = changes.wait_for(|version| Some(*version) != seen) => {}
        _ = stop.wait_for(|stopped| *stopped) => {}
        () = tokio::time::sleep(WAIT) => {}
    }
    let version = *changes.borrow();
    let store = shared.store();
    let records: Vec<Value> = SHOWN.iter().flat_map(|kind| records(&store, kind)).collect();
    let deliveries = store.hooks.deliveries().rev().take(DELIVERIES_MAX);
    let deliveries: Vec<Value> =
        deliveries.map(|delivery| shown_delivery(&store, delivery)).collect();
    let hooks: Vec<Value> = store.hooks.all().map(Hook::to_json).collect();
    Json(json!({
        "version": version,
        "records": records,
        "statuses": statuses(&store),
        "asset_types": asset_types(&store),
        "steps": steps(&store),
        "hooks": hooks,
        "deliveries": deliveries,
    }))
}

fn records(store: &Store, kind: &str) -> Vec<Value> {
    let live: Vec<EntityRef> =
        store.all(kind).filter(|(_, kept)| !kept.retired).map(|(of, _)| of).collect();
    let from = live.len().saturating_sub(RECORDS_MAX);
    let shown = |of: &EntityRef| {
        let parent = parent(store, of);
        json!({
            "type": of.kind,
            "id": of.id,
            "name": store.display_name(of),
            "of": parent,
            "parent": parent.as_ref().and_then(|parent| store.display_name(parent)),
            "more": more(store, of),
            "status": store.shown(of, "sg_status_list"),
        })
    };
    live[from..].iter().map(shown).collect()
}

/// What a record hangs on. `tasks` of a note are what it is about, of a shot what hangs on it.
fn parent(store: &Store, of: &EntityRef) -> Option<EntityRef> {
    let about = (of.kind == "Note").then_some("tasks");
    let links = about.into_iter().chain(["entity", "sg_task", "sg_sequence", "project"]);
    links.into_iter().find_map(|field| store.links(of, field).into_iter().next())
}

/// What else tells it from others: the type of an asset, step and upstream tasks of a task.
fn more(store: &Store, of: &EntityRef) -> Value {
    let names = |field: &str| {
        let links = store.links(of, field);
        links.iter().filter_map(|link| store.display_name(link)).collect::<Vec<_>>().join(", ")
    };
    match of.kind.as_str() {
        "Asset" => store.shown(of, "sg_asset_type").unwrap_or_default(),
        "Task" => {
            let after = Some(names("upstream_tasks")).filter(|names| !names.is_empty());
            let after = after.map(|names| format!("after {names}"));
            let step = Some(names("step")).filter(|step| !step.is_empty());
            json!(step.into_iter().chain(after).collect::<Vec<_>>().join(" · "))
        }
        _ => Value::Null,
    }
}

fn asset_types(store: &Store) -> Vec<String> {
    let Ok(field) = store.schema.field("Asset", "sg_asset_type") else { return Vec::new() };
    let DataType::List(words) = &field.data_type else { return Vec::new() };
    words.clone()
}

fn steps(store: &Store) -> Value {
    let live = store.all("Step").filter(|(_, kept)| !kept.retired);
    live.map(|(of, _)| store.named(&of)).collect()
}

fn statuses(store: &Store) -> Value {
    let codes = |kind: &&str| {
        let field = store.schema.field(kind, "sg_status_list").ok()?;
        let DataType::StatusList(codes) = &field.data_type else { return None };
        Some(((*kind).to_owned(), json!(codes)))
    };
    Value::Object(SHOWN.iter().filter_map(codes).collect::<Map<String, Value>>())
}

fn shown_delivery(store: &Store, delivery: &Delivery) -> Value {
    let event = &delivery.event;
    let entity = EntityRef::from_json(&event["entity"]);
    let hook = store.hooks.get(delivery.hook).map(|hook| hook.name.clone());
    json!({
        "id": delivery.id,
        "hook": hook,
        "time": time::seconds(delivery.event_time),
        "event_type": event["event_type"],
        "event_log_entry_id": delivery.event_log_entry_id,
        "entity": entity.as_ref().map(ToString::to_string),
        "name": entity.and_then(|entity| store.display_name(&entity)),
        "attribute_name": event["attribute_name"],
        "old_value": event["meta"]["old_value"],
        "new_value": event["meta"]["new_value"],
        "status": delivery.status.word(),
        "response_code": delivery.response_code,
        "process_time_ms": delivery.process_time_ms,
        "body": delivery.body,
        "attempts": delivery.attempts,
        "acknowledgement": delivery.acknowledgement,
    })
}
