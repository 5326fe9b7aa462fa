//! Two clocks: the true one, which moves only when nothing else is left to do, and ours, which
//! may be wrong.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sgh_core::clock::Clock;
use tokio::time::Instant;

pub(crate) struct SimClock {
    base: Timestamp,
    start: Instant,
    wrong_by_ms: AtomicI64,
    jumps: AtomicU64,
}

impl SimClock {
    /// Within the runtime whose time it goes by.
    pub(crate) fn start() -> Self {
        Self {
            base: "2026-03-02T09:00:00Z".parse().expect("a time"),
            start: Instant::now(),
            wrong_by_ms: AtomicI64::new(0),
            jumps: AtomicU64::new(0),
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The site's and the cloud's present.
    pub(crate) fn true_now(&self) -> Timestamp {
        self.base + SignedDuration::try_from(self.elapsed()).expect("short")
    }

    /// Lets our clock be wrong by this from now on.
    pub(crate) fn jump(&self, wrong_by: SignedDuration) {
        let millis = i64::try_from(wrong_by.as_millis()).expect("short");
        if self.wrong_by_ms.swap(millis, Ordering::SeqCst) != millis {
            self.jumps.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Lets our clock go on, and no other.
    pub(crate) fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("short");
        self.wrong_by_ms.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn jumps(&self) -> u64 {
        self.jumps.load(Ordering::SeqCst)
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        let wrong_by = self.wrong_by_ms.load(Ordering::SeqCst);
        self.true_now() + SignedDuration::from_millis(wrong_by)
    }
}
