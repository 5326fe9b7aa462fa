//! Each folder of a schema in one line: what it stands for, what it is called, when it is made.

use super::words::{article, called, condition, filters, level, waits};
use super::{Line, in_a_line};
use crate::schema::{Constraint, EntityNode, Kind, ListNode, Node, NodeId, Role, Schema};

/// Copied files that a line names. Ours: it is to stay a line.
const NAMED_MAX: usize = 3;

pub(super) fn lines(schema: &Schema) -> Vec<Line> {
    let line = |id: NodeId| {
        let node = &schema.nodes[id];
        let depth = schema.path_to(id).len().saturating_sub(1);
        Line { depth, name: in_a_line(&node.name), what: in_a_line(&what(schema, id, node)) }
    };
    (0..schema.nodes.len()).map(line).collect()
}

fn what(schema: &Schema, id: NodeId, node: &Node) -> String {
    let mut parts = match &node.kind {
        Kind::Static { constraint } => fixed(schema, id, node, constraint.as_ref()),
        Kind::Project { root, .. } => {
            let root = root.as_deref().or(schema.default_root.as_deref());
            let place = root.map_or_else(
                || "in the default storage".to_owned(),
                |root| format!("in the storage `{root}`"),
            );
            vec![format!("the folder of a project, called by its tank_name, {place}")]
        }
        Kind::List(list) => values(node, list),
        Kind::Entity(entity) => entities(schema, node, entity),
    };
    if !matches!(&node.kind, Kind::Entity(entity) if entity.role == Role::User) {
        parts.extend(waits(&node.defer));
    }
    if !node.files.is_empty() {
        let names: Vec<String> =
            node.files.iter().take(NAMED_MAX).map(|(name, _)| format!("`{name}`")).collect();
        let more = match node.files.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        parts.push(format!("with a copy of {}{more}", names.join(", ")));
    }
    let link =
        |link: &crate::schema::Link| format!("with a link `{}` to `{}`", link.name, link.target);
    parts.extend(node.links.iter().map(link));
    parts.join("; ")
}

fn fixed(schema: &Schema, id: NodeId, node: &Node, constraint: Option<&Constraint>) -> Vec<String> {
    let mut parts = vec![if node.with_parent {
        "made with the folder above".to_owned()
    } else if super::reach::leads_to_entity(schema, id) {
        "made only on the way to what is below".to_owned()
    } else {
        "not made with the folder above".to_owned()
    }];
    if let Some(constraint) = constraint.filter(|constraint| !constraint.filters.is_empty()) {
        let conditions: Vec<String> =
            constraint.filters.iter().map(|filter| condition(schema, filter)).collect();
        let level = level(schema, constraint.node);
        parts.push(format!("only where of {level} {}", conditions.join(" and ")));
    }
    parts
}

fn values(node: &Node, list: &ListNode) -> Vec<String> {
    let used = if list.skip_unused { " that the project uses" } else { "" };
    let name = match called(&list.name) {
        by if by.starts_with("called by") => "called by it".to_owned(),
        like => like,
    };
    let when = if node.with_parent {
        "made with the folder above, for every value; else for that of what is asked for"
    } else {
        "made for the value of what is asked for"
    };
    vec![
        format!("one folder per {} of {}{used}, {name}", list.field, list.entity_type),
        when.to_owned(),
    ]
}

fn entities(schema: &Schema, node: &Node, entity: &EntityNode) -> Vec<String> {
    let kind = &entity.entity_type;
    let (of, name) = (filters(schema, &entity.filters), called(&entity.name));
    match &entity.role {
        Role::Entity => {
            let with_parent = if node.with_parent { ", or the folder above is made" } else { "" };
            vec![
                format!("one folder per {kind}{of}, {name}"),
                format!("made when {} {kind} is asked for{with_parent}", article(kind)),
            ]
        }
        Role::Step { parent, task_link, current_only } => {
            let level = level(schema, *parent);
            let link = match task_link.as_str() {
                "step" => String::new(),
                field => format!(" by {field}"),
            };
            let mut parts = vec![format!(
                "one folder per {kind} that tasks of {level} are on{link}{of}, {name}"
            )];
            let when = if *current_only {
                "only that of the task that is asked for"
            } else {
                "made with the folder above"
            };
            parts.push(when.to_owned());
            parts
        }
        Role::Task { current_only } => {
            let when = if *current_only {
                "only the task that is asked for"
            } else {
                "made with the folder above"
            };
            vec![format!("one folder per {kind}{of}, {name}"), when.to_owned()]
        }
        Role::User => vec![
            format!("the folder of the current user{of}, {name}"),
            "made only when an engine starts".to_owned(),
        ],
    }
}
