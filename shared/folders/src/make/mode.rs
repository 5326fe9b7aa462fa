//! Modes and owners of what we make. What was there before keeps its own.
//!
//! Best effort: a file system that does not let us set them still gets the folder, and the report
//! counts it. Not here: which folders may do without being looked at (`born`).

use std::os::fd::BorrowedFd;

use rustix::fs::{Gid, Mode, RawMode, Stat, Uid, fchmod, fchown, fstat};
use rustix::process::{getegid, geteuid, getgroups};
use sgh_core::config::{Folders, Owner};

/// The bits that say who may read, write and enter.
const RIGHTS: RawMode = 0o777;
/// Set-user-id, set-group-id and sticky: the ones a parent may hand down.
const SPECIAL: RawMode = 0o7000;
/// Of a folder: what is made in it belongs to its group.
const SET_GROUP_ID: RawMode = 0o2000;

/// Which mode and owner the folders and files that we make get, whatever the process's umask is.
///
/// Set-group-id and sticky bits that a folder has from its parent are kept; those given here are
/// added. The umask itself is never changed: it belongs to the whole process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes {
    /// Of folders. 0o2775: the group may write, and new folders keep the group of the project.
    pub directory: u32,
    /// Of copied files.
    pub file: u32,
    /// Whose folders, files and links are; `None` for the user we run as.
    pub owner: Option<Owner>,
}

impl Modes {
    /// What Toolkit itself makes: everybody may do everything.
    pub const TOOLKIT: Self = Self { directory: 0o777, file: 0o666, owner: None };
}

impl Default for Modes {
    fn default() -> Self {
        Self { directory: 0o2775, file: 0o664, owner: None }
    }
}

impl From<&Folders> for Modes {
    /// What sgh.yaml says; where it says nothing, the default.
    fn from(folders: &Folders) -> Self {
        let default = Self::default();
        Self {
            directory: folders.mode.unwrap_or(default.directory),
            file: folders.file_mode.unwrap_or(default.file),
            owner: folders.owner,
        }
    }
}

/// The rights to ask for when making something; the umask may take some away.
pub(super) fn at_birth(mode: u32) -> Mode {
    Mode::from_raw_mode(RawMode::try_from(mode & 0o777).unwrap_or(0))
}

/// What it took to make something new as wanted, and what could not be had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) is_mode_refused: bool,
    pub(super) is_owner_refused: bool,
    /// The owner it has is not the one it came with.
    pub(super) is_given: bool,
    /// The mode that had to be set.
    pub(super) mode: Option<Mode>,
}

/// Sees to the owner and mode of something that we have just made, through its handle.
///
/// The owner comes first, since to change it may take set-user-id and set-group-id away.
pub(super) fn settle(handle: BorrowedFd<'_>, mode: u32, owner: Option<Owner>) -> Settled {
    let mut settled = Settled::default();
    let Ok(born) = fstat(handle) else {
        let is_owner_refused = owner.is_some();
        return Settled { is_mode_refused: true, is_owner_refused, ..settled };
    };
    let mut now = born;
    if let Some(owner) = owner.filter(|owner| !is_of(&born, *owner)) {
        // What is not ours by now was swapped in, or the server took us for somebody else. There
        // we could not give it away, here we must not.
        settled.is_given = born.st_uid == geteuid().as_raw() && give(handle, owner, &mut now);
        settled.is_owner_refused = !settled.is_given;
    }
    let wanted = RawMode::try_from(mode & 0o7777).unwrap_or(0);
    let special = (wanted | born.st_mode) & SPECIAL;
    let has = now.st_mode;
    if has & RIGHTS != wanted & RIGHTS || has & special != special {
        let mode = Mode::from_raw_mode(wanted & RIGHTS | special);
        settled.mode = Some(mode);
        settled.is_mode_refused = !set(handle, mode, &now);
    }
    settled
}

/// Whether it has this owner and group now. Some file systems refuse without saying so.
fn give(handle: BorrowedFd<'_>, owner: Owner, now: &mut Stat) -> bool {
    let (user, group) = ids(owner);
    let asked = fchown(handle, Some(user), Some(group));
    let Ok(after) = fstat(handle) else { return false };
    *now = after;
    asked.is_ok() && is_of(&after, owner)
}

/// Whether it has this mode now.
fn set(handle: BorrowedFd<'_>, mode: Mode, now: &Stat) -> bool {
    if now.st_mode & SET_GROUP_ID != 0 && !may_keep_group_id(now) {
        return false;
    }
    let asked = fchmod(handle, mode);
    let has = |after: Stat| after.st_mode & (RIGHTS | SPECIAL) == mode.as_raw_mode();
    asked.is_ok() && fstat(handle).is_ok_and(has)
}

/// The kernel takes set-group-id away, without a word, when somebody sets a mode who is not in
/// the group.
fn may_keep_group_id(now: &Stat) -> bool {
    let is_group = |group: &Gid| group.as_raw() == now.st_gid;
    geteuid().is_root()
        || is_group(&getegid())
        || getgroups().is_ok_and(|groups| groups.iter().any(is_group))
}

fn is_of(stat: &Stat, owner: Owner) -> bool {
    (stat.st_uid, stat.st_gid) == (owner.user, owner.group)
}

/// As the file system takes them. `u32::MAX` would mean "leave it"; sgh.yaml does not take it.
pub(super) fn ids(owner: Owner) -> (Uid, Gid) {
    (Uid::from_raw(owner.user), Gid::from_raw(owner.group))
}
