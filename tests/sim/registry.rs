//! Which folder is whose, in memory. It does not fail here: the directories have tests of that.

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_trait::async_trait;
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_queue::{LedgerError, Registry, WantedFolder};

#[derive(Default)]
pub(crate) struct ModelRegistry(Mutex<Vec<RegisteredFolder>>);

#[async_trait]
impl Registry for ModelRegistry {
    async fn registered(
        &self,
        wanted: &[WantedFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let speaks = |folder: &&RegisteredFolder| {
            wanted.iter().any(|wanted| {
                let is_owned = folder.at == wanted.at && folder.is_primary;
                let is_near = folder.at.root == wanted.at.root
                    && folder.at.parent() == wanted.at.parent()
                    && folder.entity == wanted.entity;
                is_owned || is_near
            })
        };
        let found: BTreeSet<RegisteredFolder> =
            self.0.lock().unwrap().iter().filter(speaks).cloned().collect();
        Ok(found.into_iter().collect())
    }

    async fn register(
        &self,
        folders: &[RegisteredFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let mut all = self.0.lock().unwrap();
        let mut in_the_way = Vec::new();
        for new in folders {
            let there = all.iter().find(|old| {
                old.at == new.at
                    && old.is_primary == new.is_primary
                    && (new.is_primary || old.entity == new.entity)
            });
            match there {
                Some(owner) if owner.entity != new.entity => in_the_way.push(owner.clone()),
                Some(_) => {}
                None => all.push(new.clone()),
            }
        }
        Ok(in_the_way)
    }

    async fn unregister(&self, folders: &[RegisteredFolder]) -> Result<(), LedgerError> {
        self.0.lock().unwrap().retain(|folder| !folders.contains(folder));
        Ok(())
    }

    async fn folders_of(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let all = self.0.lock().unwrap();
        Ok(all.iter().filter(|folder| folder.entity == *entity).cloned().collect())
    }

    async fn forget(&self, _: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        Ok(Vec::new())
    }
}
