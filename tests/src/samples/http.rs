//! The form in which a function URL, or an HTTP API, hands a request to the receiver: payload
//! format 2.0.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use sgh_core::ids::DeliveryId;
use sha1::{Digest, Sha1};

use super::Sample;

/// How the body stands in the event.
#[derive(Debug, Clone, Copy)]
pub enum Form<'a> {
    /// As text.
    Text(&'a str),
    /// As base64 of its bytes.
    Base64,
}

/// The delivery id that the site puts into the header: the body's own where it has one; none where
/// it is batched; an invented one where the body has none.
pub fn header_delivery(name: &str, body: &[u8]) -> Option<DeliveryId> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    if json.pointer("/data/deliveries").is_some() {
        return None;
    }
    let own = json.pointer("/data/delivery_id").and_then(Value::as_str);
    DeliveryId::parse(own.unwrap_or(&invented_id(&format!("delivery {name}"))))
}

/// The request as an event.
pub fn event(sample: &Sample, form: Form) -> Value {
    let (body, is_base64) = match form {
        Form::Text(text) => (text.to_owned(), false),
        Form::Base64 => (BASE64.encode(&sample.body), true),
    };
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": headers(sample),
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "samplefunctionurl",
            "domainName": "samplefunctionurl.lambda-url.us-east-1.on.aws",
            "domainPrefix": "samplefunctionurl",
            "http": {
                "method": "POST",
                "path": "/",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.10",
                "userAgent": "SG event-pipeline",
            },
            "requestId": invented_id(&format!("request {}", sample.name)),
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Mar/2026:09:14:09 +0000",
            "timeEpoch": 1_772_442_849_000_u64,
        },
        "body": body,
        "isBase64Encoded": is_base64,
    })
}

/// Names and values as they were seen on the wire, in lower case. The batch headers speak of the
/// site's inner stream, not of the body; nothing but the signature may be trusted.
fn headers(sample: &Sample) -> Value {
    let mut headers = json!({
        "accept": "application/json",
        "content-length": sample.body.len().to_string(),
        "content-type": "application/json; charset=utf-8",
        "host": "samplefunctionurl.lambda-url.us-east-1.on.aws",
        "user-agent": "SG event-pipeline",
        "x-forwarded-for": "192.0.2.10",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-sg-event-batch-id": "49590000000000000000000000000000000000000000000000000065",
        "x-sg-event-batch-index": "1",
        "x-sg-event-batch-size": "3",
        "x-sg-signature": sample.signature,
        "x-sg-webhook-id": invented_id("hook"),
        "x-sg-webhook-site-url": "https://studio.shotgrid.example/",
    });
    if let Some(delivery) = sample.delivery {
        headers["x-sg-delivery-id"] = json!(delivery.to_string());
    }
    headers
}

/// A well-formed id that is always the same for the same seed.
pub fn invented_id(seed: &str) -> String {
    let digest = Sha1::digest(format!("shotgrid-hooks sample {seed}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
