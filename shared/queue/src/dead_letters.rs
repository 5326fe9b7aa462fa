//! The dead letters of a queue, for an operator who has them worked again.
//!
//! Not here: who becomes one; that is the queue's, at the last receive.

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::message::Message;

use crate::{DeadLetter, QueueError, Receipt};

/// A dead letter that was taken to be looked at.
#[derive(Debug, Clone)]
pub struct TakenLetter {
    /// The letter.
    pub letter: DeadLetter,
    /// Names this take of it.
    pub receipt: Receipt,
    /// When it was given up, as far as the queue knows.
    pub died_at: Option<Timestamp>,
}

/// Dead letters, one handle for one look through them.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// About how many there are.
    ///
    /// # Errors
    /// The queue could not be asked.
    async fn count(&self) -> Result<u64, QueueError>;

    /// Some more of them, at most `max`; none once all were given that can be given. Of one group
    /// the older come first. A queue may hold back others of a group while some are taken.
    ///
    /// # Errors
    /// The queue could not be asked.
    async fn take(&self, max: usize) -> Result<Vec<TakenLetter>, QueueError>;

    /// Keeps `message` behind what is in the queue, and then removes the letter. A crash in
    /// between leaves both, never none.
    ///
    /// # Errors
    /// The queue could not be asked. Both may be there.
    async fn move_back(&self, taken: &TakenLetter, message: &Message) -> Result<(), QueueError>;

    /// Leaves a letter where it is, for whoever looks next.
    ///
    /// # Errors
    /// The queue could not be asked; the letter is seen again some minutes later.
    async fn leave(&self, taken: &TakenLetter) -> Result<(), QueueError>;
}
