//! The dead letters in the file, looked through from the oldest on.
//!
//! A letter goes back in one transaction. Not here: how a message becomes one (`rows`).

use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use sgh_core::message::Message;
use sgh_queue::{DeadLetter, DeadLetters, QueueError, Receipt, TakenLetter};

use super::{SqliteQueue, rows};

/// One look through the dead letters of a queue.
pub struct SqliteDeadLetters {
    queue: SqliteQueue,
    /// The position of the last that was given.
    after: AtomicI64,
}

impl SqliteQueue {
    /// A look through its dead letters.
    #[must_use]
    pub fn dead(&self) -> SqliteDeadLetters {
        SqliteDeadLetters { queue: self.clone(), after: AtomicI64::new(0) }
    }
}

#[async_trait]
impl DeadLetters for SqliteDeadLetters {
    async fn count(&self) -> Result<u64, QueueError> {
        let waiting = self.queue.waiting().await;
        Ok(waiting.map_err(|error| QueueError(error.to_string()))?.dead_letters)
    }

    async fn take(&self, max: usize) -> Result<Vec<TakenLetter>, QueueError> {
        let after = self.after.load(Ordering::SeqCst);
        let look = move |connection: &Connection| look(connection, after, max);
        let found: Vec<TakenLetter> =
            self.queue.committer.run(look).await.map_err(|error| QueueError(error.to_string()))?;
        if let Some(last) = found.last().and_then(|last| last.receipt.0.parse().ok()) {
            self.after.store(last, Ordering::SeqCst);
        }
        Ok(found)
    }

    async fn move_back(&self, taken: &TakenLetter, message: &Message) -> Result<(), QueueError> {
        let (position, now) = (taken.receipt.0.clone(), self.queue.now());
        let message = message.clone();
        let move_back = move |connection: &Connection| {
            let gone = connection
                .prepare_cached("DELETE FROM dead_letter WHERE position = ?1")?
                .execute([position])?;
            // Whoever took it before has put it back already.
            if gone == 0 { Ok(()) } else { rows::keep(connection, &[message], now) }
        };
        self.queue.change(move_back).await
    }

    async fn leave(&self, _: &TakenLetter) -> Result<(), QueueError> {
        Ok(())
    }
}

fn look(connection: &Connection, after: i64, max: usize) -> rusqlite::Result<Vec<TakenLetter>> {
    let letter = |row: &Row<'_>| {
        let position = row.get::<_, i64>(0)?.to_string();
        Ok(TakenLetter {
            receipt: Receipt(position.clone()),
            died_at: Timestamp::from_millisecond(row.get(5)?).ok(),
            letter: DeadLetter {
                message_id: position,
                group: row.get(1)?,
                message: rows::stored(row, 2)?,
                reason: row.get(4)?,
            },
        })
    };
    connection
        .prepare_cached(
            "SELECT position, group_name, body, attributes, reason, died_at FROM dead_letter
             WHERE position > ?1 ORDER BY position LIMIT ?2",
        )?
        .query_map(params![after, rows::count(max)], letter)?
        .collect()
}
