//! Time, as something that is handed in: a simulation drives it, a process asks the system.

use jiff::Timestamp;

/// Where the present comes from.
pub trait Clock: Send + Sync {
    /// The present.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[allow(clippy::disallowed_methods, reason = "the one place that asks the system")]
        Timestamp::now()
    }
}
