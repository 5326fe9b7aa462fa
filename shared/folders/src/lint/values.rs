//! Values of sidecars that mean something else than they seem to.

use serde_json::Value;

use super::{Finding, Severity, finding};
use crate::schema::{Defer, Kind, Node, Role, Schema};

pub(super) fn check(schema: &Schema, found: &mut Vec<Finding>) {
    for node in &schema.nodes {
        found.extend(with_parent(node));
        found.extend(engines(node));
        found.extend(entity_type(node));
        found.extend(constraints(node));
        found.extend(skip_unused(node));
    }
}

fn with_parent(node: &Node) -> Option<Finding> {
    let value = node.metadata.get("create_with_parent").filter(|value| !value.is_boolean())?;
    let what = format!("`create_with_parent: {value}` counts as true: only false turns it off");
    Some(finding(Severity::Warning, &node.file, what, "write true or false, without quotes"))
}

fn engines(node: &Node) -> Option<Finding> {
    let warn = |what: String, fix: &str| Some(finding(Severity::Warning, &node.file, what, fix));
    let written = node.metadata.get("defer_creation");
    if node.entity().is_some_and(|entity| entity.role == Role::User) {
        // What is there always, because it is set while reading.
        return None;
    }
    let Defer::Engines(names) = &node.defer else { return None };
    if let Some(name) = names.iter().find(|name| name.contains(',')) {
        let what = format!("waits for one engine with the name `{name}`, which there is not");
        return warn(what, "write a list: [tk-maya, tk-nuke]");
    }
    let is_switch = |name: &&String| matches!(name.to_lowercase().as_str(), "true" | "false");
    if let Some(name) = names.iter().find(is_switch) {
        let what = format!("waits for an engine with the name `{name}`");
        return warn(what, "write true or false, without quotes");
    }
    let odd = written.and_then(Value::as_array)?.iter().find(|item| !item.is_string())?;
    let is_all = names.is_empty();
    let what = format!("`defer_creation` holds {odd}, which is no engine's name");
    if is_all { None } else { warn(what, "write the names of engines, in quotes if need be") }
}

fn entity_type(node: &Node) -> Option<Finding> {
    let kind = match &node.kind {
        Kind::Entity(entity) => &entity.entity_type,
        Kind::List(list) => &list.entity_type,
        Kind::Static { .. } | Kind::Project { .. } => return None,
    };
    let is_word = kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_word && kind.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let what = format!("`{kind}` is no entity type");
    let fix = "use its schema name, such as Shot or CustomEntity01; capitals count";
    Some(finding(Severity::Error, &node.file, what, fix))
}

fn constraints(node: &Node) -> Option<Finding> {
    let Kind::Static { constraint: Some(constraint) } = &node.kind else { return None };
    let what = "`constraints` is empty, so nothing is constrained";
    let fix = "add a filter, or take it out with `constrain_by_entity`";
    constraint.filters.is_empty().then(|| finding(Severity::Warning, &node.file, what, fix))
}

fn skip_unused(node: &Node) -> Option<Finding> {
    let Kind::List(list) = &node.kind else { return None };
    let value = node.metadata.get("skip_unused").filter(|value| !value.is_boolean())?;
    let what = format!("`skip_unused: {value}` counts as {}", list.skip_unused);
    Some(finding(Severity::Warning, &node.file, what, "write true or false, without quotes"))
}
