//! `folders:` of sgh.yaml: the schema, where the storages are, and what new directories are like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_saphyr::Spanned;

use super::Problem;
use super::low::LowFolders;

/// Permission bits there are.
const MODE_MAX: u32 = 0o7777;

/// Where directories are made, and what they are like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// The Toolkit schema: a `core/schema` folder.
    pub schema: PathBuf,
    /// Storage name, and where it is mounted here. Never empty.
    pub roots: BTreeMap<String, PathBuf>,
    /// Permission bits of the directories we make; `None` leaves them to the crate that makes them.
    pub mode: Option<u32>,
    /// The same for the files we copy.
    pub file_mode: Option<u32>,
    /// Whose what we make is to be; `None` for the user the worker runs as.
    pub owner: Option<Owner>,
    /// Whether Toolkit on artists' machines is told: FilesystemLocation rows and their event.
    pub register: bool,
}

/// A user and a group by their numbers, for names differ between a worker and its storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The user.
    pub user: u32,
    /// The group.
    pub group: u32,
}

pub(super) fn of(
    low: Spanned<LowFolders>,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Option<Folders> {
    let (line, column) = (low.referenced.line(), low.referenced.column());
    let low = low.value;
    if low.roots.is_empty() {
        let message = "`folders.roots` is empty: name at least one storage and its path".to_owned();
        problems.push(Problem { line, column, message });
        return None;
    }
    let mode = read(low.mode, mode_of, "`folders.mode` is no mode", problems);
    let file_mode = read(low.file_mode, mode_of, "`folders.file_mode` is no mode", problems);
    let owner = read(low.owner, owner_of, "`folders.owner` is no owner", problems);
    let below = |path: &Path| folder.join(path.strip_prefix("./").unwrap_or(path));
    let roots = low.roots.into_iter().map(|(name, path)| (name, below(&path))).collect();
    let register = low.register.unwrap_or(false);
    let schema = below(&low.schema);
    Some(Folders { schema, roots, mode, file_mode, owner, register })
}

/// Reads a text; one that cannot be meant becomes a problem at its place.
fn read<T>(
    text: Option<Spanned<String>>,
    parse: fn(&str) -> Result<T, &'static str>,
    wrong: &str,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let text = text?;
    let (line, column) = (text.referenced.line(), text.referenced.column());
    let complain =
        |fix| problems.push(Problem { line, column, message: format!("{wrong}: {fix}") });
    parse(&text.value).map_err(complain).ok()
}

fn mode_of(text: &str) -> Result<u32, &'static str> {
    let mode = u32::from_str_radix(text.trim_start_matches("0o"), 8).ok();
    mode.filter(|mode| *mode <= MODE_MAX).ok_or("write octal digits, e.g. 2775")
}

fn owner_of(text: &str) -> Result<Owner, &'static str> {
    let fix = "write the numbers of a user and a group, e.g. 1000:1000 (`id NAME` shows them)";
    let (user, group) = text.split_once(':').ok_or(fix)?;
    let number = |text: &str| text.trim().parse().ok().filter(|id| *id != u32::MAX).ok_or(fix);
    Ok(Owner { user: number(user)?, group: number(group)? })
}
