#![doc = include_str!("../README.md")]

pub mod advance;
mod entries;
pub mod limits;
mod log;
mod missing;
pub mod ranges;
mod report;
mod run;
pub mod state;
mod sweep;

pub use entries::{Entries, Logged, Progress, Span, entries};
pub use missing::Missing;
pub use ranges::IdRange;
pub use report::{End, Report};
pub use state::{StateError, SweepState};
pub use sweep::{Begin, Sweep, SweepError};

#[cfg(test)]
mod tests;
