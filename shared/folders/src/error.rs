//! What can be wrong with a schema: where, what, and what to do about it.
//!
//! The kinds are stable names that stand in acknowledgements and tests. Not here: what can be
//! wrong with a request (`plan::FolderError`) or with a disk (`make::MakeError`).

use std::fmt;

use sgh_core::limits::{FOLDER_DEPTH_MAX, SCHEMA_FILE_MAX};

/// A place in a schema: a file below its folder, and the line where one is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path below the schema's folder, `/` between the pieces.
    pub file: String,
    /// Line, from 1.
    pub line: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// A schema that cannot be used. One such place stops every request, as it does in Toolkit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schema {place}: {problem}")]
pub struct SchemaError {
    /// Where.
    pub place: Place,
    /// What, and the fix.
    pub problem: SchemaProblem,
}

/// What is wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    /// The file system does not give it.
    #[error("cannot be read: {0}; check `folders.schema` and the rights on it")]
    Unreadable(String),
    /// A name that is not UTF-8 cannot be compared with anything.
    #[error("its name is not UTF-8; rename it")]
    NotUtf8,
    /// A file over the limit.
    #[error("larger than {SCHEMA_FILE_MAX} bytes; a schema file is read whole")]
    TooLarge,
    /// More levels than we make.
    #[error("deeper than {FOLDER_DEPTH_MAX} levels; move it up")]
    TooDeep,
    /// Not YAML as PyYAML reads it.
    #[error("not valid YAML 1.1: {0}")]
    Yaml(String),
    /// YAML, but no mapping.
    #[error("must be a mapping of keys, but is {0}")]
    Shape(&'static str),
    /// `type` is missing or unknown.
    #[error(
        "unknown type `{0}`; use static, project, shotgun_entity, shotgun_list_field, \
         shotgun_step, shotgun_task or user_workspace"
    )]
    Type(String),
    /// A key is missing or holds something else than it should.
    #[error("key `{key}` {problem}")]
    Key {
        /// The key.
        key: String,
        /// What is wrong with it, and the fix.
        problem: String,
    },
    /// A `$token` that names nothing it could stand for.
    #[error("token `{token}` {problem}")]
    Token {
        /// The token with its `$`.
        token: String,
        /// What is wrong with it, and the fix.
        problem: String,
    },
    /// A regular expression that cannot be read.
    #[error("regular expression in `{{{field}}}`: {problem}")]
    Regex {
        /// What stands between the braces.
        field: String,
        /// What the engine says.
        problem: String,
    },
    /// A step or task level that stands below no entity.
    #[error("{0}")]
    Parent(String),
    /// A project folder, or the root it names, is not there.
    #[error("{0}")]
    Root(String),
    /// `constrain_by_entity` and `constraints` do not fit together.
    #[error("{0}")]
    Constraint(String),
    /// A name expression that cannot be used here.
    #[error("expression `{expression}` {problem}")]
    Expression {
        /// As it is written.
        expression: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl SchemaError {
    pub(crate) fn new(file: impl Into<String>, line: usize, problem: SchemaProblem) -> Self {
        let line = (line > 0).then_some(line);
        Self { place: Place { file: file.into(), line }, problem }
    }

    /// The stable name of this kind of error, e.g. `schema.token`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.problem {
            SchemaProblem::Unreadable(_) | SchemaProblem::NotUtf8 => "schema.file",
            SchemaProblem::TooLarge | SchemaProblem::TooDeep => "schema.limit",
            SchemaProblem::Yaml(_) | SchemaProblem::Shape(_) => "schema.yaml",
            SchemaProblem::Type(_) => "schema.type",
            SchemaProblem::Key { .. } => "schema.key",
            SchemaProblem::Token { .. } => "schema.token",
            SchemaProblem::Regex { .. } => "schema.regex",
            SchemaProblem::Parent(_) => "schema.parent",
            SchemaProblem::Root(_) => "schema.root",
            SchemaProblem::Constraint(_) => "schema.constraint",
            SchemaProblem::Expression { .. } => "schema.expression",
        }
    }
}
