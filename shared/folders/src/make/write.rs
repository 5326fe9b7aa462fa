//! Writing what is missing, in tree order. What somebody else made meanwhile counts as there.

use std::os::fd::AsFd;

use rustix::fs::{Mode, OFlags, mkdirat, openat, symlinkat};
use rustix::io::Errno;

use super::error::MakeError;
use super::file::{Copied, copy};
use super::look::Look;
use super::mode::{Modes, Turned, at_birth, settle};
use super::root::Root;
use super::walk::Walk;
use super::{Made, PATHS_MAX};
use crate::plan::{Plan, What};

pub(super) fn write(
    plan: &Plan,
    roots: &[Root],
    modes: &Modes,
    seen: &Look,
) -> Result<Made, MakeError> {
    let mut writer = Writer {
        walk: Walk::new(plan, roots),
        modes,
        seen,
        made: Made::default(),
        born_right: vec![Born::Unknown; plan.items().len()],
        right_in: None,
    };
    for (at, item) in plan.items().iter().enumerate() {
        if seen.is_there[at] {
            writer.made.existed += usize::from(matches!(item.what, What::Folder(_)));
        } else if let Err(cause) = writer.item(at) {
            return Err(writer.stopped(at, cause));
        }
    }
    Ok(writer.made)
}

/// How the mode of a folder that we made turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Born {
    Unknown,
    /// Right without being set. So will be all that is made in it: the umask, and the rights that
    /// folders hand down, are the same there.
    Right,
}

struct Writer<'p> {
    walk: Walk<'p>,
    modes: &'p Modes,
    seen: &'p Look,
    made: Made,
    born_right: Vec<Born>,
    /// A folder, by root and position, in which one that we made turned out right by itself.
    right_in: Option<(usize, Option<usize>)>,
}

impl Writer<'_> {
    fn item(&mut self, at: usize) -> Result<(), MakeError> {
        let item = &self.walk.plan.items()[at];
        match &item.what {
            What::Folder(_) => self.folder(at),
            What::File(path) => {
                let contents = self.seen.contents.get(path).map_or(&[][..], Vec::as_slice);
                let mode = self.modes.file;
                let copied = copy(self.walk.parent(at)?, &item.name, contents, mode);
                match copied.map_err(|errno| MakeError::of(errno, self.walk.path(at)))? {
                    Copied::There => {}
                    Copied::New(turned) => {
                        self.made.files += 1;
                        self.made.modes_refused += usize::from(turned == Turned::Refused);
                    }
                }
                Ok(())
            }
            What::Link(target) => {
                match symlinkat(&**target, self.walk.parent(at)?, &*item.name) {
                    Ok(()) => self.made.links += 1,
                    Err(Errno::EXIST) => {}
                    Err(errno) => return Err(MakeError::of(errno, self.walk.path(at))),
                }
                Ok(())
            }
        }
    }

    fn folder(&mut self, at: usize) -> Result<(), MakeError> {
        let items = self.walk.plan.items();
        let item = &items[at];
        let made = mkdirat(self.walk.parent(at)?, &*item.name, at_birth(self.modes.directory));
        match made {
            Ok(()) => {}
            Err(Errno::EXIST) => {
                // Somebody was faster, or something is in the way: to enter it tells.
                self.made.existed += 1;
                return match self.walk.enter(at)? {
                    true => Ok(()),
                    false => Err(MakeError::Changed { path: self.walk.path(at) }),
                };
            }
            Err(errno) => return Err(MakeError::of(errno, self.walk.path(at))),
        }
        self.made.made += 1;
        if self.made.paths.len() < PATHS_MAX {
            self.made.paths.push(self.walk.path(at));
        }
        let place = (item.root, item.parent);
        let is_right = item.parent.is_some_and(|above| self.born_right[above] == Born::Right)
            || self.right_in == Some(place);
        if is_right {
            self.born_right[at] = Born::Right;
            return Ok(());
        }
        self.settle(at, place)
    }

    /// Sees to the mode of a folder that we have just made, and keeps it open.
    fn settle(&mut self, at: usize, place: (usize, Option<usize>)) -> Result<(), MakeError> {
        let name = self.walk.plan.items()[at].name.clone();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = match openat(self.walk.parent(at)?, &*name, flags, Mode::empty()) {
            Ok(handle) => handle,
            // Made, and swapped for something else since: whatever it is now, it is not ours.
            Err(Errno::NOTDIR | Errno::LOOP | Errno::NOENT) => {
                return Err(MakeError::Changed { path: self.walk.path(at) });
            }
            Err(errno) => return Err(MakeError::of(errno, self.walk.path(at))),
        };
        match settle(handle.as_fd(), self.modes.directory) {
            Turned::Right => {
                self.born_right[at] = Born::Right;
                self.right_in = Some(place);
            }
            Turned::Set => {}
            Turned::Refused => self.made.modes_refused += 1,
        }
        self.walk.keep(at, handle);
        Ok(())
    }

    /// What to tell when it goes wrong at an item.
    fn stopped(&self, at: usize, cause: MakeError) -> MakeError {
        if self.made.is_nothing() {
            return cause;
        }
        let missing: Vec<usize> =
            (at..self.seen.is_there.len()).filter(|at| !self.seen.is_there[*at]).collect();
        let first_missing = missing.iter().take(3).map(|at| self.walk.path(*at)).collect();
        MakeError::Stopped {
            made: Box::new(self.made.clone()),
            missing: missing.len(),
            first_missing,
            cause: Box::new(cause),
        }
    }
}
