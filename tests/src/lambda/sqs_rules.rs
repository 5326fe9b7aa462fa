//! What SQS refuses, as its API reference has it, and the digests it answers with.

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};
use serde::Deserialize;

/// Largest message, and largest sum of a batch, attributes included.
const SIZE_MAX: usize = 1024 * 1024;
/// Most attributes of a message.
const ATTRIBUTES_MAX: usize = 10;
/// Longest group and deduplication id.
const ID_MAX: usize = 128;
/// Most entries of a batch, and the longest id of one.
const BATCH_MAX: usize = 10;
const ENTRY_ID_MAX: usize = 80;

/// A refusal: SQS's error code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// One message of a SendMessage, or one entry of a SendMessageBatch.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sent {
    #[serde(default)]
    pub(super) id: String,
    pub(super) message_body: String,
    #[serde(default)]
    pub(super) message_attributes: BTreeMap<String, Attribute>,
    #[serde(default)]
    pub(super) message_group_id: String,
    #[serde(default)]
    pub(super) message_deduplication_id: String,
}

/// A message attribute; only text is of interest.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribute {
    pub(super) data_type: String,
    #[serde(default)]
    pub(super) string_value: String,
}

impl Sent {
    /// What counts towards the size of a message.
    pub(super) fn size(&self) -> usize {
        let attributes = self.message_attributes.iter();
        let attributes: usize = attributes
            .map(|(name, value)| name.len() + value.data_type.len() + value.string_value.len())
            .sum();
        self.message_body.len() + attributes
    }

    /// Refuses what SQS refuses of one message to a FIFO queue.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.message_body.is_empty() {
            return refuse("MissingParameter", "the request must contain MessageBody");
        }
        if self.size() > SIZE_MAX {
            return refuse("InvalidParameterValue", "message must be shorter than 1048576 bytes");
        }
        if self.message_attributes.len() > ATTRIBUTES_MAX {
            return refuse("InvalidParameterValue", "number of message attributes exceeds 10");
        }
        if !self.message_body.chars().all(is_taken) {
            return refuse("InvalidMessageContents", "invalid characters in the message body");
        }
        for (name, attribute) in &self.message_attributes {
            check_attribute(name, attribute)?;
        }
        check_id("MessageGroupId", &self.message_group_id)?;
        check_id("MessageDeduplicationId", &self.message_deduplication_id)
    }

    /// `MD5OfMessageAttributes`: names, types and values in the order of the names, each after its
    /// length; a byte before a value says that it is text.
    pub(super) fn digest_of_attributes(&self) -> String {
        const TEXT: u8 = 1;
        let mut bytes = Vec::new();
        for (name, attribute) in &self.message_attributes {
            append(&mut bytes, name);
            append(&mut bytes, &attribute.data_type);
            bytes.push(TEXT);
            append(&mut bytes, &attribute.string_value);
        }
        digest(&bytes)
    }
}

/// The MD5 that SQS answers with, in hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// Refuses a batch as a whole.
pub(super) fn check_batch(entries: &[Sent]) -> Result<(), Refusal> {
    let mut ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    ids.sort_unstable();
    if entries.is_empty() {
        return refuse("AWS.SimpleQueueService.EmptyBatchRequest", "at least one entry");
    }
    if entries.len() > BATCH_MAX {
        return refuse("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "at most 10");
    }
    if !ids.iter().all(|id| is_entry_id(id)) {
        return refuse("AWS.SimpleQueueService.InvalidBatchEntryId", "letters, digits, - and _");
    }
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return refuse("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "ids must differ");
    }
    if entries.iter().map(Sent::size).sum::<usize>() > SIZE_MAX {
        return refuse("AWS.SimpleQueueService.BatchRequestTooLong", "at most 1048576 bytes");
    }
    Ok(())
}

fn is_entry_id(id: &str) -> bool {
    let is_taken = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=ENTRY_ID_MAX).contains(&id.len()) && id.chars().all(is_taken)
}

fn check_attribute(name: &str, attribute: &Attribute) -> Result<(), Refusal> {
    let is_taken_in_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > 256 || !name.chars().all(is_taken_in_name) {
        return refuse("InvalidParameterValue", "invalid attribute name");
    }
    if attribute.data_type != "String" || attribute.string_value.is_empty() {
        return refuse("InvalidParameterValue", "only text that is not empty is expected here");
    }
    if !attribute.string_value.chars().all(is_taken) {
        return refuse("InvalidMessageContents", "invalid characters in an attribute");
    }
    Ok(())
}

/// Both ids are a must for a FIFO queue that does not look at contents.
fn check_id(name: &str, id: &str) -> Result<(), Refusal> {
    if id.is_empty() {
        return refuse("MissingParameter", &format!("the request must contain {name}"));
    }
    let is_taken = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_punctuation();
    if id.len() > ID_MAX || !id.chars().all(is_taken) {
        return refuse("InvalidParameterValue", &format!("invalid {name}"));
    }
    Ok(())
}

/// Tab, line feed, carriage return, U+0020 to U+D7FF, U+E000 to U+FFFD, U+10000 to U+10FFFF.
fn is_taken(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn refuse(code: &'static str, message: &str) -> Result<(), Refusal> {
    Err(Refusal { code, message: message.to_owned() })
}

fn append(bytes: &mut Vec<u8>, text: &str) {
    let size = u32::try_from(text.len()).expect("a message is at most 1 MiB");
    bytes.extend(size.to_be_bytes());
    bytes.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(body: &str) -> Sent {
        let attribute = Attribute { data_type: "String".into(), string_value: "text".into() };
        Sent {
            id: "0".into(),
            message_body: body.into(),
            message_attributes: BTreeMap::from([("encoding".into(), attribute)]),
            message_group_id: "Project-1".into(),
            message_deduplication_id: "a".repeat(64),
        }
    }

    fn check(sent: &Sent, code: &str) {
        assert_eq!(sent.check().err().map_or("", |refusal| refusal.code), code);
    }

    #[test]
    fn characters_and_sizes_are_those_of_the_api_reference() {
        check(&sent("{\"a\": \"\t\n\r \u{D7FF}\u{E000}\u{FFFD}\u{1F3AC}\"}"), "");
        check(&sent("\u{1}"), "InvalidMessageContents");
        check(&sent("\u{FFFE}"), "InvalidMessageContents");
        check(&sent(""), "MissingParameter");
        let attribute = "encodingStringtext".len();
        check(&sent(&"x".repeat(SIZE_MAX - attribute)), "");
        check(&sent(&"x".repeat(SIZE_MAX - attribute + 1)), "InvalidParameterValue");
        check(&Sent { message_group_id: String::new(), ..sent("a") }, "MissingParameter");
        check(&Sent { message_group_id: "a b".into(), ..sent("a") }, "InvalidParameterValue");
    }

    #[test]
    fn a_batch_is_refused_for_its_number_its_ids_and_its_sum() {
        let entries = |bodies: &[&str]| -> Vec<Sent> {
            let entry = |(n, body): (usize, &&str)| Sent { id: n.to_string(), ..sent(body) };
            bodies.iter().enumerate().map(entry).collect()
        };
        let code = |entries: &[Sent]| check_batch(entries).err().map(|refusal| refusal.code);
        let half = "x".repeat(SIZE_MAX / 2);
        assert_eq!(code(&entries(&["a"; 10])), None);
        assert!(code(&entries(&["a"; 11])).unwrap().ends_with("TooManyEntriesInBatchRequest"));
        assert!(code(&entries(&[&half, &half])).unwrap().ends_with("BatchRequestTooLong"));
        assert!(code(&[]).unwrap().ends_with("EmptyBatchRequest"));
        assert!(code(&[sent("a"), sent("b")]).unwrap().ends_with("BatchEntryIdsNotDistinct"));
    }

    #[test]
    fn digests_are_those_that_a_strict_sdk_computes() {
        assert_eq!(digest(b"hello"), "5d41402abc4b2a76b9719d911017c592");
        let bytes = b"\0\0\0\x08encoding\0\0\0\x06String\x01\0\0\0\x04text";
        assert_eq!(sent("a").digest_of_attributes(), digest(bytes));
    }
}
