//! Making a record: what was sent, the defaults for the rest, and the events of it.

use serde_json::{Map, Value};
use sgh_core::ids::EntityRef;

use super::Write;
use crate::events::{NewEvent, meta};
use crate::refusal::Refusal;

impl Write<'_> {
    /// Makes a record. One event says that it is new; one log row for each field that is set says
    /// with what, and is not delivered to anybody.
    pub(crate) fn create(
        &mut self,
        kind: &str,
        fields: &Map<String, Value>,
    ) -> Result<EntityRef, Refusal> {
        let defaults = self.store.schema.entity_type(kind)?.fields.iter();
        let defaults = defaults.filter(|(_, field)| !field.default.is_null());
        let defaults =
            defaults.map(|(name, field)| (name.clone(), field.default.clone())).collect();
        let of = EntityRef::new(kind, self.store.next_id(kind));
        self.insert(&of, defaults);
        for (name, value) in fields {
            self.set(&of, name, value)?;
        }
        if kind == "TaskDependency" {
            self.match_links(&of);
        }
        if kind == "EventLogEntry" {
            self.log_custom_event(&of);
        } else {
            self.tell_creation(&of);
        }
        Ok(of)
    }

    fn tell_creation(&mut self, of: &EntityRef) {
        self.events.push(NewEvent::created(self.store, of));
        let Ok(entity_type) = self.store.schema.entity_type(&of.kind) else { return };
        let editable = entity_type.fields.iter().filter(|(_, field)| field.editable);
        let names: Vec<String> = editable.map(|(name, _)| name.clone()).collect();
        for field in names {
            let after = self.store.shown(of, &field).unwrap_or_default();
            if after.is_null() || after.as_array().is_some_and(Vec::is_empty) {
                continue;
            }
            let change = meta::Change {
                of,
                field: &field,
                before: &Value::Null,
                after: &after,
                in_create: true,
            };
            self.events.push(NewEvent::changed(self.store, &change));
            self.events.extend(NewEvent::back_references(self.store, &change));
        }
    }

    /// A script may write its own rows into the event log; hooks for that event type get them.
    fn log_custom_event(&mut self, of: &EntityRef) {
        let by = super::bare(&self.by);
        if self.store.kept(of).is_some_and(|kept| !kept.fields.contains_key("user")) {
            self.set_raw(of, "user", by);
        }
        self.events.extend(NewEvent::custom(self.store, of));
    }
}
