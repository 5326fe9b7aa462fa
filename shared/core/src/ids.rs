//! Names of things: entities, deliveries, events, groups. Each is parsed once, at the edge.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An entity of the site: its type and its id, e.g. `Shot 1234`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntityRef {
    /// The entity type by its schema name, e.g. `Shot`, `CustomEntity06`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id, from 1.
    pub id: u64,
}

impl EntityRef {
    /// An entity by type and id.
    pub fn new(kind: impl Into<String>, id: u64) -> Self {
        Self { kind: kind.into(), id }
    }

    /// Reads `{"type": "Shot", "id": 1}`; anything else is `None`.
    #[must_use]
    pub fn from_json(value: &serde_json::Value) -> Option<Self> {
        let id = value.get("id")?.as_u64().filter(|id| *id > 0)?;
        let kind = value.get("type")?.as_str().filter(|kind| !kind.is_empty())?;
        Some(Self::new(kind, id))
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// The id of a delivery record on the site. An acknowledgement is put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeliveryId(uuid::Uuid);

impl DeliveryId {
    /// Reads a UUID in its hyphenated form, white space around it ignored; `None` for anything
    /// else, so that a delivery id can never carry a path.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() == 36).then(|| uuid::Uuid::try_parse(text).ok().map(Self))?
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the ledger knows an event by, made of signed values only: the site and the id of the
/// event log entry, or, where that is 0, the event's own id and its delivery.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventKey(String);

impl EventKey {
    /// The key of an event log entry of a site.
    #[must_use]
    pub fn of_entry(site_host: &str, event_log_entry_id: u64) -> Self {
        Self(format!("{site_host}/{event_log_entry_id}"))
    }

    /// The key of an event that stands in no event log.
    #[must_use]
    pub fn of_service_event(site_host: &str, event_id: &str, delivery: Option<DeliveryId>) -> Self {
        let delivery = delivery.map(|id| id.to_string()).unwrap_or_default();
        Self(format!("{site_host}/0/{event_id}/{delivery}"))
    }

    /// The key as a ledger has it.
    #[must_use]
    pub fn of_ledger(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id of its event log entry; `None` for an event that stands in no event log.
    #[must_use]
    pub fn entry(&self) -> Option<u64> {
        let (_, entry) = self.0.rsplit_once('/')?;
        entry.parse().ok().filter(|entry| *entry > 0 && self.0.matches('/').count() == 1)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
