//! What a field gets: `values`, `map`, `copy`, `add`, `remove` of `set`.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{PATH, is_path};
use crate::config::low::LowAutomation;
use crate::config::nearest::hint;
use crate::ids::EntityRef;

/// The keys that say what a field gets.
pub(super) const KEYS: &str = "`values`, `map`, `copy`, `add`, `remove`";
/// Words that stand for a moment.
const MOMENTS: [&str; 2] = ["$now", "$today"];

/// What a field of the target gets.
#[derive(Debug, Clone, PartialEq)]
pub enum Worth {
    /// This value.
    Fixed(Value),
    /// The moment the event happened, for a field of date and time.
    Now,
    /// The day the event happened there, for a field of a date.
    Today(TimeZone),
    /// What stands here for the value that the field of the same name has on the changed entity.
    Mapped(BTreeMap<String, Value>),
    /// The value of this field of the changed entity, dotted or not.
    Copied(String),
    /// A link to the changed entity.
    Source,
    /// These links besides those it has.
    Added(Links),
    /// Those it has without these.
    Removed(Links),
}

/// Links to add or to take away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Links {
    /// Those of this field of the changed entity; on a change of that field, those that changed.
    Field(String),
    /// These.
    Fixed(Vec<EntityRef>),
}

type Given = Vec<(&'static str, Vec<(String, Worth)>)>;

/// What each key gives, in the order of the keys.
pub(super) fn given(low: &LowAutomation, zone: &TimeZone, problems: &mut Vec<String>) -> Given {
    let mut complain = |error: String| problems.push(error);
    let mut given = Given::new();
    match &low.values {
        None => {}
        Some(Value::Object(fields)) => {
            let worth =
                fields.iter().map(|(field, value)| Ok((field.clone(), fixed(value, zone)?)));
            given.push(("values", kept(worth, &mut complain)));
        }
        Some(_) => complain("`values` has to name fields: `values: { field: value }`".to_owned()),
    }
    let map = low.map.iter().flatten();
    given.push(("map", map.map(|(at, to)| (at.clone(), Worth::Mapped(to.clone()))).collect()));
    let copy = low.copy.iter().flatten().map(|(field, from)| match from.as_str() {
        "self" => Ok((field.clone(), Worth::Source)),
        path if is_path(path) => Ok((field.clone(), Worth::Copied(path.to_owned()))),
        path => Err(format!("`copy: {{ {field}: {path} }}`: {PATH}, or `self`")),
    });
    given.push(("copy", kept(copy, &mut complain)));
    let add = low.add.iter().flatten();
    let add = add.map(|(at, to)| Ok((at.clone(), Worth::Added(links("add", at, to)?))));
    given.push(("add", kept(add, &mut complain)));
    let remove = low.remove.iter().flatten();
    let remove = remove.map(|(at, to)| Ok((at.clone(), Worth::Removed(links("remove", at, to)?))));
    given.push(("remove", kept(remove, &mut complain)));
    given
}

/// What could be read; the rest is complained of.
fn kept<T>(
    read: impl Iterator<Item = Result<T, String>>,
    complain: &mut impl FnMut(String),
) -> Vec<T> {
    read.filter_map(|read| read.map_err(&mut *complain).ok()).collect()
}

fn fixed(value: &Value, zone: &TimeZone) -> Result<Worth, String> {
    let Some(word) = value.as_str().filter(|text| text.starts_with('$')) else {
        return Ok(Worth::Fixed(value.clone()));
    };
    match word {
        "$now" => Ok(Worth::Now),
        "$today" => Ok(Worth::Today(zone.clone())),
        // A text that really begins so is written with two.
        text if text.starts_with("$$") => Ok(Worth::Fixed(Value::from(&text[1..]))),
        other => Err(format!(
            "`{other}` stands for nothing{}; known: {}; a text that begins with `$` is written \
             with `$$`",
            hint(other, MOMENTS),
            MOMENTS.join(", ")
        )),
    }
}

fn links(key: &str, field: &str, low: &Value) -> Result<Links, String> {
    if let Some(from) = low.as_str().filter(|path| is_path(path)) {
        return Ok(Links::Field(from.to_owned()));
    }
    let one = std::slice::from_ref(low);
    let list = low.as_array().map_or(one, Vec::as_slice);
    let links: Option<Vec<EntityRef>> = list.iter().map(EntityRef::from_json).collect();
    links.filter(|links| !links.is_empty()).map(Links::Fixed).ok_or_else(|| {
        format!(
            "`{key}: {{ {field}: {low} }}`: write a field of the changed entity, or links such as \
             `{{ type: Group, id: 5 }}`"
        )
    })
}
