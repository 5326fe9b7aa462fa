//! Where a program is, and why it is not there.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::io::Errno;
use sgh_core::config::Program;
use sgh_engine::Ended;

/// Why there is no such program.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Nothing is there.
    #[error("program `{}` does not exist; put it there or change `command`", .0.display())]
    NotThere(PathBuf),
    /// It is no file.
    #[error("program `{}` is not a file; change `command`", .0.display())]
    NoFile(PathBuf),
    /// We may not run it.
    #[error("program `{}` may not be run: `chmod +x` it, for the user of sgh", .0.display())]
    NotExecutable(PathBuf),
    /// It is in no folder of PATH.
    #[error("program `{0}` is in no folder of PATH; write its path in `command`")]
    NotOnPath(String),
}

/// The file of a program, by a path that is good in every folder.
///
/// # Errors
/// Why not, and what to do.
pub fn find(program: &Program, path: &str) -> Result<PathBuf, Missing> {
    match program {
        Program::File(file) => {
            let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            runnable(&file).map(|()| file)
        }
        Program::OnPath(name) => {
            // As a shell does: an empty entry would be the folder we happen to be in.
            let folders = path.split(':').filter(|folder| !folder.is_empty());
            let mut files = folders.map(|folder| Path::new(folder).join(name));
            let found = files.find(|file| runnable(file).is_ok());
            found.ok_or_else(|| Missing::NotOnPath(name.clone()))
        }
    }
}

fn runnable(file: &Path) -> Result<(), Missing> {
    match std::fs::metadata(file) {
        Err(_) => Err(Missing::NotThere(file.to_owned())),
        Ok(metadata) if !metadata.is_file() => Err(Missing::NoFile(file.to_owned())),
        Ok(_) => access(file, Access::EXEC_OK).map_err(|_| Missing::NotExecutable(file.to_owned())),
    }
}

/// What it means that the system did not start a program that is there.
pub fn not_started(program: &Path, error: &std::io::Error) -> Ended {
    let program = program.display();
    let never =
        |why: &str| Ended::NotStarted(format!("program `{program}` cannot be started: {why}"));
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOENT) => never("the interpreter in its first line does not exist"),
        Some(Errno::NOEXEC) => {
            never("a script needs a first line such as `#!/usr/bin/env python3`")
        }
        Some(Errno::ACCESS | Errno::PERM | Errno::TOOBIG) => never(&error.to_string()),
        // Too many processes, no memory, being written just now.
        Some(_) | None => {
            Ended::NotNow(format!("program `{program}` cannot be started now: {error}"))
        }
    }
}
