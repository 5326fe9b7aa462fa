//! Keeping messages: one by one or ten at a time, one request after the other.
//!
//! What a request did not keep holds back what comes after it in the same group, so that nothing
//! overtakes it; both are named, and the caller tries them again in their order.

use std::collections::{BTreeMap, HashSet};

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use sgh_core::message::Message;
use sgh_queue::KeepError;

use super::{SqsQueue, attributes, batches};

/// What was not kept, and the first reason that was given.
#[derive(Default)]
struct Refused {
    positions: Vec<usize>,
    reason: Option<String>,
}

impl Refused {
    fn add(&mut self, positions: impl IntoIterator<Item = usize>, reason: String) {
        self.positions.extend(positions);
        self.reason.get_or_insert(reason);
    }
}

pub(super) async fn keep(queue: &SqsQueue, messages: &[Message]) -> Result<(), KeepError> {
    let mut left: Vec<(usize, &Message)> = messages.iter().enumerate().collect();
    let mut refused = Refused::default();
    let mut held_groups: HashSet<&str> = HashSet::new();
    while !left.is_empty() {
        let rest = left.split_off(batches::next(&left));
        let batch = std::mem::replace(&mut left, rest);
        let before = refused.positions.len();
        if send(queue, &batch, &mut refused).await.is_err() {
            // The queue does not answer, or takes nothing: the time is better spent on the
            // caller's next try.
            refused.positions.extend(left.iter().map(|(position, _)| position));
            break;
        }
        for position in &refused.positions[before..] {
            held_groups.insert(messages[*position].group());
        }
        let is_held = |(_, message): &(usize, &Message)| held_groups.contains(message.group());
        let (held, free): (Vec<_>, Vec<_>) = left.into_iter().partition(is_held);
        refused.positions.extend(held.into_iter().map(|(position, _)| position));
        left = free;
    }
    refused.positions.sort_unstable();
    match refused.reason {
        None => Ok(()),
        Some(reason) => Err(KeepError::Refused { positions: refused.positions, reason }),
    }
}

/// The request as a whole failed; what it held is in the list of what was refused.
struct NotSent;

async fn send(
    queue: &SqsQueue,
    batch: &[(usize, &Message)],
    refused: &mut Refused,
) -> Result<(), NotSent> {
    let sent = match batch {
        [(position, message)] => {
            let refused = send_one(queue, message).await;
            refused.map(|reason| reason.map(|reason| (*position, reason)).into_iter().collect())
        }
        _ => send_batch(queue, batch).await,
    };
    match sent {
        Err(reason) => {
            refused.add(batch.iter().map(|(position, _)| *position), reason);
            Err(NotSent)
        }
        Ok(reasons) => {
            for (position, reason) in reasons {
                refused.add([position], reason);
            }
            Ok(())
        }
    }
}

/// The reason, where it is the message that the queue refuses and not the call.
async fn send_one(queue: &SqsQueue, message: &Message) -> Result<Option<String>, String> {
    let stored = message.stored();
    let sent = queue
        .client
        .send_message()
        .queue_url(&queue.url)
        .message_body(&stored.body)
        .set_message_attributes(Some(attributes(stored)))
        .message_group_id(message.group())
        .message_deduplication_id(message.deduplication())
        .send()
        .await;
    let Err(error) = sent else { return Ok(None) };
    let fault = queue.place.fault(&error);
    let of_message = ["InvalidMessageContents", "InvalidParameterValue"];
    if error.code().is_some_and(|code| of_message.contains(&code)) {
        Ok(Some(fault))
    } else {
        Err(fault)
    }
}

/// The positions that were not kept, with the reason of each.
async fn send_batch(
    queue: &SqsQueue,
    batch: &[(usize, &Message)],
) -> Result<BTreeMap<usize, String>, String> {
    let mut call = queue.client.send_message_batch().queue_url(&queue.url);
    for (position, message) in batch {
        let stored = message.stored();
        let entry = SendMessageBatchRequestEntry::builder()
            .id(position.to_string())
            .message_body(&stored.body)
            .set_message_attributes(Some(attributes(stored)))
            .message_group_id(message.group())
            .message_deduplication_id(message.deduplication())
            .build()
            .map_err(|error| error.to_string())?;
        call = call.entries(entry);
    }
    let answer = call.send().await.map_err(|error| queue.place.fault(&error))?;
    // Kept is what the answer names as kept, and nothing else.
    let kept: HashSet<&str> = answer.successful.iter().map(|entry| entry.id.as_str()).collect();
    let unkept = batch.iter().filter(|(position, _)| !kept.contains(&*position.to_string()));
    let reason = |position: usize| {
        let id = position.to_string();
        let entry = answer.failed.iter().find(|entry| entry.id == id);
        entry.map_or("the queue's answer does not name it".to_owned(), |entry| {
            format!("{}: {}", entry.code, entry.message.as_deref().unwrap_or("no reason given"))
        })
    };
    Ok(unkept.map(|(position, _)| (*position, reason(*position))).collect())
}
