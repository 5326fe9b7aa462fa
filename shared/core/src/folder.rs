//! Folders that were made, and for whom: what a registry of folders keeps.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::EntityRef;

/// A folder below a storage root. Never the root itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FolderPath {
    /// The storage by its name, e.g. `primary`.
    pub root: String,
    /// The path below it, `/` between its pieces and none at its ends, e.g. `show/SQ010/SH010`.
    pub path: String,
}

impl FolderPath {
    /// A folder by storage and path.
    pub fn new(root: impl Into<String>, path: impl Into<String>) -> Self {
        Self { root: root.into(), path: path.into() }
    }

    /// The path of the folder that it is in; empty for right below the root.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// Its own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(&self.path, |(_, name)| name)
    }
}

impl fmt::Display for FolderPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.root, self.path)
    }
}

/// A folder that stands for an entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RegisteredFolder {
    /// Which folder.
    pub at: FolderPath,
    /// For which entity.
    pub entity: EntityRef,
    /// What that was called when its folder was made.
    pub name: String,
    /// Whether the folder is the entity's own. Where its name is only part of another entity's
    /// folder name (a sequence's in `SQ010_SH010`), it is not.
    pub is_primary: bool,
    /// The site's record of it (FilesystemLocation), where Toolkit knows of it.
    #[serde(default)]
    pub location: Option<u64>,
}
