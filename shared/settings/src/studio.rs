//! sgh.yaml and the files of the teams beside it, read from the disk. Every program of ours reads
//! them here, so that all see the same automations in the same order.
//!
//! Not here: what the texts mean. That is `sgh_core::config`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sgh_core::config::{Config, ConfigError, ConfigFile, TEAM_FILE, TEAM_FOLDER};
use sgh_core::limits::{CONFIG_FILES_MAX, SCHEMA_FILE_MAX};

/// An sgh.yaml that cannot be read, or not be meant.
#[derive(Debug, thiserror::Error)]
pub enum StudioError {
    /// The disk does not give it.
    #[error("cannot read {}: {why}", path.display())]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// Why, with the fix where it is ours to know.
        why: String,
    },
    /// Its texts say what cannot be meant.
    #[error(transparent)]
    Meaning(#[from] ConfigError),
}

impl StudioError {
    /// What is to be done where the file that all begins with is not there.
    fn of_the_first(self) -> Self {
        match self {
            Self::Unreadable { path, why } => {
                Self::Unreadable { path, why: format!("{why}; SGH_CONFIG says where sgh.yaml is") }
            }
            Self::Meaning(error) => Self::Meaning(error),
        }
    }
}

/// Reads sgh.yaml and, where there is a folder `sgh.d` beside it, the files of the teams in it.
/// Links are followed; names that begin with a dot or end otherwise are left alone.
///
/// # Errors
/// A file that cannot be read, or all that cannot be meant.
pub fn studio(path: &Path) -> Result<Config, StudioError> {
    let main = text(path).map_err(|error| error.of_the_first())?;
    let folder = path.parent().unwrap_or_else(|| Path::new("")).join(TEAM_FOLDER);
    let mut teams = Vec::new();
    for path in team_files(&folder)? {
        teams.push(text(&path)?);
    }
    Ok(Config::of_files(&main, &teams)?)
}

/// The files of the teams; none where there is no such folder.
fn team_files(folder: &Path) -> Result<Vec<PathBuf>, StudioError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.');
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending {
            _ if is_hidden => {}
            Some(TEAM_FILE) => files.push(path),
            // Somebody means it to be read.
            Some("yml") => {
                let why = format!("the names of files in {TEAM_FOLDER} end in `.{TEAM_FILE}`");
                return Err(StudioError::Unreadable { path, why });
            }
            Some(_) | None => {}
        }
    }
    if files.len() > CONFIG_FILES_MAX {
        let why = format!("it has {} files; at most {CONFIG_FILES_MAX} are read", files.len());
        return Err(StudioError::Unreadable { path: folder.to_owned(), why });
    }
    files.sort();
    Ok(files)
}

fn text(path: &Path) -> Result<ConfigFile, StudioError> {
    let refused = |why: String| StudioError::Unreadable { path: path.to_owned(), why };
    // A pipe would be waited for, for ever.
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !metadata.is_file() {
        return Err(refused("it is not a file".to_owned()));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let read = file.take(SCHEMA_FILE_MAX + 1).read_to_string(&mut text);
    read.map_err(|error| unreadable(path, &error))?;
    if text.len() as u64 > SCHEMA_FILE_MAX {
        return Err(refused(format!("it is larger than {SCHEMA_FILE_MAX} bytes; split it")));
    }
    Ok(ConfigFile { path: path.to_owned(), text })
}

fn unreadable(path: &Path, error: &std::io::Error) -> StudioError {
    StudioError::Unreadable { path: path.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests;
