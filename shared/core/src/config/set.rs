//! `do: set`: fields that get values, and whose fields.

mod target;
mod worth;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::low::{LowAutomation, LowConditions};
use super::trigger::is_name;

pub use target::{Find, Hop, Target};
pub use worth::{Links, Worth};

/// Field, and the values it may have; all of them have to fit. A field may be dotted through
/// links: `step.Step.code`.
pub type Conditions = BTreeMap<String, Vec<Value>>;

/// Fields to set, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// Only if the changed entity is like this (`if:`).
    pub only_if: Conditions,
    /// Whose fields.
    pub target: Target,
    /// Only a target that is like this (`where:`).
    pub conditions: Conditions,
    /// Field of the target, and what it gets. Never empty.
    pub fields: BTreeMap<String, Worth>,
}

pub(super) fn of(low: &LowAutomation, zone: &TimeZone) -> Result<Set, Vec<String>> {
    let mut problems = Vec::new();
    let mut fields = BTreeMap::new();
    for (key, given) in worth::given(low, zone, &mut problems) {
        for (field, worth) in given {
            if !is_name(&field) {
                problems.push(format!(
                    "`{key}: {field}` is no field of the target; to reach another entity, name it \
                     in `target`"
                ));
            }
            if fields.insert(field.clone(), worth).is_some() {
                problems.push(format!(
                    "`{field}` stands in `{key}` and in another of {}: which one is meant?",
                    worth::KEYS
                ));
            }
        }
    }
    if fields.is_empty() && problems.is_empty() {
        problems.push(format!("`set` needs one of {}, or it sets nothing", worth::KEYS));
    }
    let only_if = conditions("if", low.r#if.as_ref(), &mut problems);
    let conditions = conditions("where", low.r#where.as_ref(), &mut problems);
    let target = target::of(low.target.as_ref()).map_err(|error| problems.push(error));
    match target {
        Ok(target) if problems.is_empty() => Ok(Set { only_if, target, conditions, fields }),
        Ok(_) | Err(()) => Err(problems),
    }
}

fn conditions(key: &str, low: Option<&LowConditions>, problems: &mut Vec<String>) -> Conditions {
    let mut conditions = BTreeMap::new();
    for (path, values) in low.into_iter().flatten() {
        if !is_path(path) {
            problems.push(format!("`{key}: {path}`: {PATH}"));
        }
        if values.0.is_empty() {
            problems.push(format!("`{key}: {path}` has no value: it would never fit"));
        }
        conditions.insert(path.clone(), values.0.clone());
    }
    conditions
}

const PATH: &str = "write a field, or one that links lead to, e.g. `step.Step.code`";

/// `field`, or `link.Type.field`, and so on.
pub(super) fn is_path(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() % 2 == 1 && parts.iter().all(|part| is_name(part))
}
