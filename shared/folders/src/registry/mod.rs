//! Which folder stands for which entity, and what speaks against a new one.
//!
//! Pure: it is handed a plan and what is registered, and says what would be registered, whether
//! that is allowed, and how Toolkit's records on the site spell it. Not here: where it is kept.

mod conflict;
mod event;
mod location;
mod storage;

use std::sync::Arc;

use serde_json::Value;
use sgh_core::folder::{FolderPath, RegisteredFolder};

pub use conflict::{Owned, conflict, unregistered};
pub use event::created_event;
pub use location::{LOCATION, LOCATION_FIELDS, location, registered};
pub use storage::{Spelling, Storages};

use crate::plan::{Named, Plan, ProjectFolder};

/// A folder that a plan wants, and an entity that it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// Which folder.
    pub at: FolderPath,
    /// For whom.
    pub entity: Arc<Named>,
    /// Whether the folder is the entity's own. It is not for the entities whose links gave a part
    /// of its name, nor for the step of a task.
    pub is_primary: bool,
    /// The sidecar of the schema that it comes from, as JSON.
    pub metadata: Arc<Value>,
    /// The project that it is in.
    pub project: Arc<ProjectFolder>,
}

impl From<&Registration> for RegisteredFolder {
    fn from(wanted: &Registration) -> Self {
        Self {
            at: wanted.at.clone(),
            entity: wanted.entity.entity.clone(),
            name: wanted.entity.name.clone(),
            is_primary: wanted.is_primary,
            location: None,
        }
    }
}

/// What a plan would register, each once: first the folders that are their entity's own, in the
/// order in which Toolkit comes to them, then the others.
#[must_use]
pub fn registrations(plan: &Plan) -> Vec<Registration> {
    let registration = |entry: &crate::plan::Entry| {
        let item = plan.items().get(entry.item)?;
        Some(Registration {
            at: plan.folder_path(item),
            entity: entry.named.clone(),
            is_primary: entry.is_primary,
            metadata: entry.metadata.clone(),
            project: entry.project.clone(),
        })
    };
    plan.entries().iter().filter_map(registration).collect()
}

#[cfg(test)]
mod tests;
