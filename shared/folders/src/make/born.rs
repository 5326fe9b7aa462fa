//! How folders turn out that are made where others of ours were made before, so that not each of
//! them has to be looked at.
//!
//! The umask, and the rights that folders hand down, are the same for all that is made in one
//! folder; and below a folder that we made as wanted they are the same all the way down. So the
//! first folder tells for the others. Where the owner has to be changed each one is looked at:
//! nothing is given away that was not seen.

use rustix::fs::Mode;

use super::mode::Settled;
use crate::plan::Plan;

/// What a new folder needs to be as wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Birth {
    /// Not known: look at it.
    Unknown,
    /// Nothing; it need not even be opened.
    Right,
    /// This mode.
    Mode(Mode),
}

/// What is known of the folders that are made in a folder.
#[derive(Debug, Clone, Copy)]
struct Inside {
    /// We made the folder itself, and it is as wanted.
    is_ours: bool,
    birth: Birth,
}

/// What is known so far.
pub(super) struct Births {
    folders: Vec<Inside>,
    roots: Vec<Inside>,
}

impl Births {
    pub(super) fn none(plan: &Plan) -> Self {
        let unknown = Inside { is_ours: false, birth: Birth::Unknown };
        Self {
            folders: vec![unknown; plan.items().len()],
            roots: vec![unknown; plan.roots().len()],
        }
    }

    /// What an item of the plan needs once it is made.
    pub(super) fn of(&self, plan: &Plan, at: usize) -> Birth {
        let item = &plan.items()[at];
        item.parent.map_or(self.roots[item.root], |above| self.folders[above]).birth
    }

    /// An item was made, and was born so: what that tells of its neighbours and of what is in it.
    pub(super) fn learn(&mut self, plan: &Plan, at: usize, birth: Birth) {
        let item = &plan.items()[at];
        let above = match item.parent {
            Some(above) => &mut self.folders[above],
            None => &mut self.roots[item.root],
        };
        above.birth = birth;
        // The first level may need what is then handed down by itself: set-group-id.
        let is_same_below = birth == Birth::Right || above.is_ours;
        let birth = if is_same_below { birth } else { Birth::Unknown };
        self.folders[at] = Inside { is_ours: true, birth };
    }
}

impl Settled {
    /// What a look at one folder tells of others; `None` where it is not as wanted.
    pub(super) fn birth(&self) -> Option<Birth> {
        match self.mode {
            _ if self.is_mode_refused || self.is_owner_refused => None,
            _ if self.is_given => Some(Birth::Unknown),
            None => Some(Birth::Right),
            Some(mode) => Some(Birth::Mode(mode)),
        }
    }
}
