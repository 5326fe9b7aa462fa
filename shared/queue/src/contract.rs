//! What every queue, ledger and registry has to do, as checks that any of them can be put to.
//!
//! Each check is an `async fn` that panics where the promise is broken. [`queue_contract!`],
//! [`ledger_contract!`], [`registry_contract!`] and [`sweep_contract!`] make one test of each, so
//! that a broken promise is named by its test:
//!
//! ```ignore
//! sgh_queue::queue_contract!(MyQueues::new().await);
//! sgh_queue::ledger_contract!(MyLedger::new().await);
//! sgh_queue::registry_contract!(MyRegistries::new().await);
//! sgh_queue::sweep_contract!(MyLedger::new().await);
//! ```
//!
//! Time passes by [`QueueStand::pass`]: a queue with a settable clock moves it, one of the real
//! world waits within its next receive. No check sleeps.
//!
//! [`queue_contract!`]: crate::queue_contract
//! [`ledger_contract!`]: crate::ledger_contract
//! [`registry_contract!`]: crate::registry_contract
//! [`sweep_contract!`]: crate::sweep_contract

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "every check is a test, and panics where it fails"
)]

pub mod dead_letters;
pub mod failures;
pub mod halts;
pub mod ledgers;
pub mod messages;
pub mod queues;
pub mod registries;
pub mod sweeps;
mod tests_of;

use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use sgh_core::clock::Clock;

use crate::{DeadLetter, Queue, Registry};

/// Where a queue is put to the checks.
pub trait QueueStand {
    /// The queue under test.
    type Queue: Queue;

    /// The queue, empty at first.
    fn queue(&self) -> &Self::Queue;

    /// Lets time pass: moves the queue's clock, or does nothing where time is real.
    fn pass(&self, time: Duration);

    /// How long a receive waits for what must come: zero where the clock is moved.
    fn patience(&self) -> Duration;

    /// What was given up.
    fn dead_letters(&self) -> impl Future<Output = Vec<DeadLetter>>;

    /// The reason a dead letter is expected to have, where the queue keeps it.
    fn reason<'a>(&self, reason: &'a str) -> &'a str;
}

/// Where a registry is put to the checks.
pub trait RegistryStand {
    /// The registry under test.
    type Registry: Registry;

    /// The one registry of this stand, as another process opens it: whatever was registered by
    /// an earlier one, dropped or not, is in it.
    fn open(&self) -> Self::Registry;
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct SettableClock(AtomicI64);

impl SettableClock {
    /// A clock that shows this moment.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_millisecond()))
    }

    /// Moves it on.
    pub fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("a test does not last that long");
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).expect("a time that can be")
    }
}
