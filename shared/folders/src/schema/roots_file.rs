//! `roots.yml` beside the schema's folder: only which root is the default.
//!
//! The paths in it are other machines' mounts; where a root is here, `folders.roots` says.

use std::path::Path;

use super::read::text_of_file;
use super::yaml::{self, Node, Value};
use crate::error::{SchemaError, SchemaProblem};
use crate::roots;

const FILE: &str = "../roots.yml";

pub(super) fn default_root(folder: &Path) -> Result<Option<String>, SchemaError> {
    // Not `..`: where the schema's folder is a link, that would lead elsewhere.
    let Some(path) = folder.parent().map(|parent| parent.join("roots.yml")) else {
        return Ok(None);
    };
    if !path.is_file() {
        return Ok(None);
    }
    let document = yaml::read(&text_of_file(&path, FILE)?)
        .map_err(|wrong| SchemaError::new(FILE, wrong.line, SchemaProblem::Yaml(wrong.why)))?;
    let entries = match document.value {
        Value::Null => return Ok(None),
        Value::Map(entries) if entries.is_empty() => return Ok(None),
        Value::Map(entries) => entries,
        other @ (Value::Bool(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)) => {
            return Err(SchemaError::new(FILE, 1, SchemaProblem::Shape(other.name())));
        }
    };
    let names: Vec<String> = entries.iter().map(|(name, _)| name.as_key()).collect();
    let marked = entries.iter().rposition(|(_, root)| is_default(root));
    let default = marked
        .map(|at| names[at].as_str())
        .or_else(|| roots::default_of(names.iter().map(String::as_str)));
    let problem = "no root is the default; give one of them `default: true`".to_owned();
    match default {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(SchemaError::new(FILE, 1, SchemaProblem::Root(problem))),
    }
}

fn is_default(root: &Node) -> bool {
    let Value::Map(keys) = &root.value else { return false };
    keys.iter().any(|(key, value)| {
        key.value == Value::Text("default".to_owned()) && value.value == Value::Bool(true)
    })
}
