//! What speaks against a folder: it is somebody else's, or its entity has another one beside it.
//!
//! Both are Toolkit's rules. Without them two entities share a folder, or artists go on working
//! in the old folder of what was renamed while an empty new one stands beside it.

use foldhash::{HashMap, HashSet};

use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;

use super::Registration;
use crate::plan::{FolderError, Named};

/// Checks the folders that would be their entity's own against what is registered. The order of
/// `wanted` counts, that of `known` does not.
///
/// # Errors
/// [`FolderError::PathTaken`] or [`FolderError::Elsewhere`], for the first folder in question.
pub fn conflict(wanted: &[Registration], known: &[RegisteredFolder]) -> Result<(), FolderError> {
    let mut owned = Owned::default();
    owned.add(known.iter().map(Row::from));
    owned.check(wanted)
}

/// Folders and whose they are, so that many plans can be checked one after the other.
#[derive(Debug, Default)]
pub struct Owned<'k> {
    owners: HashMap<&'k FolderPath, Row<'k>>,
    beside: HashMap<Place<'k>, Least<'k>>,
}

/// A folder and an entity it stands for. The smallest counts, so that the same rows in another
/// order give the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row<'k> {
    at: &'k FolderPath,
    entity: &'k EntityRef,
    name: &'k str,
    is_primary: bool,
    location: Option<u64>,
}

/// The smallest row of one place, and the smallest of those with another folder than that one.
#[derive(Debug, Clone, Copy)]
struct Least<'k> {
    first: Row<'k>,
    other: Option<Row<'k>>,
}

impl<'k> Owned<'k> {
    /// Takes in what a plan wants, as if it were registered.
    pub fn want(&mut self, wanted: &'k [Registration]) {
        self.add(wanted.iter().map(Row::from));
    }

    fn add(&mut self, rows: impl ExactSizeIterator<Item = Row<'k>>) {
        self.owners.reserve(rows.len());
        self.beside.reserve(rows.len());
        for row in rows {
            if row.is_primary {
                let owner = self.owners.entry(row.at).or_insert(row);
                *owner = (*owner).min(row);
            }
            let place = place(row.at, row.entity);
            let least = self.beside.entry(place).or_insert(Least { first: row, other: None });
            least.add(row);
        }
    }

    /// Checks the folders that would be their entity's own. The order of `wanted` counts.
    ///
    /// # Errors
    /// [`FolderError::PathTaken`] or [`FolderError::Elsewhere`], for the first folder in question.
    pub fn check(&self, wanted: &[Registration]) -> Result<(), FolderError> {
        if self.beside.is_empty() {
            return Ok(());
        }
        for wanted in wanted.iter().filter(|wanted| wanted.is_primary) {
            let named = &*wanted.entity;
            let owner = self.owners.get(&wanted.at);
            if let Some(owner) = owner.filter(|owner| *owner.entity != named.entity) {
                let owner = Named { entity: owner.entity.clone(), name: owner.name.to_owned() };
                return Err(FolderError::PathTaken {
                    at: Box::new(wanted.at.clone()),
                    wanted_for: Box::new(named.clone()),
                    owner: Box::new(owner),
                });
            }
            let least = self.beside.get(&place(&wanted.at, &named.entity));
            if let Some(other) = least.and_then(|least| least.not_at(&wanted.at)) {
                return Err(FolderError::Elsewhere {
                    at: Box::new(wanted.at.clone()),
                    wanted_for: Box::new(named.clone()),
                    known: Box::new(other.to_folder()),
                });
            }
        }
        Ok(())
    }
}

impl<'k> Least<'k> {
    fn add(&mut self, row: Row<'k>) {
        let before = self.first;
        if row < before {
            self.first = row;
            if row.at != before.at {
                self.other = Some(before);
            }
        } else if row.at != before.at {
            self.other = Some(self.other.map_or(row, |other| other.min(row)));
        }
    }

    /// The smallest row with another folder than this one.
    fn not_at(&self, at: &FolderPath) -> Option<Row<'k>> {
        if self.first.at == at { self.other } else { Some(self.first) }
    }
}

impl<'k> From<&'k RegisteredFolder> for Row<'k> {
    fn from(folder: &'k RegisteredFolder) -> Self {
        let RegisteredFolder { at, entity, name, is_primary, location } = folder;
        Self { at, entity, name, is_primary: *is_primary, location: *location }
    }
}

impl<'k> From<&'k Registration> for Row<'k> {
    fn from(wanted: &'k Registration) -> Self {
        let Named { entity, name } = &*wanted.entity;
        Self { at: &wanted.at, entity, name, is_primary: wanted.is_primary, location: None }
    }
}

impl Row<'_> {
    fn to_folder(self) -> RegisteredFolder {
        let Self { at, entity, name, is_primary, location } = self;
        let (at, entity, name) = (at.clone(), entity.clone(), name.to_owned());
        RegisteredFolder { at, entity, name, is_primary, location }
    }
}

/// Those that are not registered yet: a folder that is its entity's own by its path, any other by
/// its path and entity.
#[must_use]
pub fn unregistered<'w>(
    wanted: &'w [Registration],
    known: &[RegisteredFolder],
) -> Vec<&'w Registration> {
    let own: HashSet<&FolderPath> =
        known.iter().filter(|row| row.is_primary).map(|row| &row.at).collect();
    let is_needed = wanted.iter().any(|wanted| !wanted.is_primary);
    let all: HashSet<(&FolderPath, &EntityRef)> =
        known.iter().filter(|_| is_needed).map(|row| (&row.at, &row.entity)).collect();
    let is_known = |wanted: &Registration| match wanted.is_primary {
        true => own.contains(&wanted.at),
        false => all.contains(&(&wanted.at, &wanted.entity.entity)),
    };
    wanted.iter().filter(|wanted| !is_known(wanted)).collect()
}

/// An entity and the folder that its own folder is in.
type Place<'a> = (&'a str, &'a str, &'a EntityRef);

fn place<'a>(at: &'a FolderPath, entity: &'a EntityRef) -> Place<'a> {
    (&at.root, at.parent(), entity)
}
