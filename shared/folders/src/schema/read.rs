//! The folder of a schema as it lies on disk: folders, sidecars, files, links, without what is
//! ignored. Not here: what the sidecars mean (`build`).

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sgh_core::limits::{FOLDER_DEPTH_MAX, SCHEMA_FILE_MAX};

use super::ignore::Ignore;
use super::sidecar::Sidecar;
use crate::error::{SchemaError, SchemaProblem};

/// What ends the name of a file that describes a link.
const LINK: &str = ".symlink.yml";

/// A folder of the schema.
pub(super) struct Folder {
    pub(super) name: String,
    /// Below the schema's folder; empty for that folder itself.
    pub(super) place: String,
    /// Whether a file describes it, be it empty.
    pub(super) is_described: bool,
    pub(super) sidecar: Sidecar,
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<(String, PathBuf)>,
    pub(super) links: Vec<(String, Sidecar)>,
}

/// Reads a schema's folder, siblings sorted by name.
pub(super) fn tree(root: &Path) -> Result<Folder, SchemaError> {
    let ignore_file = root.join("ignore_files");
    let ignore = if ignore_file.is_file() {
        Ignore::read(&text_of_file(&ignore_file, "ignore_files")?)
    } else {
        Ignore::default()
    };
    let sidecar = Sidecar::none(".".to_owned());
    read_folder(root, String::new(), String::new(), (sidecar, false), &ignore, 0)
}

fn read_folder(
    path: &Path,
    name: String,
    place: String,
    (sidecar, is_described): (Sidecar, bool),
    ignore: &Ignore,
    depth: usize,
) -> Result<Folder, SchemaError> {
    if depth > FOLDER_DEPTH_MAX {
        return Err(SchemaError::new(&place, 0, SchemaProblem::TooDeep));
    }
    let entries = entries(path, &place, ignore)?;
    let mut folder = Folder {
        name,
        place,
        is_described,
        sidecar,
        folders: Vec::new(),
        files: Vec::new(),
        links: Vec::new(),
    };
    // Of an ignored folder too: its sidecar is no file to copy.
    let is_folder = |name: &str| path.join(name).is_dir();
    for entry in &entries {
        let below = below(&folder.place, &entry.name);
        let full = path.join(&entry.name);
        if entry.is_folder {
            let described = below.clone() + ".yml";
            let file = path.join(format!("{}.yml", entry.name));
            let sidecar = if file.is_file() {
                (Sidecar::read(described.clone(), &text_of_file(&file, &described)?)?, true)
            } else {
                (Sidecar::none(below.clone()), false)
            };
            let name = entry.name.clone();
            folder.folders.push(read_folder(&full, name, below, sidecar, ignore, depth + 1)?);
        } else if let Some(link) = entry.name.strip_suffix(LINK).filter(|name| !name.is_empty()) {
            let text = text_of_file(&full, &below)?;
            folder.links.push((link.to_owned(), Sidecar::read(below, &text)?));
        } else if entry.name.ends_with("symlink.yml")
            || entry.name.strip_suffix(".yml").is_some_and(is_folder)
        {
            // The first is dropped by Toolkit without a word; the second describes a folder.
        } else {
            folder.files.push((entry.name.clone(), full));
        }
    }
    Ok(folder)
}

struct Entry {
    name: String,
    is_folder: bool,
}

/// What a folder holds and is not ignored, sorted. Links on disk count as what they lead to.
fn entries(path: &Path, place: &str, ignore: &Ignore) -> Result<Vec<Entry>, SchemaError> {
    let shown = if place.is_empty() { "." } else { place };
    let unreadable = |error: std::io::Error| unreadable(shown, &error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else {
            let name = entry.file_name().to_string_lossy().into_owned();
            return Err(SchemaError::new(below(place, &name), 0, SchemaProblem::NotUtf8));
        };
        let is_folder = entry.path().is_dir();
        let is_link_file = !is_folder && name.ends_with(LINK);
        let is_counted = is_link_file || !ignore.matches(&name);
        if is_counted && (is_folder || entry.path().is_file()) {
            entries.push(Entry { name, is_folder });
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

fn below(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") }
}

fn unreadable(shown: &str, error: &std::io::Error) -> SchemaError {
    SchemaError::new(shown, 0, SchemaProblem::Unreadable(error.to_string()))
}

/// A whole file of the schema as text, within the limit.
pub(super) fn text_of_file(path: &Path, shown: &str) -> Result<String, SchemaError> {
    let unreadable = |error: std::io::Error| unreadable(shown, &error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(SCHEMA_FILE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > SCHEMA_FILE_MAX {
        return Err(SchemaError::new(shown, 0, SchemaProblem::TooLarge));
    }
    String::from_utf8(bytes)
        .map_err(|_| SchemaError::new(shown, 0, SchemaProblem::Yaml("it is not UTF-8".to_owned())))
}
