//! An entry of the site's event log, as an event and as a queue message.
//!
//! The sweep finds here what was never delivered. An entry becomes the bytes that a webhook would
//! have sent, so that everything behind the queue reads both alike. What cannot be the same:
//!
//! | | delivered | from the log | so |
//! |---|---|---|---|
//! | `id` | the event's own | not in the log | left out; the ledger goes by the entry's id |
//! | `delivery_id` | of the delivery | there is none | there is nothing to acknowledge |
//! | `created_at` | to the microsecond | to the second | never compared between the two |
//! | `entity` | always | null once it is retired | taken from `meta` where that is about it |
//! | `project`, `user` | always | null once they are retired | stay empty |
//! | `warning`, and no values, over 1 MB | so | `meta` whole | no need to restore it |
//!
//! Everything else, `meta` with its `added` and `removed` among it, is the same object in both
//! (webhooks.md section 4). `session_uuid` is passed on and not used.
//!
//! Not here: reading the log, and what of it is missing (`sgh-sweep`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::event::{Event, EventKind, NoEvent, Operation};
use crate::ids::EntityRef;
use crate::message::{Message, RECEIVED_AT, StoredMessage, group};
use crate::settings::Ordering;

/// The site's type of event log entries.
pub const EVENT_LOG_ENTRY: &str = "EventLogEntry";
/// The fields that an entry is read with.
pub const FIELDS: [&str; 9] = [
    "event_type",
    "attribute_name",
    "meta",
    "entity",
    "project",
    "user",
    "session_uuid",
    "created_at",
    "description",
];
/// Types that are logged and never delivered (webhooks.md section 5), connections aside.
const UNDELIVERED: [&str; 3] = ["ApiUser", EVENT_LOG_ENTRY, "TaskDependency"];
/// How the names of all other connections between two entities end.
const CONNECTION: &str = "Connection";

/// One entry, as a search gives it. What is null or of another kind is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct EventLogEntry {
    /// Its id.
    pub id: u64,
    /// The event type by the site's name.
    pub event_type: Option<String>,
    /// The field that changed.
    pub attribute_name: Option<String>,
    /// Details, by event type.
    pub meta: Map<String, Value>,
    /// The entity it is about; `None` also once that is retired.
    pub entity: Option<EntityRef>,
    /// The project it happened in.
    pub project: Option<EntityRef>,
    /// Who did it.
    pub user: Option<EntityRef>,
    /// The browser session it was done in; a script has none.
    pub session_uuid: Option<String>,
    /// When it happened, to the second.
    pub created_at: Option<Timestamp>,
    /// What the site tells people of it.
    pub description: Option<String>,
}

impl EventLogEntry {
    /// Takes an entry out of a search's record: [`FIELDS`] of the entry with this id.
    #[must_use]
    pub fn from_fields(id: u64, mut fields: BTreeMap<String, Value>) -> Self {
        let meta = match fields.remove("meta") {
            Some(Value::Object(meta)) => meta,
            Some(_) | None => Map::new(),
        };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let link = |name: &str| fields.get(name).and_then(EntityRef::from_json);
        Self {
            id,
            event_type: text("event_type"),
            attribute_name: text("attribute_name"),
            meta,
            entity: link("entity"),
            project: link("project"),
            user: link("user"),
            session_uuid: text("session_uuid"),
            created_at: text("created_at").and_then(|at| moment(&at)),
            description: text("description"),
        }
    }

    /// The event, as it is read behind the queue.
    ///
    /// # Errors
    /// The entry has no event type.
    pub fn event(&self) -> Result<Event, NoEvent> {
        Event::read(&self.bytes())
    }

    /// The bytes that a webhook would have delivered, but for the differences named above.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let link = |link: Option<&EntityRef>| link.map_or(Value::Null, |link| json!(link));
        let event = json!({
            "event_log_entry_id": self.id,
            "event_type": self.event_type,
            "operation": self.operation().map(Operation::word),
            "user": link(self.user.as_ref()),
            "entity": link(self.entity().as_ref()),
            "project": link(self.project.as_ref()),
            "meta": self.meta,
            "created_at": self.created_at.map(spaced),
            "attribute_name": self.attribute_name,
            "session_uuid": self.session_uuid,
        });
        event.to_string().into_bytes()
    }

    /// A message for the queue, found at this moment. It has the group that a delivery of it would
    /// have; a repeat within the queue's 5 minutes is folded, whatever the links show by then.
    #[must_use]
    pub fn message(&self, ordering: Ordering, now: Timestamp) -> Message {
        let bytes = self.bytes();
        let mut stored =
            StoredMessage::pack(&bytes).unwrap_or_else(|| crate::truncate::fit(&bytes));
        stored.attributes.insert(RECEIVED_AT.to_owned(), now.to_string());
        Message {
            stored,
            group: self.group(ordering),
            deduplication: hex::encode(Sha256::digest(format!("{EVENT_LOG_ENTRY}/{}", self.id))),
        }
    }

    fn group(&self, ordering: Ordering) -> String {
        match ordering {
            Ordering::Project => group::of_project(self.project.as_ref().map(|link| link.id)),
            Ordering::Entity => {
                let entity = self.entity();
                group::of_entity(entity.as_ref().map(|link| (link.kind.as_str(), link.id)))
            }
        }
    }

    /// Whether the site tells hooks of such an event at all. The log holds more: what was set
    /// while a record was made, and types that no hook can subscribe to.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        let Ok(event) = self.event() else { return false };
        let EventKind::Entity { entity_type, .. } = &event.kind else { return true };
        let hidden =
            UNDELIVERED.contains(&entity_type.as_str()) || entity_type.ends_with(CONNECTION);
        !hidden && !self.is_of_creation()
    }

    /// Whether it only says what was set while a record was made: that is logged beside the
    /// creation, which is what the site tells of.
    #[must_use]
    pub fn is_of_creation(&self) -> bool {
        self.operation() == Some(Operation::Update)
            && self.meta.get("in_create").and_then(Value::as_bool) == Some(true)
    }

    /// The entity, which a link to a retired one no longer shows.
    fn entity(&self) -> Option<EntityRef> {
        self.entity.clone().or_else(|| self.entity_in_meta())
    }

    /// The entity that `meta` names, where it is the event's own: the other side of a link tells
    /// of a change with the `meta` of the first.
    fn entity_in_meta(&self) -> Option<EntityRef> {
        let text = |name: &str| self.meta.get(name).and_then(Value::as_str);
        let kind = text("entity_type").filter(|kind| !kind.is_empty())?;
        let id = self.meta.get("entity_id").and_then(Value::as_u64).filter(|id| *id > 0)?;
        let own = match text("type")? {
            "new_entity" | "entity_retirement" | "entity_revival" => true,
            "attribute_change" => {
                !self.meta.contains_key("actual_attribute_changed")
                    && self.named().is_some_and(|(name, _)| name == kind)
            }
            _ => false,
        };
        own.then(|| EntityRef::new(kind, id))
    }

    fn operation(&self) -> Option<Operation> {
        self.named().map(|(_, operation)| operation)
    }

    /// The entity type and the operation that the event type names.
    fn named(&self) -> Option<(String, Operation)> {
        let only_named = json!({"event_type": self.event_type}).to_string();
        match Event::read(only_named.as_bytes()).ok()?.kind {
            EventKind::Entity { entity_type, operation } => Some((entity_type, operation)),
            EventKind::TestConnection | EventKind::HookStatus { .. } | EventKind::Custom => None,
        }
    }
}

/// REST writes a zone; where there is none it is UTC, as everywhere on the site.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })
}

/// As a delivery writes it: `2022-02-01 20:53:08.000000`, no zone, UTC.
fn spaced(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

#[cfg(test)]
mod tests;
