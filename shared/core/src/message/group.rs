//! The group of a message whose links are known as links: what came from the event log.
//!
//! The door reads the same rule out of signed bytes, with the same answer: `event_log`'s tests
//! hold the two together.

use sha2::{Digest, Sha256};

use crate::ids::EntityRef;
use crate::settings::Ordering;

/// Longest group id SQS takes.
const GROUP_SIZE_MAX: usize = 128;
/// The group of everything that has no project, or no entity.
const SITE_GROUP: &str = "site";

/// The group within which an event keeps its order.
pub(crate) fn group(
    ordering: Ordering,
    project: Option<&EntityRef>,
    entity: Option<&EntityRef>,
) -> String {
    let name = match ordering {
        Ordering::Project => project.map(|project| format!("project-{}", project.id)),
        Ordering::Entity => entity.and_then(entity_name),
    };
    name.unwrap_or_else(|| SITE_GROUP.to_owned())
}

fn entity_name(entity: &EntityRef) -> Option<String> {
    let fits = entity.kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // What is no name of an entity type still keeps a group of its own.
    let name = if fits {
        format!("{}-{}", entity.kind, entity.id)
    } else {
        format!("{}-{}", hex::encode(Sha256::digest(entity.kind.as_bytes())), entity.id)
    };
    (name.len() <= GROUP_SIZE_MAX).then_some(name)
}
