//! Filters of a search: conditions and groups of them. Parsed and checked against the schema
//! once, then asked of each record.

mod compare;
mod matches;
mod parse;
mod relation;

use std::collections::BTreeSet;

use serde_json::Value;
use sgh_core::ids::EntityRef;

pub(crate) use compare::compare;
use relation::{Relation, Test};

/// Which body of a search it is in, said by its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A list of conditions, all of which hold.
    Array,
    /// Nested groups, joined by `and` or `or`.
    Hash,
}

/// A filter that fits the schema.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Condition(Condition),
}

/// One condition.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    path: String,
    relation: Relation,
    values: Vec<Value>,
    /// The operands that are links, so that a long list is looked up and not walked.
    links: BTreeSet<EntityRef>,
    is_link: bool,
}

impl Filter {
    /// The ids that can match at all, where the filter names them: spares walking a whole table.
    pub(crate) fn ids(&self) -> Option<BTreeSet<u64>> {
        match self {
            Self::All(filters) => filters.iter().find_map(Self::ids),
            Self::Condition(condition) => {
                let names = condition.path == "id"
                    && matches!(condition.relation.test, Test::Is | Test::In)
                    && !condition.relation.negated;
                names.then(|| condition.values.iter().filter_map(Value::as_u64).collect())
            }
            Self::Any(_) => None,
        }
    }
}
