//! What a disk can answer instead of a directory, what to do, and whether to try again.

use rustix::io::Errno;

use super::Made;

/// The directories could not be made, or not all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// The root is not there. A mount may come back; a root is never created.
    #[error("storage root `{path}` is not there; mount it, or change `folders.roots.{root}`")]
    RootMissing {
        /// Storage name.
        root: String,
        /// Where it should be.
        path: String,
    },
    /// The root is something else than a directory.
    #[error("storage root `{path}` is not a directory; change `folders.roots.{root}`")]
    RootNotDirectory {
        /// Storage name.
        root: String,
        /// Where it should be.
        path: String,
    },
    /// A file, or something else that is no directory, is where a folder should be.
    #[error("{path} is a file, and a folder should be there; rename or move it")]
    InTheWay {
        /// Root and path.
        path: String,
    },
    /// A symbolic link on the way leads out of its root.
    #[error("{path} is a link to `{target}`, outside of its root; no folder is made there")]
    LinkLeaves {
        /// Root and path.
        path: String,
        /// What the link says.
        target: String,
    },
    /// A symbolic link on the way leads to nothing.
    #[error("{path} is a link to `{target}`, which is not there; mend or remove it")]
    LinkDangles {
        /// Root and path.
        path: String,
        /// What the link says.
        target: String,
    },
    /// Our user may not write there.
    #[error("{path}: no right to make anything in it; give the worker's user write access")]
    NotWritable {
        /// Root and path.
        path: String,
    },
    /// The file system is mounted read-only.
    #[error("{path} is on a read-only file system; mount it for writing")]
    ReadOnly {
        /// Root and path.
        path: String,
    },
    /// No space, no more inodes, or a quota is used up.
    #[error("{path}: the file system is full, or a quota is used up; free some space")]
    Full {
        /// Root and path.
        path: String,
    },
    /// The file system takes shorter names than most.
    #[error("{path}: the name is too long for this file system; shorten it on the site")]
    NameTooLong {
        /// Root and path.
        path: String,
    },
    /// What was a directory a moment ago is none now, or is gone.
    #[error("{path} changed while folders were made below it; look who moves it")]
    Changed {
        /// Root and path.
        path: String,
    },
    /// A file of the schema that should be copied cannot be read.
    #[error("`{file}` of the schema cannot be copied: {why}")]
    Source {
        /// Where it is.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// Anything else that the file system says.
    #[error("{path}: {why}")]
    Other {
        /// Root and path.
        path: String,
        /// What it says.
        why: String,
        /// Whether it is known to pass.
        is_passing: bool,
    },
    /// It went wrong in the middle. The same call again completes it.
    #[error(
        "stopped after {} folders; {missing} items are missing, first {}: {cause}",
        .made.made, .first_missing.join(", ")
    )]
    Stopped {
        /// What was made.
        made: Box<Made>,
        /// How many items of the plan are not there.
        missing: usize,
        /// The first of them.
        first_missing: Vec<String>,
        /// What went wrong.
        cause: Box<MakeError>,
    },
}

impl MakeError {
    /// What an error number means for a path.
    pub(super) fn of(errno: Errno, path: String) -> Self {
        match errno {
            Errno::ACCESS | Errno::PERM => Self::NotWritable { path },
            Errno::ROFS => Self::ReadOnly { path },
            Errno::NOSPC | Errno::DQUOT | Errno::MLINK => Self::Full { path },
            Errno::NAMETOOLONG => Self::NameTooLong { path },
            Errno::NOTDIR | Errno::NOENT | Errno::LOOP => Self::Changed { path },
            other => {
                let is_passing = matches!(
                    other,
                    Errno::IO
                        | Errno::STALE
                        | Errno::TIMEDOUT
                        | Errno::INTR
                        | Errno::AGAIN
                        | Errno::BUSY
                        | Errno::MFILE
                        | Errno::NFILE
                        | Errno::NOMEM
                        | Errno::HOSTDOWN
                        | Errno::HOSTUNREACH
                        | Errno::NOTCONN
                );
                Self::Other { path, why: other.to_string(), is_passing }
            }
        }
    }

    /// Whether the same call may work later, with nobody changing the schema or the site.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::RootMissing { .. }
            | Self::ReadOnly { .. }
            | Self::Full { .. }
            | Self::Changed { .. } => true,
            Self::Other { is_passing, .. } => *is_passing,
            Self::Stopped { cause, .. } => cause.is_passing(),
            Self::RootNotDirectory { .. }
            | Self::InTheWay { .. }
            | Self::LinkLeaves { .. }
            | Self::LinkDangles { .. }
            | Self::NotWritable { .. }
            | Self::NameTooLong { .. }
            | Self::Source { .. } => false,
        }
    }

    /// The stable name of this kind of error, e.g. `os.ENOSPC`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RootMissing { .. } => "root.missing",
            Self::RootNotDirectory { .. } => "root.not_directory",
            Self::InTheWay { .. } => "os.ENOTDIR",
            Self::LinkLeaves { .. } => "link.leaves_root",
            Self::LinkDangles { .. } => "link.dangles",
            Self::NotWritable { .. } => "os.EACCES",
            Self::ReadOnly { .. } => "os.EROFS",
            Self::Full { .. } => "os.ENOSPC",
            Self::NameTooLong { .. } => "os.ENAMETOOLONG",
            Self::Changed { .. } => "os.changed",
            Self::Source { .. } => "schema.file",
            Self::Other { .. } => "os.other",
            Self::Stopped { cause, .. } => cause.kind(),
        }
    }
}
