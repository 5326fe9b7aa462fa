#![doc = include_str!("../README.md")]

pub mod check;
#[cfg(test)]
mod contract;
pub mod matching;
pub mod names;
pub mod open_downstream;
mod present;
pub mod push_down;
mod reasons;
pub mod roll_up;
pub mod set;
#[cfg(test)]
mod stage;
mod status;
mod stop;
pub mod values;

use sgh_site::Change;

/// What an automation decided for one event.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Write these. Never empty.
    Change {
        /// The writes, each with what it means to people.
        planned: Vec<Planned>,
        /// Entities that are left alone, and why.
        left: Vec<String>,
    },
    /// Nothing has to be changed, and why.
    Skip(String),
    /// It cannot work, and why.
    Fail(String),
}

impl Decision {
    /// What is to be written, if anything, and what is left alone.
    fn of(planned: Vec<Planned>, left: Vec<String>) -> Self {
        if planned.is_empty() {
            Self::Skip(reasons::some_of(&left))
        } else {
            Self::Change { planned, left }
        }
    }
}

/// One write, and what it means to people.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The write.
    pub change: Change,
    /// E.g. ``Task `Comp` of `SH010`: sg_status_list ip -> fin``.
    pub what: String,
}
