//! One minute of response time a minute, for all hooks of the site together.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The span that is looked at, and the response time that may be spent in it.
const MINUTE: Duration = Duration::from_secs(60);

/// What was spent within the last minute.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    spent: Mutex<VecDeque<(Instant, Duration)>>,
}

impl Throttle {
    /// Waits until there is response time to spend.
    pub(crate) async fn wait(&self) {
        while let Some(free_at) = self.free_at(Instant::now()) {
            // The site's own throttle, played: time is what it is made of.
            tokio::time::sleep_until(free_at).await;
        }
    }

    pub(crate) fn spend(&self, took: Duration) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.push_back((Instant::now(), took));
    }

    /// When the oldest of what was spent falls out of the minute, if all of it is spent.
    fn free_at(&self, now: Instant) -> Option<Instant> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        while spent.front().is_some_and(|(at, _)| now.duration_since(*at) >= MINUTE) {
            spent.pop_front();
        }
        let total: Duration = spent.iter().map(|(_, took)| *took).sum();
        let oldest = spent.front().filter(|_| total >= MINUTE)?;
        Some(oldest.0 + MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minute_that_is_spent_holds_the_next_delivery_back() {
        let (throttle, begun) = (Throttle::default(), Instant::now());
        for _ in 0..10 {
            tokio::time::advance(Duration::from_secs(2)).await;
            throttle.wait().await;
            throttle.spend(Duration::from_secs(6));
        }
        assert_eq!(begun.elapsed(), Duration::from_secs(20), "nine of them are no full minute");
        throttle.wait().await;
        assert_eq!(begun.elapsed(), Duration::from_secs(62), "the first one has to fall out");
    }
}
