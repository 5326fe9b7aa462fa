//! Tokens that stand for nothing, or for something that the field they are compared with can
//! never hold.

use super::words::level;
use super::{Finding, Severity, above, finding, meant};
use crate::schema::{Filter, FilterValue, Kind, Link, Node, NodeId, Schema};

/// Relations that the site knows.
const RELATIONS: [&str; 32] = [
    "is",
    "is_not",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "less_than",
    "not_less_than",
    "greater_than",
    "not_greater_than",
    "between",
    "not_between",
    "in_last",
    "not_in_last",
    "in_next",
    "not_in_next",
    "in_calendar_day",
    "in_calendar_week",
    "in_calendar_month",
    "in_calendar_year",
    "type_is",
    "type_is_not",
    "name_is",
    "name_contains",
    "name_not_contains",
    "name_starts_with",
    "name_ends_with",
    "name_id",
];

/// Fields that hold text on every site, and so no entity.
const TEXTS: [&str; 8] = [
    "code",
    "content",
    "name",
    "description",
    "sg_status_list",
    "login",
    "tank_name",
    "short_name",
];

pub(super) fn check(schema: &Schema, found: &mut Vec<Finding>) {
    for (id, node) in schema.nodes.iter().enumerate() {
        for filter in filters(node) {
            found.extend(relation(node, filter));
            found.extend(path(node, filter));
            found.extend(never_matches(schema, node, filter));
        }
        for link in &node.links {
            link_tokens(schema, id, link, found);
        }
    }
}

pub(super) fn filters(node: &Node) -> &[Filter] {
    match &node.kind {
        Kind::Static { constraint } => constraint.as_ref().map_or(&[], |c| &c.filters),
        Kind::Project { entity, .. } | Kind::Entity(entity) => &entity.filters,
        Kind::List(_) => &[],
    }
}

fn relation(node: &Node, filter: &Filter) -> Option<Finding> {
    let relation = filter.relation.as_str();
    if RELATIONS.contains(&relation) {
        return None;
    }
    let fix = match meant(relation, &RELATIONS) {
        Some(meant) => format!("write `{meant}`"),
        None => "use one of the site's relations, such as is, is_not, in, contains".to_owned(),
    };
    let what = format!("the site knows no relation `{relation}`");
    Some(finding(Severity::Error, &node.file, what, fix))
}

fn path(node: &Node, filter: &Filter) -> Option<Finding> {
    let path = filter.path.strip_prefix("$FROM$").unwrap_or(&filter.path);
    if filter.path.starts_with("$FROM$") || path.split('.').count() % 2 == 1 {
        return None;
    }
    let what = format!("the filter's path `{path}` is no way through a link");
    Some(finding(Severity::Error, &node.file, what, "write link.Type.field"))
}

fn never_matches(schema: &Schema, node: &Node, filter: &Filter) -> Option<Finding> {
    let field = filter.path.rsplit('.').next().unwrap_or_default();
    if filter.path.starts_with("$FROM$") {
        return None;
    }
    let report = |what: String, fix: &str| Some(finding(Severity::Warning, &node.file, what, fix));
    let path = &filter.path;
    let token = match &filter.value {
        FilterValue::Token(token) => *token,
        FilterValue::Constant(value) if field == "project" && value.is_string() => {
            let what = format!("never matches: `{path}` is a link, and {value} is text");
            return report(what, "use the name of your project folder, as in `$project`");
        }
        FilterValue::Constant(value) if value.as_array().is_some_and(Vec::is_empty) => {
            let what = format!("the filter on `{path}` has no values");
            return report(what, "give it one, or take the filter out");
        }
        FilterValue::Constant(_) => return None,
    };
    let level = level(schema, token);
    match &schema.nodes[token].kind {
        Kind::Static { .. } => None,
        Kind::List(list) => {
            let is_other = node.entity().is_some_and(|e| e.entity_type == list.entity_type)
                && !path.contains('.')
                && *path != list.field;
            let what = format!("`{path}` is compared with {level}, the value of another field");
            if is_other { report(what, &format!("use the path `{}`", list.field)) } else { None }
        }
        Kind::Project { entity, .. } | Kind::Entity(entity) => {
            let kind = entity.entity_type.as_str();
            let holds = match field {
                "project" if kind != "Project" => "a Project",
                "id" => "a number",
                text if TEXTS.contains(&text) && !filter.relation.starts_with("name_") => "text",
                _ => return None,
            };
            let what = format!("never matches: `{path}` holds {holds}, and {level} is {kind}");
            report(what, "compare it with a link field")
        }
    }
}

/// Tokens of links are types, not names of folders; a folder that has a link with another token
/// cannot be made at all.
fn link_tokens(schema: &Schema, id: NodeId, link: &Link, found: &mut Vec<Finding>) {
    let levels = || std::iter::once(&schema.nodes[id]).chain(above(schema, id));
    let keys: Vec<&str> = levels().filter_map(Node::key).collect();
    let mut report = |severity, what: String, fix: String| {
        found.push(finding(severity, &link.file, what, fix));
    };
    for piece in link.target.split('/') {
        let Some(token) = piece.strip_prefix('$') else {
            if piece.contains('$') {
                let what = format!("`{piece}` is taken as it is: a token stands alone between `/`");
                report(Severity::Warning, what, "write it as a piece of its own".to_owned());
            }
            continue;
        };
        if keys.contains(&token) {
            continue;
        }
        let named = levels().find(|node| *node.name == *token).map(|node| node.key());
        let what = format!("`{piece}` stands for nothing, so the folder is refused");
        let fix = match named {
            Some(Some(key)) => format!("a link's token is a type and not a folder: write `${key}`"),
            Some(None) => "a static folder has no value; write its name without `$`".to_owned(),
            None => {
                let known: Vec<String> = keys.iter().map(|key| format!("`${key}`")).collect();
                format!("on this way there are {}", known.join(", "))
            }
        };
        report(Severity::Error, what, fix);
    }
}
