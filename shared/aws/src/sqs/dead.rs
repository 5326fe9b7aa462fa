//! The dead letters of a queue of SQS, for an operator: found by the queue's redrive policy.
//!
//! A letter that is taken is hidden for some minutes, and others of its group with it. It is sent
//! to the queue before it is deleted. Not here: who becomes one; the service does that.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::types::{MessageSystemAttributeName as System, QueueAttributeName};
use jiff::Timestamp;
use sgh_core::message::Message;
use sgh_queue::{DeadLetter, DeadLetters, Keep, Queue, QueueError, Receipt, TakenLetter};

use super::{SqsQueue, received, seconds};
use crate::fault::Place;

/// How long a letter that was taken is hidden from others. Ours: sending it takes seconds.
const HIDDEN: Duration = Duration::from_secs(120);
/// How long one take waits: a short look asks few of the service's servers, and may find nothing.
const WAIT: Duration = Duration::from_secs(2);

/// One look through the dead letters of a queue.
#[derive(Debug, Clone)]
pub struct SqsDeadLetters {
    queue: SqsQueue,
    dead: SqsQueue,
}

impl SqsQueue {
    /// A look through its dead letters.
    ///
    /// # Errors
    /// The queue could not be asked, or has no redrive policy.
    pub async fn dead(&self) -> Result<SqsDeadLetters, QueueError> {
        let name = QueueAttributeName::RedrivePolicy;
        let call = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = call.attribute_names(name.clone()).send().await;
        let answer = answer.map_err(|error| QueueError(self.place.fault(&error)))?;
        let policy = answer.attributes().and_then(|attributes| attributes.get(&name));
        let (name, account) = policy.and_then(|policy| target(policy)).ok_or_else(|| {
            QueueError(format!("queue `{}` has no dead letters: set its RedrivePolicy", self.url))
        })?;
        let place = Place::new("queue", &name, self.region(), "the queue's RedrivePolicy");
        let call = self.client.get_queue_url().queue_name(&name);
        let call = call.queue_owner_aws_account_id(account).send().await;
        let url = call.map_err(|error| QueueError(place.fault(&error)))?.queue_url;
        let url = url.ok_or_else(|| QueueError(format!("queue `{name}` has no URL")))?;
        let dead = Self { client: self.client.clone(), url, place };
        Ok(SqsDeadLetters { queue: self.clone(), dead })
    }

    fn region(&self) -> Option<&str> {
        self.client.config().region().map(AsRef::as_ref)
    }
}

/// Name and account of the queue that a redrive policy names.
fn target(policy: &str) -> Option<(String, String)> {
    let policy: serde_json::Value = serde_json::from_str(policy).ok()?;
    let mut parts = policy.get("deadLetterTargetArn")?.as_str()?.rsplit(':');
    let (name, account) = (parts.next()?, parts.next()?);
    Some((name.to_owned(), account.to_owned()))
}

#[async_trait]
impl DeadLetters for SqsDeadLetters {
    async fn count(&self) -> Result<u64, QueueError> {
        self.dead.waiting().await
    }

    async fn take(&self, max: usize) -> Result<Vec<TakenLetter>, QueueError> {
        let dead = &self.dead;
        let max = i32::try_from(max.min(sgh_core::limits::MESSAGE_BATCH_MAX)).unwrap_or_default();
        let answer = dead
            .client
            .receive_message()
            .queue_url(&dead.url)
            .max_number_of_messages(max.max(1))
            .visibility_timeout(seconds(HIDDEN))
            .wait_time_seconds(seconds(WAIT))
            .message_system_attribute_names(System::MessageGroupId)
            .message_system_attribute_names(System::SentTimestamp)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(|error| QueueError(dead.place.fault(&error)))?;
        let letter = |message: aws_sdk_sqs::types::Message| {
            let sent = message.attributes().and_then(|own| own.get(&System::SentTimestamp));
            let sent = sent.and_then(|sent| sent.parse().ok());
            let died_at = sent.and_then(|sent| Timestamp::from_millisecond(sent).ok());
            let got = received(message);
            let letter = DeadLetter {
                message_id: got.message_id,
                group: got.group,
                // SQS has no place for it; the ledger has.
                reason: String::new(),
                message: got.message,
            };
            TakenLetter { letter, receipt: got.receipt, died_at }
        };
        Ok(answer.messages.unwrap_or_default().into_iter().map(letter).collect())
    }

    async fn move_back(&self, taken: &TakenLetter, message: &Message) -> Result<(), QueueError> {
        let kept = self.queue.keep(std::slice::from_ref(message)).await;
        kept.map_err(|error| QueueError(error.to_string()))?;
        self.dead.finish(&taken.receipt).await
    }

    async fn leave(&self, taken: &TakenLetter) -> Result<(), QueueError> {
        self.dead.put_back(&Receipt(taken.receipt.0.clone()), Duration::ZERO).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_of_the_dead_is_read_from_the_policy() {
        let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead.fifo",
            "maxReceiveCount":"5"}"#;
        let expect = ("dead.fifo".to_owned(), "123456789012".to_owned());
        assert_eq!(target(policy), Some(expect));
        assert_eq!(target("{}"), None);
        assert_eq!(target(""), None);
    }
}
