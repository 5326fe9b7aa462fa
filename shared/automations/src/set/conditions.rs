//! `if:` and `where:`: what the changed entity, or a target, has to be like.

use serde_json::Value;
use sgh_core::config::Conditions;
use sgh_site::Record;

use crate::names::called;
use crate::stop::Stop;
use crate::values::{same, shown};

/// Whether an entity is like this.
///
/// # Errors
/// What differs first.
pub(super) fn fulfilled(conditions: &Conditions, record: &Record) -> Result<(), String> {
    for (field, wanted) in conditions {
        let now = record.fields.get(field).unwrap_or(&Value::Null);
        if !wanted.iter().any(|wanted| fits(wanted, now)) {
            let wanted: Vec<String> = wanted.iter().map(shown).collect();
            let (name, wanted) = (called(record), wanted.join(" or "));
            return Err(format!("{name} has {field} {}, not {wanted}", shown(now)));
        }
    }
    Ok(())
}

/// Whether the changed entity is like this. A field that its type does not have is an error of
/// the rule; one at the end of a link may only be out of reach.
pub(super) fn of_source(conditions: &Conditions, source: &Record) -> Result<(), Stop> {
    let lacks = |field: &&String| !field.contains('.') && !source.fields.contains_key(*field);
    if let Some(field) = conditions.keys().find(lacks) {
        return Err(Stop::Fail(no_field(source, field)));
    }
    fulfilled(conditions, source).map_err(Stop::Skip)
}

pub(super) fn no_field(record: &Record, field: &str) -> String {
    format!("{} has no field `{field}`, or our script may not see it", record.entity.kind)
}

/// An empty field is one without a value, without text, or without links.
fn fits(wanted: &Value, now: &Value) -> bool {
    let empty = match now {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(links) => links.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    if wanted.is_null() { empty } else { same(wanted, now) }
}
