//! The bytes and headers of a POST, and its signature.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha1::Sha1;
use uuid::Uuid;

use crate::events::time;

/// Largest body the site sends. Above it an event loses its values and gains a warning.
const BODY_SIZE_MAX: usize = 1024 * 1024;

pub(super) fn single(event: &Value, now: Timestamp) -> Vec<u8> {
    let body = |event: &Value| json!({"data": event, "timestamp": time::seconds(now)});
    let bytes = body(event).to_string().into_bytes();
    if bytes.len() <= BODY_SIZE_MAX {
        return bytes;
    }
    body(&without_values(event)).to_string().into_bytes()
}

/// Every event of a batch names its delivery, for there is no header that could.
pub(super) fn batched(events: &[(Uuid, &Value)], now: Timestamp) -> Vec<u8> {
    let named = |(id, event): &(Uuid, &Value)| {
        let large = event.to_string().len() > BODY_SIZE_MAX;
        let mut event = if large { without_values(event) } else { (*event).clone() };
        event["delivery_id"] = json!(id);
        event
    };
    let deliveries: Vec<Value> = events.iter().map(named).collect();
    let data = json!({ "deliveries": deliveries });
    json!({"timestamp": time::milliseconds(now), "data": data}).to_string().into_bytes()
}

fn without_values(event: &Value) -> Value {
    let mut event = event.clone();
    if let Some(meta) = event["meta"].as_object_mut() {
        for name in ["old_value", "new_value", "added", "removed"] {
            meta.remove(name);
        }
    }
    event["warning"] = json!("the values were left out: the body would be over 1 MB");
    event
}

/// A batched POST has neither the id of a delivery nor an index.
pub(super) fn headers(
    hook: Uuid,
    delivery: Option<Uuid>,
    origin: &str,
    token: Option<&str>,
    body: &[u8],
) -> Vec<(String, String)> {
    let stream_position = format!("4959{:052}", hook.as_u128() % 10_u128.pow(38));
    let mut headers = vec![
        ("accept", "application/json".to_owned()),
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("user-agent", "SG event-pipeline".to_owned()),
        ("x-sg-webhook-id", hook.to_string()),
        ("x-sg-event-batch-id", stream_position),
        ("x-sg-event-batch-size", "1".to_owned()),
        ("x-sg-webhook-site-url", format!("{origin}/")),
    ];
    if let Some(delivery) = delivery {
        headers.push(("x-sg-delivery-id", delivery.to_string()));
        headers.push(("x-sg-event-batch-index", "0".to_owned()));
    }
    if let Some(signature) = token.and_then(|token| signature(token, body)) {
        headers.push(("x-sg-signature", signature));
    }
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn signature(token: &str, body: &[u8]) -> Option<String> {
    // HMAC takes keys of every length, so this is never `None`.
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).ok()?;
    mac.update(body);
    Some(format!("sha1={}", hex::encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_sha1_of_the_bytes() {
        // RFC 2202, test case 2.
        let expect = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        let body = b"what do ya want for nothing?";
        assert_eq!(signature("Jefe", body).as_deref(), Some(expect));
    }

    #[test]
    fn an_event_over_a_megabyte_loses_its_values() {
        let long = "x".repeat(BODY_SIZE_MAX);
        let event = json!({"id": "1.2.0", "meta": {"attribute_name": "a", "new_value": long}});
        let body: Value = serde_json::from_slice(&single(&event, Timestamp::UNIX_EPOCH)).unwrap();
        assert_eq!(body["data"]["meta"], json!({"attribute_name": "a"}));
        assert!(body["data"]["warning"].is_string());
    }
}
