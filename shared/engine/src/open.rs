//! An event of a group that is decided and not closed yet.

use sgh_queue::LedgerEntry;

use crate::intake::EventItem;
use crate::work::Work;

/// An event whose turn to be closed comes with the next flush.
pub(crate) enum Open {
    /// Claimed and decided.
    Work(Box<Work>),
    /// There is nothing to do for it but to say so.
    Answered(Box<EventItem>, LedgerEntry, String),
}

impl Open {
    pub(crate) fn item(&self) -> &EventItem {
        match self {
            Self::Work(work) => &work.item,
            Self::Answered(item, ..) => item,
        }
    }

    pub(crate) fn work(&mut self) -> Option<&mut Work> {
        match self {
            Self::Work(work) => Some(work),
            Self::Answered(..) => None,
        }
    }
}
