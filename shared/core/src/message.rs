//! A queue message: one delivery, its bytes exactly as they were signed.
//!
//! The body of the message is the delivery's own text. Where the queue would refuse that text,
//! it is base64 of the bytes, raw or gzip, whichever the attribute `encoding` says. Not here:
//! who may make a message of which bytes (`envelope`), and how a queue stores it.

pub(crate) mod group;
mod replay;

use std::collections::BTreeMap;
use std::io::{Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use crate::ids::DeliveryId;
use crate::limits::{BODY_SIZE_MAX, MESSAGE_ATTRIBUTES_SIZE, MESSAGE_SIZE_MAX};

pub use replay::{REPLAY, Replay, ReplayRun};

/// Attribute: how the body holds the bytes, `text`, `base64` or `gzip`.
pub const ENCODING: &str = "encoding";
/// Attribute: the delivery id of the unsigned header, used where the body has none.
pub const HEADER_DELIVERY: &str = "delivery";
/// Attribute: when the door kept it, RFC 3339.
pub const RECEIVED_AT: &str = "received-at";

/// A message that may be kept. Only signed bytes (see [`crate::envelope`]), event log entries, and
/// what ledger and dead letters have kept of both become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub(crate) stored: StoredMessage,
    pub(crate) group: String,
    pub(crate) deduplication: String,
}

impl Message {
    /// The group within which order is kept: at most 128 letters, digits and `-`, `_`, `.`.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// What a repeated keep is folded by: 64 hex digits.
    #[must_use]
    pub fn deduplication(&self) -> &str {
        &self.deduplication
    }

    /// Body and attributes, as a queue stores them.
    #[must_use]
    pub fn stored(&self) -> &StoredMessage {
        &self.stored
    }
}

/// Body and attributes of a message, as a queue stores them and gives them back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredMessage {
    /// Text that SQS accepts.
    pub body: String,
    /// Attributes by name; all of type String.
    pub attributes: BTreeMap<String, String>,
}

/// A message whose body does not hold what its encoding says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The encoding attribute names something we do not know.
    #[error("unknown encoding `{0}`")]
    Encoding(String),
    /// The body is not base64.
    #[error("the body is not base64")]
    Base64,
    /// The bytes are not gzip, or larger than any body the door takes.
    #[error("the body is not gzip of at most {BODY_SIZE_MAX} bytes")]
    Gzip,
}

impl StoredMessage {
    /// Packs bytes so that a queue takes them: as they are, as base64, or as base64 of gzip.
    /// `None` if they do not fit in any form.
    #[must_use]
    pub fn pack(bytes: &[u8]) -> Option<Self> {
        let room = MESSAGE_SIZE_MAX - MESSAGE_ATTRIBUTES_SIZE;
        if let Ok(text) = std::str::from_utf8(bytes)
            && bytes.len() <= room
            && !bytes.is_empty()
            && text.chars().all(queue_takes)
        {
            return Some(Self::with_encoding(text.to_owned(), "text"));
        }
        if bytes.len().div_ceil(3) * 4 <= room {
            return Some(Self::with_encoding(BASE64.encode(bytes), "base64"));
        }
        let zipped = BASE64.encode(gzip(bytes)?);
        (zipped.len() <= room).then(|| Self::with_encoding(zipped, "gzip"))
    }

    fn with_encoding(body: String, encoding: &str) -> Self {
        let attributes = BTreeMap::from([(ENCODING.to_owned(), encoding.to_owned())]);
        Self { body, attributes }
    }

    /// The bytes that were packed. Without the attribute the form is told from the body, so that
    /// a message can be put into the queue by hand.
    ///
    /// # Errors
    /// The body does not hold what the attribute says.
    pub fn unpack(&self) -> Result<Vec<u8>, Unreadable> {
        match self.attributes.get(ENCODING).map(String::as_str) {
            Some("text") => Ok(self.body.clone().into_bytes()),
            Some("base64") => self.unpack_base64(),
            Some("gzip") => gunzip(&self.unpack_base64()?),
            Some(other) => Err(Unreadable::Encoding(other.to_owned())),
            None => Ok(self.guess().unwrap_or_else(|| self.body.clone().into_bytes())),
        }
    }

    fn unpack_base64(&self) -> Result<Vec<u8>, Unreadable> {
        BASE64.decode(self.body.trim()).map_err(|_| Unreadable::Base64)
    }

    fn guess(&self) -> Option<Vec<u8>> {
        if self.body.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let bytes = self.unpack_base64().ok()?;
        Some(gunzip(&bytes).unwrap_or(bytes))
    }

    /// The delivery id that came in the header.
    #[must_use]
    pub fn header_delivery(&self) -> Option<DeliveryId> {
        DeliveryId::parse(self.attributes.get(HEADER_DELIVERY)?)
    }
}

/// The characters SQS takes: tab, line feed, carriage return and all of Unicode but the other
/// control characters below U+0020, U+FFFE and U+FFFF (SQS API reference, `SendMessage`).
fn queue_takes(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut out = Vec::new();
    let limit = BODY_SIZE_MAX as u64 + 1;
    GzDecoder::new(bytes).take(limit).read_to_end(&mut out).map_err(|_| Unreadable::Gzip)?;
    if out.len() > BODY_SIZE_MAX { Err(Unreadable::Gzip) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MESSAGE_SIZE_MAX;

    fn check(bytes: &[u8], encoding: &str) {
        let packed = StoredMessage::pack(bytes).expect("fits");
        assert_eq!(packed.attributes[ENCODING], encoding);
        assert!(packed.body.len() <= MESSAGE_SIZE_MAX - MESSAGE_ATTRIBUTES_SIZE);
        assert_eq!(packed.unpack().expect("unpacks"), bytes);
    }

    #[test]
    fn text_that_the_queue_takes_stays_as_it_is() {
        check("{\"name\": \"샷 010\u{1F3AC}\"}".as_bytes(), "text");
    }

    #[test]
    fn what_the_queue_refuses_becomes_base64() {
        check(b"{\"a\": \"\x00\"}", "base64");
        check("{\"a\": \"\u{FFFE}\"}".as_bytes(), "base64");
        check(b"\xff\xfe", "base64");
        check(b"", "base64");
    }

    #[test]
    fn what_is_too_large_becomes_gzip() {
        check("x".repeat(2 * MESSAGE_SIZE_MAX).as_bytes(), "gzip");
    }

    #[test]
    fn a_message_put_in_by_hand_is_read_by_its_look() {
        let by_hand = |body: &str| StoredMessage { body: body.into(), ..Default::default() };
        assert_eq!(by_hand("{\"a\":1}").unpack().unwrap(), b"{\"a\":1}");
        assert_eq!(by_hand("eyJhIjoxfQ==").unpack().unwrap(), b"{\"a\":1}");
        assert_eq!(by_hand("not json").unpack().unwrap(), b"not json");
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = BASE64.encode(gzip(&vec![0; BODY_SIZE_MAX + 1]).unwrap());
        let stored = StoredMessage::with_encoding(bomb, "gzip");
        assert_eq!(stored.unpack(), Err(Unreadable::Gzip));
    }
}
