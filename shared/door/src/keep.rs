//! Two tries to keep messages, within the time the door has.
//!
//! A try that fails is followed by the other at once, with only what is not kept yet. A try that
//! hangs is left running while the other starts: whichever ends well first counts, and the queue
//! folds what both have sent.

use std::time::Duration;

use sgh_core::limits::KEEP_TIMEOUT;
use sgh_core::message::Message;
use sgh_queue::{Keep, KeepError};
use tokio::time::{sleep, timeout};
use tracing::warn;

/// How long a try may hang before the second one starts beside it.
const HANG: Duration = Duration::from_millis(1000);

/// Why messages could not be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    #[error(transparent)]
    Queue(#[from] KeepError),
    #[error("no answer within {} ms", KEEP_TIMEOUT.as_millis())]
    Hanging,
}

pub(crate) async fn keep(queue: &dyn Keep, messages: &[Message]) -> Result<(), NotKept> {
    if messages.is_empty() {
        return Ok(());
    }
    timeout(KEEP_TIMEOUT, two_tries(queue, messages)).await.unwrap_or(Err(NotKept::Hanging))
}

async fn two_tries(queue: &dyn Keep, messages: &[Message]) -> Result<(), NotKept> {
    let first = queue.keep(messages);
    tokio::pin!(first);
    let failed = tokio::select! {
        tried = &mut first => match tried {
            Ok(()) => return Ok(()),
            Err(error) => error,
        },
        () = sleep(HANG) => {
            warn!("the queue hangs; trying it once more beside");
            return either(&mut first, queue.keep(messages)).await;
        }
    };
    warn!(error = %failed, "the queue refused; trying it once more");
    let KeepError::Refused { positions, .. } = failed;
    let again: Vec<Message> =
        positions.iter().filter_map(|position| messages.get(*position).cloned()).collect();
    Ok(queue.keep(&again).await?)
}

/// The first of two that ends well, or else the second's error.
async fn either(
    first: impl Future<Output = Result<(), KeepError>> + Unpin,
    second: impl Future<Output = Result<(), KeepError>>,
) -> Result<(), NotKept> {
    tokio::pin!(second);
    let mut first = first;
    tokio::select! {
        kept = &mut first => match kept {
            Ok(()) => Ok(()),
            Err(_) => Ok(second.await?),
        },
        kept = &mut second => match kept {
            Ok(()) => Ok(()),
            Err(_) => Ok(first.await?),
        },
    }
}
