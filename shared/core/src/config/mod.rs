//! sgh.yaml: what a studio automates. Read in two steps: the file as it is written (`low`), then
//! as it is meant (here), so that nothing further in ever sees a key that does not fit.
//!
//! Reading the file from disk is not done here, and neither is asking the site whether the names
//! in it exist: `sgh check` does both.

mod children;
mod codes;
mod emit;
mod files;
mod folders;
mod json_schema;
mod keys;
mod low;
mod meaning;
mod nearest;
mod on_failure;
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
pub use files::{ConfigError, ConfigFile, InFile, TEAM_FILE, TEAM_FOLDER};
pub use folders::{Folders, Owner};
pub use json_schema::JSON_SCHEMA;
pub use on_failure::OnFailure;
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
    /// What becomes of its next events once it has failed at one.
    pub on_failure: OnFailure,
    /// The file it stands in: sgh.yaml, or one of those in `sgh.d`.
    pub file: PathBuf,
    /// The line of that file it starts at.
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

impl Config {
    /// Reads the text of an sgh.yaml. Relative paths in it start at the folder of `file`.
    ///
    /// # Errors
    /// Everything that is wrong with it, together; where the text is no YAML of the right form,
    /// the first thing.
    pub fn read(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let main = ConfigFile { path: file.to_owned(), text: text.to_owned() };
        Self::of_files(&main, &[])
    }

    /// Reads an sgh.yaml and the files of the teams, whose automations follow in the order of
    /// their files' names.
    ///
    /// # Errors
    /// As for one file, of all of them.
    pub fn of_files(main: &ConfigFile, teams: &[ConfigFile]) -> Result<Self, ConfigError> {
        meaning::of(files::lows(main, teams)?)
    }
}

#[cfg(test)]
mod tests;
