//! `do: push_down`: a parent hands its status on to its children.

use serde_json::Value;

use super::children::{self, Children};
use super::codes::{Codes, Reader};
use super::low::{LowAutomation, OneOrMany};

/// Which statuses are handed on, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushDown {
    /// A parent at one of these hands it on. Never empty.
    pub values: Codes,
    /// A child at one of these is left alone.
    pub keep: Codes,
    /// Who gets it.
    pub children: Children,
}

pub(super) fn of(low: &LowAutomation) -> Result<PushDown, Vec<String>> {
    let mut read = Reader::of("push_down");
    let means = "the statuses that are handed on, e.g. `values: [hld, omt]`";
    let list = |values: &Value| match values.as_array() {
        Some(list) => OneOrMany(list.clone()),
        None => OneOrMany(vec![values.clone()]),
    };
    let values = low.values.as_ref().map(list);
    let values = read.needed("values", values.as_ref(), means);
    let keep = read.codes("keep", low.keep.as_ref());
    match children::of(low.children.as_deref()) {
        Ok(children) if read.problems.is_empty() => Ok(PushDown { values, keep, children }),
        Ok(_) => Err(read.problems),
        Err(error) => {
            read.problems.push(error);
            Err(read.problems)
        }
    }
}
