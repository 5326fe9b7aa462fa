//! The queue in SQS: FIFO, so that order, locking of groups and folding are the service's own.
//!
//! Dead letters are the service's too: after `maxReceiveCount` receives it moves a message itself,
//! by the queue's redrive policy. So `explain` has nowhere to write, and does nothing.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use async_trait::async_trait;
use aws_config::{Region, SdkConfig};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    Message as SqsMessage, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
};
use sgh_core::limits::MESSAGE_BATCH_MAX;
use sgh_core::message::{Message, StoredMessage};
use sgh_queue::{Keep, KeepError, Queue, QueueError, Receipt, Received};

use crate::access::timeouts;
use crate::fault::Place;

mod backlog;
mod batches;
mod dead;
mod send;

pub use dead::SqsDeadLetters;

/// Longest time a receive waits at the service. AWS.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// Longest time a message can be hidden. AWS.
const HIDDEN_MAX: Duration = Duration::from_secs(12 * 3600);
/// What a waiting receive may take on top of its wait. Ours.
const RECEIVE_EXTRA: Duration = Duration::from_secs(5);

/// A FIFO queue of SQS. Clones share its connections.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    url: String,
    place: Place,
}

impl SqsQueue {
    /// The queue with this URL. It is called in the region that the URL names, whatever the
    /// configuration says: a queue lives nowhere else.
    #[must_use]
    pub fn new(config: &SdkConfig, url: &str) -> Self {
        let region = region_of_queue(url).map(|region| Region::new(region.to_owned()));
        let region = region.or_else(|| config.region().cloned());
        let name = url.rsplit('/').next().unwrap_or(url);
        let place = Place::new("queue", name, region.as_ref().map(AsRef::as_ref), "SGH_QUEUE");
        let own = aws_sdk_sqs::config::Builder::from(config).region(region).build();
        Self { client: Client::from_conf(own), url: url.to_owned(), place }
    }

    /// About how many messages wait. Changes nothing: a receive would count.
    ///
    /// # Errors
    /// The queue could not be asked.
    pub async fn waiting(&self) -> Result<u64, QueueError> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let call = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = call.attribute_names(name.clone()).send().await;
        let answer = answer.map_err(|error| QueueError(self.place.fault(&error)))?;
        let count = answer.attributes().and_then(|attributes| attributes.get(&name));
        Ok(count.and_then(|count| count.parse().ok()).unwrap_or_default())
    }
}

/// The region in a queue's URL: `https://sqs.us-east-1.amazonaws.com/123456789012/events.fifo`.
#[must_use]
pub fn region_of_queue(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', ':']).next()?;
    let mut labels = host.split('.');
    match (labels.next()?, labels.next()?, labels.next()?, labels.next()) {
        ("sqs" | "sqs-fips", region, "amazonaws" | "api", Some(_)) => Some(region),
        // The form of before 2012, still given out by some tools.
        (region, "queue", "amazonaws", Some(_)) => Some(region),
        _ => None,
    }
}

#[async_trait]
impl Keep for SqsQueue {
    async fn keep(&self, messages: &[Message]) -> Result<(), KeepError> {
        send::keep(self, messages).await
    }
}

#[async_trait]
impl Queue for SqsQueue {
    async fn receive(
        &self,
        max: usize,
        visibility: Duration,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        let wait = wait.min(WAIT_MAX);
        let patient = timeouts(wait + RECEIVE_EXTRA);
        let patient = aws_sdk_sqs::config::Builder::new().timeout_config(patient);
        let max = i32::try_from(max.min(MESSAGE_BATCH_MAX)).unwrap_or_default();
        if max == 0 {
            return Ok(Vec::new());
        }
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(max)
            .visibility_timeout(seconds(visibility.min(HIDDEN_MAX)))
            .wait_time_seconds(seconds(wait))
            .message_system_attribute_names(MessageSystemAttributeName::MessageGroupId)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_attribute_names("All")
            .customize()
            .config_override(patient)
            .send()
            .await
            .map_err(|error| QueueError(self.place.fault(&error)))?;
        Ok(answer.messages.unwrap_or_default().into_iter().map(received).collect())
    }

    async fn finish(&self, receipt: &Receipt) -> Result<(), QueueError> {
        let call = self.client.delete_message().queue_url(&self.url).receipt_handle(&receipt.0);
        match call.send().await {
            Err(error) if !is_stale(&error) => Err(QueueError(self.place.fault(&error))),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn put_back(&self, receipt: &Receipt, after: Duration) -> Result<(), QueueError> {
        let call = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(&receipt.0)
            .visibility_timeout(seconds(after.min(HIDDEN_MAX)));
        match call.send().await {
            Err(error) if !is_stale(&error) => Err(QueueError(self.place.fault(&error))),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn explain(&self, _: &Receipt, _: &str) -> Result<(), QueueError> {
        Ok(())
    }
}

/// SQS counts in whole seconds. A part of one counts as one: too soon would break a promise.
fn seconds(duration: Duration) -> i32 {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

/// Whether the service says that the receipt is no longer the message's, in one of its ways.
fn is_stale<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    match error.code().unwrap_or_default() {
        "ReceiptHandleIsInvalid" | "MessageNotInflight" => true,
        "AWS.SimpleQueueService.MessageNotInflight" => true,
        // Of a FIFO queue: "Value ... for parameter ReceiptHandle is invalid. Reason: ... expired".
        "InvalidParameterValue" => {
            error.message().unwrap_or_default().to_lowercase().contains("receipt")
        }
        _ => false,
    }
}

fn received(message: SqsMessage) -> Received {
    let mut system = message.attributes.unwrap_or_default();
    let group = system.remove(&MessageSystemAttributeName::MessageGroupId).unwrap_or_default();
    let receives = system
        .get(&MessageSystemAttributeName::ApproximateReceiveCount)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let attributes = message.message_attributes.unwrap_or_default().into_iter();
    let attributes: BTreeMap<String, String> =
        attributes.filter_map(|(name, value)| Some((name, value.string_value?))).collect();
    Received {
        message_id: message.message_id.unwrap_or_default(),
        receipt: Receipt(message.receipt_handle.unwrap_or_default()),
        group,
        receives,
        message: StoredMessage { body: message.body.unwrap_or_default(), attributes },
    }
}

/// SQS refuses an attribute without text, and none of ours has a meaning without.
fn attributes(stored: &StoredMessage) -> HashMap<String, MessageAttributeValue> {
    let filled = stored.attributes.iter().filter(|(_, text)| !text.is_empty());
    filled
        .filter_map(|(name, text)| {
            let value = MessageAttributeValue::builder().data_type("String").string_value(text);
            Some((name.clone(), value.build().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_read_from_the_queues_url() {
        let check = |url: &str, expect| assert_eq!(region_of_queue(url), expect, "{url}");
        check("https://sqs.us-east-1.amazonaws.com/123456789012/events.fifo", Some("us-east-1"));
        check("https://sqs.cn-north-1.amazonaws.com.cn/1/events.fifo", Some("cn-north-1"));
        check("https://sqs-fips.us-gov-west-1.amazonaws.com/1/e.fifo", Some("us-gov-west-1"));
        check("https://sqs.eu-west-1.api.aws/1/events.fifo", Some("eu-west-1"));
        check("https://eu-west-1.queue.amazonaws.com/1/events.fifo", Some("eu-west-1"));
        check("http://127.0.0.1:4566/000000000000/events.fifo", None);
        check("http://localhost/1/sqs.us-east-1.amazonaws.com", None);
        check("events.fifo", None);
    }

    #[test]
    fn a_part_of_a_second_is_a_second() {
        let check = |millis, expect| assert_eq!(seconds(Duration::from_millis(millis)), expect);
        check(0, 0);
        check(1, 1);
        check(1000, 1);
        check(1001, 2);
    }
}
