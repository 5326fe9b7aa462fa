//! Whether a value of sgh.yaml is one that a field can have.

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_site::rest::FieldSchema;

use super::near::nearest;
use super::sort::Sort;
use crate::values::shown;

/// Codes named in one text. Ours: more are not read.
const NAMED_MAX: usize = 20;

/// Why a value does not fit, and what would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    pub why: String,
    pub fix: String,
}

pub(super) fn misfit<T>(why: impl Into<String>, fix: impl Into<String>) -> Result<T, Misfit> {
    Err(Misfit { why: why.into(), fix: fix.into() })
}

/// Whether a field can be found with a value, in a condition or an event.
pub(super) fn found(value: &Value, field: &FieldSchema) -> Result<(), Misfit> {
    let sort = Sort::of(field);
    match sort {
        // An empty field is one without a value, whatever it holds.
        _ if value.is_null() => Ok(()),
        Sort::Links(_) => misfit(
            "it holds many links, and no one value is all of them",
            "only `null`, for none, can be asked of it",
        ),
        Sort::Codes(_)
        | Sort::Text
        | Sort::Number
        | Sort::Checkbox
        | Sort::Date
        | Sort::Moment
        | Sort::Link(_)
        | Sort::Computed
        | Sort::Other => one(value, sort),
    }
}

/// Whether a value can be written to a field.
pub(super) fn written(value: &Value, field: &FieldSchema) -> Result<(), Misfit> {
    let sort = Sort::of(field);
    match (sort, value) {
        (Sort::Links(_), Value::Array(links)) => links.iter().try_for_each(|link| one(link, sort)),
        (Sort::Links(_), _) => misfit(
            format!("it holds links, and {} is no list of them", shown(value)),
            "write a list, or use `add` and `remove`",
        ),
        (_, Value::Null) => Ok(()),
        (_, _) => one(value, sort),
    }
}

/// Whether a key of `map` is a value that a field can have.
pub(super) fn key(text: &str, field: &FieldSchema) -> Result<(), Misfit> {
    match Sort::of(field) {
        Sort::Codes(codes) => code(text, codes),
        Sort::Number if text.parse::<f64>().is_err() => {
            misfit(format!("it holds a number, and `{text}` is none"), "write a number")
        }
        Sort::Checkbox if !["true", "false"].contains(&text) => misfit(
            format!("it holds true or false, and `{text}` is neither"),
            "write `true` or `false`",
        ),
        sort @ (Sort::Link(_) | Sort::Links(_)) => misfit(
            format!("it holds {}, which `map` cannot tell apart", sort.words()),
            "map a code, a text, a number, or true and false; a link can be asked for with `if`",
        ),
        Sort::Number
        | Sort::Checkbox
        | Sort::Text
        | Sort::Date
        | Sort::Moment
        | Sort::Computed
        | Sort::Other => Ok(()),
    }
}

fn one(value: &Value, sort: Sort<'_>) -> Result<(), Misfit> {
    let holds = |fix: &str| {
        misfit(format!("it holds {}, and {} is none of that", sort.words(), shown(value)), fix)
    };
    match (sort, value) {
        (Sort::Codes(codes), Value::String(text)) => code(text, codes),
        (Sort::Codes(_), _) => holds("write a code; in quotes, if it looks like something else"),
        (Sort::Text, Value::String(_)) => Ok(()),
        (Sort::Text, _) => holds("write it in quotes"),
        (Sort::Number, Value::Number(_)) | (Sort::Checkbox, Value::Bool(_)) => Ok(()),
        (Sort::Number, _) => holds("write a number, without quotes"),
        (Sort::Checkbox, _) => holds("write `true` or `false`"),
        (Sort::Date, Value::String(text)) if is_day(text) => Ok(()),
        (Sort::Date, _) => holds("write a day such as \"2026-01-31\", or `$today`"),
        (Sort::Moment, Value::String(text)) if text.len() > 10 => Ok(()),
        (Sort::Moment, _) => holds("write `$now`"),
        (Sort::Link(kinds) | Sort::Links(kinds), _) => link(value, kinds),
        (Sort::Computed | Sort::Other, _) => Ok(()),
    }
}

/// Whether a value links to one of these types.
pub(super) fn link(value: &Value, kinds: &[String]) -> Result<(), Misfit> {
    match EntityRef::from_json(value) {
        None => misfit(
            format!("{} is no link", shown(value)),
            "write e.g. `{ type: Shot, id: 5 }`; to ask for a name, follow the link: \
             `entity.Shot.code`",
        ),
        Some(link) if kinds.is_empty() || kinds.contains(&link.kind) => Ok(()),
        Some(link) => misfit(
            format!("it does not link to {}", link.kind),
            format!("it links to {}", some(kinds)),
        ),
    }
}

fn code(text: &str, codes: &[String]) -> Result<(), Misfit> {
    if codes.iter().any(|known| known == text) {
        return Ok(());
    }
    let near = nearest(text, codes.iter().map(|code| (code.as_str(), None)));
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    misfit(format!("it has no code `{text}`"), format!("{near}it has {}", some(codes)))
}

fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok()
}

/// The first of many names.
pub(super) fn some(names: &[String]) -> String {
    let named = names[..names.len().min(NAMED_MAX)].join(", ");
    match names.len().saturating_sub(NAMED_MAX) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
