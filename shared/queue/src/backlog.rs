//! How much is in the queue, for people and their alarms. Looking changes nothing, and no worker
//! goes by it.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::QueueError;

/// What is in the queue just now; in a queue of many machines, about that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Messages that are not out: new ones, and those that were put back.
    pub waiting: u64,
    /// Messages that a worker has, or had when it died.
    pub out: u64,
    /// When the oldest message that is not finished was kept; `None` if there is none, or the
    /// queue does not say.
    pub oldest: Option<Timestamp>,
    /// Dead letters; `None` where we may not look.
    pub dead_letters: Option<u64>,
}

/// Looking into the queue.
#[async_trait]
pub trait Measure: Send + Sync {
    /// How much is in the queue.
    ///
    /// # Errors
    /// The queue could not be asked.
    async fn backlog(&self) -> Result<Backlog, QueueError>;
}
