//! Reading: what a field of a record shows.
//!
//! A link shows the name of its record. A link to a retired record is not shown at all: so the
//! `entity` of an event log entry is empty once that entity is retired.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::{Kept, Store};

impl Store {
    /// The links that a link field holds, to live records only.
    pub(crate) fn links(&self, of: &EntityRef, field: &str) -> Vec<EntityRef> {
        let value = self.kept(of).and_then(|kept| kept.fields.get(field));
        value.map(|value| self.live_links(value)).unwrap_or_default()
    }

    fn live_links(&self, value: &Value) -> Vec<EntityRef> {
        let links = match value {
            Value::Array(links) => links.as_slice(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => &[],
            Value::Object(_) => std::slice::from_ref(value),
        };
        let live = |link: &EntityRef| self.live(link).is_some();
        links.iter().filter_map(EntityRef::from_json).filter(live).collect()
    }

    /// The name that people read: of a task its content, of a note its subject, else code or name.
    pub(crate) fn display_name(&self, of: &EntityRef) -> Option<String> {
        let fields = &self.kept(of)?.fields;
        let name = match of.kind.as_str() {
            "Project" | "HumanUser" => "name",
            "Task" => "content",
            "Note" => "subject",
            "ApiUser" => "firstname",
            "EventLogEntry" => "description",
            _ => "code",
        };
        fields.get(name).and_then(Value::as_str).map(str::to_owned)
    }

    /// A link as answers show it.
    pub(crate) fn named(&self, link: &EntityRef) -> Value {
        json!({"id": link.id, "name": self.display_name(link), "type": link.kind})
    }

    /// What a plain field shows, or nothing if the type has no such field.
    pub(crate) fn shown(&self, of: &EntityRef, field: &str) -> Option<Value> {
        let known = self.schema.field(&of.kind, field).ok()?;
        let kept = self.kept(of)?;
        let value = kept.fields.get(field).unwrap_or(&Value::Null);
        Some(match field {
            "id" => json!(of.id),
            "cached_display_name" => json!(self.display_name(of)),
            _ if known.data_type.is_multi() => {
                self.live_links(value).iter().map(|link| self.named(link)).collect()
            }
            _ if known.data_type.is_link() => {
                self.live_links(value).first().map_or(Value::Null, |link| self.named(link))
            }
            "created_at" | "updated_at" => to_seconds(value),
            _ => value.clone(),
        })
    }

    /// What a dotted path shows: the field at its end, of the record that its links lead to.
    /// Through a multi link it is a list.
    pub(crate) fn shown_path(&self, of: &EntityRef, path: &str) -> Option<Value> {
        let Some((link, through, rest)) = split(path) else { return self.shown(of, path) };
        let known = self
            .schema
            .field(&of.kind, link)
            .ok()
            .filter(|_| self.schema.leaf(&of.kind, path).is_ok())?;
        let mut found = Vec::new();
        for next in self.links(of, link).into_iter().filter(|next| next.kind == through) {
            found.extend(self.shown_path(&next, rest));
        }
        let one = |found: Vec<Value>| found.into_iter().next().unwrap_or(Value::Null);
        Some(if known.data_type.is_multi() { Value::Array(found) } else { one(found) })
    }

    /// The raw values at the end of a path, for filters and sorting; never empty.
    pub(crate) fn raw_values(&self, of: &EntityRef, path: &str) -> Vec<Value> {
        let mut values = Vec::new();
        self.collect(of, path, &mut values);
        if values.is_empty() {
            values.push(Value::Null);
        }
        values
    }

    fn collect(&self, of: &EntityRef, path: &str, values: &mut Vec<Value>) {
        if let Some((link, through, rest)) = split(path) {
            for next in self.links(of, link).iter().filter(|next| next.kind == through) {
                self.collect(next, rest, values);
            }
            return;
        }
        let value = self.kept(of).and_then(|kept| kept.fields.get(path));
        match value {
            _ if path == "id" => values.push(json!(of.id)),
            _ if path == "cached_display_name" => values.push(json!(self.display_name(of))),
            None | Some(Value::Null) => {}
            Some(link) if is_link(link) => {
                values.extend(self.live_links(link).iter().map(super::bare));
            }
            Some(value) => values.push(value.clone()),
        }
    }

    /// The project that a record belongs to; a project belongs to itself.
    pub(crate) fn project_of(&self, of: &EntityRef) -> Option<EntityRef> {
        if of.kind == "Project" {
            return Some(of.clone());
        }
        EntityRef::from_json(self.kept(of)?.fields.get("project")?)
    }
}

impl Kept {
    pub(crate) fn flag(&self, field: &str) -> bool {
        self.fields.get(field).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// Links are kept as objects or lists of objects. An object of another kind (a path, a meta) has
/// no `type` and `id` of that form.
fn is_link(value: &Value) -> bool {
    match value {
        Value::Array(links) => links.iter().all(|link| EntityRef::from_json(link).is_some()),
        Value::Object(_) => EntityRef::from_json(value).is_some(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn split(path: &str) -> Option<(&str, &str, &str)> {
    let (link, rest) = path.split_once('.')?;
    let (through, rest) = rest.split_once('.')?;
    Some((link, through, rest))
}

/// Records show whole seconds, as the site's REST does; they are kept to the microsecond.
fn to_seconds(value: &Value) -> Value {
    match value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok()) {
        Some(at) => json!(crate::events::time::seconds(at)),
        None => value.clone(),
    }
}
