//! How folders are laid out in items.
//!
//! | attribute | of | holds |
//! |---|---|---|
//! | `pk` | folder | `folder#<hash>`: of storage and path; not its own: of the entity too |
//! | `pk` | place | `place#<hash>`: of storage, path of the parent folder, and entity |
//! | `root`, `path`, `name` | folder | what is registered |
//! | `location` | folder | id of the site's FilesystemLocation, where there is one |
//! | `entity` | both | type and id, e.g. `Shot 1234` |
//! | `own`, `other` | place | names of folders in there: the entity's own, and others it is in |
//!
//! A path can be longer than a key may be, so keys are SHA-256; what was hashed cannot be read in
//! two ways. A folder says itself whether it is the entity's own, by the prefix of its key.
//!
//! A place names so many folders and no more, for a sequence may be in the names of thousands; it
//! is a hint where to look. What counts is the folder's own item: a name that leads to none is
//! passed over.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;
use sgh_queue::LedgerError;
use sha2::{Digest, Sha256};

use crate::ledger::item::{Item, PK};

pub(super) const ENTITY: &str = "entity";
pub(super) const ROOT: &str = "root";
pub(super) const PATH: &str = "path";
pub(super) const NAME: &str = "name";
pub(super) const LOCATION: &str = "location";
pub(super) const OWN: &str = "own";
pub(super) const OTHER: &str = "other";

const OWN_FOLDER: &str = "folder#";
const OTHER_FOLDER: &str = "other-folder#";
const PLACE: &str = "place#";

/// The key of a folder: one for its owner, whoever that is; one for each entity besides.
pub(super) fn folder_key(at: &FolderPath, entity: &EntityRef, is_primary: bool) -> String {
    let FolderPath { root, path } = at;
    if is_primary {
        format!("{OWN_FOLDER}{}", hash(&[root, path]))
    } else {
        format!("{OTHER_FOLDER}{}", hash(&[root, path, &entity.to_string()]))
    }
}

/// An entity in one parent folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) root: String,
    pub(super) parent: String,
    pub(super) entity: EntityRef,
}

impl Place {
    /// The place that this folder is in, for this entity.
    pub(super) fn of(at: &FolderPath, entity: &EntityRef) -> Self {
        let (root, parent) = (at.root.clone(), at.parent().to_owned());
        Self { root, parent, entity: entity.clone() }
    }

    pub(super) fn key(&self) -> String {
        format!("{PLACE}{}", hash(&[&self.root, &self.parent, &self.entity.to_string()]))
    }

    /// The key of the folder with this name in it.
    pub(super) fn folder_key(&self, name: &str, is_primary: bool) -> String {
        let parent = &self.parent;
        let path = if parent.is_empty() { name.to_owned() } else { [parent, "/", name].concat() };
        folder_key(&FolderPath::new(&self.root, path), &self.entity, is_primary)
    }
}

/// With each text's size before it, so that no two lists of texts are hashed as the same bytes.
fn hash(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hex::encode(hash.finalize())
}

/// Reads a folder's item; `None` for any other.
pub(super) fn folder(item: &Item) -> Result<Option<RegisteredFolder>, LedgerError> {
    let key = text(item, PK)?;
    if !key.starts_with(OWN_FOLDER) && !key.starts_with(OTHER_FOLDER) {
        return Ok(None);
    }
    Ok(Some(RegisteredFolder {
        at: FolderPath::new(text(item, ROOT)?, text(item, PATH)?),
        entity: entity(text(item, ENTITY)?).ok_or_else(|| unreadable(key, ENTITY))?,
        name: text(item, NAME)?.to_owned(),
        is_primary: key.starts_with(OWN_FOLDER),
        location: item.get(LOCATION).and_then(|value| value.as_n().ok()?.parse().ok()),
    }))
}

/// Names of folders in a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// The entity's own.
    pub(super) own: BTreeSet<String>,
    /// Others that it is registered for.
    pub(super) other: BTreeSet<String>,
}

impl Names {
    pub(super) fn read(item: &Item) -> Self {
        let names = |attribute| match item.get(attribute) {
            Some(AttributeValue::Ss(names)) => names.iter().cloned().collect(),
            Some(_) | None => BTreeSet::new(),
        };
        Self { own: names(OWN), other: names(OTHER) }
    }

    pub(super) fn of(&self, is_primary: bool) -> &BTreeSet<String> {
        if is_primary { &self.own } else { &self.other }
    }

    pub(super) fn insert(&mut self, name: &str, is_primary: bool) {
        let names = if is_primary { &mut self.own } else { &mut self.other };
        names.insert(name.to_owned());
    }

    /// Each with whether it is the entity's own.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        let own = self.own.iter().map(|name| (name.as_str(), true));
        own.chain(self.other.iter().map(|name| (name.as_str(), false)))
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&str, bool) -> bool) {
        self.own.retain(|name| keep(name, true));
        self.other.retain(|name| keep(name, false));
    }
}

pub(super) fn text<'i>(item: &'i Item, name: &str) -> Result<&'i str, LedgerError> {
    let found = item.get(name).and_then(|value| value.as_s().ok());
    found.map(String::as_str).ok_or_else(|| {
        let key = item.get(PK).and_then(|key| key.as_s().ok());
        unreadable(key.map_or("without a key", String::as_str), name)
    })
}

/// As [`EntityRef`] is shown; a type may hold spaces, an id none.
fn entity(text: &str) -> Option<EntityRef> {
    let (kind, id) = text.rsplit_once(' ')?;
    Some(EntityRef::new(kind, id.parse().ok()?))
}

fn unreadable(key: &str, attribute: &str) -> LedgerError {
    LedgerError(format!(
        "the item `{key}` cannot be read: its `{attribute}` is not as it should be"
    ))
}
