//! Which of two values comes first, as sorting and `less_than` see it.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

/// Compares numbers by size, moments by time, everything else as text; nothing comes first.
pub(crate) fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
        },
        (Value::String(one), Value::String(other)) => match (moment(one), moment(other)) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => one.cmp(other),
        },
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (one, other) => text(one).cmp(&text(other)),
    }
}

pub(super) fn moment(text: &str) -> Option<Timestamp> {
    // Cheap look first: most texts are names.
    let first = text.as_bytes().first()?;
    first.is_ascii_digit().then(|| text.parse().ok())?
}

/// A link sorts by type and id, the rest by its JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
