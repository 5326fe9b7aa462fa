//! Takes batches out of the queue and has them worked, one after the other.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use sgh_core::limits::MESSAGE_BATCH_MAX;
use sgh_engine::{Engine, Report, Settle, settle};
use sgh_queue::{Owner, Queue, QueueError, Received};
use tracing::error;

use crate::stop::Stop;

/// Time for one batch: when a claim of ours ends. Ours.
const BATCH_TIME: SignedDuration = SignedDuration::from_secs(60);
/// How long a message is hidden while it is worked: longer than a batch may take.
const VISIBILITY: Duration = Duration::from_secs(180);
/// How long one receive waits for a message: the longest SQS takes.
const WAIT: Duration = Duration::from_secs(20);
/// Pause after a queue that cannot be asked.
const QUEUE_PAUSE: Duration = Duration::from_secs(5);

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
                    tokio::time::sleep(QUEUE_PAUSE).await;
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
        self.queue.receive(MESSAGE_BATCH_MAX, VISIBILITY, wait).await
    }

    async fn work(&self, batch: Vec<Received>) -> Report {
        let owner = Owner(uuid::Uuid::new_v4().to_string());
        let deadline = self.engine.clock.now() + BATCH_TIME;
        let report = self.engine.work(batch, &owner, deadline).await;
        settle(self.queue.as_ref(), &report, Settle::Here).await;
        report
    }
}
