//! sgh.yaml: what a studio automates. Read in two steps: the file as it is written (`low`), then
//! as it is meant (here), so that nothing further in ever sees a key that does not fit.
//!
//! Reading the file from disk is not done here, and neither is asking the site whether the names
//! in it exist: `sgh check` does both.

mod children;
mod codes;
mod emit;
mod folders;
mod json_schema;
mod keys;
mod low;
mod meaning;
mod nearest;
mod open_downstream;
mod push_down;
mod roll_up;
mod run;
mod set;
mod trigger;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use children::Children;
pub use codes::Codes;
pub use emit::Emit;
pub use folders::{Folders, Owner};
pub use json_schema::JSON_SCHEMA;
pub use open_downstream::OpenDownstream;
pub use push_down::PushDown;
pub use roll_up::RollUp;
pub use run::{Program, Run};
pub use set::{Conditions, Find, Hop, Links, Set, Target, Worth};
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
    /// Whether it only says what it would do.
    pub dry_run: bool,
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
    /// Opens the tasks that waited for a task.
    OpenDownstream(OpenDownstream),
    /// Lets children decide the status of their parent.
    RollUp(RollUp),
    /// Hands the status of a parent on to its children.
    PushDown(PushDown),
    /// Puts the event on a bus, for code that is none of ours.
    Emit(Emit),
    /// Runs a program of the studio's.
    Run(Run),
}

impl Action {
    /// Its word in sgh.yaml.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::MakeFolders(_) => "make_folders",
            Self::Set(_) => "set",
            Self::OpenDownstream(_) => "open_downstream",
            Self::RollUp(_) => "roll_up",
            Self::PushDown(_) => "push_down",
            Self::Emit(_) => "emit",
            Self::Run(_) => "run",
        }
    }
}

/// Directories to make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MakeFolders {
    /// Engines whose deferred folders are made too, e.g. `tk-maya`; `None` leaves those out.
    pub engines: Option<Vec<String>>,
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
