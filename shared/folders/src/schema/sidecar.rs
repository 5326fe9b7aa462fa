//! A sidecar: the keys that describe a folder. Says where and what when a key is not as it should.

use super::yaml::{self, Node, Value};
use crate::error::{SchemaError, SchemaProblem};
use crate::expression::{Expression, Wrong};

/// The keys of one file, or none where there is no file.
#[derive(Debug, Clone)]
pub(super) struct Sidecar {
    pub(super) file: String,
    pub(super) line: usize,
    keys: Vec<(Node, Node)>,
}

impl Sidecar {
    /// A folder without a sidecar.
    pub(super) fn none(file: String) -> Self {
        Self { file, line: 0, keys: Vec::new() }
    }

    pub(super) fn read(file: String, text: &str) -> Result<Self, SchemaError> {
        let document = yaml::read(text)
            .map_err(|wrong| SchemaError::new(&file, wrong.line, SchemaProblem::Yaml(wrong.why)))?;
        let line = document.line;
        match document.value {
            Value::Null => Ok(Self { file, line, keys: Vec::new() }),
            Value::Map(keys) => Ok(Self { file, line, keys }),
            other @ (Value::Bool(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_)) => {
                Err(SchemaError::new(&file, line, SchemaProblem::Shape(other.name())))
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// All of it, as JSON: what Toolkit keeps with every folder that the sidecar makes.
    pub(super) fn to_json(&self) -> serde_json::Value {
        self.keys.iter().map(|(key, node)| (key.as_key(), node.value.to_json())).collect()
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let is_key = |node: &Node| matches!(&node.value, Value::Text(text) if text == key);
        self.keys.iter().find(|(known, _)| is_key(known)).map(|(_, value)| value)
    }

    pub(super) fn error(&self, line: usize, problem: SchemaProblem) -> SchemaError {
        SchemaError::new(&self.file, line, problem)
    }

    pub(super) fn key_error(
        &self,
        line: usize,
        key: &str,
        problem: impl Into<String>,
    ) -> SchemaError {
        let line = if line > 0 { line } else { self.line };
        let problem = SchemaProblem::Key { key: key.to_owned(), problem: problem.into() };
        SchemaError::new(&self.file, line, problem)
    }

    pub(super) fn text(&self, key: &str) -> Result<&str, SchemaError> {
        self.text_or_none(key)?.ok_or_else(|| self.key_error(0, key, "is missing; add it"))
    }

    pub(super) fn text_or_none(&self, key: &str) -> Result<Option<&str>, SchemaError> {
        match self.get(key) {
            None => Ok(None),
            Some(Node { value: Value::Text(text), .. }) => Ok(Some(text)),
            Some(Node { value, line }) => {
                let problem = format!("must be text, but is {}", value.name());
                Err(self.key_error(*line, key, problem))
            }
        }
    }

    /// A switch that only the boolean of the other side turns: null, 0 and "false" count as the
    /// default they stand for in Toolkit, which is "on".
    pub(super) fn is_off(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Node { value: Value::Bool(false), .. }))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn expression(&self, key: &str) -> Result<Expression, SchemaError> {
        let text = self.text(key)?;
        let line = self.get(key).map_or(self.line, |node| node.line);
        Expression::read(text).map_err(|wrong| {
            let problem = match wrong {
                Wrong::Regex { field, problem } => SchemaProblem::Regex { field, problem },
                Wrong::Field(field) => SchemaProblem::Expression {
                    expression: text.to_owned(),
                    problem: format!("has `{field}` where a field should be"),
                },
            };
            self.error(line, problem)
        })
    }
}
