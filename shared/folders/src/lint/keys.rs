//! Keys of sidecars that look like another one, or that mean nothing where they stand.

use super::{Finding, Severity, finding, meant};
use crate::schema::{Kind, Node, Role, Schema};

/// What every type takes.
const ALL: [&str; 1] = ["type"];
const STATIC: [&str; 4] =
    ["create_with_parent", "defer_creation", "constrain_by_entity", "constraints"];
const PROJECT: [&str; 1] = ["root_name"];
const ENTITY: [&str; 5] =
    ["name", "entity_type", "filters", "create_with_parent", "defer_creation"];
const LIST: [&str; 5] =
    ["entity_type", "field_name", "create_with_parent", "skip_unused", "defer_creation"];
const STEP: [&str; 7] = [
    "name",
    "create_with_parent",
    "entity_type",
    "task_link_field",
    "associated_entity_type",
    "filters",
    "defer_creation",
];
const TASK: [&str; 5] =
    ["name", "create_with_parent", "associated_entity_type", "filters", "defer_creation"];
const USER: [&str; 3] = ["name", "filters", "defer_creation"];

pub(super) fn check(schema: &Schema, found: &mut Vec<Finding>) {
    let everywhere: Vec<&str> =
        [&ALL[..], &STATIC, &PROJECT, &ENTITY, &LIST, &STEP, &TASK, &USER].concat();
    for node in &schema.nodes {
        let (kind, own) = takes(node);
        let known = [&ALL[..], own].concat();
        let keys = node.metadata.as_object().into_iter().flatten();
        for (key, _) in keys.filter(|(key, _)| !known.contains(&key.as_str())) {
            let (what, fix) = if everywhere.contains(&key.as_str()) {
                let fix = match (kind, key.as_str()) {
                    ("static", "filters") => "use `constrain_by_entity` and `constraints`",
                    ("static", "name") => "a static folder is called as it is in the schema",
                    ("project", "name") => "a project's folder is called by its tank_name",
                    _ => "take it out",
                };
                (format!("`{key}` means nothing in a folder of type {kind}"), fix.to_owned())
            } else if let Some(meant) = meant(key, &known) {
                (
                    format!("no key is called `{key}`, so it means nothing"),
                    format!("write `{meant}`"),
                )
            } else {
                // Not a slip: Toolkit hands keys of a studio's own to its hooks.
                continue;
            };
            found.push(finding(Severity::Warning, &node.file, what, fix));
        }
    }
}

/// What a type is called in sidecars, and the keys it takes.
fn takes(node: &Node) -> (&'static str, &'static [&'static str]) {
    match &node.kind {
        Kind::Static { .. } => ("static", &STATIC),
        Kind::Project { .. } => ("project", &PROJECT),
        Kind::List(_) => ("shotgun_list_field", &LIST),
        Kind::Entity(entity) => match entity.role {
            Role::Entity => ("shotgun_entity", &ENTITY),
            Role::Step { .. } => ("shotgun_step", &STEP),
            Role::Task { .. } => ("shotgun_task", &TASK),
            Role::User => ("user_workspace", &USER),
        },
    }
}
