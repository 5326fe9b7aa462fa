//! Why a decision ends before its end: it needs to know more, or there is nothing to do.

use sgh_site::Record;
use sgh_site::facts::{Facts, Need, Read};

use crate::Decision;

/// The early end of a decision.
pub(crate) enum Stop {
    /// These have to be read first.
    Reads(Vec<Read>),
    /// Nothing has to be changed, and why.
    Skip(String),
    /// It cannot work, and why.
    Fail(String),
}

impl From<Read> for Stop {
    fn from(read: Read) -> Self {
        Self::Reads(vec![read])
    }
}

impl From<Vec<Read>> for Stop {
    fn from(reads: Vec<Read>) -> Self {
        Self::Reads(reads)
    }
}

/// Early or not, an end.
pub(crate) fn ended(end: Result<Decision, Stop>) -> Need<Decision> {
    match end {
        Ok(decision) => Need::Ready(decision),
        Err(Stop::Reads(reads)) => Need::Reads(reads),
        Err(Stop::Skip(why)) => Need::Ready(Decision::Skip(why)),
        Err(Stop::Fail(why)) => Need::Ready(Decision::Fail(why)),
    }
}

pub(crate) fn skip<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Skip(why.into()))
}

/// The answers to all of these; what is missing of all is asked for at once, which is one round to
/// the site instead of one for each.
pub(crate) fn all<'a>(facts: &'a Facts, reads: &[Read]) -> Result<Vec<&'a Record>, Stop> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for read in reads {
        match facts.gather(read) {
            Ok(records) => found.extend(records),
            Err(reads) => missing.extend(reads),
        }
    }
    if missing.is_empty() { Ok(found) } else { Err(Stop::Reads(missing)) }
}
