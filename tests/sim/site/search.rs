//! Searches: as much of them as the automations, the sweep and the folders ask.

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::event_log::EVENT_LOG_ENTRY;
use sgh_core::ids::EntityRef;
use sgh_site::{Condition, Record, Search};

use super::{Entry, Fields, SiteState};

impl SiteState {
    pub(crate) fn find(&self, search: &Search, now: Timestamp) -> Vec<Record> {
        if search.retired {
            return Vec::new();
        }
        let holds = |entity: &EntityRef, fields: &Fields| {
            search.conditions.iter().all(|condition| fulfils(condition, entity, fields))
        };
        let found: Vec<(EntityRef, Fields)> = if search.kind == EVENT_LOG_ENTRY {
            let there = self.log.iter().filter(|entry| entry.appears <= now);
            there.map(row).filter(|(entity, fields)| holds(entity, fields)).collect()
        } else {
            let of_kind = self.entities.iter().filter(|(entity, _)| entity.kind == search.kind);
            let found = of_kind.filter(|(entity, fields)| holds(entity, fields));
            found.map(|(entity, fields)| (entity.clone(), fields.clone())).collect()
        };
        let record = |(entity, mut fields): (EntityRef, Fields)| {
            fields.retain(|name, _| search.fields.contains(name));
            Record { entity, fields }
        };
        found.into_iter().map(record).collect()
    }
}

fn row(entry: &Entry) -> (EntityRef, Fields) {
    let mut fields: Fields = entry.fields.clone().into_iter().collect();
    let second = Timestamp::from_second(entry.created.as_second()).expect("a time");
    fields.insert("created_at".into(), json!(second));
    (EntityRef::new(EVENT_LOG_ENTRY, entry.id), fields)
}

fn fulfils(condition: &Condition, entity: &EntityRef, fields: &Fields) -> bool {
    let Condition { path, relation, value } = condition;
    if path == "id" {
        let numbers =
            || value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect::<Vec<_>>();
        return match relation.as_str() {
            "is" => value.as_u64() == Some(entity.id),
            "in" => numbers().contains(&entity.id),
            "between" => (numbers()[0]..=numbers()[1]).contains(&entity.id),
            "greater_than" => entity.id > value.as_u64().expect("an id"),
            other => panic!("the site is not known to be asked for an id by `{other}`"),
        };
    }
    let has = fields.get(path).unwrap_or(&Value::Null);
    match relation.as_str() {
        "is" => same(has, value),
        "in" => value.as_array().into_iter().flatten().any(|one| same(has, one)),
        "between" => {
            let time = |value: &Value| value.as_str().and_then(|at| at.parse::<Timestamp>().ok());
            let ends = [time(&value[0]), time(&value[1])];
            let at = time(has);
            at >= ends[0] && at <= ends[1]
        }
        other => panic!("the site is not known to be asked for `{path}` by `{other}`"),
    }
}

/// A link is what it points to; a list of links is any of them.
fn same(has: &Value, asked: &Value) -> bool {
    match (has.as_array(), EntityRef::from_json(asked)) {
        (Some(links), Some(asked)) => {
            links.iter().filter_map(EntityRef::from_json).any(|link| link == asked)
        }
        (None, Some(asked)) => EntityRef::from_json(has) == Some(asked),
        (_, None) => has == asked,
    }
}
