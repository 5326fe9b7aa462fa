//! Copying a file so that it is there whole or not at all.
//!
//! A file without a name is written first and then linked to its name, which fails where the
//! name is taken. File systems that cannot do that (NFS, and with it EFS) get a new file under
//! its name; if the writing fails, that file, which is ours and holds a part, is taken away.

use std::fs::File;
use std::io::Write as _;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Mode, OFlags, fstat, openat, statat, unlinkat};
use rustix::io::Errno;

use super::mode::{Modes, Settled, at_birth, settle};

/// What became of a copy.
pub(super) enum Copied {
    New(Settled),
    /// Something has its name already.
    There,
}

pub(super) fn copy(
    parent: BorrowedFd<'_>,
    name: &str,
    contents: &[u8],
    modes: &Modes,
) -> Result<Copied, Errno> {
    match nameless(parent, name, contents, modes) {
        // Not on this file system, or without /proc to name the file by.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::NOENT | Errno::INVAL | Errno::NOSYS) => {
            named(parent, name, contents, modes)
        }
        done => done,
    }
}

#[cfg(target_os = "linux")]
fn nameless(
    parent: BorrowedFd<'_>,
    name: &str,
    contents: &[u8],
    modes: &Modes,
) -> Result<Copied, Errno> {
    use std::os::fd::AsRawFd as _;
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let handle = openat(parent, ".", flags, Mode::from_raw_mode(0o600))?;
    let (handle, settled) = fill(handle, contents, modes)?;
    let path = format!("/proc/self/fd/{}", handle.as_raw_fd());
    let linked = rustix::fs::linkat(rustix::fs::CWD, path, parent, name, AtFlags::SYMLINK_FOLLOW);
    match linked {
        Ok(()) => Ok(Copied::New(settled)),
        Err(Errno::EXIST) => Ok(Copied::There),
        Err(errno) => Err(errno),
    }
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: BorrowedFd<'_>, _: &str, _: &[u8], _: &Modes) -> Result<Copied, Errno> {
    Err(Errno::OPNOTSUPP)
}

fn named(
    parent: BorrowedFd<'_>,
    name: &str,
    contents: &[u8],
    modes: &Modes,
) -> Result<Copied, Errno> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let handle = match openat(parent, name, flags, at_birth(modes.file)) {
        Ok(handle) => handle,
        Err(Errno::EXIST) => return Ok(Copied::There),
        Err(errno) => return Err(errno),
    };
    let ours = fstat(&handle)?;
    match fill(handle, contents, modes) {
        Ok((_, settled)) => Ok(Copied::New(settled)),
        Err(errno) => {
            let there = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
            if (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino) {
                unlinkat(parent, name, AtFlags::empty())?;
            }
            Err(errno)
        }
    }
}

fn fill(handle: OwnedFd, contents: &[u8], modes: &Modes) -> Result<(File, Settled), Errno> {
    let mut file = File::from(handle);
    let written = file.write_all(contents);
    written.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    let settled = settle(file.as_fd(), modes.file, modes.owner);
    Ok((file, settled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_make_the_same_file_and_leave_what_is_there() {
        let modes = Modes { file: 0o640, ..Modes::default() };
        for way in [nameless, named] {
            let folder = tempfile::tempdir().expect("folder");
            let parent = File::open(folder.path()).expect("opens");
            let copy = |name: &str, text: &[u8]| way(parent.as_fd(), name, text, &modes);
            assert!(matches!(copy("a.txt", b"one"), Ok(Copied::New(_))));
            assert!(matches!(copy("a.txt", b"two"), Ok(Copied::There)));
            let path = folder.path().join("a.txt");
            assert_eq!(std::fs::read(&path).expect("reads"), b"one");
            use std::os::unix::fs::PermissionsExt as _;
            let mode = path.metadata().expect("is there").permissions().mode();
            assert_eq!(mode & 0o7777, 0o640);
            assert_eq!(folder.path().read_dir().expect("lists").count(), 1);
        }
    }
}
