//! The group of a message: within it the site's order is kept.
//!
//! One rule for what the door reads out of signed bytes and for what comes from the event log, so
//! that both are in one group. Not here: what is read of an event to name its group.

use sha2::{Digest, Sha256};

/// Longest group id SQS takes.
pub(crate) const GROUP_SIZE_MAX: usize = 128;
/// The group of everything that has no project, or no entity.
const SITE_GROUP: &str = "site";

/// The group of a project, by its id.
pub(crate) fn of_project(id: Option<u64>) -> String {
    id.map_or_else(|| SITE_GROUP.to_owned(), |id| format!("project-{id}"))
}

/// The group of an entity, by its type and id.
pub(crate) fn of_entity(entity: Option<(&str, u64)>) -> String {
    entity.and_then(|(kind, id)| entity_name(kind, id)).unwrap_or_else(|| SITE_GROUP.to_owned())
}

fn entity_name(kind: &str, id: u64) -> Option<String> {
    let fits = kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // What is no name of an entity type still keeps a group of its own.
    let name = if fits {
        format!("{kind}-{id}")
    } else {
        format!("{}-{id}", hex::encode(Sha256::digest(kind.as_bytes())))
    };
    (name.len() <= GROUP_SIZE_MAX).then_some(name)
}
