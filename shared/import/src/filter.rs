//! `matchEvents`: which events the daemon hands to a callback, by its own rules.
//!
//! It asks for the key `*` first, and then no other key counts. A value of none, or one in which
//! `*` is, lets every field through; a text lets those through whose names are a part of it.

use super::value::{Value, Why};

/// What a callback is handed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// Every event.
    Everything,
    /// Events of every type that change one of these.
    EveryType(Fields),
    /// Events of these types, in the order of the file.
    Types(Vec<(String, Fields)>),
    /// That is not known.
    Unknown(Why),
    /// The daemon cannot use it, and ends the plugin at an event.
    Broken(&'static str),
}

/// Which fields let an event through.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fields {
    /// Any, and events that are about no field.
    Any,
    /// These.
    Named(Vec<String>),
    /// Those whose names are a part of this text.
    PartOf(String),
    /// That is not known.
    Unknown(Why),
    /// The daemon cannot use it, and ends the plugin at such an event.
    Broken(&'static str),
}

/// What is said of a filter besides what it lets through.
pub(crate) type Remarks = Vec<String>;

/// Reads the value of `matchEvents`.
pub(crate) fn of(value: &Value) -> (Filter, Remarks) {
    let mut remarks = Vec::new();
    if value.truth() == Some(false) {
        return (Filter::Everything, remarks);
    }
    let filter = match value {
        Value::Unknown(why) => Filter::Unknown(why.clone()),
        Value::Map(pairs) => of_map(value, pairs, &mut remarks),
        Value::Text(_)
        | Value::Number(_)
        | Value::Bool(_)
        | Value::None
        | Value::List(_)
        | Value::Function(_)
        | Value::Registrar => {
            Filter::Broken("`matchEvents` is no dict: the daemon stops the plugin at any event")
        }
    };
    (filter, remarks)
}

fn of_map(map: &Value, pairs: &[(Value, Value)], remarks: &mut Remarks) -> Filter {
    if let Some(fields) = map.get(&Value::Text("*".to_owned())) {
        if pairs.len() > 1 {
            remarks.push("beside the key `*` the daemon looks at no other key".to_owned());
        }
        let fields = fields_of(fields, remarks);
        return if fields == Fields::Any { Filter::Everything } else { Filter::EveryType(fields) };
    }
    let mut types = Vec::new();
    for (key, fields) in pairs {
        if let Value::Text(event_type) = key {
            types.push((event_type.clone(), fields_of(fields, remarks)));
        } else if let Value::Unknown(Why { what, line }) = key {
            remarks.push(format!("an event type is not known: {what} (line {line})"));
        } else {
            remarks.push("a key that is no text matches no event".to_owned());
        }
    }
    Filter::Types(types)
}

fn fields_of(value: &Value, remarks: &mut Remarks) -> Fields {
    let items = match value {
        Value::None => return Fields::Any,
        Value::Text(text) if text.contains('*') => return Fields::Any,
        Value::Text(text) => return Fields::PartOf(text.clone()),
        Value::Unknown(why) => return Fields::Unknown(why.clone()),
        Value::List(_) | Value::Map(_) => value.items().unwrap_or_default(),
        Value::Number(_) | Value::Bool(_) | Value::Function(_) | Value::Registrar => {
            return Fields::Broken(
                "no fields can be looked for in its value: the daemon stops the plugin",
            );
        }
    };
    if items.iter().any(|item| item.text() == Some("*")) {
        return Fields::Any;
    }
    let mut named = Vec::new();
    for item in items {
        // No field is called by anything but a text.
        if let Value::Unknown(Why { what, line }) = item {
            remarks.push(format!("a field is not known: {what} (line {line})"));
        } else if let Value::Text(name) = item
            && !named.contains(&name)
        {
            named.push(name);
        }
    }
    Fields::Named(named)
}
