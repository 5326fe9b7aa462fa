//! What the code outside is told: one JSON object, the same for a bus and for a program.
//!
//! Its keys are a contract with code that we do not see: they may become more, never fewer.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sgh_core::event::{Event, EventKind};

use crate::intake::EventItem;

/// Details of an event that have a key of their own.
const VALUES: [&str; 4] = ["old_value", "new_value", "added", "removed"];

/// What a document is made of.
pub(super) struct Told<'a> {
    pub automation: &'a str,
    pub site: &'a str,
    pub item: &'a EventItem,
    /// The entity's fields as they are now.
    pub fields: &'a Option<BTreeMap<String, Value>>,
}

/// A document that is not written yet.
pub(super) struct Document(Value);

impl Document {
    pub(super) fn of(told: &Told<'_>) -> Self {
        let EventItem { event, key, delivery, .. } = told.item;
        let entity = event
            .entity
            .as_ref()
            .map(|entity| json!({"type": entity.kind, "id": entity.id, "fields": told.fields}));
        Self(json!({
            "key": key.as_str(),
            "automation": told.automation,
            "site": told.site,
            "delivery": delivery.map(|id| id.to_string()),
            "event": event_of(event),
            "entity": entity,
        }))
    }

    /// All of it.
    pub(super) fn whole(&self) -> String {
        self.0.to_string()
    }

    /// All of it, or, as in a queue, without the event's values where these are too large.
    ///
    /// # Errors
    /// Its size without them, which is too large too.
    pub(super) fn within(mut self, max: usize) -> Result<String, usize> {
        let text = self.whole();
        if text.len() <= max {
            return Ok(text);
        }
        let event = &mut self.0["event"];
        for key in VALUES {
            event[key] = Value::Null;
        }
        event["meta"] = json!({});
        event["truncated"] = json!(true);
        let text = self.whole();
        if text.len() <= max { Ok(text) } else { Err(text.len()) }
    }
}

fn event_of(event: &Event) -> Value {
    let operation = match &event.kind {
        EventKind::Entity { operation, .. } => Some(operation.word()),
        EventKind::TestConnection | EventKind::HookStatus { .. } | EventKind::Custom => None,
    };
    let mut told = json!({
        "id": event.id,
        "event_log_entry_id": event.entry,
        "type": event.event_type,
        "operation": operation,
        "entity": event.entity,
        "attribute": event.attribute,
        "project": event.project,
        "user": event.user,
        "created_at": event.created_at,
        "truncated": event.truncated,
    });
    let mut meta: Map<String, Value> = event.meta.clone();
    for key in VALUES {
        told[key] = meta.remove(key).unwrap_or_default();
    }
    told["meta"] = Value::Object(meta);
    told
}

#[cfg(test)]
mod tests;
