//! Symbolic links that a schema wants, and whose they are. Their targets are never followed.

use std::os::fd::BorrowedFd;

use rustix::fs::symlinkat;
use rustix::io::Errno;
use sgh_core::config::Owner;

/// Makes a link: whether its owner was refused, or `None` where something has its name already.
pub(super) fn make(
    parent: BorrowedFd<'_>,
    name: &str,
    target: &str,
    owner: Option<Owner>,
) -> Result<Option<bool>, Errno> {
    match symlinkat(target, parent, name) {
        Ok(()) => Ok(Some(owner.is_some_and(|owner| give(parent, name, owner).is_err()))),
        Err(Errno::EXIST) => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// Through a handle on the link itself, so that what is swapped in meanwhile is not given away.
#[cfg(target_os = "linux")]
fn give(parent: BorrowedFd<'_>, name: &str, owner: Owner) -> Result<(), Errno> {
    use rustix::fs::{AtFlags, FileType, Mode, OFlags, chownat, fstat, openat};
    use rustix::process::geteuid;

    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let handle = openat(parent, name, flags, Mode::empty())?;
    let born = fstat(&handle)?;
    if (born.st_uid, born.st_gid) == (owner.user, owner.group) {
        return Ok(());
    }
    let is_link = FileType::from_raw_mode(born.st_mode) == FileType::Symlink;
    if !is_link || born.st_uid != geteuid().as_raw() {
        return Err(Errno::PERM);
    }
    let (user, group) = super::mode::ids(owner);
    chownat(&handle, "", Some(user), Some(group), AtFlags::EMPTY_PATH)
}

#[cfg(not(target_os = "linux"))]
fn give(parent: BorrowedFd<'_>, name: &str, owner: Owner) -> Result<(), Errno> {
    use rustix::fs::{AtFlags, chownat};

    let (user, group) = super::mode::ids(owner);
    chownat(parent, name, Some(user), Some(group), AtFlags::SYMLINK_NOFOLLOW)
}
