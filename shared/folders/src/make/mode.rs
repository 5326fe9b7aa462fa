//! Modes of what we make. What was there before keeps its own.

use std::os::fd::BorrowedFd;

use rustix::fs::{Mode, RawMode, fchmod, fstat};

/// The bits that say who may read, write and enter.
const RIGHTS: RawMode = 0o777;
/// Set-user-id, set-group-id and sticky: the ones a parent may hand down.
const SPECIAL: RawMode = 0o7000;

/// Which mode the folders and files that we make get, whatever the process's umask is.
///
/// Set-group-id and sticky bits that a folder has from its parent are kept; those given here are
/// added. The umask itself is never changed: it belongs to the whole process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes {
    /// Of folders. 0o2775: the group may write, and new folders keep the group of the project.
    pub directory: u32,
    /// Of copied files.
    pub file: u32,
}

impl Default for Modes {
    fn default() -> Self {
        Self { directory: 0o2775, file: 0o664 }
    }
}

/// The rights to ask for when making something; the umask may take some away.
pub(super) fn at_birth(mode: u32) -> Mode {
    Mode::from_raw_mode(RawMode::try_from(mode & 0o777).unwrap_or(0))
}

/// How the mode of something new turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turned {
    /// As wanted, by itself.
    Right,
    /// As wanted, once it was set.
    Set,
    /// The file system does not let us set it.
    Refused,
}

/// Sees to the mode of something that we have just made, through its handle.
pub(super) fn settle(handle: BorrowedFd<'_>, mode: u32) -> Turned {
    let wanted = RawMode::try_from(mode & 0o7777).unwrap_or(0);
    let Ok(stat) = fstat(handle) else { return Turned::Refused };
    let has = stat.st_mode & (RIGHTS | SPECIAL);
    let special = wanted & SPECIAL;
    if has & RIGHTS == wanted & RIGHTS && has & special == special {
        return Turned::Right;
    }
    let mode = Mode::from_raw_mode(wanted | (has & SPECIAL));
    match fchmod(handle, mode) {
        Ok(()) => Turned::Set,
        Err(_) => Turned::Refused,
    }
}
