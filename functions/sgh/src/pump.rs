//! Takes batches out of the queue and has them worked, one after the other.

use std::sync::Arc;
use std::time::Duration;

use sgh_core::limits::MESSAGE_BATCH_MAX;
use sgh_engine::{Engine, Report, Settle, settle};
use sgh_queue::{Owner, Queue, QueueError, Received};
use tracing::error;

use crate::stop::Stop;

/// Time for one batch without the studio's programs: when a claim of ours ends. Ours.
const BATCH_TIME: Duration = Duration::from_secs(60);
/// Time for the studio's programs in one batch, if it holds more than one message. Ours: what a
/// crash leaves is hidden for as long as a batch may take.
const PROGRAMS_TIME: Duration = Duration::from_secs(600);
/// How much longer than a batch may take a message is hidden while it is worked. Ours.
const HIDDEN_EXTRA: Duration = Duration::from_secs(120);
/// How long one receive waits for a message: the longest SQS takes.
const WAIT: Duration = Duration::from_secs(20);
/// Pause after a queue that cannot be asked.
const QUEUE_PAUSE: Duration = Duration::from_secs(5);

/// How much one batch may be.
#[derive(Debug, PartialEq, Eq)]
struct Limits {
    messages: usize,
    time: Duration,
}

impl Limits {
    /// A batch in which every event runs all programs, each up to its time-out, is through in
    /// time: else its last events would come back unworked until they are given up.
    fn of(programs: Duration) -> Self {
        let fit = PROGRAMS_TIME.as_secs().checked_div(programs.as_secs());
        let fit = fit.and_then(|fit| usize::try_from(fit).ok()).unwrap_or(MESSAGE_BATCH_MAX);
        let messages = fit.clamp(1, MESSAGE_BATCH_MAX);
        let programs = programs.saturating_mul(u32::try_from(messages).unwrap_or(u32::MAX));
        Self { messages, time: BATCH_TIME.saturating_add(programs) }
    }
}

/// Works the queue.
pub struct Pump {
    /// Where deliveries come from.
    pub queue: Arc<dyn Queue>,
    /// What works them.
    pub engine: Arc<Engine>,
}

impl Pump {
    /// Works until it is time to stop; a batch that is under way then is worked to its end. Each
    /// batch is told to `report`.
    pub async fn run(&self, mut stop: Stop, mut report: impl FnMut(&Report)) {
        while !stop.is_now() {
            let batch = tokio::select! {
                batch = self.receive(WAIT) => batch,
                () = stop.wait() => return,
            };
            match batch {
                Ok(batch) if batch.is_empty() => {}
                Ok(batch) => report(&self.work(batch).await),
                Err(error) => {
                    error!(%error, "the queue cannot be asked; trying again in {QUEUE_PAUSE:?}");
                    // One that is away is not asked in a tight loop; a stop is not held up by it.
                    let _ = tokio::time::timeout(QUEUE_PAUSE, stop.wait()).await;
                }
            }
        }
    }

    /// Works until nothing is given out any more.
    ///
    /// # Errors
    /// The queue cannot be asked.
    pub async fn drain(&self, mut report: impl FnMut(&Report)) -> Result<(), QueueError> {
        loop {
            let batch = self.receive(Duration::ZERO).await?;
            if batch.is_empty() {
                return Ok(());
            }
            report(&self.work(batch).await);
        }
    }

    async fn receive(&self, wait: Duration) -> Result<Vec<Received>, QueueError> {
        let Limits { messages, time } = self.limits();
        self.queue.receive(messages, time + HIDDEN_EXTRA, wait).await
    }

    fn limits(&self) -> Limits {
        Limits::of(self.engine.rules.config.programs_time())
    }

    async fn work(&self, batch: Vec<Received>) -> Report {
        let owner = Owner(uuid::Uuid::new_v4().to_string());
        let deadline = self.engine.clock.now() + self.limits().time;
        let report = self.engine.work(batch, &owner, deadline).await;
        settle(self.queue.as_ref(), &report, Settle::Here).await;
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_programs_of_a_batch_are_through_before_its_time_is_over() {
        let limits = |programs, messages, time| {
            let expect = Limits { messages, time: Duration::from_secs(time) };
            assert_eq!(Limits::of(Duration::from_secs(programs)), expect, "{programs}");
        };
        limits(0, 10, 60);
        limits(30, 10, 60 + 300);
        limits(90, 6, 60 + 540);
        limits(599, 1, 60 + 599);
        limits(6000, 1, 60 + 6000);
    }
}
