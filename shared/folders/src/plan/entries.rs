//! The folders of a plan that stand for an entity, gathered while planning.
//!
//! A folder is its entity's own. Entities whose links gave a part of its name stand for it too,
//! but second; so does the step of a task. Not here: what is done with them (`registry`).

use foldhash::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;
use sgh_core::folder::FolderPath;
use sgh_core::ids::EntityRef;

use super::items::{Named, Plan};
use super::tree::At;
use super::turn::Turn;

/// A project and its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFolder {
    /// The project.
    pub entity: EntityRef,
    /// Its folder in one storage.
    pub at: FolderPath,
}

/// A folder of a plan that stands for an entity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Position of the folder among the plan's items.
    pub(crate) item: usize,
    pub(crate) named: Arc<Named>,
    pub(crate) is_primary: bool,
    pub(crate) metadata: Arc<Value>,
    pub(crate) project: Arc<ProjectFolder>,
}

/// The same before the places of all items are known.
#[derive(Debug)]
struct Gathered {
    at: At,
    turn: Rc<Turn>,
    named: Arc<Named>,
    is_primary: bool,
    metadata: Arc<Value>,
}

#[derive(Debug, Default)]
pub(super) struct Entries {
    gathered: Vec<Gathered>,
    projects: Vec<(At, EntityRef)>,
}

/// An entity's folder: its own, and that of the entities it is linked to.
pub(super) struct Own<'e> {
    pub(super) named: &'e Arc<Named>,
    pub(super) linked: &'e [Arc<Named>],
    pub(super) metadata: &'e Arc<Value>,
}

impl Entries {
    /// A folder that was planned for an entity.
    pub(super) fn add(&mut self, at: At, turn: &Rc<Turn>, own: &Own<'_>) {
        let own_and_linked = std::iter::once((own.named, true))
            .chain(own.linked.iter().map(|linked| (linked, false)));
        self.gathered.extend(own_and_linked.map(|(named, is_primary)| Gathered {
            at,
            turn: turn.clone(),
            named: named.clone(),
            is_primary,
            metadata: own.metadata.clone(),
        }));
    }

    /// A project's folder.
    pub(super) fn project(&mut self, at: At, project: &EntityRef) {
        self.projects.push((at, project.clone()));
    }

    /// Puts all into the plan, each once: folders that are somebody's own first, in Toolkit's
    /// order. `places` says where in the plan each item of the tree is.
    pub(super) fn finish(mut self, plan: &mut Plan, places: &[usize]) {
        let place = |at: At| match at {
            At::Item(item) => places.get(item).copied(),
            At::Root(_) | At::Nowhere => None,
        };
        let projects = projects_of(plan, self.projects.iter().map(|(at, p)| (place(*at), p)));
        self.gathered.sort_by_cached_key(|entry| (!entry.is_primary, entry.turn.key()));
        let mut owners: Vec<Option<Arc<Named>>> = vec![None; plan.items.len()];
        let mut others: HashSet<(usize, EntityRef)> = HashSet::default();
        plan.entries.reserve(self.gathered.len());
        for Gathered { at, named, is_primary, metadata, .. } in self.gathered {
            let Some(item) = place(at) else { continue };
            let Some(Some(project)) = projects.get(item) else { continue };
            let entity = &named.entity;
            let is_new = match &owners[item] {
                None if is_primary => true,
                Some(owner) if is_primary || owner.entity == *entity => false,
                None | Some(_) => others.insert((item, entity.clone())),
            };
            if is_primary && is_new {
                owners[item] = Some(named.clone());
            }
            if is_new {
                let project = project.clone();
                plan.entries.push(Entry { item, named, is_primary, metadata, project });
            }
        }
    }
}

/// For each item of a plan, the project that it is in.
fn projects_of<'p>(
    plan: &Plan,
    known: impl Iterator<Item = (Option<usize>, &'p EntityRef)>,
) -> Vec<Option<Arc<ProjectFolder>>> {
    let mut projects: Vec<Option<Arc<ProjectFolder>>> = vec![None; plan.items.len()];
    for (item, entity) in known {
        let Some(item) = item else { continue };
        let at = plan.folder_path(&plan.items[item]);
        projects[item] = Some(Arc::new(ProjectFolder { entity: entity.clone(), at }));
    }
    for (item, parent) in plan.items.iter().map(|item| item.parent).enumerate() {
        if let (None, Some(parent)) = (&projects[item], parent) {
            projects[item] = projects[parent].clone();
        }
    }
    projects
}
