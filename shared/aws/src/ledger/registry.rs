//! The registry of folders, in the ledger's table. Its items do not expire.
//!
//! A folder has an item of its own, written on the condition that it is nobody else's; and each
//! entity has an item for each parent folder, which says where in there it is. Both are written
//! in one transaction, so a crash leaves both or none, and a repeat writes only what is missing.
//! Folders are read before they are written: what is there already costs no write.
//!
//! While an operator forgets an entity, a worker that registers the same entity may leave a folder
//! that its place does not lead to: not found by its parent folder, and owned all the same. The
//! next repeat, or the next forget, mends that. What is forgotten below an entity's folders leaves
//! the places of others as they are: what they name leads to nothing, and is passed over.
//!
//! Not here: how items are laid out (`item`), what has to be written (`plan`), the calls (`read`,
//! `write`), what operators do (`operator`), and what lies below a folder (`below`).

use std::collections::BTreeMap;

use async_trait::async_trait;
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_queue::{LedgerError, Registry, WantedFolder};

use super::DynamoLedger;
use super::patience::Patient;

mod below;
mod item;
mod operator;
mod plan;
mod read;
mod unregister;
mod write;

use read::Asked;

#[async_trait]
impl Registry for DynamoLedger {
    async fn registered(
        &self,
        wanted: &[WantedFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let known = read::known(self, Asked::of_wanted(wanted)).await?;
        Ok(known.folders.into_values().collect())
    }

    async fn register(
        &self,
        folders: &[RegisteredFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let mut in_the_way = Vec::new();
        for turn in turns(folders) {
            in_the_way.extend(register(self, turn).await?);
        }
        Ok(in_the_way)
    }

    async fn unregister(&self, folders: &[RegisteredFolder]) -> Result<(), LedgerError> {
        unregister::all(self, folders).await
    }

    async fn folders_of(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        operator::folders_of(self, entity).await
    }

    async fn forget(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        operator::forget(self, entity).await
    }
}

/// Folders of which no two are kept in the same item, by its key.
type Turn = BTreeMap<String, RegisteredFolder>;

/// Turns to be registered one after the other. Nearly always there is one: a second one begins
/// where two entities want the same folder. A folder that one entity wants twice gets its last
/// name, and the last record of the site that is given.
fn turns(folders: &[RegisteredFolder]) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for folder in folders {
        let key = item::folder_key(&folder.at, &folder.entity, folder.is_primary);
        let takes =
            |turn: &&mut Turn| turn.get(&key).is_none_or(|there| there.entity == folder.entity);
        match turns.iter_mut().find(takes) {
            Some(turn) => {
                let known = turn.get(&key).and_then(|there| there.location);
                let location = folder.location.or(known);
                turn.insert(key, RegisteredFolder { location, ..folder.clone() });
            }
            None => turns.push(Turn::from([(key, folder.clone())])),
        }
    }
    turns
}

/// Reads, plans and writes until nothing is left to write. Answers what was in the way.
async fn register(
    ledger: &DynamoLedger,
    mut left: Turn,
) -> Result<Vec<RegisteredFolder>, LedgerError> {
    let mut in_the_way = Vec::new();
    let mut patient = Patient::default();
    while !left.is_empty() {
        let known = read::known(ledger, Asked::of_turn(&left)).await?;
        let plan = plan::plan(&left, &known);
        in_the_way.extend(plan.in_the_way);
        let count = plan.writes.iter().map(|write| write.folders.len()).sum::<usize>();
        let again = write::all(ledger, plan.writes).await?;
        left.retain(|key, _| again.contains(key));
        // Somebody else was faster, or DynamoDB is busy: the next look says which.
        let is_stuck = !again.is_empty() && again.len() == count;
        if !again.is_empty() && !patient.waits(is_stuck).await {
            return Err(ledger.puts_off(again.len(), "folders"));
        }
    }
    Ok(in_the_way)
}

#[cfg(test)]
mod tests;
