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
        "hooks": hooks,
        "deliveries": deliveries,
    }))
}

fn records(store: &Store, kind: &str) -> Vec<Value> {
    let live: Vec<EntityRef> =
        store.all(kind).filter(|(_, kept)| !kept.retired).map(|(of, _)| of).collect();
    let from = live.len().saturating_sub(RECORDS_MAX);
    let parent = |of: &EntityRef| {
        let link = ["entity", "sg_task", "sg_sequence", "project"];
        let link = link.into_iter().find_map(|field| store.links(of, field).into_iter().next());
        link.and_then(|link| store.display_name(&link))
    };
    let shown = |of: &EntityRef| {
        json!({
            "type": of.kind,
            "id": of.id,
            "name": store.display_name(of),
            "parent": parent(of),
            "status": store.shown(of, "sg_status_list"),
        })
    };
    live[from..].iter().map(shown).collect()
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
