//! Messages for checks, made the one way a message can be made: of a body that was accepted.

use sgh_core::envelope::{Circumstances, deliveries};
use sgh_core::message::Message;
use sgh_core::settings::Ordering;
use sgh_core::signature::{Body, Keys};

use crate::{Queue, Received};

/// A message of a project: `text` tells it from others.
#[must_use]
pub fn message(project: u64, text: &str) -> Message {
    let data = format!(r#"{{"project":{{"type":"Project","id":{project}}},"text":"{text}"}}"#);
    of_bytes(format!(r#"{{"data":{data},"timestamp":"2026-01-01T00:00:00Z"}}"#).as_bytes())
}

/// Messages of a project, one per text.
#[must_use]
pub fn messages(project: u64, texts: &[&str]) -> Vec<Message> {
    texts.iter().map(|text| message(project, text)).collect()
}

/// The one message of signed bytes, whatever they are.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> Message {
    let keys = Keys::new([b"contract".as_slice()]).expect("a token");
    let signature = keys.sign(bytes);
    let body = Body::unverified(bytes.to_vec());
    let body = keys.verify(body, [signature.as_bytes()]).expect("signed with the same key");
    let circumstances = Circumstances {
        header_delivery: None,
        received_at: jiff::Timestamp::UNIX_EPOCH,
        ordering: Ordering::Project,
    };
    let mut messages = deliveries(&body).messages(&circumstances);
    assert_eq!(messages.len(), 1, "these bytes are not one delivery");
    messages.swap_remove(0)
}

/// What tells these messages from others, in their order.
#[must_use]
pub fn texts(received: &[Received]) -> Vec<String> {
    let text = |received: &Received| {
        let bytes = received.message.unpack().expect("what was packed");
        let value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        value["text"].as_str().expect("made by `message`").to_owned()
    };
    received.iter().map(text).collect()
}

/// Finishes all of these.
pub async fn finish_all(queue: &impl Queue, received: &[Received]) {
    for received in received {
        queue.finish(&received.receipt).await.expect("finish");
    }
}
