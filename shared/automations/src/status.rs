//! The status of an entity: reading it, saying it, setting it.

use std::collections::BTreeMap;

use serde_json::Value;
use sgh_core::config::Codes;
use sgh_site::{Change, Record};

use crate::Planned;
use crate::names::called;
use crate::values::shown;

/// The field that holds it.
pub(crate) const STATUS: &str = "sg_status_list";

/// Whether its status is one of these.
pub(crate) fn is_at(record: &Record, codes: &Codes) -> bool {
    code(record).is_some_and(|code| codes.has(code))
}

/// Its status; `None` where it has none.
pub(crate) fn code(record: &Record) -> Option<&str> {
    record.fields.get(STATUS).and_then(Value::as_str)
}

/// E.g. ``Task `Comp` of `SH010` is at `ip` ``.
pub(crate) fn standing(record: &Record) -> String {
    format!("{} is at {}", called(record), status(record))
}

/// Its status as people read it.
pub(crate) fn status(record: &Record) -> String {
    shown(record.fields.get(STATUS).unwrap_or(&Value::Null))
}

/// A status to set, and why; an empty why is not said.
pub(crate) fn set(record: &Record, to: &str, why: &str) -> Planned {
    let value = Value::from(to);
    let because = if why.is_empty() { String::new() } else { format!(", because {why}") };
    let what =
        format!("{}: {STATUS} {} -> {}{because}", called(record), status(record), shown(&value));
    let fields = BTreeMap::from([(STATUS.to_owned(), value)]);
    Planned { change: Change { entity: record.entity.clone(), fields }, what }
}

/// What is wrong with a rule for a type that has no status, or none that we may see.
pub(crate) fn lacking(record: &Record) -> Option<String> {
    let kind = &record.entity.kind;
    (!record.fields.contains_key(STATUS))
        .then(|| format!("{kind} has no field `{STATUS}`, or our script may not see it"))
}
