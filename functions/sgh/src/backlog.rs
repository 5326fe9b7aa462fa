//! The queue, opened only to look how much is in it.

use std::sync::Arc;

use anyhow::Context;
use sgh_core::settings::QueueAddress;
use sgh_queue::Measure;
use sgh_sqlite::SqliteQueue;

use crate::house::{clock, sqs};

/// What says how much is in this queue.
///
/// # Errors
/// The database cannot be opened.
pub async fn measure(address: &QueueAddress) -> anyhow::Result<Arc<dyn Measure>> {
    Ok(match address {
        QueueAddress::Sqs(url) => Arc::new(sqs(url).await),
        QueueAddress::Sqlite(path) => {
            Arc::new(SqliteQueue::open(path, clock()).context("SGH_QUEUE")?)
        }
    })
}
