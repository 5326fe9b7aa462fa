//! What the queue does to its rows, each within a transaction that is open already.
//!
//! A group is given out only while none of its messages is hidden; then from its oldest message
//! on, in order and without a gap. `message_group` says both without looking at the messages.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sgh_core::limits::RECEIVES_MAX;
use sgh_core::message::{Message, StoredMessage};
use sgh_queue::{DeadLetter, Receipt, Received};

use super::Waiting;
use crate::sweepings::{DEDUPLICATION_KEPT_MS, sweep_queue};

/// A receipt, read: the message's position and how often it had been received then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    position: i64,
    receives: u32,
}

impl Ticket {
    /// `None` for a receipt that never was ours, and so is no message's.
    pub(super) fn parse(receipt: &Receipt) -> Option<Self> {
        let (position, receives) = receipt.0.split_once('.')?;
        Some(Self { position: position.parse().ok()?, receives: receives.parse().ok()? })
    }

    fn receipt(self) -> Receipt {
        Receipt(format!("{}.{}", self.position, self.receives))
    }
}

/// Keeps messages in order; one that was kept lately is folded.
pub(super) fn keep(
    connection: &Connection,
    messages: &[Message],
    now: i64,
) -> rusqlite::Result<()> {
    sweep_queue(connection, now)?;
    // Folding is counted from the first keep: a repeat does not make it longer.
    let mut note = connection.prepare_cached(
        "INSERT INTO deduplication (group_name, id, kept_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET kept_at = excluded.kept_at WHERE kept_at <= ?4",
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO message (group_name, body, attributes, kept_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut begin_group = connection.prepare_cached(
        "INSERT INTO message_group (name, head) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    for message in messages {
        let (group, stored) = (message.group(), message.stored());
        let since = now - DEDUPLICATION_KEPT_MS;
        if note.execute(params![group, message.deduplication(), now, since])? == 0 {
            continue;
        }
        let attributes = serde_json::to_string(&stored.attributes).map_err(not_json)?;
        insert.execute(params![group, stored.body, attributes, now])?;
        begin_group.execute(params![group, connection.last_insert_rowid()])?;
    }
    Ok(())
}

/// What one receive took out, and what it gave up.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) received: Vec<Received>,
    pub(super) buried: Vec<DeadLetter>,
}

/// Takes messages out, the group with the oldest first.
pub(super) fn take(
    connection: &Connection,
    max: usize,
    now: i64,
    hidden_until: i64,
) -> rusqlite::Result<Taken> {
    let mut taken = Taken::default();
    loop {
        let buried_before = taken.buried.len();
        for group in free_groups(connection, max, now)? {
            if taken.received.len() < max {
                take_from(connection, &group, max, now, hidden_until, &mut taken)?;
            }
        }
        // A look that found nothing but what had to be given up has made room for another.
        if !taken.received.is_empty() || taken.buried.len() == buried_before {
            return Ok(taken);
        }
    }
}

fn free_groups(connection: &Connection, max: usize, now: i64) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(
            "SELECT name FROM message_group WHERE busy_until <= ?1 ORDER BY head LIMIT ?2",
        )?
        .query_map(params![now, count(max)], |row| row.get(0))?
        .collect()
}

fn take_from(
    connection: &Connection,
    group: &str,
    max: usize,
    now: i64,
    hidden_until: i64,
    taken: &mut Taken,
) -> rusqlite::Result<()> {
    let room = max - taken.received.len();
    let heads: Vec<(Received, Option<String>)> = connection
        .prepare_cached(
            "SELECT position, group_name, body, attributes, receives, reason FROM message
             WHERE group_name = ?1 ORDER BY position LIMIT ?2",
        )?
        .query_map(params![group, count(room)], |row| Ok((received(row)?, row.get(5)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut hide = connection.prepare_cached(
        "UPDATE message SET hidden_until = ?2, is_out = 1, receives = receives + 1
         WHERE position = ?1",
    )?;
    for (message, reason) in heads {
        if message.receives > RECEIVES_MAX {
            taken.buried.push(bury(connection, message, reason, now)?);
        } else {
            hide.execute(params![message.message_id, hidden_until])?;
            taken.received.push(message);
        }
    }
    refresh(connection, group)
}

/// A row as it will be once it is received.
fn received(row: &Row<'_>) -> rusqlite::Result<Received> {
    let ticket = Ticket { position: row.get(0)?, receives: row.get::<_, u32>(4)? + 1 };
    Ok(Received {
        message_id: ticket.position.to_string(),
        receipt: ticket.receipt(),
        group: row.get(1)?,
        receives: ticket.receives,
        message: stored(row, 2)?,
    })
}

pub(super) fn stored(row: &Row<'_>, body: usize) -> rusqlite::Result<StoredMessage> {
    let attributes: String = row.get(body + 1)?;
    let attributes = serde_json::from_str(&attributes).map_err(not_json)?;
    Ok(StoredMessage { body: row.get(body)?, attributes })
}

fn bury(
    connection: &Connection,
    message: Received,
    reason: Option<String>,
    now: i64,
) -> rusqlite::Result<DeadLetter> {
    let reason = reason.unwrap_or_else(|| format!("received {RECEIVES_MAX} times"));
    connection
        .prepare_cached(
            "INSERT INTO dead_letter (position, group_name, body, attributes, reason, died_at)
             SELECT position, group_name, body, attributes, ?2, ?3 FROM message
             WHERE position = ?1",
        )?
        .execute(params![message.message_id, reason, now])?;
    connection
        .prepare_cached("DELETE FROM message WHERE position = ?1")?
        .execute([&message.message_id])?;
    let Received { message_id, group, message, .. } = message;
    Ok(DeadLetter { message_id, group, reason, message })
}

/// Brings the group's row up to date with its messages.
fn refresh(connection: &Connection, group: &str) -> rusqlite::Result<()> {
    let head: Option<i64> = connection
        .prepare_cached("SELECT min(position) FROM message WHERE group_name = ?1")?
        .query_row([group], |row| row.get(0))?;
    let Some(head) = head else {
        let mut end = connection.prepare_cached("DELETE FROM message_group WHERE name = ?1")?;
        return end.execute([group]).map(drop);
    };
    connection
        .prepare_cached(
            "UPDATE message_group SET head = ?2, busy_until =
             (SELECT coalesce(max(hidden_until), 0) FROM message
              WHERE group_name = ?1 AND hidden_until > 0) WHERE name = ?1",
        )?
        .execute(params![group, head])
        .map(drop)
}

/// Takes a message out for good, if the receipt still is its own.
pub(super) fn finish(connection: &Connection, ticket: Ticket) -> rusqlite::Result<()> {
    let group: Option<String> = connection
        .prepare_cached(
            "DELETE FROM message WHERE position = ?1 AND receives = ?2 AND is_out
             RETURNING group_name",
        )?
        .query_row(params![ticket.position, ticket.receives], |row| row.get(0))
        .optional()?;
    group.map_or(Ok(()), |group| refresh(connection, &group))
}

/// Gives a message back, if the receipt still is its own.
pub(super) fn put_back(
    connection: &Connection,
    ticket: Ticket,
    hidden_until: i64,
) -> rusqlite::Result<()> {
    let group: Option<String> = connection
        .prepare_cached(
            "UPDATE message SET hidden_until = ?3, is_out = 0
             WHERE position = ?1 AND receives = ?2 AND is_out RETURNING group_name",
        )?
        .query_row(params![ticket.position, ticket.receives, hidden_until], |row| row.get(0))
        .optional()?;
    group.map_or(Ok(()), |group| refresh(connection, &group))
}

/// Notes why a message will be given up. It may have been put back already.
pub(super) fn explain(
    connection: &Connection,
    ticket: Ticket,
    reason: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE message SET reason = ?3 WHERE position = ?1 AND receives = ?2")?
        .execute(params![ticket.position, ticket.receives, reason])
        .map(drop)
}

/// Dead letters, newest first.
pub(super) fn dead_letters(
    connection: &Connection,
    max: usize,
) -> rusqlite::Result<Vec<DeadLetter>> {
    let letter = |row: &Row<'_>| {
        Ok(DeadLetter {
            message_id: row.get::<_, i64>(0)?.to_string(),
            group: row.get(1)?,
            message: stored(row, 2)?,
            reason: row.get(4)?,
        })
    };
    connection
        .prepare_cached(
            "SELECT position, group_name, body, attributes, reason FROM dead_letter
             ORDER BY died_at DESC, position DESC LIMIT ?1",
        )?
        .query_map([count(max)], letter)?
        .collect()
}

/// How much there is.
pub(super) fn waiting(connection: &Connection, now: i64) -> rusqlite::Result<Waiting> {
    connection
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE is_out AND hidden_until > ?1), min(kept_at),
             (SELECT count(*) FROM dead_letter) FROM message",
        )?
        .query_row([now], |row| {
            let oldest: Option<i64> = row.get(2)?;
            Ok(Waiting {
                messages: size(row, 0)?,
                out: size(row, 1)?,
                oldest: oldest.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()),
                dead_letters: size(row, 3)?,
            })
        })
}

fn size(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

pub(super) fn count(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}

fn not_json(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}
