//! The queue in a file: the same promises as SQS FIFO, on one machine.
//!
//! Not here: what happens to the rows (`rows`), and the disk (`commit`).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::clock::Clock;
use sgh_core::message::Message;
use sgh_queue::{DeadLetter, Keep, KeepError, Queue, QueueError, Receipt, Received};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::commit::{Committer, StoreError};
use crate::database::{self, OpenError};

mod backlog;
mod dead;
mod rows;

pub use dead::SqliteDeadLetters;

/// How often a waiting receive looks by itself: for what another process kept, and for what comes
/// back. What this process keeps wakes it at once. Ours.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A queue in a database file. Clones share it.
#[derive(Clone)]
pub struct SqliteQueue {
    committer: Committer,
    clock: Arc<dyn Clock>,
    changed: Arc<Notify>,
    look_every: Duration,
}

/// What is in the queue just now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Messages that are not finished, those that are out included.
    pub messages: u64,
    /// Those that are received and neither finished nor put back.
    pub out: u64,
    /// Dead letters.
    pub dead_letters: u64,
    /// When the oldest message was kept.
    pub oldest: Option<Timestamp>,
}

impl SqliteQueue {
    /// Opens the queue in this file, which is made where it is missing; its folder is not.
    ///
    /// # Errors
    /// The file cannot be used as a database of ours; says why and what to do.
    pub fn open(path: impl AsRef<Path>, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let committer = database::open(path.as_ref())?;
        Ok(Self { committer, clock, changed: Arc::new(Notify::new()), look_every: LOOK_EVERY })
    }

    /// The latest dead letters, newest first, at most `max`.
    ///
    /// # Errors
    /// The file could not be read.
    pub async fn dead_letters(&self, max: usize) -> Result<Vec<DeadLetter>, StoreError> {
        self.committer.run(move |connection| rows::dead_letters(connection, max)).await
    }

    /// How much is in the queue.
    ///
    /// # Errors
    /// The file could not be read.
    pub async fn waiting(&self) -> Result<Waiting, StoreError> {
        let now = self.now();
        self.committer.run(move |connection| rows::waiting(connection, now)).await
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// The moment after this duration, on our clock.
    fn after(&self, duration: Duration) -> i64 {
        let duration = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.now().saturating_add(duration)
    }

    async fn take(&self, max: usize, visibility: Duration) -> Result<Vec<Received>, QueueError> {
        let (now, until) = (self.now(), self.after(visibility));
        let take = move |connection: &_| rows::take(connection, max, now, until);
        let taken =
            self.committer.run(take).await.map_err(|error| QueueError(error.to_string()))?;
        for letter in taken.buried {
            tracing::error!(
                message.id = letter.message_id,
                group = letter.group,
                reason = letter.reason,
                "a message was given up and is a dead letter now"
            );
        }
        Ok(taken.received)
    }

    async fn change<F>(&self, change: F) -> Result<(), QueueError>
    where
        F: FnOnce(&rusqlite::Connection) -> rusqlite::Result<()> + Send + 'static,
    {
        self.committer.run(change).await.map_err(|error| QueueError(error.to_string()))?;
        self.changed.notify_waiters();
        Ok(())
    }
}

#[async_trait]
impl Keep for SqliteQueue {
    async fn keep(&self, messages: &[Message]) -> Result<(), KeepError> {
        if messages.is_empty() {
            return Ok(());
        }
        let (kept, now) = (messages.to_vec(), self.now());
        let keep = move |connection: &_| rows::keep(connection, &kept, now);
        // One transaction: either all of them are kept or none is.
        self.committer.run(keep).await.map_err(|error| KeepError::Refused {
            positions: (0..messages.len()).collect(),
            reason: error.to_string(),
        })?;
        self.changed.notify_waiters();
        Ok(())
    }
}

#[async_trait]
impl Queue for SqliteQueue {
    async fn receive(
        &self,
        max: usize,
        visibility: Duration,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        let deadline = Instant::now() + wait;
        loop {
            // Listening begins before the look, so that nothing falls in between.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let received = self.take(max, visibility).await?;
            let now = Instant::now();
            if !received.is_empty() || max == 0 || now >= deadline {
                return Ok(received);
            }
            // Being woken and looking by ourselves are the same to us.
            let _ = timeout_at(deadline.min(now + self.look_every), changed).await;
        }
    }

    async fn finish(&self, receipt: &Receipt) -> Result<(), QueueError> {
        let Some(receipt) = rows::Ticket::parse(receipt) else { return Ok(()) };
        self.change(move |connection| rows::finish(connection, receipt)).await
    }

    async fn put_back(&self, receipt: &Receipt, after: Duration) -> Result<(), QueueError> {
        let Some(receipt) = rows::Ticket::parse(receipt) else { return Ok(()) };
        let hidden_until = if after.is_zero() { 0 } else { self.after(after) };
        self.change(move |connection| rows::put_back(connection, receipt, hidden_until)).await
    }

    async fn explain(&self, receipt: &Receipt, reason: &str) -> Result<(), QueueError> {
        let Some(receipt) = rows::Ticket::parse(receipt) else { return Ok(()) };
        let reason = reason.to_owned();
        self.change(move |connection| rows::explain(connection, receipt, &reason)).await
    }
}

#[cfg(test)]
mod tests {
    use sgh_core::clock::SystemClock;
    use sgh_queue::contract::messages::message;

    use super::*;

    /// Nothing but being woken ends these waits before their hour is over.
    #[tokio::test]
    async fn what_this_process_does_wakes_a_waiting_receive() {
        let woken = tokio::time::timeout(Duration::from_secs(20), wait_and_wake()).await;
        woken.expect("nobody woke it");
    }

    async fn wait_and_wake() {
        const HOUR: Duration = Duration::from_secs(3600);
        let home = tempfile::tempdir().unwrap();
        let queue = SqliteQueue::open(home.path().join("sgh.db"), Arc::new(SystemClock)).unwrap();
        let queue = SqliteQueue { look_every: HOUR, ..queue };
        let (first, ()) = tokio::join!(queue.receive(1, HOUR, HOUR), async {
            queue.keep(&[message(1, "a"), message(1, "b")]).await.unwrap();
        });
        let first = first.unwrap();
        let (second, ()) = tokio::join!(queue.receive(1, HOUR, HOUR), async {
            queue.finish(&first[0].receipt).await.unwrap();
        });
        let second = second.unwrap();
        let (third, ()) = tokio::join!(queue.receive(1, HOUR, HOUR), async {
            queue.put_back(&second[0].receipt, Duration::ZERO).await.unwrap();
        });
        assert_eq!(third.unwrap()[0].message_id, second[0].message_id);
    }
}
