//! Filters of a node: conditions on the site's records, joined with AND, some with a `$token`.
//!
//! A token is the name of a folder of the schema above the node; its value is the entity or the
//! list value of that level. Only the first of `values` may be one.

use serde_json::Value as Json;

use super::node::{Node as SchemaNode, NodeId};
use super::sidecar::Sidecar;
use super::yaml::{Node, Value};
use crate::error::{SchemaError, SchemaProblem};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter {
    pub(crate) path: String,
    pub(crate) relation: String,
    pub(crate) value: FilterValue,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FilterValue {
    /// The operand as the site takes it.
    Constant(Json),
    /// The value of the level that this node makes.
    Token(NodeId),
}

impl Filter {
    /// The token's node, where the value is one.
    pub(crate) fn token(&self) -> Option<NodeId> {
        match self.value {
            FilterValue::Token(node) => Some(node),
            FilterValue::Constant(_) => None,
        }
    }

    /// The operand for a value: relations over lists take a list.
    pub(crate) fn operand(&self, value: Json) -> Json {
        if takes_list(&self.relation) { Json::Array(vec![value]) } else { value }
    }
}

fn takes_list(relation: &str) -> bool {
    matches!(relation, "in" | "not_in" | "between" | "not_between")
}

/// Where tokens are looked up: from the parent of a node upwards.
pub(super) struct Above<'a> {
    pub(super) nodes: &'a [SchemaNode],
    pub(super) parent: Option<NodeId>,
}

impl Above<'_> {
    /// The nodes above, nearest first.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (NodeId, &SchemaNode)> {
        std::iter::successors(self.parent, |id| self.nodes[*id].parent)
            .map(|id| (id, &self.nodes[id]))
    }

    fn token(&self, token: &str) -> Result<NodeId, SchemaProblem> {
        let wrong = |problem: &str| SchemaProblem::Token {
            token: token.to_owned(),
            problem: problem.to_owned(),
        };
        let name = &token[1..];
        match self.nodes().find(|(_, node)| *node.name == *name) {
            Some((_, node)) if node.is_static() => {
                Err(wrong("names a static folder, which has no value; name an entity folder"))
            }
            Some((id, _)) => Ok(id),
            None => Err(wrong("names no folder above this one; use the name of a schema folder")),
        }
    }
}

/// The filters under a key. Without the key: `None`.
pub(super) fn read(
    sidecar: &Sidecar,
    key: &str,
    above: &Above<'_>,
) -> Result<Option<Vec<Filter>>, SchemaError> {
    let Some(node) = sidecar.get(key) else { return Ok(None) };
    let Value::List(items) = &node.value else {
        let problem = format!("must be a list of filters, but is {}", node.value.name());
        return Err(sidecar.key_error(node.line, key, problem));
    };
    items.iter().map(|item| filter(sidecar, key, item, above)).collect::<Result<_, _>>().map(Some)
}

fn filter(
    sidecar: &Sidecar,
    key: &str,
    item: &Node,
    above: &Above<'_>,
) -> Result<Filter, SchemaError> {
    let wrong = |problem: String| sidecar.key_error(item.line, key, problem);
    let Value::Map(entries) = &item.value else {
        let name = item.value.name();
        return Err(wrong(format!("holds {name}; write {{path, relation, values}}")));
    };
    let get = |name: &str| {
        let found = entries.iter().find(|(key, _)| key.value == Value::Text(name.to_owned()));
        let missing = || wrong(format!("has a filter without `{name}`; add it"));
        found.map(|(_, value)| value).ok_or_else(missing)
    };
    let text = |name: &str| {
        let value = &get(name)?.value;
        let other = || wrong(format!("`{name}` must be text, but is {}", value.name()));
        value.as_text().map(str::to_owned).ok_or_else(other)
    };
    let (path, relation) = (text("path")?, text("relation")?);
    let value = &get("values")?.value;
    let Value::List(values) = value else {
        return Err(wrong(format!("`values` must be a list, but is {}", value.name())));
    };
    let value = operand(sidecar, &relation, values, above)?;
    Ok(Filter { path, relation, value })
}

fn operand(
    sidecar: &Sidecar,
    relation: &str,
    values: &[Node],
    above: &Above<'_>,
) -> Result<FilterValue, SchemaError> {
    for (at, value) in values.iter().enumerate() {
        let Value::Text(text) = &value.value else { continue };
        if !text.starts_with('$') {
            continue;
        }
        let token = above.token(text).map_err(|problem| sidecar.error(value.line, problem))?;
        if at == 0 {
            return Ok(FilterValue::Token(token));
        }
        let problem = "is not the first of `values`; a filter takes one token".to_owned();
        let token = text.clone();
        return Err(sidecar.error(value.line, SchemaProblem::Token { token, problem }));
    }
    let mut values: Vec<Json> = values.iter().map(|value| value.value.to_json()).collect();
    let one = values.len() == 1 && !takes_list(relation);
    Ok(FilterValue::Constant(match values.pop() {
        Some(value) if one => value,
        Some(value) => {
            values.push(value);
            Json::Array(values)
        }
        None => Json::Array(values),
    }))
}
