//! Scalars with a tag, and which tags there are. Python's own are refused, as are all others that
//! do not belong to YAML itself.

use saphyr_parser::{ScalarStyle, Tag};

use super::scalar;
use super::yaml::{Value, Wrong, wrong};

pub(super) fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    line: usize,
) -> Result<Value, Wrong> {
    let Some(tag) = tag else {
        if style != ScalarStyle::Plain {
            return Ok(Value::Text(text.to_owned()));
        }
        let is_value_tag = text == "=";
        let why = "a plain `=` has a meaning that PyYAML refuses; put it in quotes";
        return if is_value_tag { Err(wrong(line, why)) } else { Ok(scalar::resolve(text)) };
    };
    let bad = || wrong(line, format!("`{text}` is not a `!!{}`", tag.suffix));
    // A lone `!` means: take it as text.
    if tag.handle.is_empty() && tag.suffix == "!" || tag.handle == "!" && tag.suffix.is_empty() {
        return Ok(Value::Text(text.to_owned()));
    }
    match tag.suffix.as_str() {
        _ if !tag.is_yaml_core_schema() => Err(unknown(tag, line)),
        "str" | "timestamp" => Ok(Value::Text(text.to_owned())),
        "null" => Ok(Value::Null),
        "int" => scalar::integer(text).map(Value::Integer).ok_or_else(bad),
        "float" => {
            scalar::float(text).or_else(|| text.parse().ok()).map(Value::Float).ok_or_else(bad)
        }
        "bool" => match scalar::resolve(text) {
            value @ Value::Bool(_) => Ok(value),
            Value::Null
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Map(_) => Err(bad()),
        },
        _ => Err(unknown(tag, line)),
    }
}

pub(super) fn unknown(tag: &Tag, line: usize) -> Wrong {
    wrong(line, format!("the tag `{}{}` is not supported; leave it out", tag.handle, tag.suffix))
}
