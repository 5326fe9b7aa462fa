#![doc = include_str!("../README.md")]

mod backlog;
#[cfg(feature = "contract")]
pub mod contract;
mod dead_letters;
mod failures;
pub mod halts;
pub mod ledger;
mod own_write;
pub mod queue;
pub mod registry;
pub mod sweep;

pub use backlog::{Backlog, Measure};
pub use dead_letters::{DeadLetters, TakenLetter};
pub use failures::{Failure, FailureFilter, FailurePage, Failures, PageMark};
pub use halts::Halts;
pub use ledger::{Claim, Ledger, LedgerEntry, LedgerError, Owner};
pub use queue::{DeadLetter, Keep, KeepError, Queue, QueueError, Receipt, Received};
pub use registry::{Registry, WantedFolder};
pub use sweep::{RecordError, Saved, Seen, Stored, SweepRecord};
