//! Values of fields: when two are the same, and how they are shown.

use std::collections::BTreeSet;

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_core::limits::UNTRUSTED_TEXT_MAX;

/// Whether two values of a field are the same. Links are the same if they point to the same
/// entity, whatever names they carry; the order of a multi link does not count.
#[must_use]
pub fn same(a: &Value, b: &Value) -> bool {
    match (EntityRef::from_json(a), EntityRef::from_json(b)) {
        (Some(a), Some(b)) => return a == b,
        (None, None) => {}
        (Some(_), None) | (None, Some(_)) => return false,
    }
    match (links(a), links(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b || numbers(a, b),
    }
}

/// The entities that a link or a multi link points to.
pub(crate) fn links_of(value: Option<&Value>) -> impl Iterator<Item = EntityRef> {
    let links = match value {
        Some(Value::Array(links)) => links.as_slice(),
        Some(link) => std::slice::from_ref(link),
        None => &[],
    };
    links.iter().filter_map(EntityRef::from_json)
}

fn links(value: &Value) -> Option<BTreeSet<EntityRef>> {
    value.as_array()?.iter().map(EntityRef::from_json).collect()
}

fn numbers(a: &Value, b: &Value) -> bool {
    matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if a.total_cmp(&b).is_eq())
}

/// A value as people read it: not longer than they would read.
#[must_use]
pub fn shown(value: &Value) -> String {
    let text = whole(value);
    match text.char_indices().nth(UNTRUSTED_TEXT_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn whole(value: &Value) -> String {
    let name = |link: &Value| link.get("name").and_then(Value::as_str).map(str::to_owned);
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => format!("`{text}`"),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(values) if values.is_empty() => "nothing".to_owned(),
        Value::Array(values) => values.iter().map(whole).collect::<Vec<_>>().join(", "),
        Value::Object(_) => match (name(value), EntityRef::from_json(value)) {
            (Some(name), _) => format!("`{name}`"),
            (None, Some(entity)) => entity.to_string(),
            (None, None) => value.to_string(),
        },
    }
}

/// A value as a key of `map`: the text of a code, of a number, of a truth value.
#[must_use]
pub fn key(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn links_are_compared_by_what_they_point_to() {
        let link = |id, name: &str| json!({"type": "Task", "id": id, "name": name});
        assert!(same(&link(1, "a"), &link(1, "b")));
        assert!(!same(&link(1, "a"), &link(2, "a")));
        assert!(same(&json!([link(1, "a"), link(2, "b")]), &json!([link(2, ""), link(1, "")])));
        assert!(!same(&json!([link(1, "a")]), &json!([])));
        assert!(same(&json!(1), &json!(1.0)));
        assert!(same(&Value::Null, &Value::Null));
        assert!(!same(&Value::Null, &json!("")));
        assert!(!same(&link(1, "a"), &Value::Null));
    }
}
