//! How an event, a write of ours, or the sweep's record is laid out in an item.
//!
//! | attribute | of | holds |
//! |---|---|---|
//! | `pk` | event | `event#<key>` |
//! | `pk` | write | `write#<entity type>#<id>#<field>#<value>` |
//! | `pk` | record | `sweep#<host of the site>`; it does not expire |
//! | `expires` | event, write | epoch seconds; after it DynamoDB may remove the item |
//! | `known_until` | event | epoch seconds; after it the entry counts as absent |
//! | `owner`, `lease_until` | event | who has it, and until when in epoch milliseconds |
//! | `entry` | event | endings and delivery, JSON |
//! | `kept`, `kept_size` | event | the event's bytes as gzip, and their size before that |
//! | `depth` | write | how many of our writes led there |
//! | `automations` | write | the automations that made them, a list |
//! | `text`, `revision` | record | what was saved, and how often |
//! | `pk` | halt | `halt#<automation>`; it does not expire |
//! | `halt`, `mark` | halt | what waits, as gzip, none once it is lifted; how often it changed |
//!
//! A claim leaves `known_until` as it is, so that it revives nothing.
//!
//! An item holds 400 KB. An event that does not fit even as gzip is not kept: `kept_size` without
//! `kept` says so. Who replays it reads it from the site's event log, by the id in its key.

use std::collections::HashMap;
use std::io::{Read, Write};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use jiff::Timestamp;
use sgh_core::ids::{EntityRef, EventKey};
use sgh_core::limits::{BODY_SIZE_MAX, LEDGER_KEPT, OWN_WRITE_KEPT};
use sgh_queue::ledger::{Chain, ValueMark};
use sgh_queue::{LedgerEntry, LedgerError, Stored};

pub(super) const PK: &str = "pk";
pub(super) const EXPIRES: &str = "expires";
pub(super) const KNOWN_UNTIL: &str = "known_until";
pub(super) const OWNER: &str = "owner";
pub(super) const LEASE_UNTIL: &str = "lease_until";
pub(super) const ENTRY: &str = "entry";
pub(super) const KEPT: &str = "kept";
pub(super) const KEPT_SIZE: &str = "kept_size";
pub(super) const DEPTH: &str = "depth";
pub(super) const AUTOMATIONS: &str = "automations";
pub(super) const TEXT: &str = "text";
pub(super) const REVISION: &str = "revision";
pub(super) const HALT: &str = "halt";
pub(super) const MARK: &str = "mark";

/// Room for an entry and its event. AWS allows 400 KB an item; the rest is for names and numbers.
pub(super) const CONTENT_SIZE_MAX: usize = 390 * 1000;

/// An item as DynamoDB gives it.
pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) fn event_key(event: &EventKey) -> String {
    format!("event#{event}")
}

pub(super) fn write_key(entity: &EntityRef, field: &str, value: &ValueMark) -> String {
    format!("write#{}#{}#{field}#{}", entity.kind, entity.id, value.as_str())
}

pub(super) fn record_key(site_host: &str) -> String {
    format!("sweep#{site_host}")
}

pub(super) fn number(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// When what is written now stops counting, in epoch seconds.
pub(super) fn expiry(now: Timestamp) -> i64 {
    now.as_second().saturating_add_unsigned(LEDGER_KEPT.as_secs())
}

/// When a write of ours that is made now stops counting, in epoch seconds.
pub(super) fn write_expiry(now: Timestamp) -> i64 {
    now.as_second().saturating_add_unsigned(OWN_WRITE_KEPT.as_secs())
}

/// When the entry of an event was recorded, to the second.
pub(super) fn recorded_at(item: &Item) -> Option<Timestamp> {
    let kept = i64::try_from(LEDGER_KEPT.as_secs()).ok()?;
    Timestamp::from_second(read_number(item, KNOWN_UNTIL)?.checked_sub(kept)?).ok()
}

fn read_number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// When the lease ends that is in the way of a claim.
pub(super) fn lease(event: &EventKey, item: &Item) -> Result<Timestamp, LedgerError> {
    let until = read_number(item, LEASE_UNTIL);
    until.and_then(|until| Timestamp::from_millisecond(until).ok()).ok_or_else(|| {
        LedgerError(format!("event {event} is claimed, and does not say until when"))
    })
}

/// The entry of an event, if there is one and it still counts.
pub(super) fn entry(
    event: &EventKey,
    item: &Item,
    now: Timestamp,
) -> Result<Option<LedgerEntry>, LedgerError> {
    let counts = read_number(item, KNOWN_UNTIL).is_some_and(|until| until > now.as_second());
    let Some(AttributeValue::S(text)) = item.get(ENTRY).filter(|_| counts) else { return Ok(None) };
    let mut entry: LedgerEntry =
        serde_json::from_str(text).map_err(|error| unreadable(event, &error))?;
    if let Some(AttributeValue::B(zipped)) = item.get(KEPT) {
        let mut kept = String::new();
        GzDecoder::new(zipped.as_ref())
            .take(BODY_SIZE_MAX as u64)
            .read_to_string(&mut kept)
            .map_err(|error| unreadable(event, &error))?;
        entry.kept_event = Some(kept);
    }
    Ok(Some(entry))
}

/// What [`is_seen`] looks at.
pub(super) const SEEN_BY: [&str; 2] = [KNOWN_UNTIL, LEASE_UNTIL];

/// Whether anything is known of an event, or somebody has it. Only a record makes `known_until`.
pub(super) fn is_seen(item: &Item, now: Timestamp) -> bool {
    let known = read_number(item, KNOWN_UNTIL).is_some_and(|until| until > now.as_second());
    known || read_number(item, LEASE_UNTIL).is_some_and(|until| until > now.as_millisecond())
}

/// The sweep's record, if the item is one.
pub(super) fn stored(item: &Item) -> Option<Stored> {
    let text = item.get(TEXT)?.as_s().ok()?.clone();
    let revision = u64::try_from(read_number(item, REVISION)?).ok()?;
    Some(Stored { text, revision })
}

/// What led to a write, if it still counts.
pub(super) fn chain(item: &Item, now: Timestamp) -> Option<Chain> {
    read_number(item, EXPIRES).filter(|expires| *expires > now.as_second())?;
    let depth = u8::try_from(read_number(item, DEPTH)?).ok()?;
    let names = item.get(AUTOMATIONS).and_then(|names| names.as_l().ok());
    let names = names.into_iter().flatten().filter_map(|name| name.as_s().ok());
    Some(Chain { depth, automations: names.cloned().collect() })
}

/// An entry as it goes into an item.
pub(super) struct Packed {
    pub(super) entry: String,
    pub(super) kept: Option<AttributeValue>,
    pub(super) kept_size: Option<AttributeValue>,
}

impl Packed {
    pub(super) fn of(event: &EventKey, entry: &LedgerEntry) -> Result<Self, LedgerError> {
        let without = LedgerEntry {
            endings: entry.endings.clone(),
            delivery: entry.delivery,
            kept_event: None,
            ended_by: entry.ended_by.clone(),
        };
        let text = serde_json::to_string(&without).map_err(|error| unreadable(event, &error))?;
        let Some(event_bytes) = &entry.kept_event else {
            return Ok(Self { entry: text, kept: None, kept_size: None });
        };
        let zipped = gzip(event_bytes.as_bytes()).map_err(|error| unreadable(event, &error))?;
        let fits = zipped.len() + text.len() <= CONTENT_SIZE_MAX;
        if !fits {
            tracing::warn!(
                event.key = event.as_str(),
                size = event_bytes.len(),
                zipped = zipped.len(),
                "an event is too large for the ledger; a replay reads it from the event log"
            );
        }
        Ok(Self {
            entry: text,
            kept: fits.then(|| AttributeValue::B(Blob::new(zipped))),
            kept_size: Some(number(event_bytes.len())),
        })
    }
}

pub(super) fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn unreadable(event: &EventKey, error: &dyn std::error::Error) -> LedgerError {
    LedgerError(format!("what is recorded of event {event} cannot be read: {error}"))
}
