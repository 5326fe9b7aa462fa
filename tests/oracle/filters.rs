//! The site's filter relations, as far as schemas use them. Text is compared without case.

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
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    match relation {
        "is" | "in" => any(&|operand| equal(value, operand)),
        "is_not" | "not_in" => !any(&|operand| equal(value, operand)),
        "starts_with" => any(&|operand| text(value).starts_with(&text(operand))),
        "ends_with" => any(&|operand| text(value).ends_with(&text(operand))),
        "contains" | "name_contains" => any(&|operand| text(value).contains(&text(operand))),
        "not_contains" => !any(&|operand| text(value).contains(&text(operand))),
        "greater_than" => any(&|operand| number(value) > number(operand)),
        "less_than" => any(&|operand| number(value) < number(operand)),
        "between" => number(&operand[0]) <= number(value) && number(value) <= number(&operand[1]),
        "type_is" => any(&|operand| value["type"] == *operand),
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
