//! From an accepted body to queue messages: one delivery, one message, in order.
//!
//! The door parses no more than the envelope; values stay the bytes that were signed. Not here:
//! what a delivery means (`event`).

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::ids::DeliveryId;
use crate::message::{HEADER_DELIVERY, Message, RECEIVED_AT, StoredMessage, group};
use crate::settings::Ordering;
use crate::signature::{Accepted, Body};

/// What came with the body, and how it is to be ordered.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// The delivery id of the unsigned header.
    pub header_delivery: Option<DeliveryId>,
    /// When it came.
    pub received_at: jiff::Timestamp,
    /// What a group is.
    pub ordering: Ordering,
}

/// The deliveries of a body: their signed bytes, and the envelope's timestamp.
#[derive(Debug)]
pub struct Deliveries<'a> {
    bytes: Vec<&'a [u8]>,
    timestamp: &'a str,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    deliveries: Option<Vec<&'a RawValue>>,
}

/// What ordering and acknowledging need of a delivery; whatever its shape is, this reads.
#[derive(Deserialize, Default)]
struct Peek<'a> {
    #[serde(borrow)]
    project: Option<&'a RawValue>,
    #[serde(borrow)]
    project_id: Option<&'a RawValue>,
    #[serde(borrow)]
    entity: Option<&'a RawValue>,
    #[serde(borrow)]
    entity_id: Option<&'a RawValue>,
    #[serde(borrow)]
    entity_type: Option<&'a RawValue>,
    #[serde(borrow)]
    delivery_id: Option<&'a RawValue>,
}

/// Splits a body. Signed bytes of a shape we do not know are one delivery, whole: they are kept,
/// and explained later.
#[must_use]
pub fn deliveries(body: &Body<Accepted>) -> Deliveries<'_> {
    let bytes = body.bytes();
    if bytes.is_empty() {
        return Deliveries { bytes: Vec::new(), timestamp: "" };
    }
    split(bytes).unwrap_or_else(|| Deliveries { bytes: vec![bytes], timestamp: "" })
}

fn split(bytes: &[u8]) -> Option<Deliveries<'_>> {
    let envelope: Envelope = serde_json::from_slice(bytes).ok()?;
    let data = envelope.data?.get();
    let timestamp = envelope.timestamp.map_or("", RawValue::get);
    let members = serde_json::from_str::<Data>(data).ok()?.deliveries;
    let bytes = match members {
        Some(members) => members.into_iter().map(|member| member.get().as_bytes()).collect(),
        None => vec![data.as_bytes()],
    };
    Some(Deliveries { bytes, timestamp })
}

impl Deliveries<'_> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the header names another delivery than the body does. The body counts.
    #[must_use]
    pub fn header_differs(&self, header: Option<DeliveryId>) -> bool {
        let [bytes] = self.bytes.as_slice() else { return false };
        let own = delivery_id(bytes);
        header.is_some() && own.is_some() && header != own
    }

    /// One message per delivery, in order.
    #[must_use]
    pub fn messages(&self, circumstances: &Circumstances) -> Vec<Message> {
        // A header can speak for one delivery only.
        let header = circumstances.header_delivery.filter(|_| self.bytes.len() == 1);
        self.bytes.iter().map(|bytes| self.message(bytes, header, circumstances)).collect()
    }

    fn message(
        &self,
        bytes: &[u8],
        header: Option<DeliveryId>,
        circumstances: &Circumstances,
    ) -> Message {
        let peek = peek(bytes);
        let mut stored = StoredMessage::pack(bytes).unwrap_or_else(|| crate::truncate::fit(bytes));
        if let (None, Some(header)) = (peek.delivery(), header) {
            stored.attributes.insert(HEADER_DELIVERY.to_owned(), header.to_string());
        }
        let received_at = circumstances.received_at.to_string();
        stored.attributes.insert(RECEIVED_AT.to_owned(), received_at);
        Message {
            stored,
            group: peek.group(circumstances.ordering),
            deduplication: deduplication(bytes, self.timestamp),
        }
    }
}

/// A repeated POST has the same bytes and the same timestamp; a deliberate redelivery has another
/// timestamp.
fn deduplication(bytes: &[u8], timestamp: &str) -> String {
    let digest = Sha256::new().chain_update(bytes).chain_update(timestamp).finalize();
    hex::encode(digest)
}

/// The delivery that a delivery's bytes name, whatever else they are: what is no event is
/// acknowledged too.
#[must_use]
pub fn delivery_id(bytes: &[u8]) -> Option<DeliveryId> {
    peek(bytes).delivery()
}

fn peek(bytes: &[u8]) -> Peek<'_> {
    serde_json::from_slice(bytes).unwrap_or_default()
}

impl Peek<'_> {
    fn delivery(&self) -> Option<DeliveryId> {
        DeliveryId::parse(&text(self.delivery_id?)?)
    }

    /// A link where there is one, else what stands beside the event as plain fields.
    fn group(&self, ordering: Ordering) -> String {
        match ordering {
            Ordering::Project => {
                group::of_project(self.project.and_then(id).or(self.project_id.and_then(whole)))
            }
            Ordering::Entity => {
                let entity = self.entity();
                group::of_entity(entity.as_ref().map(|(kind, id)| (kind.as_str(), *id)))
            }
        }
    }

    fn entity(&self) -> Option<(String, u64)> {
        match self.entity.and_then(kind) {
            Some(kind) => Some((kind, self.entity.and_then(id)?)),
            None => Some((text(self.entity_type?)?, self.entity_id.and_then(whole)?)),
        }
    }
}

fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

fn whole(raw: &RawValue) -> Option<u64> {
    serde_json::from_str(raw.get()).ok()
}

fn id(raw: &RawValue) -> Option<u64> {
    #[derive(Deserialize)]
    struct Id {
        id: u64,
    }
    serde_json::from_str::<Id>(raw.get()).ok().map(|link| link.id)
}

fn kind(raw: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Kind {
        r#type: String,
    }
    serde_json::from_str::<Kind>(raw.get()).ok().map(|link| link.r#type)
}

#[cfg(test)]
mod tests;
