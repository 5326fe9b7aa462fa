//! What a delivery says: an event of the site's event log, read once from its bytes.
//!
//! The site adds fields and event types without asking us, so what is unknown is data, never an
//! error. Values of a change stay JSON: a status is text, a link an object, either may be null.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::ids::{DeliveryId, EntityRef, EventKey};

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The event's own id, e.g. `11777.3065.0`; opaque. Empty where there is none.
    pub id: String,
    /// Id of the event log entry; `None` for service events, which have 0.
    pub entry: Option<u64>,
    /// The event type by the site's name, e.g. `Shotgun_Shot_Change`.
    pub event_type: String,
    /// What the type means to us.
    pub kind: EventKind,
    /// The entity it is about. Not `meta`'s, which may name another (webhooks.md section 4).
    pub entity: Option<EntityRef>,
    /// The project it happened in.
    pub project: Option<EntityRef>,
    /// Who did it.
    pub user: Option<EntityRef>,
    /// The field that changed.
    pub attribute: Option<String>,
    /// Details, by event type.
    pub meta: Map<String, Value>,
    /// When it happened.
    pub created_at: Option<Timestamp>,
    /// The delivery it came by; `None` where it was read from the event log.
    pub delivery: Option<DeliveryId>,
    /// Whether old and new values are missing because they were too large.
    pub truncated: bool,
}

/// What an event type means to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// Something happened to an entity.
    Entity {
        /// Its type.
        entity_type: String,
        /// What happened.
        operation: Operation,
    },
    /// The site tries whether we are there.
    TestConnection,
    /// The hook's own status changed.
    HookStatus {
        /// The status now, e.g. `failed`.
        status: String,
        /// The status before.
        previous: String,
    },
    /// Any other event type, by name.
    Custom,
}

/// What happened to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// It was made.
    Create,
    /// A field of it changed.
    Update,
    /// It was retired.
    Delete,
    /// It was taken back from the retired ones.
    Revive,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Delete, Self::Revive];

    /// The word for it in a hook and in sgh.yaml.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Revive => "revive",
        }
    }

    /// The end of its event types.
    fn suffix(self) -> &'static str {
        match self {
            Self::Create => "_New",
            Self::Update => "_Change",
            Self::Delete => "_Retirement",
            Self::Revive => "_Revival",
        }
    }
}

/// Bytes that are no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEvent {
    /// Not JSON at all.
    #[error("the message is not JSON: {0}")]
    NotJson(String),
    /// JSON, but not an event.
    #[error("the message is JSON of a shape we do not know: {0}")]
    Shape(&'static str),
}

impl Event {
    /// Reads an event from a delivery's bytes.
    ///
    /// # Errors
    /// The bytes are no JSON object with an `event_type`.
    pub fn read(bytes: &[u8]) -> Result<Self, NoEvent> {
        let value = serde_json::from_slice::<Value>(bytes)
            .map_err(|error| NoEvent::NotJson(error.to_string()))?;
        let Value::Object(mut fields) = value else {
            return Err(NoEvent::Shape("it is not an object"));
        };
        let event_type =
            text(&fields, "event_type").ok_or(NoEvent::Shape("it has no `event_type`"))?;
        let meta = match fields.remove("meta") {
            Some(Value::Object(meta)) => meta,
            Some(_) | None => Map::new(),
        };
        let entity = link(&fields, "entity");
        Ok(Self {
            id: text(&fields, "id").unwrap_or_default(),
            entry: fields.get("event_log_entry_id").and_then(Value::as_u64).filter(|id| *id > 0),
            kind: kind(&event_type, &fields, &meta, entity.as_ref()),
            entity,
            project: link(&fields, "project"),
            user: link(&fields, "user"),
            attribute: text(&fields, "attribute_name").or_else(|| text(&meta, "attribute_name")),
            created_at: text(&fields, "created_at").and_then(|at| read_time(&at)),
            delivery: text(&fields, "delivery_id").and_then(|id| DeliveryId::parse(&id)),
            truncated: fields.contains_key("truncated")
                || fields.contains_key("warning")
                || meta.contains_key("warning"),
            event_type,
            meta,
        })
    }

    /// What the ledger knows it by.
    #[must_use]
    pub fn key(&self, site_host: &str) -> EventKey {
        match self.entry {
            Some(entry) => EventKey::of_entry(site_host, entry),
            None => EventKey::of_service_event(site_host, &self.id, self.delivery),
        }
    }

    /// The value after the change; `None` where the event does not say.
    #[must_use]
    pub fn new_value(&self) -> Option<&Value> {
        self.meta.get("new_value")
    }

    /// The value before the change; `None` where the event does not say.
    #[must_use]
    pub fn old_value(&self) -> Option<&Value> {
        self.meta.get("old_value")
    }

    /// Whether this only announces a value that is still being made, as a thumbnail is: the event
    /// that says it is there follows.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.meta.get("is_transient").and_then(Value::as_bool) == Some(true)
    }

    /// Entities that a change of a multi link added; `None` where it is no such change.
    #[must_use]
    pub fn added(&self) -> Option<Vec<EntityRef>> {
        let added = self.meta.get("added")?.as_array()?;
        Some(added.iter().filter_map(EntityRef::from_json).collect())
    }
}

fn kind(
    event_type: &str,
    fields: &Map<String, Value>,
    meta: &Map<String, Value>,
    entity: Option<&EntityRef>,
) -> EventKind {
    if event_type == "Test_Connection" {
        return EventKind::TestConnection;
    }
    if event_type == "Webhook_Status_Change" {
        let word = |field: &str, in_meta: &str| {
            text(fields, field).or_else(|| text(meta, in_meta)).unwrap_or_default()
        };
        return EventKind::HookStatus {
            status: word("webhook_status", "new_value"),
            previous: word("previous_webhook_status", "old_value"),
        };
    }
    match life_of(event_type) {
        // The entity's own type where there is one: the name in the event type is for people.
        Some((name, operation)) => EventKind::Entity {
            entity_type: entity.map_or(name, |entity| &entity.kind).to_owned(),
            operation,
        },
        None => EventKind::Custom,
    }
}

/// The entity type and the operation that an event type names: `Shotgun_Shot_New` is the creation
/// of a shot. Some types that are nothing of the kind end like one.
#[must_use]
pub fn life_of(event_type: &str) -> Option<(&str, Operation)> {
    let rest = event_type.strip_prefix("Shotgun_")?;
    let of = |operation: Operation| Some((rest.strip_suffix(operation.suffix())?, operation));
    Operation::ALL.into_iter().find_map(of)
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A link, nested or, as sites of 2018 sent it, flat: `entity_type` and `entity_id`.
fn link(fields: &Map<String, Value>, name: &str) -> Option<EntityRef> {
    if let Some(link) = fields.get(name).and_then(EntityRef::from_json) {
        return Some(link);
    }
    let id = fields.get(&format!("{name}_id")).and_then(Value::as_u64).filter(|id| *id > 0)?;
    let kind = text(fields, &format!("{name}_type"))
        .or_else(|| (name == "project").then(|| "Project".to_owned()))?;
    Some(EntityRef::new(kind, id))
}

/// `created_at` has no zone and is UTC (webhooks.md section 3); a zone is taken all the same.
fn read_time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })
}

#[cfg(test)]
mod tests;
