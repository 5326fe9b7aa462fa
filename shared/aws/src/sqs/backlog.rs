//! How much is in a queue of SQS, by its attributes. They are a minute old at times, and none of
//! them is the age of the oldest message: only CloudWatch has that.

use async_trait::async_trait;
use aws_sdk_sqs::types::QueueAttributeName as Name;
use sgh_queue::{Backlog, DeadLetters, Measure, QueueError};

use super::SqsQueue;

#[async_trait]
impl Measure for SqsQueue {
    async fn backlog(&self) -> Result<Backlog, QueueError> {
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(Name::ApproximateNumberOfMessages)
            .attribute_names(Name::ApproximateNumberOfMessagesDelayed)
            .attribute_names(Name::ApproximateNumberOfMessagesNotVisible)
            .send()
            .await
            .map_err(|error| QueueError(self.place.fault(&error)))?;
        let count = |name| {
            let text = answer.attributes().and_then(|attributes| attributes.get(&name));
            text.and_then(|text| text.parse::<u64>().ok()).unwrap_or_default()
        };
        Ok(Backlog {
            waiting: count(Name::ApproximateNumberOfMessages)
                + count(Name::ApproximateNumberOfMessagesDelayed),
            out: count(Name::ApproximateNumberOfMessagesNotVisible),
            oldest: None,
            dead_letters: self.dead_letters().await,
        })
    }
}

impl SqsQueue {
    /// A worker may look at its own queue and at no other, so this may stay unknown.
    async fn dead_letters(&self) -> Option<u64> {
        let counted = async { self.dead().await?.count().await };
        match counted.await {
            Ok(count) => Some(count),
            Err(error) => {
                tracing::debug!(%error, "the dead letters cannot be counted");
                None
            }
        }
    }
}
