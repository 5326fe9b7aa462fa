//! Opening the roots of a plan: once, and never made.

use std::io::ErrorKind;
use std::path::PathBuf;

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::error::MakeError;
use crate::plan::Plan;
use crate::roots::Roots;

/// A root, opened.
pub(super) struct Root {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) folder: Dir,
}

/// Opens the roots of a plan, in its order.
pub(super) fn open(plan: &Plan, roots: &Roots) -> Result<Vec<Root>, MakeError> {
    plan.roots().iter().map(|name| open_one(name, roots)).collect()
}

fn open_one(name: &str, roots: &Roots) -> Result<Root, MakeError> {
    let path = roots.path(name).map(PathBuf::from).unwrap_or_default();
    let (root, shown) = (name.to_owned(), path.display().to_string());
    match Dir::open_ambient_dir(&path, ambient_authority()) {
        Ok(folder) => Ok(Root { name: name.to_owned(), path, folder }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(MakeError::RootMissing { root, path: shown })
        }
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            Err(MakeError::RootNotDirectory { root, path: shown })
        }
        Err(error) => match rustix::io::Errno::from_io_error(&error) {
            Some(errno) => Err(MakeError::of(errno, format!("storage root `{shown}`"))),
            None => Err(MakeError::RootMissing { root, path: shown }),
        },
    }
}
