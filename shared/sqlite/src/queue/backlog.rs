//! How much is in the file.

use async_trait::async_trait;
use sgh_queue::{Backlog, Measure, QueueError};

use super::SqliteQueue;

#[async_trait]
impl Measure for SqliteQueue {
    async fn backlog(&self) -> Result<Backlog, QueueError> {
        let found = self.waiting().await.map_err(|error| QueueError(error.to_string()))?;
        Ok(Backlog {
            waiting: found.messages.saturating_sub(found.out),
            out: found.out,
            oldest: found.oldest,
            dead_letters: Some(found.dead_letters),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use sgh_core::clock::{Clock, SystemClock};
    use sgh_queue::contract::messages::message;
    use sgh_queue::{Keep, Queue};

    use super::*;

    #[tokio::test]
    async fn what_waits_is_told_from_what_is_out() {
        let home = tempfile::tempdir().unwrap();
        let before = SystemClock.now();
        let queue = SqliteQueue::open(home.path().join("sgh.db"), Arc::new(SystemClock)).unwrap();
        let empty = Backlog { dead_letters: Some(0), ..Backlog::default() };
        assert_eq!(queue.backlog().await.unwrap(), empty);
        queue.keep(&[message(1, "a"), message(1, "b"), message(2, "a")]).await.unwrap();
        let found = queue.receive(1, Duration::from_secs(60), Duration::ZERO).await.unwrap();
        assert_eq!(found.len(), 1);
        let backlog = queue.backlog().await.unwrap();
        assert_eq!((backlog.waiting, backlog.out, backlog.dead_letters), (2, 1, Some(0)));
        let oldest = backlog.oldest.expect("an age");
        assert!(oldest.as_millisecond() >= before.as_millisecond() && oldest <= SystemClock.now());
    }
}
