//! Tells the queue what is to become of each message of a batch.

use std::time::Duration;

use sgh_queue::Queue;
use tracing::error;

use crate::{Disposition, Report};

/// Who takes finished messages out of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// We do.
    Here,
    /// Lambda does, for every message that the function does not name as failed.
    ByLambda,
}

/// Finishes, puts back or gives up each message, and returns the ids of those that are not
/// finished. A queue that cannot be asked is no error here: the messages come back by themselves
/// when their visibility ends.
pub async fn settle(queue: &dyn Queue, report: &Report, who: Settle) -> Vec<String> {
    let mut not_finished = Vec::new();
    for (received, disposition) in &report.messages {
        let receipt = &received.receipt;
        let told = match disposition {
            Disposition::Finish if who == Settle::ByLambda => Ok(()),
            Disposition::Finish => queue.finish(receipt).await,
            Disposition::Return { after } => queue.put_back(receipt, *after).await,
            Disposition::DeadLetter { reason } => match queue.explain(receipt, reason).await {
                Ok(()) => queue.put_back(receipt, Duration::ZERO).await,
                Err(error) => Err(error),
            },
        };
        if let Err(error) = told {
            error!(%error, message.id = received.message_id, "the queue was not told");
        }
        if !matches!(disposition, Disposition::Finish) {
            not_finished.push(received.message_id.clone());
        }
    }
    not_finished
}
