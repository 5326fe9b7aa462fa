//! Filters, names and engines in words.

use serde_json::Value;

use crate::expression::Expression;
use crate::schema::{Defer, Filter, FilterValue, Kind, NodeId, Schema};

/// ` of the Sequence above (sg_sequence) and the Project above, where sg_cut is 3`, or nothing.
pub(super) fn filters(schema: &Schema, filters: &[Filter]) -> String {
    let (of, other): (Vec<&Filter>, Vec<&Filter>) =
        filters.iter().partition(|filter| filter.relation == "is" && filter.token().is_some());
    let of: Vec<String> = of
        .iter()
        .filter_map(|filter| {
            let token = filter.token()?;
            let level = level(schema, token);
            let is_its_field =
                |kind: &Kind| matches!(kind, Kind::List(list) if list.field == filter.path);
            let is_told = matches!(filter.path.as_str(), "project" | "entity")
                || is_its_field(&schema.nodes[token].kind);
            Some(if is_told { level } else { format!("{level} ({})", filter.path) })
        })
        .collect();
    let mut text = String::new();
    if !of.is_empty() {
        text.push_str(" of ");
        text.push_str(&of.join(" and "));
    }
    if !other.is_empty() {
        text.push_str(if of.is_empty() { " where " } else { ", where " });
        let other: Vec<String> = other.iter().map(|filter| condition(schema, filter)).collect();
        text.push_str(&other.join(" and "));
    }
    text
}

/// `sg_status_list is not omt`
pub(super) fn condition(schema: &Schema, filter: &Filter) -> String {
    let value = match &filter.value {
        FilterValue::Token(token) => level(schema, *token),
        FilterValue::Constant(value) => shown(value),
    };
    let relation = match filter.relation.as_str() {
        "in" => "is one of".to_owned(),
        "not_in" => "is none of".to_owned(),
        "not_contains" => "does not contain".to_owned(),
        "greater_than" => "is over".to_owned(),
        "less_than" => "is under".to_owned(),
        "name_is" => "is called".to_owned(),
        "type_is" => "is of type".to_owned(),
        "type_is_not" => "is not of type".to_owned(),
        other => other.replace('_', " "),
    };
    format!("{} {relation} {value}", filter.path)
}

/// What the value of a level is called by those below it.
pub(super) fn level(schema: &Schema, id: NodeId) -> String {
    match &schema.nodes[id].kind {
        Kind::List(list) => format!("the {} above", list.field),
        Kind::Project { entity, .. } | Kind::Entity(entity) => {
            format!("the {} above", entity.entity_type)
        }
        Kind::Static { .. } => format!("`{}` above", schema.nodes[id].name),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(link) => {
            let part = |key: &str| link.get(key).map(shown).unwrap_or_default();
            format!("{} {}", part("type"), part("id"))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// `called by its code`
pub(super) fn called(name: &Expression) -> String {
    let text = &name.text;
    let paths = name.paths();
    let is_plain = |path: &&str| **path == *text || format!("{{{path}}}") == **text;
    match paths.iter().copied().find(is_plain) {
        Some(path) => format!("called by its {path}"),
        None if paths.is_empty() => format!("called `{text}`"),
        None => format!("called like `{text}`"),
    }
}

/// `waits for tk-maya or tk-nuke`; `None` for what does not wait.
pub(super) fn waits(defer: &Defer) -> Option<String> {
    match defer {
        Defer::Never => None,
        Defer::AnyEngine => Some("waits for an engine".to_owned()),
        Defer::Engines(names) if names.is_empty() => Some("is never made".to_owned()),
        Defer::Engines(names) => Some(format!("waits for {}", names.join(" or "))),
    }
}

/// `a` or `an`, before the name of a type.
pub(super) fn article(kind: &str) -> &'static str {
    if kind.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}
