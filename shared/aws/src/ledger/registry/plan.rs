//! What has to be written so that folders are registered. Pure.

use std::collections::BTreeMap;

use sgh_core::folder::RegisteredFolder;

use super::Turn;
use super::item::{Names, Place};
use super::read::Known;

/// Names of one sort that a place is given. Ours: whatever is wanted there, two others are known.
const NAMES_MAX: usize = 3;

/// What comes of a turn.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Folders that are another entity's own.
    pub(super) in_the_way: Vec<RegisteredFolder>,
    /// What is missing. No two of them write the same item.
    pub(super) writes: Vec<Write>,
}

/// What is written together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Write {
    /// Folders, by their keys.
    pub(super) folders: BTreeMap<String, RegisteredFolder>,
    /// The place that they are in, and their names as far as it lacks them.
    pub(super) place: Option<(Place, Names)>,
    /// Whether the folder was there, and only its name or its record of the site changes.
    pub(super) is_rename: bool,
}

/// Whether a record of the site is given that was not known.
fn is_new(known: Option<u64>, given: Option<u64>) -> bool {
    given.is_some() && given != known
}

/// Plans a turn by what is known of it.
pub(super) fn plan(turn: &Turn, known: &Known) -> Plan {
    let mut plan = Plan::default();
    let mut lacking: BTreeMap<Place, Write> = BTreeMap::new();
    for (key, folder) in turn {
        let RegisteredFolder { at, entity, name, is_primary, location } = folder;
        let there = known.folders.get(key);
        if let Some(owner) = there.filter(|there| there.entity != *entity) {
            plan.in_the_way.push(owner.clone());
            continue;
        }
        let is_other =
            |there: &RegisteredFolder| there.name != *name || is_new(there.location, *location);
        let place = Place::of(at, entity);
        let named = known.places.get(&place.key()).map(|names| names.of(*is_primary));
        let is_named = named.is_some_and(|names| names.contains(at.name()));
        let added = lacking.get(&place).and_then(|write| write.place.as_ref());
        let count = named.map_or(0, |names| names.len())
            + added.map_or(0, |(_, names)| names.of(*is_primary).len());
        let one = BTreeMap::from([(key.clone(), folder.clone())]);
        if !is_named && count < NAMES_MAX {
            let nothing = || Write {
                folders: BTreeMap::new(),
                place: Some((place.clone(), Names::default())),
                is_rename: false,
            };
            let write = lacking.entry(place.clone()).or_insert_with(nothing);
            write.folders.extend(one);
            if let Some((_, names)) = &mut write.place {
                names.insert(at.name(), *is_primary);
            }
        } else if there.is_none_or(is_other) {
            plan.writes.push(Write { folders: one, place: None, is_rename: there.is_some() });
        }
    }
    plan.writes.extend(lacking.into_values());
    plan
}
