//! The files that an sgh.yaml is made of: the file itself, and in the folder `sgh.d` beside it one
//! file for each team, which holds automations and nothing else.
//!
//! Not here: looking for them on a disk, which is done where a program starts.

use std::path::{Path, PathBuf};

use super::low::Low;
use super::{Problem, low};

/// The folder beside sgh.yaml with the files of the teams.
pub const TEAM_FOLDER: &str = "sgh.d";
/// What the name of a team's file ends in.
pub const TEAM_FILE: &str = "yaml";

/// One file, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it stands.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// All that is wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFile {
    /// The file, as it was named.
    pub file: PathBuf,
    /// In the order of the file. Never empty.
    pub problems: Vec<Problem>,
}

/// All that is wrong with an sgh.yaml and with what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// sgh.yaml first, then the others in their order. Never empty.
    pub files: Vec<InFile>,
}

impl std::error::Error for ConfigError {}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |one: &InFile| {
            let file = one.file.display().to_string();
            one.problems.clone().into_iter().map(move |problem| (file.clone(), problem))
        };
        for (index, (file, problem)) in self.files.iter().flat_map(of).enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{file}")?;
            if problem.line > 0 {
                write!(f, ":{}:{}", problem.line, problem.column)?;
            }
            write!(f, ": {}", problem.message)?;
        }
        Ok(())
    }
}

/// The form of each: sgh.yaml first, then the others in the order of their names.
pub(super) fn lows(
    main: &ConfigFile,
    teams: &[ConfigFile],
) -> Result<Vec<(PathBuf, Low)>, ConfigError> {
    let mut teams: Vec<&ConfigFile> = teams.iter().collect();
    teams.sort_by_key(|file| file.path.file_name().map(ToOwned::to_owned));
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for ConfigFile { path, text } in std::iter::once(main).chain(teams) {
        match low::read(text) {
            Ok(low) => read.push((path.clone(), low)),
            Err(problem) => {
                wrong.push(InFile { file: path.clone(), problems: vec![problem] });
            }
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(ConfigError { files: wrong }) }
}

/// What stands in a team's file and is for all of them.
pub(super) fn not_of_a_team(low: &Low) -> Vec<Problem> {
    let folders = low.folders.as_ref().map(|folders| folders.referenced);
    let dry_run = low.dry_run.as_ref().map(|dry_run| dry_run.referenced);
    let zone = low.time_zone.as_ref().map(|zone| zone.referenced);
    let keys = [("folders", folders), ("dry_run", dry_run), ("time_zone", zone)];
    let problem = |(key, place): (&str, Option<serde_saphyr::Location>)| {
        let place = place?;
        let message = format!(
            "`{key}` is for all automations: write it into sgh.yaml; a file of {TEAM_FOLDER} has \
             `automations` only"
        );
        Some(Problem { line: place.line(), column: place.column(), message })
    };
    keys.into_iter().filter_map(problem).collect()
}

/// Where relative paths start, whichever of the files they stand in: an automation means the same
/// wherever it is moved to.
pub(super) fn folder_of(main: &Path) -> &Path {
    main.parent().unwrap_or_else(|| Path::new(""))
}
