//! Something that the site says and that seldom changes: kept for a while, then asked for again.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

/// How long it is kept. Ours: what an administrator changes on the site counts within the hour.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// The last answer, and when it came.
#[derive(Debug)]
pub(crate) struct Kept<T>(Mutex<Option<(Timestamp, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    /// The last answer, however old.
    pub(crate) fn last(&self) -> Option<Arc<T>> {
        self.lock().as_ref().map(|(_, value)| Arc::clone(value))
    }

    /// The last answer, if it is young enough.
    pub(crate) fn fresh(&self, now: Timestamp) -> Option<Arc<T>> {
        let kept = self.lock();
        let (at, value) = kept.as_ref()?;
        (now.duration_since(*at) < KEPT).then(|| Arc::clone(value))
    }

    /// Keeps an answer.
    pub(crate) fn keep(&self, now: Timestamp, value: T) -> Arc<T> {
        let value = Arc::new(value);
        *self.lock() = Some((now, Arc::clone(&value)));
        value
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Timestamp, Arc<T>)>> {
        // Whoever panicked with it had only read it, or replaced it whole.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
