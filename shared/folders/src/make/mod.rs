//! From a plan to directories: look at everything first, then write what is missing.
//!
//! The only code of the project that makes directories. A root is opened once; from there on
//! every step is one name below an open directory, so that nothing that happens to the path
//! meanwhile can lead outside. What is there already is left as it is: never changed, never
//! deleted, its mode kept. Not here: what there should be (`plan`).

mod born;
mod error;
mod file;
mod link;
mod look;
mod mode;
mod root;
mod tree;
mod walk;
mod write;

pub use error::MakeError;
pub use mode::Modes;
pub use tree::{Counts, LineKind, Tree, TreeLine, tree};

use crate::plan::Plan;
use crate::roots::Roots;

/// Most paths that a report carries. Ours: people read few.
const PATHS_MAX: usize = 20;

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Folders made.
    pub made: usize,
    /// Folders of the plan that were there already.
    pub existed: usize,
    /// Files copied.
    pub files: usize,
    /// Links made.
    pub links: usize,
    /// Things made whose mode the file system did not let us set.
    pub modes_refused: usize,
    /// Things made whose owner the file system did not let us set.
    pub owners_refused: usize,
    /// The first folders made, each `root: path`.
    pub paths: Vec<String>,
}

impl Made {
    /// Whether anything was made.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.made == 0 && self.files == 0 && self.links == 0
    }
}

/// Makes what a plan says and is not there. Blocks: call it where that is allowed.
///
/// # Errors
/// Found before writing: nothing was made. Found in the middle: [`MakeError::Stopped`] says what
/// was made and what is missing; the same call again completes it.
pub fn make(plan: &Plan, roots: &Roots, modes: &Modes) -> Result<Made, MakeError> {
    let roots = root::open(plan, roots)?;
    let seen = look::look(plan, &roots)?;
    write::write(plan, &roots, modes, &seen)
}

/// For each item of a plan, whether it is there already. The checks of [`make`], without writing.
///
/// # Errors
/// What would stop [`make`] before it writes.
pub fn preview(plan: &Plan, roots: &Roots) -> Result<Vec<bool>, MakeError> {
    let roots = root::open(plan, roots)?;
    look::look(plan, &roots).map(|seen| seen.is_there)
}

#[cfg(test)]
mod tests;
