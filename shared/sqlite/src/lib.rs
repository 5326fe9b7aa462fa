#![doc = include_str!("../README.md")]

mod commit;
mod database;
mod layout;
mod ledger;
mod queue;
mod sweepings;

pub use commit::StoreError;
pub use database::OpenError;
pub use ledger::{SqliteLedger, Tally};
pub use queue::{SqliteDeadLetters, SqliteQueue, Waiting};
