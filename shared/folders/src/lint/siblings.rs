//! Things of one folder that would have one name.

use std::collections::HashMap;

use super::words::article;
use super::{Finding, Severity, finding};
use crate::schema::{EntityNode, Filter, FilterValue, Kind, Node, Role, Schema};

pub(super) fn check(schema: &Schema, found: &mut Vec<Finding>) {
    for node in &schema.nodes {
        let children: Vec<&Node> = node.children.iter().map(|id| &schema.nodes[*id]).collect();
        fixed(node, &children, found);
        for (at, second) in children.iter().enumerate() {
            // The first of them is enough to tell.
            found
                .extend(children[..at].iter().find_map(|first| named_alike(schema, first, second)));
        }
    }
}

/// Names that are known beforehand: static folders, files, links.
fn fixed(node: &Node, children: &[&Node], found: &mut Vec<Finding>) {
    let folders = children.iter().filter(|child| child.is_static());
    let mut names: HashMap<String, (&str, &str)> = HashMap::new();
    let all = (folders.map(|child| (&*child.name, "folder")))
        .chain(node.files.iter().map(|(name, _)| (&**name, "file")))
        .chain(node.links.iter().map(|link| (&*link.name, "link")));
    for (name, what) in all {
        if let Some((other, other_what)) = names.insert(name.to_lowercase(), (name, what)) {
            let differ = if name == other { "" } else { ", but for its case" };
            let what =
                format!("the {other_what} `{other}` and the {what} `{name}` have one name{differ}");
            found.push(finding(Severity::Error, &node.file, what, "rename one of them"));
        }
    }
}

/// Folders whose names come from the site, by the same expression.
fn named_alike(schema: &Schema, first: &Node, second: &Node) -> Option<Finding> {
    let (a, b) = (named(first)?, named(second)?);
    if a.role != b.role && (a.role != Role::Entity || b.role != Role::Entity) {
        return None;
    }
    let is_same_name = bare(&a.name.text) == bare(&b.name.text);
    if a.entity_type != b.entity_type {
        let what = format!(
            "is called like `{}` beside it, by `{}`: {} {} and {} {} of one name would have one \
             folder, which is refused",
            first.name,
            a.name.text,
            article(&a.entity_type),
            a.entity_type,
            article(&b.entity_type),
            b.entity_type
        );
        let fix = "put them into folders of their own, or tell them apart in the name";
        return is_same_name.then(|| finding(Severity::Note, &second.file, what, fix));
    }
    if are_apart(&a.filters, &b.filters) {
        return None;
    }
    let kind = &a.entity_type;
    let (first, file) = (&first.name, &second.file);
    if is_same_name {
        let what = format!(
            "makes the folders that `{first}` beside it makes, where both take {} {kind}",
            article(kind)
        );
        return Some(finding(Severity::Note, file, what, "tell them apart by their filters"));
    }
    // An entity has one folder below one parent, or Toolkit refuses it from the second time on.
    let what = format!(
        "{} {kind} that `{first}` beside it takes too would have two folders in one, which \
         Toolkit refuses when it is asked for again",
        article(kind)
    );
    let is_entity = a.role == Role::Entity && schema.targets(kind).len() > 1;
    let fix = "tell them apart by their filters";
    is_entity.then(|| finding(Severity::Warning, file, what, fix))
}

fn named(node: &Node) -> Option<&EntityNode> {
    match &node.kind {
        Kind::Entity(entity) => Some(entity),
        Kind::Static { .. } | Kind::Project { .. } | Kind::List(_) => None,
    }
}

/// `{code}` is `code`.
fn bare(text: &str) -> &str {
    let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    inside.filter(|inside| !inside.contains(['{', '}'])).unwrap_or(text)
}

/// Whether no entity can fulfil both: constants that exclude each other.
fn are_apart(first: &[Filter], second: &[Filter]) -> bool {
    first.iter().any(|a| second.iter().any(|b| excludes(a, b) || excludes(b, a)))
}

fn excludes(a: &Filter, b: &Filter) -> bool {
    let (FilterValue::Constant(x), FilterValue::Constant(y)) = (&a.value, &b.value) else {
        // Two levels above differ, unless they are one.
        return false;
    };
    if a.path != b.path {
        return false;
    }
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or(vec![value.clone()]);
    let (x, y) = (list(x), list(y));
    match (a.relation.as_str(), b.relation.as_str()) {
        ("is" | "in", "is" | "in") => !x.iter().any(|value| y.contains(value)),
        ("is" | "in", "is_not" | "not_in") => x.iter().all(|value| y.contains(value)),
        _ => false,
    }
}
