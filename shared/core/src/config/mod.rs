//! sgh.yaml: what a studio automates. Read in two steps: the file as it is written (`low`), then
//! as it is meant (here), so that nothing further in ever sees a key that does not fit.
//!
//! Reading the file from disk is not done here, and neither is asking the site whether the names
//! in it exist: `sgh check` does both.

mod folders;
mod low;
mod meaning;
mod trigger;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use folders::{Folders, Owner};
pub use trigger::{BadTrigger, Trigger};

/// What a studio automates.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where directories are made; needed by `make_folders`.
    pub folders: Option<Folders>,
    /// In the order they run.
    pub automations: Vec<Automation>,
}

/// One entry of sgh.yaml.
#[derive(Debug, Clone, PartialEq)]
pub struct Automation {
    /// Its name, as people read it in acknowledgements. Unique.
    pub name: String,
    /// The events it is for. Never empty.
    pub on: Vec<Trigger>,
    /// Only events of these projects; `None` for all.
    pub projects: Option<BTreeSet<u64>>,
    /// Only a change from one of these values; `None` for any.
    pub from: Option<Vec<Value>>,
    /// Only a change to one of these values; `None` for any.
    pub to: Option<Vec<Value>>,
    /// What it does.
    pub action: Action,
    /// The line of sgh.yaml it starts at.
    pub line: u64,
}

/// What an automation does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Makes the directories of the entity.
    MakeFolders(MakeFolders),
    /// Sets fields of the entity, or of what it links to.
    Set(Set),
}

impl Action {
    /// Its word in sgh.yaml.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::MakeFolders(_) => "make_folders",
            Self::Set(_) => "set",
        }
    }
}

/// Directories to make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MakeFolders {
    /// Engines whose deferred folders are made too, e.g. `tk-maya`; `None` leaves those out.
    pub engines: Option<Vec<String>>,
}

/// Fields to set, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// Whose fields.
    pub target: Target,
    /// Only a target whose field is at one of these values.
    pub conditions: BTreeMap<String, Vec<Value>>,
    /// Field, and the value it gets.
    pub values: BTreeMap<String, Value>,
    /// Field, and for each value it has on the changed entity the value the target gets.
    pub map: BTreeMap<String, BTreeMap<String, Value>>,
}

/// Whose fields are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The changed entity's.
    Itself,
    /// Those of the entities that this field of the changed entity links to.
    Link(String),
}

/// Something in sgh.yaml that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1; 0 where none is known.
    pub line: u64,
    /// Column, from 1; 0 where none is known.
    pub column: u64,
    /// What is wrong, and the fix.
    pub message: String,
}

/// All that is wrong with one sgh.yaml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named.
    pub file: PathBuf,
    /// In the order of the file. Never empty.
    pub problems: Vec<Problem>,
}

impl std::error::Error for ConfigError {}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{}", self.file.display())?;
            if problem.line > 0 {
                write!(f, ":{}:{}", problem.line, problem.column)?;
            }
            write!(f, ": {}", problem.message)?;
        }
        Ok(())
    }
}

impl Config {
    /// Reads the text of an sgh.yaml. Relative paths in it start at the folder of `file`.
    ///
    /// # Errors
    /// Everything that is wrong with it, together; where the text is no YAML of the right form,
    /// the first thing.
    pub fn read(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let error = |problems| ConfigError { file: file.to_owned(), problems };
        let low = low::read(text).map_err(|problem| error(vec![problem]))?;
        let folder = file.parent().unwrap_or_else(|| Path::new(""));
        meaning::of(low, folder).map_err(error)
    }
}

#[cfg(test)]
mod tests;
