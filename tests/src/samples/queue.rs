//! The form in which SQS hands messages to the worker: one record for each delivery.

use md5::{Digest, Md5};
use serde_json::{Value, json};
use sgh_core::envelope::{self, Circumstances};
use sgh_core::ids::DeliveryId;
use sgh_core::message::Message;
use sgh_core::settings::Ordering;
use sgh_core::signature::{Accepted, Body};

use super::http::invented_id;

/// When the samples came, in milliseconds: 2026-03-02T09:14:09Z.
const RECEIVED_AT_MS: i64 = 1_772_442_849_000;
/// Where the sequence numbers of FIFO messages start here.
const SEQUENCE_FIRST: u128 = 18_900_000_000_000_000_000;

/// The messages that the door would keep, as one event; `None` if it would keep none.
pub fn event(body: &Body<Accepted>, header_delivery: Option<DeliveryId>) -> Option<Value> {
    let received_at = jiff::Timestamp::from_millisecond(RECEIVED_AT_MS).ok()?;
    let circumstances = Circumstances { header_delivery, received_at, ordering: Ordering::Project };
    let messages = envelope::deliveries(body).messages(&circumstances);
    let records: Vec<Value> = (0_u128..).zip(&messages).map(|(i, m)| record(i, m)).collect();
    (!records.is_empty()).then(|| json!({ "Records": records }))
}

fn record(index: u128, message: &Message) -> Value {
    let stored = message.stored();
    let attributes = stored.attributes.iter().map(|(name, value)| {
        let value = json!({
            "stringValue": value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "String",
        });
        (name.clone(), value)
    });
    json!({
        "messageId": invented_id(message.deduplication()),
        "receiptHandle": format!("sample-{}", message.deduplication()),
        "body": stored.body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": RECEIVED_AT_MS.to_string(),
            "SequenceNumber": (SEQUENCE_FIRST + index * 256).to_string(),
            "MessageGroupId": message.group(),
            "SenderId": "AROAEXAMPLEEXAMPLE000:receiver",
            "MessageDeduplicationId": message.deduplication(),
            "ApproximateFirstReceiveTimestamp": (RECEIVED_AT_MS + 12).to_string(),
        },
        "messageAttributes": Value::Object(attributes.collect()),
        "md5OfBody": hex::encode(Md5::digest(stored.body.as_bytes())),
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:shotgrid-hooks.fifo",
        "awsRegion": "us-east-1",
    })
}
