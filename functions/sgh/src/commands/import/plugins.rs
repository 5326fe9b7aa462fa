//! The files of the event daemon on the disk: which of a folder it runs, and in which order.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use sgh_core::limits::SCHEMA_FILE_MAX;
use sgh_import::{Plugin, Unread};

/// Plugins in one folder. Ours: the daemon runs one after the other.
const PLUGINS_MAX: usize = 1000;

/// Adds the plugins of a folder by their names, which is how the daemon runs them; it leaves alone
/// what begins with a dot. A plugin that is named itself is one.
///
/// # Errors
/// The folder cannot be read, or has too many.
pub fn of(folder: &Path, found: &mut Vec<Plugin>, unread: &mut Vec<Unread>) -> anyhow::Result<()> {
    let name = folder.display();
    let mut paths: Vec<PathBuf> = Vec::new();
    if folder.is_file() {
        paths.push(folder.to_owned());
    } else {
        let place = || format!("cannot read the plugin folder {name}");
        for entry in std::fs::read_dir(folder).with_context(place)? {
            let path = entry.with_context(place)?.path();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            if file.ends_with(".py") && !file.starts_with('.') {
                paths.push(path);
            }
        }
    }
    ensure!(paths.len() <= PLUGINS_MAX, "{name} has over {PLUGINS_MAX} plugins");
    paths.sort();
    for path in paths {
        match text(&path) {
            Ok(text) => found.push(Plugin { path, text }),
            Err(error) => unread.push(Unread { file: path, line: 0, what: format!("{error:#}") }),
        }
    }
    Ok(())
}

/// The text of a file; what is no UTF-8 in it is in a comment or in a name of a person.
///
/// # Errors
/// It cannot be read, or is larger than a plugin is.
pub fn text(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let place = || format!("cannot read {name}");
    // A pipe would be waited for, for ever.
    ensure!(std::fs::metadata(path).with_context(place)?.is_file(), "{name} is not a file");
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(place)?;
    file.take(SCHEMA_FILE_MAX + 1).read_to_end(&mut bytes).with_context(place)?;
    ensure!(bytes.len() as u64 <= SCHEMA_FILE_MAX, "{name} is larger than {SCHEMA_FILE_MAX} bytes");
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
