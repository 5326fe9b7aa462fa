//! What speaks against a folder: it is somebody else's, or its entity has another one beside it.
//!
//! Both are Toolkit's rules. Without them two entities share a folder, or artists go on working
//! in the old folder of what was renamed while an empty new one stands beside it.

use std::collections::{HashMap, HashSet};

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
    let mut owners: HashMap<&FolderPath, &RegisteredFolder> = HashMap::new();
    let mut beside: HashMap<Place<'_>, Vec<&RegisteredFolder>> = HashMap::new();
    for row in known {
        if row.is_primary {
            // The smallest, so that the same rows in another order give the same answer.
            let owner = owners.entry(&row.at).or_insert(row);
            *owner = (*owner).min(row);
        }
        beside.entry(place(&row.at, &row.entity)).or_default().push(row);
    }
    for wanted in wanted.iter().filter(|wanted| wanted.is_primary) {
        let named = &*wanted.entity;
        let owner = owners.get(&wanted.at).filter(|owner| owner.entity != named.entity);
        if let Some(owner) = owner {
            let owner = Named { entity: owner.entity.clone(), name: owner.name.clone() };
            return Err(FolderError::PathTaken {
                at: Box::new(wanted.at.clone()),
                wanted_for: Box::new(named.clone()),
                owner: Box::new(owner),
            });
        }
        let rows = beside.get(&place(&wanted.at, &named.entity)).into_iter().flatten();
        if let Some(other) = rows.filter(|row| row.at != wanted.at).min() {
            return Err(FolderError::Elsewhere {
                at: Box::new(wanted.at.clone()),
                wanted_for: Box::new(named.clone()),
                known: Box::new((**other).clone()),
            });
        }
    }
    Ok(())
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
    let all: HashSet<(&FolderPath, &EntityRef)> =
        known.iter().map(|row| (&row.at, &row.entity)).collect();
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
