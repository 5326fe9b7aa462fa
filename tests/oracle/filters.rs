//! The site's filter relations, as far as schemas use them. Text is compared without case.

use std::cmp::Ordering::{self, Greater, Less};

use serde_json::Value;

/// Whether a field's value fulfils a condition.
pub fn holds(value: &Value, relation: &str, operand: &Value) -> bool {
    let any = |test: &dyn Fn(&Value) -> bool| match operand {
        Value::Array(operands) => operands.iter().any(test),
        one => test(one),
    };
    let text = |value: &Value| match value {
        Value::String(text) => text.to_lowercase(),
        Value::Object(link) => link["name"].as_str().unwrap_or_default().to_lowercase(),
        _ => String::new(),
    };
    match relation {
        "is" | "in" => any(&|operand| equal(value, operand)),
        "is_not" | "not_in" => !any(&|operand| equal(value, operand)),
        "starts_with" => any(&|operand| text(value).starts_with(&text(operand))),
        "ends_with" => any(&|operand| text(value).ends_with(&text(operand))),
        "contains" | "name_contains" => any(&|operand| text(value).contains(&text(operand))),
        "not_contains" => !any(&|operand| text(value).contains(&text(operand))),
        "greater_than" => any(&|operand| order(value, operand) == Some(Greater)),
        "less_than" => any(&|operand| order(value, operand) == Some(Less)),
        "between" => is_between(value, operand),
        "not_between" => !is_between(value, operand),
        "name_not_contains" => !any(&|operand| text(value).contains(&text(operand))),
        "name_starts_with" => any(&|operand| text(value).starts_with(&text(operand))),
        "name_ends_with" => any(&|operand| text(value).ends_with(&text(operand))),
        "name_is" => any(&|operand| text(value) == text(operand)),
        "type_is" => any(&|operand| value["type"] == *operand),
        "type_is_not" => !any(&|operand| value["type"] == *operand),
        other => panic!("the site in memory does not know the relation {other}"),
    }
}

fn equal(value: &Value, operand: &Value) -> bool {
    match (value, operand) {
        (Value::Array(items), operand) => items.iter().any(|item| equal(item, operand)),
        (Value::Object(a), Value::Object(b)) => a["type"] == b["type"] && a["id"] == b["id"],
        (Value::String(a), Value::String(b)) => a.to_lowercase() == b.to_lowercase(),
        (a, b) => a == b,
    }
}

/// Numbers by size, dates by their text.
fn order(value: &Value, operand: &Value) -> Option<Ordering> {
    match (value.as_str(), operand.as_str()) {
        (Some(a), Some(b)) => Some(a.cmp(b)),
        _ => value.as_f64()?.partial_cmp(&operand.as_f64()?),
    }
}

fn is_between(value: &Value, operand: &Value) -> bool {
    let is =
        |end: usize, outside| order(value, &operand[end]).is_some_and(|order| order != outside);
    is(0, Less) && is(1, Greater)
}
