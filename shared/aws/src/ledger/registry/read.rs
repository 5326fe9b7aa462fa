//! Reading folders: what is asked for, and what the places of it lead to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sgh_core::folder::RegisteredFolder;
use sgh_queue::{LedgerError, WantedFolder};

use super::item::{self, Names, Place, folder_key};
use super::{DynamoLedger, Turn};
use crate::ledger::read::{Attributes, items};

/// What is asked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Keys of folders.
    folders: BTreeSet<String>,
    /// Places by their keys; what they lead to is asked for too.
    places: BTreeMap<String, Place>,
}

impl Asked {
    /// All that may speak against making these.
    pub(super) fn of_wanted(wanted: &[WantedFolder]) -> Self {
        let mut asked = Self::default();
        for WantedFolder { at, entity } in wanted {
            asked.folders.extend([true, false].map(|own| folder_key(at, entity, own)));
            asked.place(Place::of(at, entity));
        }
        asked
    }

    /// All that decides what of these has to be written.
    pub(super) fn of_turn(turn: &Turn) -> Self {
        let mut asked = Self { folders: turn.keys().cloned().collect(), ..Self::default() };
        for folder in turn.values() {
            asked.place(Place::of(&folder.at, &folder.entity));
        }
        asked
    }

    fn place(&mut self, place: Place) {
        self.places.insert(place.key(), place);
    }
}

/// What was found, by key.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) folders: HashMap<String, RegisteredFolder>,
    /// What each place leads to. Names that lead to nothing are left out.
    pub(super) places: HashMap<String, Names>,
}

/// Two looks: at what is asked for, then at what the places lead to.
pub(super) async fn known(ledger: &DynamoLedger, asked: Asked) -> Result<Known, LedgerError> {
    let Asked { folders: keys, places } = asked;
    let mut known = Known::default();
    let first = keys.iter().chain(places.keys()).cloned().collect();
    for (key, item) in items(ledger, first, Attributes::All).await? {
        if places.contains_key(&key) {
            known.places.insert(key, Names::read(&item));
        } else if let Some(folder) = item::folder(&item)? {
            known.folders.insert(key, folder);
        }
    }
    let mut beside: BTreeMap<String, &Place> = BTreeMap::new();
    for (key, place) in &places {
        let names = known.places.get(key).into_iter().flat_map(Names::iter);
        let led_to = names.map(|(name, is_primary)| (place.folder_key(name, is_primary), place));
        beside.extend(led_to.filter(|(key, _)| !keys.contains(key)));
    }
    let keys_beside = beside.keys().cloned().collect();
    for (key, item) in items(ledger, keys_beside, Attributes::All).await? {
        let is_still = |folder: &RegisteredFolder| {
            beside.get(&key).is_some_and(|place| place.entity == folder.entity)
        };
        if let Some(folder) = item::folder(&item)?.filter(is_still) {
            known.folders.insert(key, folder);
        }
    }
    let Known { folders, places: names } = &mut known;
    for (key, names) in names {
        let Some(place) = places.get(key) else { continue };
        names.retain(|name, is_primary| {
            let folder = folders.get(&place.folder_key(name, is_primary));
            folder.is_some_and(|folder| folder.entity == place.entity)
        });
    }
    Ok(known)
}
