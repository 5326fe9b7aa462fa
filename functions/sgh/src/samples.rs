//! Samples in any form they come in: an HTTP event as Lambda gets it, an SQS event, a body as the
//! site posts it, or one event alone.

use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::limits::BODY_SIZE_MAX;
use sgh_core::message::StoredMessage;

/// Reads the bodies in a sample file, as the site would post them.
///
/// # Errors
/// The file cannot be read, or is of no known form.
pub fn bodies(file: &Path, now: Timestamp) -> anyhow::Result<Vec<Vec<u8>>> {
    let size = std::fs::metadata(file).with_context(|| unreadable(file))?.len();
    if size > 2 * BODY_SIZE_MAX as u64 {
        bail!("{} has {size} bytes; no delivery is that large", file.display());
    }
    let bytes = std::fs::read(file).with_context(|| unreadable(file))?;
    let Ok(value) = serde_json::from_slice::<Value>(&bytes) else {
        // Not JSON: the door has an answer for that too.
        return Ok(vec![bytes]);
    };
    if let Some(records) = value.get("Records").and_then(Value::as_array) {
        return records.iter().map(|record| queued(record, now)).collect();
    }
    if value.get("requestContext").is_some() {
        return Ok(vec![posted(&value)?]);
    }
    if value.get("event_type").is_some() {
        return Ok(vec![enveloped(&value, now)]);
    }
    Ok(vec![bytes])
}

/// The events in a body, each as it was signed.
pub fn events(body: &[u8]) -> Vec<Vec<u8>> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return vec![body.to_owned()] };
    let bytes = |event: &Value| event.to_string().into_bytes();
    match (value.pointer("/data/deliveries").and_then(Value::as_array), value.get("data")) {
        (Some(deliveries), _) => deliveries.iter().map(bytes).collect(),
        (None, Some(event)) => vec![bytes(event)],
        (None, None) => vec![body.to_owned()],
    }
}

/// The same body with new ids and the present time, so that it counts as never seen.
pub fn fresh(body: &[u8], now: Timestamp) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else { return body.to_owned() };
    let mut entry = now.as_millisecond();
    let mut renew = |event: &mut Value| {
        entry += 1;
        if event.get("event_log_entry_id").and_then(Value::as_u64).is_some_and(|id| id > 0) {
            event["event_log_entry_id"] = json!(entry);
            event["id"] = json!(format!("{entry}.0.0"));
        }
        if event.is_object() {
            event["delivery_id"] = json!(uuid::Uuid::new_v4());
        }
    };
    match value.pointer_mut("/data/deliveries").and_then(Value::as_array_mut) {
        Some(deliveries) => deliveries.iter_mut().for_each(renew),
        None => {
            if let Some(event) = value.get_mut("data") {
                renew(event);
            }
        }
    }
    if value.is_object() {
        value["timestamp"] = json!(now.to_string());
    }
    value.to_string().into_bytes()
}

fn unreadable(file: &Path) -> String {
    format!(
        "cannot read {}; samples stand in events/http, events/sqs and events/bodies",
        file.display()
    )
}

fn queued(record: &Value, now: Timestamp) -> anyhow::Result<Vec<u8>> {
    let body = record.get("body").and_then(Value::as_str).context("a record without `body`")?;
    let encoding =
        record.pointer("/messageAttributes/encoding/stringValue").and_then(Value::as_str);
    let mut stored = StoredMessage { body: body.to_owned(), ..Default::default() };
    if let Some(encoding) = encoding {
        stored.attributes.insert("encoding".to_owned(), encoding.to_owned());
    }
    let bytes = stored.unpack()?;
    Ok(match serde_json::from_slice::<Value>(&bytes) {
        Ok(event) => enveloped(&event, now),
        Err(_) => bytes,
    })
}

fn posted(event: &Value) -> anyhow::Result<Vec<u8>> {
    let body = event.get("body").and_then(Value::as_str).unwrap_or_default();
    if event.get("isBase64Encoded").and_then(Value::as_bool) == Some(true) {
        return BASE64.decode(body).context("`isBase64Encoded` is true and `body` is not base64");
    }
    Ok(body.as_bytes().to_owned())
}

fn enveloped(event: &Value, now: Timestamp) -> Vec<u8> {
    json!({"data": event, "timestamp": now.to_string()}).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &str, expect: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sample.json");
        std::fs::write(&file, sample).expect("written");
        let bodies = bodies(&file, Timestamp::UNIX_EPOCH).expect(sample);
        assert_eq!(String::from_utf8_lossy(&bodies[0]), expect);
    }

    #[test]
    fn a_sample_of_any_form_becomes_the_body_the_site_would_post() {
        let body = r#"{"data":{"event_type":"X"},"timestamp":"1970-01-01T00:00:00Z"}"#;
        check(body, body);
        check(r#"{"event_type":"X"}"#, body);
        check(r#"{"Records":[{"body":"{\"event_type\":\"X\"}"}]}"#, body);
        check(r#"{"requestContext":{},"body":"{ }"}"#, "{ }");
        check(r#"{"requestContext":{},"body":"eyB9","isBase64Encoded":true}"#, "{ }");
        check("not json", "not json");
    }

    #[test]
    fn a_fresh_sample_has_ids_of_its_own() {
        let body =
            br#"{"data":{"deliveries":[{"event_log_entry_id":7},{"event_log_entry_id":8}]}}"#;
        let got: Value = serde_json::from_slice(&fresh(body, Timestamp::UNIX_EPOCH)).expect("JSON");
        let deliveries = &got["data"]["deliveries"];
        assert_ne!(deliveries[0]["event_log_entry_id"], deliveries[1]["event_log_entry_id"]);
        assert_ne!(deliveries[0]["delivery_id"], deliveries[1]["delivery_id"]);
    }
}
