//! `target:` of `set`: whose fields are set.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::config::nearest::hint;
use crate::config::trigger::is_name;

/// Whose fields are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The changed entity's.
    Itself,
    /// Those of what its links lead to, step by step. Never empty.
    Link(Vec<Hop>),
    /// Those of entities that are searched for.
    Found(Find),
}

/// One step along a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The link field.
    pub field: String,
    /// Only entities of this type; `None` for any.
    pub kind: Option<String>,
}

/// Entities that are searched for. `linked_by` and `same` are not both empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// Their type.
    pub kind: String,
    /// Their field that links to the changed entity.
    pub linked_by: Option<String>,
    /// Their field, and the field of the changed entity that it has to agree with.
    pub same: BTreeMap<String, String>,
    /// Only the one with the greatest value of this field.
    pub newest: Option<String>,
}

const KEYS: [&str; 4] = ["find", "linked_by", "same", "newest"];
const FORMS: &str = "`target`: write `self`, a link such as `sg_task` or `note_links.Version`, or \
                     `{ find: Version, linked_by: sg_task, newest: created_at }`";

pub(super) fn of(low: Option<&Value>) -> Result<Target, String> {
    match low {
        None => Ok(Target::Itself),
        Some(Value::String(text)) if text == "self" => Ok(Target::Itself),
        Some(Value::String(text)) => hops(text).map(Target::Link),
        Some(Value::Object(keys)) => find(keys).map(Target::Found),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => {
            Err(FORMS.to_owned())
        }
    }
}

/// Reads `field`, `field.Type`, `field.Type.field`, and so on.
fn hops(text: &str) -> Result<Vec<Hop>, String> {
    let parts: Vec<&str> = text.split('.').collect();
    if !parts.iter().all(|part| is_name(part)) {
        return Err(FORMS.to_owned());
    }
    let hop = |pair: &[&str]| Hop {
        field: pair[0].to_owned(),
        kind: pair.get(1).map(|kind| (*kind).to_owned()),
    };
    Ok(parts.chunks(2).map(hop).collect())
}

fn find(keys: &Map<String, Value>) -> Result<Find, String> {
    if let Some(key) = keys.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let known = KEYS.join(", ");
        return Err(format!("`target`: unknown key `{key}`{}; known: {known}", hint(key, KEYS)));
    }
    let text = |key: &str| match keys.get(key) {
        None => Ok(None),
        Some(Value::String(name)) if is_name(name) => Ok(Some(name.clone())),
        Some(other) => Err(format!("`target.{key}`: {other} is no name")),
    };
    let kind =
        text("find")?.ok_or("`target` needs `find`: the type of the entities to look for")?;
    let (linked_by, newest) = (text("linked_by")?, text("newest")?);
    let same = same(keys.get("same"))?;
    if linked_by.is_none() && same.is_empty() {
        return Err("`target` needs `linked_by` or `same`, or it would find every one".to_owned());
    }
    Ok(Find { kind, linked_by, same, newest })
}

/// One field, a list of fields, or their field and ours.
fn same(low: Option<&Value>) -> Result<BTreeMap<String, String>, String> {
    let pairs: Vec<(&Value, &Value)>;
    let names: Vec<Value>;
    match low {
        None => return Ok(BTreeMap::new()),
        Some(Value::Object(fields)) => {
            names = fields.keys().cloned().map(Value::String).collect();
            pairs = names.iter().zip(fields.values()).collect();
        }
        Some(Value::Array(fields)) => pairs = fields.iter().map(|field| (field, field)).collect(),
        Some(field) => pairs = vec![(field, field)],
    }
    let name = |value: &Value| {
        let text = value.as_str().filter(|text| is_name(text)).map(str::to_owned);
        text.ok_or_else(|| format!("`target.same`: {value} is no field"))
    };
    pairs.into_iter().map(|(theirs, ours)| Ok((name(theirs)?, name(ours)?))).collect()
}
