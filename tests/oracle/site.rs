//! A site in memory: records and one search, enough to answer what folders ask.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_site::{Condition, Record, Search};

use crate::filters::holds;

pub struct MemorySite {
    records: Vec<Value>,
}

impl MemorySite {
    pub fn new(records: &[Value]) -> Self {
        Self { records: records.to_vec() }
    }

    pub fn user(&self, login: &str) -> Option<EntityRef> {
        let users = self.records.iter().filter(|record| record["type"] == "HumanUser");
        users.into_iter().find(|user| user["login"] == login).and_then(EntityRef::from_json)
    }

    /// A field of a record.
    pub fn field(&self, entity: &EntityRef, field: &str) -> Value {
        let is_it =
            |record: &&Value| record["type"] == entity.kind.as_str() && record["id"] == entity.id;
        self.records.iter().find(is_it).map_or(Value::Null, |record| record[field].clone())
    }

    pub fn add(&mut self, record: &Value) {
        self.records.push(record.clone());
    }

    pub fn set(&mut self, kind: &str, id: &Value, values: &Value) {
        let record = self
            .records
            .iter_mut()
            .find(|record| record["type"] == kind && record["id"] == *id)
            .expect("a record");
        for (field, value) in values.as_object().expect("values") {
            record[field] = value.clone();
        }
    }

    pub fn search(&self, search: &Search) -> Vec<Record> {
        let mut found: Vec<Record> = self
            .records
            .iter()
            .filter(|record| record["type"] == search.kind.as_str())
            .filter(|record| (record["__retired"] == true) == search.retired)
            .filter(|record| search.conditions.iter().all(|one| self.fulfils(record, one)))
            .map(|record| {
                let fields = search.fields.iter();
                let fields: BTreeMap<String, Value> =
                    fields.map(|field| (field.clone(), self.value(record, field))).collect();
                Record { entity: EntityRef::from_json(record).expect("an entity"), fields }
            })
            .collect();
        found.sort_by_key(|record| record.entity.id);
        found
    }

    fn fulfils(&self, record: &Value, condition: &Condition) -> bool {
        let Condition { path, relation, value } = condition;
        let Some(from) = path.strip_prefix("$FROM$") else {
            return holds(&self.value(record, path), relation, value);
        };
        // `Type.link.field`: a live record of that type links to this one, and its field fulfils.
        let [kind, link, field] = from.splitn(3, '.').collect::<Vec<_>>()[..] else {
            panic!("no path from the other side: {path}");
        };
        let live = |other: &&Value| other["type"] == kind && other["__retired"] != true;
        let mut others = self.records.iter().filter(live);
        others.any(|other| {
            holds(&other[link], "is", record) && holds(&self.value(other, field), relation, value)
        })
    }

    /// A field, dotted through links if need be; links with their names.
    fn value(&self, record: &Value, path: &str) -> Value {
        match path.splitn(3, '.').collect::<Vec<_>>()[..] {
            [link, kind, field] => match self.linked(&record[link]) {
                Some(other) if other["type"] == kind => self.value(other, field),
                _ => Value::Null,
            },
            _ => self.named(&record[path]),
        }
    }

    fn named(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.named(item)).collect(),
            Value::Object(link) if link.contains_key("type") => {
                let name = self.linked(value).map_or(Value::Null, |record| {
                    let field = match record["type"].as_str() {
                        Some("Project" | "HumanUser") => "name",
                        Some("Task") => "content",
                        _ => "code",
                    };
                    record[field].clone()
                });
                json!({"type": link["type"], "id": link["id"], "name": name})
            }
            other => other.clone(),
        }
    }

    fn linked(&self, link: &Value) -> Option<&Value> {
        let same = |record: &&Value| record["type"] == link["type"] && record["id"] == link["id"];
        self.records.iter().find(same).filter(|_| link.is_object())
    }
}
