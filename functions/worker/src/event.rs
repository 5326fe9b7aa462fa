//! The SQS event as Lambda sends it, and its partial batch response.
//!
//! Every field is read leniently: one record that lacks something must not fail the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sgh_core::message::StoredMessage;
use sgh_queue::{Receipt, Received};

/// A batch of messages.
#[derive(Debug, Deserialize)]
pub struct QueueEvent {
    #[serde(rename = "Records", default)]
    records: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_id: Option<String>,
    receipt_handle: Option<String>,
    body: Option<Value>,
    attributes: Option<BTreeMap<String, Value>>,
    message_attributes: Option<BTreeMap<String, Attribute>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attribute {
    string_value: Option<String>,
}

impl QueueEvent {
    /// The messages, and how many records could not be named. Lambda would take such a record out
    /// of the queue, or, if it were given an empty id, fail the whole batch.
    pub fn received(self) -> (Vec<Received>, usize) {
        let records = self.records.len();
        let received: Vec<Received> = self.records.into_iter().filter_map(received).collect();
        let nameless = records - received.len();
        (received, nameless)
    }
}

fn received(record: Value) -> Option<Received> {
    let record: Record = serde_json::from_value(record).ok()?;
    let message_id = record.message_id.filter(|id| !id.is_empty())?;
    let own = record.attributes.unwrap_or_default();
    let own = |name: &str| own.get(name).and_then(Value::as_str).map(str::to_owned);
    let attributes = record.message_attributes.unwrap_or_default().into_iter();
    let attributes = attributes.filter_map(|(name, value)| Some((name, value.string_value?)));
    let body = match record.body {
        Some(Value::String(body)) => body,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    Some(Received {
        // A queue without groups gives each message one of its own.
        group: own("MessageGroupId").unwrap_or_else(|| message_id.clone()),
        receives: own("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1),
        receipt: Receipt(record.receipt_handle.unwrap_or_default()),
        message: StoredMessage { body, attributes: attributes.collect() },
        message_id,
    })
}

/// The messages that are not finished: Lambda takes all others out of the queue.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failures {
    batch_item_failures: Vec<Failure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

impl Failures {
    /// Names these messages.
    pub fn of(message_ids: Vec<String>) -> Self {
        let failure = |item_identifier| Failure { item_identifier };
        Self { batch_item_failures: message_ids.into_iter().map(failure).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_is_read_with_its_group_and_its_count() {
        let event = json!({"Records": [
            {"messageId": "m1", "receiptHandle": "r1", "body": "{}",
             "attributes": {"ApproximateReceiveCount": "3", "MessageGroupId": "project-65"},
             "messageAttributes": {"encoding": {"stringValue": "text", "dataType": "String"}},
             "unheardOf": 1},
            {"messageId": "m2", "attributes": null, "messageAttributes": null, "body": {"a": 1}},
            {"body": "{}"},
            7,
        ]});
        let event: QueueEvent = serde_json::from_value(event).expect("reads");
        let (got, nameless) = event.received();
        assert_eq!((got.len(), nameless), (2, 2));
        assert_eq!((got[0].group.as_str(), got[0].receives), ("project-65", 3));
        assert_eq!(got[0].message.attributes["encoding"], "text");
        assert_eq!((got[1].group.as_str(), got[1].receives), ("m2", 1));
    }

    #[test]
    fn failures_are_named_as_lambda_reads_them() {
        let failures = serde_json::to_value(Failures::of(vec!["m1".into()])).expect("writes");
        assert_eq!(failures, json!({"batchItemFailures": [{"itemIdentifier": "m1"}]}));
        let none = serde_json::to_value(Failures::of(vec![])).expect("writes");
        assert_eq!(none, json!({"batchItemFailures": []}));
    }
}
