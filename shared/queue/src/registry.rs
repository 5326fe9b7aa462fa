//! The registry: which folder was made for which entity, so that none is made for another one, or
//! once more under another name.
//!
//! What a conflict is, is not decided here: `sgh-folders` does that, from what is registered.

use async_trait::async_trait;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;

use crate::ledger::LedgerError;

/// What the registry is asked about: a folder, and the entity it is wanted for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WantedFolder {
    /// The folder.
    pub at: FolderPath,
    /// The entity.
    pub entity: EntityRef,
}

/// Folders and whom they were made for. Kept until they are forgotten by hand.
///
/// A folder is one entity's own at the most (`is_primary`), and may stand for any number of
/// others besides, the same entity included. Two folders are the same where storage and path are
/// the same to the byte: what a disk makes of upper and lower case is not looked at.
#[async_trait]
pub trait Registry: Send + Sync {
    /// What is registered that may speak against making these, and what needs no registering any
    /// more: whoever has one of the very folders as its own; whether each of the entities is
    /// registered for its very folder, as its own or not; and where else in the same parent folder
    /// it is. In no order, none twice.
    ///
    /// Of one entity elsewhere in one parent folder not all have to be given: at least two folders
    /// of its own, and two of the others, are enough.
    ///
    /// # Errors
    /// The registry could not be asked.
    async fn registered(
        &self,
        wanted: &[WantedFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError>;

    /// Registers folders, as if one after the other; what is registered already stays as it is,
    /// but for its name, and for its record on the site where one is given. Answers what was in the
    /// way, as it is registered: folders that are another entity's own by now. Those were not
    /// registered, all others were.
    ///
    /// That the same entity is somewhere else in the same parent folder is not looked at.
    ///
    /// # Errors
    /// The registry could not be asked; some may be registered. To repeat the call is safe.
    async fn register(
        &self,
        folders: &[RegisteredFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError>;

    /// Takes back what was registered: these folders, for these entities, and nothing else. What is
    /// not registered, or is another entity's by now, is left as it is.
    ///
    /// # Errors
    /// The registry could not be asked; some may be taken back. To repeat the call is safe.
    async fn unregister(&self, folders: &[RegisteredFolder]) -> Result<(), LedgerError>;

    /// All that is registered for an entity, sorted.
    ///
    /// # Errors
    /// The registry could not be asked.
    async fn folders_of(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError>;

    /// Forgets all that is registered for an entity, and all that is registered, for whomever,
    /// below the folders that are its own: once its folder is somewhere else, or somebody else's,
    /// nothing in there may speak against what is made under its name. What the folders themselves
    /// are registered for besides stays, and so does all below a folder that is not its own. No
    /// folder is touched on the disk. Answers what was forgotten, sorted.
    ///
    /// # Errors
    /// The registry could not be asked; some may be forgotten. A repeat forgets the rest.
    async fn forget(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError>;
}
