//! What people call an entity.

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_site::Record;

/// The field that holds the name of an entity of this type.
#[must_use]
pub fn name_field(kind: &str) -> &'static str {
    match kind {
        "Task" => "content",
        "Note" => "subject",
        "Project" | "HumanUser" | "Group" => "name",
        _ => "code",
    }
}

/// The fields to read so that [`called`] has what it needs.
#[must_use]
pub fn naming_fields(kind: &str) -> Vec<&'static str> {
    let name = name_field(kind);
    // A task is called by its name and what it is on: every shot has a `Comp`.
    if kind == "Task" { vec![name, "entity"] } else { vec![name] }
}

/// E.g. ``Task `Comp` of `SH010` ``; type and id where there is no name.
#[must_use]
pub fn called(record: &Record) -> String {
    let EntityRef { kind, .. } = &record.entity;
    let text = |field: &str| record.fields.get(field).and_then(Value::as_str);
    let Some(name) = text(name_field(kind)).filter(|name| !name.is_empty()) else {
        return record.entity.to_string();
    };
    let on = record.fields.get("entity").and_then(|link| link.get("name")).and_then(Value::as_str);
    match on.filter(|_| kind == "Task") {
        Some(on) => format!("{kind} `{name}` of `{on}`"),
        None => format!("{kind} `{name}`"),
    }
}
