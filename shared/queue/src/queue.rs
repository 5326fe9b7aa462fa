//! The queue: first in, first out within a group; a message that is not finished comes back.

use std::time::Duration;

use async_trait::async_trait;
use sgh_core::message::{Message, StoredMessage};

/// The queue did not take some of the messages.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The queue said no, or could not be reached, for these messages (positions in the call).
    #[error("the queue refused {} message(s): {reason}", .positions.len())]
    Refused {
        /// Positions of the messages that are not kept. All others are.
        positions: Vec<usize>,
        /// What the queue said.
        reason: String,
    },
}

/// The queue could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("queue: {0}")]
pub struct QueueError(pub String);

/// The smallest verb: what the door may do.
#[async_trait]
pub trait Keep: Send + Sync {
    /// Keeps messages, in order. When this returns `Ok`, all of them survive any crash.
    ///
    /// One attempt: the caller tries again what `KeepError` names, and has the time-out.
    /// A message whose deduplication id was kept within the last 5 minutes is folded: `Ok`.
    ///
    /// # Errors
    /// Names the messages that are not kept.
    async fn keep(&self, messages: &[Message]) -> Result<(), KeepError>;
}

/// Names one receive of one message; the next receive has another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Receipt(pub String);

/// A message as it comes out of the queue.
#[derive(Debug, Clone)]
pub struct Received {
    /// Id of the message, the same at every receive.
    pub message_id: String,
    /// This receive.
    pub receipt: Receipt,
    /// The group whose order it keeps.
    pub group: String,
    /// How often it was received, this time included.
    pub receives: u32,
    /// What was kept.
    pub message: StoredMessage,
}

/// A message that was given up, with the reason where one is known.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Id of the message.
    pub message_id: String,
    /// Its group.
    pub group: String,
    /// Why it was given up; empty where the queue does not know.
    pub reason: String,
    /// What was kept.
    pub message: StoredMessage,
}

/// What a worker does with the queue.
///
/// While a message of a group is received and neither finished nor put back, or put back and
/// waiting, no other message of that group is given out to another receive. One receive gives a
/// group's messages in order and without a gap.
#[async_trait]
pub trait Queue: Keep {
    /// Takes up to `max` messages out, hidden from others for `visibility`; waits up to `wait`
    /// for the first. A message that was received [`sgh_core::limits::RECEIVES_MAX`] times
    /// already goes to the dead letters instead.
    ///
    /// # Errors
    /// The queue could not be asked.
    async fn receive(
        &self,
        max: usize,
        visibility: Duration,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError>;

    /// Takes a message out for good.
    ///
    /// # Errors
    /// The queue could not be asked. A receipt that is no longer the message's is no error.
    async fn finish(&self, receipt: &Receipt) -> Result<(), QueueError>;

    /// Gives a message back, to be received again after `after`; zero is at once.
    ///
    /// # Errors
    /// The queue could not be asked. A receipt that is no longer the message's is no error.
    async fn put_back(&self, receipt: &Receipt, after: Duration) -> Result<(), QueueError>;

    /// Says why the message with this receipt is about to become a dead letter, where the queue
    /// can keep that; SQS cannot, and does nothing.
    ///
    /// # Errors
    /// The queue could not be asked.
    async fn explain(&self, receipt: &Receipt, reason: &str) -> Result<(), QueueError>;
}
