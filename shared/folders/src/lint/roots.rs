//! Storage roots: what a schema asks for and sgh.yaml does not name, and the other way round.

use std::collections::BTreeSet;

use super::{Finding, Severity, finding};
use crate::roots::Roots;
use crate::schema::Schema;

pub(super) fn check(schema: &Schema, roots: &Roots) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for node in &schema.nodes {
        match schema.root_of(node, roots) {
            Ok(Some(root)) => {
                used.insert(root);
            }
            Ok(None) => {}
            Err(error) => found.push(super::unreadable(&error)),
        }
    }
    if !found.is_empty() {
        // One of them may be what is missing, by another name.
        return found;
    }
    for root in roots.names().filter(|root| !used.contains(root)) {
        let what = format!("no project folder is in the storage `{root}` of `folders.roots`");
        let fix = "take it out of sgh.yaml, unless another schema needs it";
        found.push(finding(Severity::Note, ".", what, fix));
    }
    found
}
