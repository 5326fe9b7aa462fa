//! The event log: where new events get their ids, their rows, and their way to the hooks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::{NewEvent, time};
use crate::store::{Store, bare};

/// What may go wrong with the log: ids that come late, ids that never come.
#[derive(Debug, Default)]
pub(crate) struct LogFaults {
    /// How many of the next rows are taken an id for and not shown yet.
    pub(crate) hold_next: usize,
    /// Rows that are held.
    held: Vec<(u64, BTreeMap<String, Value>)>,
}

/// Logs events and offers them to the hooks. A script whose "Generate Events" is off makes none.
pub(crate) fn keep(store: &mut Store, by: &EntityRef, at: Timestamp, events: Vec<NewEvent>) {
    if is_silent(store, by) {
        return;
    }
    for event in events {
        let id = match event.row {
            Some(id) => id,
            None => {
                let id = store.next_id("EventLogEntry");
                add_row(store, id, row(store, by, at, &event));
                id
            }
        };
        if event.delivered {
            let data = delivered(store, by, at, id, &event);
            store.hooks.offer(&event, id, &data, at);
        }
    }
}

/// Shows the rows that were held. Their ids are older than rows that were seen already.
pub(crate) fn release(store: &mut Store) -> usize {
    let held = std::mem::take(&mut store.log_faults.held);
    store.log_faults.hold_next = 0;
    let count = held.len();
    for (id, fields) in held {
        store.add_log_row(id, fields);
    }
    count
}

fn add_row(store: &mut Store, id: u64, fields: BTreeMap<String, Value>) {
    if store.log_faults.hold_next > 0 {
        store.log_faults.hold_next -= 1;
        store.log_faults.held.push((id, fields));
    } else {
        store.add_log_row(id, fields);
    }
}

fn is_silent(store: &Store, by: &EntityRef) -> bool {
    by.kind == "ApiUser"
        && !store.live(by).is_some_and(|script| script.flag("generate_event_log_entries"))
}

fn row(store: &Store, by: &EntityRef, at: Timestamp, event: &NewEvent) -> BTreeMap<String, Value> {
    let link = |link: &Option<EntityRef>| link.as_ref().map_or(Value::Null, bare);
    BTreeMap::from([
        ("event_type".to_owned(), json!(event.event_type)),
        ("attribute_name".to_owned(), json!(event.attribute_name)),
        ("description".to_owned(), json!(event.description)),
        ("meta".to_owned(), event.meta.clone()),
        ("entity".to_owned(), link(&event.entity)),
        ("project".to_owned(), link(&event.project)),
        ("user".to_owned(), bare(by)),
        ("session_uuid".to_owned(), session(store, by)),
        ("created_at".to_owned(), json!(at)),
    ])
}

/// A script has no browser session.
fn session(store: &Store, by: &EntityRef) -> Value {
    if by.kind == "ApiUser" { Value::Null } else { json!(store.session) }
}

/// The event as a delivery holds it; the delivery adds its own id.
fn delivered(store: &Store, by: &EntityRef, at: Timestamp, id: u64, event: &NewEvent) -> Value {
    let link = |link: &Option<EntityRef>| link.as_ref().map_or(Value::Null, bare);
    json!({
        "id": format!("{}.{}.0", 11_000 + id % 1000, id),
        "event_log_entry_id": id,
        "event_type": event.event_type,
        "operation": event.operation.map(super::Operation::word),
        "user": bare(by),
        "entity": link(&event.entity),
        "project": link(&event.project),
        "meta": event.meta,
        "created_at": time::spaced(at),
        "attribute_name": event.attribute_name,
        "session_uuid": session(store, by),
    })
}
