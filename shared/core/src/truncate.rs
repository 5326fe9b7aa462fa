//! A delivery that fits into no queue message, cut down to what the worker needs to read the
//! event again: old and new values go first, as the site itself does over 1 MB, then everything
//! but the names. Marked `truncated`.

use serde_json::{Map, Value, json};

use crate::limits::UNTRUSTED_TEXT_MAX;
use crate::message::StoredMessage;

/// What names an event and its entity; small in every event.
const NAMING: [&str; 16] = [
    "id",
    "event_log_entry_id",
    "event_type",
    "operation",
    "user",
    "entity",
    "project",
    "created_at",
    "attribute_name",
    "session_uuid",
    "delivery_id",
    "webhook_status",
    "previous_webhook_status",
    "entity_type",
    "entity_id",
    "project_id",
];
/// The same within `meta`.
const NAMING_META: [&str; 6] =
    ["type", "attribute_name", "entity_type", "entity_id", "field_data_type", "in_create"];
/// What a naming value may take at the most.
const NAMING_VALUE_MAX: usize = 1024;

/// A message for bytes that fit in no form.
#[must_use]
pub fn fit(bytes: &[u8]) -> StoredMessage {
    let event = match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(event)) => event,
        Ok(_) | Err(_) => return stub(bytes),
    };
    let pack = |event: Value| StoredMessage::pack(event.to_string().as_bytes());
    pack(without_values(event.clone()))
        .or_else(|| pack(names_only(&event)))
        .unwrap_or_else(|| stub(bytes))
}

fn without_values(mut event: Map<String, Value>) -> Value {
    if let Some(Value::Object(meta)) = event.get_mut("meta") {
        meta.remove("old_value");
        meta.remove("new_value");
    }
    event.remove("old_value");
    event.remove("new_value");
    event.insert("truncated".to_owned(), Value::Bool(true));
    Value::Object(event)
}

fn names_only(event: &Map<String, Value>) -> Value {
    let mut kept = pick(event, &NAMING);
    if let Some(Value::Object(meta)) = event.get("meta") {
        kept.insert("meta".to_owned(), Value::Object(pick(meta, &NAMING_META)));
    }
    kept.insert("truncated".to_owned(), Value::Bool(true));
    Value::Object(kept)
}

fn pick(from: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    let small = |value: &Value| value.to_string().len() <= NAMING_VALUE_MAX;
    let kept = names.iter().filter_map(|name| {
        let value = from.get(*name).filter(|value| small(value))?;
        Some(((*name).to_owned(), value.clone()))
    });
    kept.collect()
}

/// The beginning of bytes that are no event, so that somebody can see what came.
fn stub(bytes: &[u8]) -> StoredMessage {
    let beginning: String =
        String::from_utf8_lossy(bytes).chars().take(UNTRUSTED_TEXT_MAX).collect();
    let stub = json!({"truncated": true, "size": bytes.len(), "beginning": beginning});
    StoredMessage::pack(stub.to_string().as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MESSAGE_SIZE_MAX;

    /// Text that neither gzip nor base64 makes small.
    fn noise(size: usize) -> String {
        let mut state = 1_u64;
        let next = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b' ' + 3 + ((state >> 33) % 88) as u8)
        };
        (0..size).map(next).map(|c| if c == '\\' { '/' } else { c }).collect()
    }

    fn fitted(event: &Value) -> Value {
        let bytes = event.to_string().into_bytes();
        assert_eq!(StoredMessage::pack(&bytes), None, "too small to test");
        serde_json::from_slice(&fit(&bytes).unpack().expect("unpacks")).expect("JSON")
    }

    #[test]
    fn large_values_go_and_everything_else_stays() {
        let large = noise(2 * MESSAGE_SIZE_MAX);
        let got = fitted(&json!({
            "event_log_entry_id": 7, "x": 1,
            "meta": {"old_value": large, "new_value": "n", "attribute_name": "description"},
        }));
        let expect = json!({
            "event_log_entry_id": 7, "x": 1, "meta": {"attribute_name": "description"},
            "truncated": true,
        });
        assert_eq!(got, expect);
    }

    #[test]
    fn where_something_else_is_large_the_names_stay() {
        let large = noise(2 * MESSAGE_SIZE_MAX);
        let got = fitted(&json!({
            "event_log_entry_id": 7, "entity": {"type": "Shot", "id": 1}, "unheard_of": large,
            "meta": {"type": "attribute_change", "added": [large]},
        }));
        let expect = json!({
            "event_log_entry_id": 7, "entity": {"type": "Shot", "id": 1},
            "meta": {"type": "attribute_change"}, "truncated": true,
        });
        assert_eq!(got, expect);
    }

    #[test]
    fn what_is_no_event_leaves_its_beginning() {
        let bytes = noise(2 * MESSAGE_SIZE_MAX).into_bytes();
        let got: Value =
            serde_json::from_slice(&fit(&bytes).unpack().expect("unpacks")).expect("JSON");
        assert_eq!(got["size"], bytes.len());
    }
}
