//! How a storage is spelled on the machines of a studio: the site's LocalStorage.
//!
//! What people and Toolkit read is their spelling; where a storage is mounted here is `Roots`.

use std::collections::BTreeMap;

use serde_json::Value;
use sgh_core::folder::FolderPath;
use sgh_site::Record;

use crate::roots::Roots;

/// One storage's path on each system that has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spelling {
    /// On Linux.
    pub linux: Option<String>,
    /// On macOS.
    pub mac: Option<String>,
    /// On Windows.
    pub windows: Option<String>,
}

impl Spelling {
    /// What a LocalStorage record says; empty paths are none.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let text = |field: &str| {
            let text = record.fields.get(field).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self { linux: text("linux_path"), mac: text("mac_path"), windows: text("windows_path") }
    }

    /// Whether any system has it.
    fn is_some(&self) -> bool {
        self.linux.is_some() || self.mac.is_some() || self.windows.is_some()
    }

    /// A path below it, as the first system has it that knows the storage: Linux, macOS, Windows.
    #[must_use]
    pub fn local_path(&self, below: &str) -> Option<String> {
        let unix = self.linux.as_deref().or(self.mac.as_deref());
        unix.map(|root| format!("{}/{below}", root.trim_end_matches('/'))).or_else(|| {
            let root = self.windows.as_deref()?.trim_end_matches(['\\', '/']);
            Some(format!("{root}\\{}", below.replace('/', "\\")))
        })
    }

    /// What is left of a path below this storage, and how much of it the storage was.
    fn below(&self, path: &str) -> Option<(usize, String)> {
        let unix = [&self.linux, &self.mac].into_iter().flatten().filter_map(|root| {
            let root = root.trim_end_matches('/');
            let rest = path.strip_prefix(root)?.strip_prefix('/')?;
            Some((root.len(), rest.to_owned()))
        });
        let windows = self.windows.iter().filter_map(|root| {
            let (root, path) = (root.replace('\\', "/"), path.replace('\\', "/"));
            let root = root.trim_end_matches('/');
            let start = path.get(..root.len())?;
            let rest = path.get(root.len()..)?.strip_prefix('/')?;
            start.eq_ignore_ascii_case(root).then(|| (root.len(), rest.to_owned()))
        });
        let rest = unix.chain(windows).max()?;
        let pieces: Vec<&str> = rest.1.split('/').filter(|piece| !piece.is_empty()).collect();
        (!pieces.is_empty()).then(|| (rest.0, pieces.join("/")))
    }
}

/// Storage name -> how it is spelled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storages {
    spellings: BTreeMap<String, Spelling>,
}

impl Storages {
    /// Storages by name.
    #[must_use]
    pub fn new(spellings: BTreeMap<String, Spelling>) -> Self {
        Self { spellings }
    }

    /// Storages that are spelled everywhere as they are mounted here.
    #[must_use]
    pub fn as_mounted(roots: &Roots) -> Self {
        let spelling = |name: &str| {
            let linux = roots.path(name).map(|path| path.display().to_string());
            (name.to_owned(), Spelling { linux, ..Spelling::default() })
        };
        Self { spellings: roots.names().map(spelling).collect() }
    }

    /// The same, but as `other` spells those that it knows.
    #[must_use]
    pub fn spelled_as(mut self, other: &Self) -> Self {
        let known = other.spellings.iter().filter(|(_, spelling)| spelling.is_some());
        self.spellings.extend(known.map(|(name, spelling)| (name.clone(), spelling.clone())));
        self
    }

    /// How a storage is spelled.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Spelling> {
        self.spellings.get(name)
    }

    /// The folder that a path means; of storages one in the other, the inner one's.
    #[must_use]
    pub fn folder(&self, path: &str) -> Option<FolderPath> {
        let found = self.spellings.iter().filter_map(|(name, spelling)| {
            let (length, rest) = spelling.below(path)?;
            Some((length, FolderPath::new(name.as_str(), rest)))
        });
        found.max().map(|(_, folder)| folder)
    }
}
