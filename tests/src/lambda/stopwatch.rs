//! The one place of the harness that reads a clock: it measures real processes.

use std::time::{Duration, Instant};

/// A point in time to measure from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    pub(super) fn start() -> Self {
        #[allow(clippy::disallowed_methods, reason = "real processes live in real time")]
        Self(Instant::now())
    }

    /// Time from this point to a later one.
    pub(super) fn until(self, later: Self) -> Duration {
        later.0.duration_since(self.0)
    }
}
