//! Why the site says no to a read or a write, before it is put into an HTTP answer.

use sgh_core::ids::EntityRef;

/// What was asked is not done, and nothing of it was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such entity type.
    #[error("there is no entity type `{0}`")]
    UnknownType(String),
    /// No such field on that type.
    #[error("{kind} has no field `{field}`")]
    UnknownField {
        /// Entity type.
        kind: String,
        /// What was asked for.
        field: String,
    },
    /// The field, or the record, is not for writing.
    #[error("{kind}.{field} is not editable for this user")]
    NotEditable {
        /// Entity type.
        kind: String,
        /// The field.
        field: String,
    },
    /// The value does not fit the field.
    #[error("{kind}.{field}: {reason}")]
    Value {
        /// Entity type.
        kind: String,
        /// The field.
        field: String,
        /// What would fit.
        reason: String,
    },
    /// A status code that the field does not have.
    #[error("{kind}.{field}: `{code}` is not a status code; valid codes: {}", .valid.join(", "))]
    Status {
        /// Entity type.
        kind: String,
        /// The field.
        field: String,
        /// What was sent.
        code: String,
        /// What the field takes.
        valid: Vec<String>,
    },
    /// The record does not exist, or is retired.
    #[error("{0} does not exist")]
    NotFound(EntityRef),
    /// The request itself is wrong: a filter, a page, a mode.
    #[error("{0}")]
    Request(String),
}

impl Refusal {
    pub(crate) fn request(reason: impl Into<String>) -> Self {
        Self::Request(reason.into())
    }

    pub(crate) fn value(kind: &str, field: &str, reason: impl Into<String>) -> Self {
        Self::Value { kind: kind.to_owned(), field: field.to_owned(), reason: reason.into() }
    }

    /// HTTP status and the site's own code: 103 for the request, 104 for its object.
    pub(crate) fn answer(&self) -> (u16, u16) {
        match self {
            Self::UnknownType(_) => (404, 103),
            Self::UnknownField { .. } | Self::Request(_) => (400, 103),
            Self::NotEditable { .. } | Self::Value { .. } | Self::Status { .. } => (400, 104),
            Self::NotFound(_) => (404, 104),
        }
    }
}
