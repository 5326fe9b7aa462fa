//! What happens on the site, as rows of its event log and as deliveries.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use sgh_core::ids::{DeliveryId, EntityRef};

use super::{SiteState, link};
use crate::dice::Dice;
use crate::knobs::Knobs;

/// A row of the event log.
pub(crate) struct Entry {
    pub id: u64,
    pub created: Timestamp,
    /// When a search finds it.
    pub appears: Timestamp,
    /// As a search gives it, but for `created_at`.
    pub fields: Map<String, Value>,
}

/// What the site knows of one delivery.
pub(crate) struct Delivery {
    /// The row it tells of; 0 for service events and for what is no event.
    pub entry: u64,
    /// The bytes without an envelope.
    pub body: String,
    /// Whether it can never be worked: the site sent something else than an event.
    pub is_poison: bool,
    /// Whether the site has a 200 for it.
    pub accepted: bool,
    pub acknowledgement: Option<String>,
}

/// A delivery on its way.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub due: Timestamp,
    pub delivery: DeliveryId,
}

/// What happened: an event type, the field, and `meta`.
pub(crate) struct Happening<'a> {
    pub event_type: &'a str,
    pub of: &'a EntityRef,
    pub by: &'a EntityRef,
    pub field: Option<&'a str>,
    pub meta: Value,
    /// Whether hooks are told.
    pub is_told: bool,
}

/// When, with which luck.
pub(crate) struct Moment<'a> {
    pub now: Timestamp,
    pub dice: &'a Dice,
    pub knobs: &'a Knobs,
    pub faults: &'a crate::faults::Faults,
}

impl SiteState {
    /// Sets a field; what changes nothing is no event.
    pub(crate) fn set(
        &mut self,
        of: &EntityRef,
        field: &str,
        value: &Value,
        by: &EntityRef,
        at: &Moment<'_>,
    ) -> bool {
        let old = self.get(of, field).clone();
        if old == *value {
            return false;
        }
        let Some(fields) = self.entities.get_mut(of) else { return false };
        fields.insert(field.to_owned(), value.clone());
        let kind = if field == "sg_label" { "text" } else { "status_list" };
        let meta = json!({
            "type": "attribute_change", "attribute_name": field, "entity_type": of.kind,
            "entity_id": of.id, "field_data_type": kind, "old_value": old, "new_value": value,
        });
        let event_type = format!("Shotgun_{}_Change", of.kind);
        let (event_type, field) = (event_type.as_str(), Some(field));
        self.happens(&Happening { event_type, of, by, field, meta, is_told: true }, at);
        true
    }

    /// Writes a row, and what its hooks are to be sent.
    pub(crate) fn happens(&mut self, what: &Happening<'_>, at: &Moment<'_>) {
        if at.faults.happens("id taken and never used", at.knobs.unused_ids) {
            self.last_id += at.dice.between(1, 3);
        }
        self.last_id += 1;
        let id = self.last_id;
        let mut appears = at.now;
        // The very first row is where the sweep begins: what appears before it, and later, it
        // takes for older than its beginning.
        let late_ids = if self.log.is_empty() { 0 } else { at.knobs.late_ids };
        if at.faults.happens("id that appears late", late_ids) {
            appears += at.dice.millis(1000, 220_000);
        }
        let project = match what.of.kind.as_str() {
            "Project" => Some(what.of.clone()),
            _ => EntityRef::from_json(self.get(what.of, "project")),
        };
        let fields = json!({
            "event_type": what.event_type, "attribute_name": what.field, "meta": what.meta,
            "entity": link(what.of), "project": project.as_ref().map(link), "user": link(what.by),
            "session_uuid": null, "description": "",
        });
        let fields = fields.as_object().expect("an object").clone();
        let mut event = fields.clone();
        event.remove("description");
        event.insert("id".into(), json!(format!("{id}.0.0")));
        event.insert("event_log_entry_id".into(), json!(id));
        event.insert("created_at".into(), json!(spaced(at.now)));
        if what.is_told && self.hooks_are_on {
            if at.faults.happens("event over a megabyte", at.knobs.oversize) {
                let meta = event.get_mut("meta").and_then(Value::as_object_mut).expect("meta");
                meta.remove("old_value");
                meta.remove("new_value");
                event.insert("warning".into(), json!("the values were left out"));
            }
            for hook in 0..self.outboxes.len() {
                self.send(hook, id, event.clone(), at);
            }
        }
        self.log.push(Entry { id, created: at.now, appears, fields });
    }

    /// Something that stands in no event log.
    pub(crate) fn sends_service_event(&mut self, event_type: &str, at: &Moment<'_>) {
        let event = json!({"event_type": event_type, "id": "0.0.0", "event_log_entry_id": 0});
        self.send(0, 0, event.as_object().expect("an object").clone(), at);
    }

    /// Something that is no event at all.
    pub(crate) fn sends_poison(&mut self, at: &Moment<'_>) {
        let id = new_delivery(at.dice);
        let body = json!({"delivery_id": id.to_string(), "something": "else"}).to_string();
        self.put_delivery(0, id, Delivery { is_poison: true, ..new(0, body) }, at);
    }

    fn send(&mut self, hook: usize, entry: u64, mut event: Map<String, Value>, at: &Moment<'_>) {
        let id = new_delivery(at.dice);
        event.insert("delivery_id".into(), json!(id.to_string()));
        let body = Value::Object(event).to_string();
        self.put_delivery(hook, id, new(entry, body), at);
    }

    fn put_delivery(&mut self, hook: usize, id: DeliveryId, made: Delivery, at: &Moment<'_>) {
        self.deliveries.insert(id, made);
        let due = at.now + at.dice.millis(50, 50 + at.knobs.reorder_ms);
        self.outboxes[hook].push(Sent { due, delivery: id });
    }
}

fn new(entry: u64, body: String) -> Delivery {
    Delivery { entry, body, is_poison: false, accepted: false, acknowledgement: None }
}

fn new_delivery(dice: &Dice) -> DeliveryId {
    let (high, low) = (dice.next(), dice.next());
    let text = uuid::Uuid::from_u64_pair(high, low).to_string();
    DeliveryId::parse(&text).expect("a uuid")
}

fn spaced(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S%.6f").to_string()
}
