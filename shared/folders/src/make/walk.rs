//! Going down a plan with open directories: one name at a time, below the root.
//!
//! A name that is a real directory is opened without following anything. A name that is a link
//! is resolved from the root, by the kernel and in one go where it can, and never beyond it.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use cap_std::fs::Dir;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, readlinkat, statat};
use rustix::io::Errno;

use super::error::MakeError;
use super::root::Root;
use crate::plan::Plan;

/// How a directory that is only passed through is opened: on Linux without the right to list it.
#[cfg(target_os = "linux")]
const PASS: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const PASS: OFlags = OFlags::RDONLY;

/// What a name turned out to be.
pub(super) enum Seen {
    Folder(OwnedFd),
    Missing,
}

struct Level {
    item: usize,
    handle: OwnedFd,
    /// Where it really is below the root, where a link led there.
    real: Option<PathBuf>,
}

pub(super) struct Walk<'p> {
    pub(super) plan: &'p Plan,
    roots: &'p [Root],
    stack: Vec<Level>,
}

impl<'p> Walk<'p> {
    pub(super) fn new(plan: &'p Plan, roots: &'p [Root]) -> Self {
        Self { plan, roots, stack: Vec::new() }
    }

    /// The open folder that an item is in; opens what leads there.
    pub(super) fn parent(&mut self, item: usize) -> Result<BorrowedFd<'_>, MakeError> {
        let items = self.plan.items();
        let mut closed = Vec::new();
        let mut at = items[item].parent;
        while let Some(above) = at {
            if self.stack.get(items[above].depth).is_some_and(|level| level.item == above) {
                break;
            }
            closed.push(above);
            at = items[above].parent;
        }
        self.stack.truncate(at.map_or(0, |above| items[above].depth + 1));
        for above in closed.into_iter().rev() {
            match self.open(above)? {
                (Seen::Folder(handle), real) => {
                    self.stack.push(Level { item: above, handle, real });
                }
                (Seen::Missing, _) => return Err(MakeError::Changed { path: self.path(above) }),
            }
        }
        Ok(self.top(item))
    }

    /// The open folder at the end of the stack: a root, or the parent of an item.
    fn top(&self, item: usize) -> BorrowedFd<'_> {
        match self.stack.last() {
            Some(level) => level.handle.as_fd(),
            None => self.root(item).folder.as_fd(),
        }
    }

    fn root(&self, item: usize) -> &'p Root {
        &self.roots[self.plan.items()[item].root]
    }

    /// Opens the folder of an item whose parent is open, and keeps it open for what is below.
    pub(super) fn enter(&mut self, item: usize) -> Result<bool, MakeError> {
        self.parent(item)?;
        match self.open(item)? {
            (Seen::Missing, _) => Ok(false),
            (Seen::Folder(handle), real) => {
                self.stack.push(Level { item, handle, real });
                Ok(true)
            }
        }
    }

    /// Keeps a folder open that was opened by somebody else, right below its parent.
    pub(super) fn keep(&mut self, item: usize, handle: OwnedFd) {
        self.stack.push(Level { item, handle, real: None });
    }

    fn open(&self, item: usize) -> Result<(Seen, Option<PathBuf>), MakeError> {
        let name = &*self.plan.items()[item].name;
        let parent = self.top(item);
        // A second try, for what is swapped between the two calls.
        for _ in 0..2 {
            let flags = PASS | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match openat(parent, name, flags, Mode::empty()) {
                Ok(handle) => return Ok((Seen::Folder(handle), None)),
                Err(Errno::NOENT) => return Ok((Seen::Missing, None)),
                Err(Errno::NOTDIR | Errno::LOOP) => {}
                Err(errno) => return Err(MakeError::of(errno, self.path(item))),
            }
            match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
                Err(Errno::NOENT) => return Ok((Seen::Missing, None)),
                Err(errno) => return Err(MakeError::of(errno, self.path(item))),
                Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
                    FileType::Symlink => return self.follow(item, parent, name),
                    FileType::Directory => {}
                    FileType::RegularFile
                    | FileType::Fifo
                    | FileType::Socket
                    | FileType::CharacterDevice
                    | FileType::BlockDevice
                    | FileType::Unknown => {
                        return Err(MakeError::InTheWay { path: self.path(item) });
                    }
                },
            }
        }
        Err(MakeError::Changed { path: self.path(item) })
    }

    /// A link on the way: where it leads, if that is below the same root.
    fn follow(
        &self,
        item: usize,
        parent: BorrowedFd<'_>,
        name: &str,
    ) -> Result<(Seen, Option<PathBuf>), MakeError> {
        let root = self.root(item);
        let target = readlinkat(parent, name, Vec::new())
            .map_err(|errno| MakeError::of(errno, self.path(item)))?;
        let target = target.to_string_lossy().into_owned();
        let leaves = || MakeError::LinkLeaves { path: self.path(item), target: target.clone() };
        let real = match Path::new(&target).is_absolute() {
            false => self.real(item).join(&target),
            true => Path::new(&target).strip_prefix(&root.path).map_err(|_| leaves())?.into(),
        };
        let opened = if real.as_os_str().is_empty() {
            root.folder.try_clone()
        } else {
            root.folder.open_dir(&real)
        };
        match opened.map(Dir::into_std_file) {
            Ok(folder) => Ok((Seen::Folder(OwnedFd::from(folder)), Some(real))),
            Err(error) => Err(match Errno::from_io_error(&error) {
                // What cap-std refuses by itself has no number: the way led outside.
                None | Some(Errno::XDEV) => leaves(),
                Some(Errno::NOENT) => MakeError::LinkDangles { path: self.path(item), target },
                Some(Errno::NOTDIR) => MakeError::InTheWay { path: self.path(item) },
                Some(errno) => MakeError::of(errno, self.path(item)),
            }),
        }
    }

    /// Where the parent of an item really is below the root.
    fn real(&self, item: usize) -> PathBuf {
        let items = self.plan.items();
        let from = self.stack.iter().rposition(|level| level.real.is_some());
        let start = from.and_then(|at| self.stack[at].real.clone()).unwrap_or_default();
        let names = self.stack.iter().skip(from.map_or(0, |at| at + 1));
        debug_assert_eq!(items[item].parent, self.stack.last().map(|level| level.item));
        names.fold(start, |path, level| path.join(&*items[level.item].name))
    }

    /// The root of an item, for people.
    pub(super) fn root_path(&self, item: usize) -> String {
        format!("storage root `{}`", self.root(item).path.display())
    }

    /// Root and path of an item, for people.
    pub(super) fn path(&self, item: usize) -> String {
        let item_of = &self.plan.items()[item];
        format!("{}: {}", self.root(item).name, self.plan.path(item_of))
    }
}
