//! A plan: what there should be, in tree order.

use std::path::PathBuf;
use std::sync::Arc;

use sgh_core::folder::FolderPath;
use sgh_core::ids::EntityRef;

use super::entries::Entry;

/// What there should be below the roots. Parents come before what is in them; of one folder its
/// files come first, then its links, then its folders, each sorted by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub(super) roots: Vec<Arc<str>>,
    pub(super) items: Vec<Item>,
    pub(super) folders: usize,
    pub(super) notes: Vec<Note>,
    pub(super) entries: Vec<Entry>,
}

/// A folder, file or link of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its name: one piece of a path.
    pub name: Arc<str>,
    /// What it is.
    pub what: What,
    /// Position of the folder that it is in; `None` for right below the root.
    pub parent: Option<usize>,
    /// Position of its root in [`Plan::roots`].
    pub root: usize,
    /// How many folders of the plan are above it.
    pub depth: usize,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A directory.
    Folder(Owner),
    /// A copy of this file of the schema.
    File(Arc<PathBuf>),
    /// A symbolic link with this target, written as it is.
    Link(Arc<str>),
}

/// Whom a folder is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Owner {
    /// Nobody: a level that a name with slashes makes on its way.
    Level,
    /// Nobody: it is called as it is in the schema.
    Static,
    /// Nobody: it stands for a value of a list field.
    Listed,
    /// This entity.
    Entity(Arc<Named>),
}

/// An entity and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub entity: EntityRef,
    /// Its name on the site; empty where it has none.
    pub name: String,
}

impl std::fmt::Display for Named {
    /// For a message: type, name and id.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name.as_str() {
            "" => self.entity.fmt(f),
            name => write!(f, "{} `{name}` (id {})", self.entity.kind, self.entity.id),
        }
    }
}

/// Why some part of a request made nothing, without being an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The schema has no folder for this type.
    NoLevel {
        /// Entity type.
        kind: String,
    },
    /// A filter of the schema leaves it out.
    LeftOut {
        /// Which entity.
        entity: EntityRef,
        /// The file of the schema.
        node: String,
    },
    /// It links to another type than this level is for.
    OtherType {
        /// Which entity.
        entity: EntityRef,
        /// Its field.
        field: String,
        /// The file of the schema.
        node: String,
    },
    /// The folder waits for an engine.
    Deferred {
        /// The file of the schema.
        node: String,
    },
    /// The task is on nothing, so there is no folder it could be for.
    TaskOnNothing {
        /// The task.
        task: u64,
    },
    /// There is no such task.
    NoTask {
        /// The task.
        task: u64,
    },
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoLevel { kind } => write!(f, "the schema has no folder for {kind}"),
            Self::LeftOut { entity, node } => {
                write!(f, "{entity}: the filters of {node} leave it out")
            }
            Self::OtherType { entity, field, node } => {
                write!(f, "{entity}: {field} links to another type than {node} is for")
            }
            Self::Deferred { node } => write!(f, "{node} waits for an engine"),
            Self::TaskOnNothing { task } => write!(f, "Task {task} is on no entity"),
            Self::NoTask { task } => write!(f, "Task {task} is not on the site"),
        }
    }
}

impl Plan {
    /// The storage names of its roots.
    #[must_use]
    pub fn roots(&self) -> &[Arc<str>] {
        &self.roots
    }

    /// Everything in it, in tree order.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// How many folders are in it.
    #[must_use]
    pub fn folders(&self) -> usize {
        self.folders
    }

    /// Whether there is nothing in it; its notes then say why.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// What was left out, and why.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The pieces of an item's path below its root.
    #[must_use]
    pub fn pieces<'p>(&'p self, item: &'p Item) -> Vec<&'p str> {
        let parent_of = |item: &'p Item| item.parent.and_then(|at| self.items.get(at));
        let mut pieces: Vec<&str> = std::iter::successors(Some(item), |item| parent_of(item))
            .map(|item| &*item.name)
            .collect();
        pieces.reverse();
        pieces
    }

    /// An item's path below its root, `/` between the pieces.
    #[must_use]
    pub fn path(&self, item: &Item) -> String {
        let mut path = String::with_capacity(self.path_size(item));
        self.write_path(item, &mut path);
        path
    }

    fn path_size(&self, item: &Item) -> usize {
        let parent_of = |item: &&Item| item.parent.and_then(|at| self.items.get(at));
        std::iter::successors(Some(item), parent_of).map(|item| item.name.len() + 1).sum()
    }

    /// As deep as folders may be.
    fn write_path(&self, item: &Item, path: &mut String) {
        if let Some(parent) = item.parent.and_then(|at| self.items.get(at)) {
            self.write_path(parent, path);
            path.push('/');
        }
        path.push_str(&item.name);
    }

    /// An item's storage and path.
    #[must_use]
    pub fn folder_path(&self, item: &Item) -> FolderPath {
        let root = self.roots.get(item.root).map(|root| root.to_string()).unwrap_or_default();
        FolderPath::new(root, self.path(item))
    }
}
