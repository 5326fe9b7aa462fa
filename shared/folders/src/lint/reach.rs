//! Folders that are never made, that stop what is below them, or that nothing ties to a parent.

use std::collections::BTreeSet;

use super::words::{level, waits};
use super::{Finding, Severity, above, finding};
use crate::schema::{Defer, EntityNode, Kind, Node, NodeId, Role, Schema};

pub(super) fn check(schema: &Schema, found: &mut Vec<Finding>) {
    for (id, node) in schema.nodes.iter().enumerate() {
        found.extend(blocks(schema, id, node));
        match (never(schema, id, node).or_else(|| twice(schema, id, node)), &node.kind) {
            (Some(finding), _) => found.push(finding),
            (None, Kind::Entity(entity)) if entity.role == Role::Entity => {
                found.extend(untied(schema, id, node, entity));
            }
            (None, _) => {}
        }
    }
}

/// Whether a folder of entities that can be asked for is below.
pub(super) fn leads_to_entity(schema: &Schema, id: NodeId) -> bool {
    let is_target = |id: NodeId| schema.nodes[id].entity().is_some_and(|e| e.role == Role::Entity);
    schema.nodes[id].children.iter().any(|id| is_target(*id) || leads_to_entity(schema, *id))
}

fn never(schema: &Schema, id: NodeId, node: &Node) -> Option<Finding> {
    let warn = |what: &str, fix: &str| Some(finding(Severity::Warning, &node.file, what, fix));
    if node.defer == Defer::Engines(Vec::new()) {
        let below = if leads_to_entity(schema, id) { ", nor is what is below it" } else { "" };
        let what = format!("is never made{below}: its `defer_creation` is no engine's name");
        return warn(&what, "use true for any engine, the name of one, or leave it out");
    }
    let is_asked_for = node.entity().is_some() || leads_to_entity(schema, id);
    if !node.with_parent && !is_asked_for {
        let what = "is never made: `create_with_parent` is off, and nothing that can be asked \
                    for is below it";
        return warn(
            what,
            match node.kind {
                Kind::List(_) => "write `create_with_parent: true`",
                Kind::Static { .. } | Kind::Project { .. } | Kind::Entity(_) => {
                    "take `create_with_parent` out"
                }
            },
        );
    }
    let entity = node.entity().filter(|entity| entity.role == Role::Entity)?;
    let role = match entity.entity_type.as_str() {
        "Step" => "shotgun_step",
        "Task" => "shotgun_task",
        _ => return None,
    };
    let what = format!("a folder of {}s cannot be asked for by them", entity.entity_type);
    warn(&what, &format!("use `type: {role}`"))
}

/// A folder that waits ends the way to what is below it, whoever asks.
fn blocks(schema: &Schema, id: NodeId, node: &Node) -> Option<Finding> {
    if !leads_to_entity(schema, id) {
        return None;
    }
    let is_user = node.entity().is_some_and(|entity| entity.role == Role::User);
    let why = if is_user {
        "is a user's workspace, which is made for an engine only".to_owned()
    } else {
        waits(&node.defer).filter(|_| node.defer != Defer::Engines(Vec::new()))?
    };
    let kinds = below(schema, id);
    let what = format!("{why}: without it, nothing is made for {} below", kinds.join(", "));
    let fix = "put what waits below what is asked for, not above it";
    Some(finding(Severity::Warning, &node.file, what, fix))
}

/// The types that can be asked for below a folder.
fn below(schema: &Schema, id: NodeId) -> Vec<String> {
    let is_below = |target: &NodeId| *target != id && schema.path_to(*target).contains(&id);
    let entities = (0..schema.nodes.len()).filter(is_below).filter_map(|id| {
        let entity = schema.nodes[id].entity()?;
        (entity.role == Role::Entity).then(|| entity.entity_type.clone())
    });
    entities.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Levels are known by their type, so a type that stands twice on a way hides its first.
fn twice(schema: &Schema, id: NodeId, node: &Node) -> Option<Finding> {
    let key = node.key()?;
    let other = above(schema, id).find(|other| other.key() == Some(key))?;
    let what = format!("{key} stands twice on one way: `{}` above is one too", other.name);
    let (severity, fix) = match &node.kind {
        Kind::List(_) => (Severity::Warning, "take one of them out"),
        Kind::Static { .. } | Kind::Project { .. } | Kind::Entity(_) => {
            (Severity::Error, "one is taken for the other; give each way one folder of a type")
        }
    };
    Some(finding(severity, &node.file, what, fix))
}

/// The way up from an entity: what its filters, and those of what they lead to, tell.
fn untied(schema: &Schema, id: NodeId, node: &Node, entity: &EntityNode) -> Vec<Finding> {
    let mut found = Vec::new();
    let kind = &entity.entity_type;
    if node.with_parent && entity.filters.iter().all(|filter| filter.token().is_none()) {
        let what = format!(
            "comes with the folder above, for every {kind} of the site: no filter ties it to a \
             folder above, so other projects' are made here too"
        );
        let fix = "add a filter such as {path: project, relation: is, values: [$project]}";
        found.push(finding(Severity::Warning, &node.file, what, fix));
    }
    let mut known = BTreeSet::from([kind.as_str()]);
    let path = schema.path_to(id);
    for level in path.iter().rev().filter_map(|id| schema.nodes[*id].entity()) {
        if known.contains(level.entity_type.as_str()) {
            let tokens = level.filters.iter().filter(|filter| !filter.path.starts_with("$FROM$"));
            known.extend(tokens.filter_map(|f| schema.nodes[f.token()?].key()));
        }
    }
    if !known.contains("Project") {
        let what = format!("nothing leads from {kind} to its project: it cannot be asked for");
        let fix = "add the filter {path: project, relation: is, values: [$project]}, with the \
                   name of your project folder";
        found.push(finding(Severity::Error, &node.file, what, fix));
        return found;
    }
    let is_untied = |up: &NodeId| {
        let other = &schema.nodes[*up];
        let is_level = match &other.kind {
            Kind::Entity(entity) => entity.role == Role::Entity,
            Kind::List(_) => true,
            Kind::Static { .. } | Kind::Project { .. } => false,
        };
        *up != id && is_level && other.key().is_some_and(|key| !known.contains(key))
    };
    let untied: Vec<NodeId> = path.iter().copied().filter(is_untied).collect();
    if let Some(nearest) = untied.last() {
        let levels: Vec<String> = untied.iter().map(|up| level(schema, *up)).collect();
        let what = format!(
            "nothing ties {kind} to {}: one that is asked for is made below every one of them",
            levels.join(" and ")
        );
        let fix = format!("add a filter with `${}`", schema.nodes[*nearest].name);
        found.push(finding(Severity::Warning, &node.file, what, fix));
    }
    found
}
