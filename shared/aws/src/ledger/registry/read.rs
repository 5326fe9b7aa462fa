//! Reading folders: a hundred items a call, some calls at once, what is put off once more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::{StreamExt, TryStreamExt, stream};
use sgh_core::folder::RegisteredFolder;
use sgh_queue::{LedgerError, WantedFolder};

use super::item::{self, Names, Place, folder_key};
use super::patience::{Patient, is_put_off};
use super::{DynamoLedger, Turn};
use crate::ledger::item::{Item, PK};

/// Items in one `BatchGetItem`. AWS.
pub(super) const ITEMS_PER_CALL_MAX: usize = 100;
/// Calls at once. Ours.
const CALLS_AT_ONCE: usize = 8;

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
    for (key, item) in get(ledger, first).await? {
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
    for (key, item) in get(ledger, beside.keys().cloned().collect()).await? {
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

/// Those items that there are.
async fn get(
    ledger: &DynamoLedger,
    mut left: Vec<String>,
) -> Result<HashMap<String, Item>, LedgerError> {
    let mut found = HashMap::new();
    let mut patient = Patient::default();
    while !left.is_empty() {
        let calls: Vec<_> =
            left.chunks(ITEMS_PER_CALL_MAX).map(|keys| call(ledger, keys.to_vec())).collect();
        let answers: Vec<Answer> =
            stream::iter(calls).buffer_unordered(CALLS_AT_ONCE).try_collect().await?;
        let count = left.len();
        left.clear();
        for Answer { items, put_off } in answers {
            for item in items {
                found.insert(item::text(&item, PK)?.to_owned(), item);
            }
            left.extend(put_off);
        }
        if !left.is_empty() && !patient.waits(left.len() == count).await {
            return Err(ledger.puts_off(left.len(), "reads"));
        }
    }
    Ok(found)
}

struct Answer {
    items: Vec<Item>,
    /// Keys that were not looked at.
    put_off: Vec<String>,
}

/// Sees every write that was answered before.
async fn call(ledger: &DynamoLedger, keys: Vec<String>) -> Result<Answer, LedgerError> {
    let key = |key: &String| HashMap::from([(PK.to_owned(), AttributeValue::S(key.clone()))]);
    let wanted = KeysAndAttributes::builder()
        .set_keys(Some(keys.iter().map(key).collect()))
        .consistent_read(true)
        .build()
        .map_err(|error| LedgerError(error.to_string()))?;
    match ledger.client.batch_get_item().request_items(&ledger.table, wanted).send().await {
        Ok(answer) => {
            let items = answer.responses.into_iter().flatten().flat_map(|(_, items)| items);
            let rest = answer.unprocessed_keys.into_iter().flatten();
            let rest = rest.flat_map(|(_, keys)| keys.keys);
            let put_off = rest.map(|key| item::text(&key, PK).map(str::to_owned));
            Ok(Answer { items: items.collect(), put_off: put_off.collect::<Result<_, _>>()? })
        }
        Err(error) if error.code().is_some_and(is_put_off) => {
            Ok(Answer { items: Vec::new(), put_off: keys })
        }
        Err(error) => Err(LedgerError(ledger.place.fault(&error))),
    }
}
