//! Writing what is missing, in tree order. What somebody else made meanwhile counts as there.

use std::os::fd::{AsFd as _, OwnedFd};

use rustix::fs::{Mode, OFlags, fchmod, mkdirat, openat};
use rustix::io::Errno;

use super::born::{Birth, Births};
use super::error::MakeError;
use super::file::{Copied, copy};
use super::link;
use super::look::Look;
use super::mode::{Modes, Settled, at_birth, settle};
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
        births: Births::none(plan),
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

struct Writer<'p> {
    walk: Walk<'p>,
    modes: &'p Modes,
    seen: &'p Look,
    made: Made,
    births: Births,
}

impl Writer<'_> {
    fn item(&mut self, at: usize) -> Result<(), MakeError> {
        let item = &self.walk.plan.items()[at];
        match &item.what {
            What::Folder(_) => self.folder(at),
            What::File(path) => {
                let contents = self.seen.contents.get(path).map_or(&[][..], Vec::as_slice);
                let copied = copy(self.walk.parent(at)?, &item.name, contents, self.modes);
                match copied.map_err(|errno| MakeError::of(errno, self.walk.path(at)))? {
                    Copied::There => {}
                    Copied::New(settled) => {
                        self.made.files += 1;
                        self.count(&settled);
                    }
                }
                Ok(())
            }
            What::Link(target) => {
                let owner = self.modes.owner;
                let made = link::make(self.walk.parent(at)?, &item.name, target, owner);
                if let Some(is_owner_refused) =
                    made.map_err(|errno| MakeError::of(errno, self.walk.path(at)))?
                {
                    self.made.links += 1;
                    self.made.owners_refused += usize::from(is_owner_refused);
                }
                Ok(())
            }
        }
    }

    fn count(&mut self, settled: &Settled) {
        self.made.modes_refused += usize::from(settled.is_mode_refused);
        self.made.owners_refused += usize::from(settled.is_owner_refused);
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
        self.settle(at)
    }

    /// Sees to the mode and owner of a folder that we have just made. Where it has to be opened
    /// for that, it stays open for what is below.
    fn settle(&mut self, at: usize) -> Result<(), MakeError> {
        let plan = self.walk.plan;
        let birth = self.births.of(plan, at);
        match birth {
            Birth::Right => self.births.learn(plan, at, birth),
            Birth::Mode(mode) => {
                let handle = self.open_new(at)?;
                match fchmod(&handle, mode) {
                    Ok(()) => self.births.learn(plan, at, birth),
                    Err(_) => self.made.modes_refused += 1,
                }
                self.walk.keep(at, handle);
            }
            Birth::Unknown => {
                let handle = self.open_new(at)?;
                let settled = settle(handle.as_fd(), self.modes.directory, self.modes.owner);
                if let Some(birth) = settled.birth() {
                    self.births.learn(plan, at, birth);
                }
                self.count(&settled);
                self.walk.keep(at, handle);
            }
        }
        Ok(())
    }

    fn open_new(&mut self, at: usize) -> Result<OwnedFd, MakeError> {
        let name = self.walk.plan.items()[at].name.clone();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        openat(self.walk.parent(at)?, &*name, flags, Mode::empty()).map_err(|errno| match errno {
            // Made, and swapped for something else since: whatever it is now, it is not ours.
            Errno::NOTDIR | Errno::LOOP | Errno::NOENT => {
                MakeError::Changed { path: self.walk.path(at) }
            }
            other => MakeError::of(other, self.walk.path(at)),
        })
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
