//! A registry in memory. It answers what a registry has to answer and not more, so that a rule
//! that needs to know more than that fails here too.

use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_folders::Registration;
use sgh_folders::registry::unregistered;

#[derive(Default)]
pub struct MemoryRegistry {
    rows: Vec<RegisteredFolder>,
}

impl MemoryRegistry {
    /// Whose these folders are, and where else in the same folder their entities are registered.
    pub fn registered(&self, wanted: &[Registration]) -> Vec<RegisteredFolder> {
        let speaks_against = |row: &&RegisteredFolder| {
            wanted.iter().filter(|wanted| wanted.is_primary).any(|wanted| {
                let is_owner = row.is_primary && row.at == wanted.at;
                let is_beside = row.at.root == wanted.at.root
                    && row.at.parent() == wanted.at.parent()
                    && row.entity == wanted.entity.entity;
                is_owner || is_beside
            })
        };
        self.rows.iter().filter(speaks_against).cloned().collect()
    }

    /// Registers what is new, and answers that.
    pub fn register(&mut self, wanted: &[Registration]) -> Vec<Registration> {
        let new: Vec<Registration> =
            unregistered(wanted, &self.rows).into_iter().cloned().collect();
        self.rows.extend(new.iter().map(RegisteredFolder::from));
        new
    }

    pub fn forget(&mut self, entity: &EntityRef) {
        self.rows.retain(|row| row.entity != *entity);
    }
}
