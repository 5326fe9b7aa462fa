//! Looking at everything before the first write: what is there, what is in the way, whether we
//! may write, whether the files to copy can be read.

use foldhash::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Access, AtFlags, FileType, accessat, statat};
use rustix::io::Errno;
use sgh_core::limits::SCHEMA_FILE_MAX;

use super::error::MakeError;
use super::root::Root;
use super::walk::Walk;
use crate::plan::{Plan, What};

/// What was seen.
pub(super) struct Look {
    /// For each item, whether it is there.
    pub(super) is_there: Vec<bool>,
    /// The contents of the files that are to be copied.
    pub(super) contents: HashMap<Arc<PathBuf>, Vec<u8>>,
}

pub(super) fn look(plan: &Plan, roots: &[Root]) -> Result<Look, MakeError> {
    let items = plan.items();
    let mut walk = Walk::new(plan, roots);
    let mut seen = Look { is_there: vec![false; items.len()], contents: HashMap::default() };
    // The last folder that was found to be writable; neighbours come one after another.
    let mut writable = None;
    for (at, item) in items.iter().enumerate() {
        let is_parent_there = item.parent.is_none_or(|parent| seen.is_there[parent]);
        seen.is_there[at] = is_parent_there && is_there(&mut walk, at)?;
        if seen.is_there[at] {
            continue;
        }
        if let What::File(path) = &item.what
            && !seen.contents.contains_key(path)
        {
            seen.contents.insert(path.clone(), contents(path)?);
        }
        let place = Some((item.root, item.parent));
        if is_parent_there && writable != place {
            check_writable(&mut walk, at)?;
            writable = place;
        }
    }
    Ok(seen)
}

fn is_there(walk: &mut Walk<'_>, at: usize) -> Result<bool, MakeError> {
    let items = walk.plan.items();
    let is_folder = matches!(items[at].what, What::Folder(_));
    if is_folder && items.get(at + 1).is_some_and(|next| next.parent == Some(at)) {
        return walk.enter(at);
    }
    let name = items[at].name.clone();
    match kind_of(walk.parent(at)?, &name) {
        Err(Errno::NOENT) => Ok(false),
        Err(errno) => Err(MakeError::of(errno, walk.path(at))),
        // A file or link: whatever has its name stays.
        Ok(_) if !is_folder => Ok(true),
        Ok(FileType::Directory) => Ok(true),
        Ok(FileType::Symlink) => walk.enter(at),
        Ok(_) => Err(MakeError::InTheWay { path: walk.path(at) }),
    }
}

fn kind_of(parent: BorrowedFd<'_>, name: &str) -> Result<FileType, Errno> {
    let stat = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(FileType::from_raw_mode(stat.st_mode))
}

fn check_writable(walk: &mut Walk<'_>, at: usize) -> Result<(), MakeError> {
    let rights = Access::WRITE_OK | Access::EXEC_OK;
    match accessat(walk.parent(at)?, ".", rights, AtFlags::EACCESS) {
        Err(errno @ (Errno::ACCESS | Errno::PERM | Errno::ROFS)) => {
            let parent = walk.plan.items()[at].parent;
            let shown = parent.map_or_else(|| walk.root_path(at), |parent| walk.path(parent));
            Err(MakeError::of(errno, shown))
        }
        // Where the question itself cannot be asked, the write will tell.
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A file of the schema, whole, within the limit.
fn contents(path: &Path) -> Result<Vec<u8>, MakeError> {
    let wrong = |why: String| MakeError::Source { file: path.display().to_string(), why };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    let mut file = file.take(SCHEMA_FILE_MAX + 1);
    file.read_to_end(&mut bytes).map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > SCHEMA_FILE_MAX {
        return Err(wrong(format!("it is larger than {SCHEMA_FILE_MAX} bytes")));
    }
    Ok(bytes)
}
