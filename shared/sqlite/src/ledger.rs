//! The ledger in a file. Time is the caller's, as everywhere in the ledger.
//!
//! `owner` stays after a record, so that a record which is made twice by the same claim is no
//! error; a release forgets it.
//!
//! Not here: the folders that it keeps too (`registry`), and what the sweep asks of it (`sweep`).

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use sgh_core::ids::{EntityRef, EventKey};
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};
use sgh_queue::{Claim, Halts, Ledger, LedgerEntry, LedgerError, Owner};

use crate::commit::{Committer, StoreError};
use crate::database::{self, OpenError};
use crate::sweepings::{LEDGER_KEPT_MS, OWN_WRITE_KEPT_MS, sweep_ledger};

mod failures;
mod halts;
mod registry;
mod sweep;
mod tally;

pub use tally::Tally;

/// A ledger, and a registry of folders, in a database file, which may be the queue's. Clones
/// share it.
#[derive(Clone)]
pub struct SqliteLedger {
    committer: Committer,
}

impl SqliteLedger {
    /// Opens the ledger in this file, which is made where it is missing; its folder is not.
    ///
    /// # Errors
    /// The file cannot be used as a database of ours; says why and what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Ok(Self { committer: database::open(path.as_ref())? })
    }
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn claim(
        &self,
        event: &EventKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, LedgerError> {
        let (key, owner) = (event.to_string(), owner.0.clone());
        let (now, until) = (now.as_millisecond(), until.as_millisecond());
        let claim = move |connection: &_| claim(connection, &key, &owner, now, until);
        match self.committer.run(claim).await.map_err(said)? {
            Found::Busy(until) => {
                let until = Timestamp::from_millisecond(until);
                Ok(Claim::Busy { until: until.map_err(|error| unreadable(event, &error))? })
            }
            Found::Free(None) => Ok(Claim::Ours(LedgerEntry::default())),
            Found::Free(Some(entry)) => Ok(Claim::Ours(read(event, &entry)?)),
        }
    }

    async fn record(
        &self,
        event: &EventKey,
        owner: &Owner,
        entry: &LedgerEntry,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let entry = serde_json::to_string(entry).map_err(|error| unreadable(event, &error))?;
        let (key, owner, now) = (event.to_string(), owner.0.clone(), now.as_millisecond());
        let record = move |connection: &_| record(connection, &key, &owner, &entry, now);
        if self.committer.run(record).await.map_err(said)? {
            Ok(())
        } else {
            Err(LedgerError(format!("the claim on event {event} was lost to another worker")))
        }
    }

    async fn release(&self, event: &EventKey, owner: &Owner) -> Result<(), LedgerError> {
        let (key, owner) = (event.to_string(), owner.0.clone());
        self.committer
            .run(move |connection| {
                connection
                    .prepare_cached(
                        "UPDATE event SET owner = NULL, lease_until = NULL
                         WHERE key = ?1 AND owner = ?2",
                    )?
                    .execute([&key, &owner])
                    .map(drop)
            })
            .await
            .map_err(said)
    }

    async fn entry(
        &self,
        event: &EventKey,
        now: Timestamp,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        let (key, now) = (event.to_string(), now.as_millisecond());
        let find = move |connection: &Connection| {
            connection
                .prepare_cached("SELECT entry FROM event WHERE key = ?1 AND expires > ?2")?
                .query_row(params![key, now], |row| row.get::<_, Option<String>>(0))
                .optional()
        };
        let entry = self.committer.run(find).await.map_err(said)?.flatten();
        entry.map(|entry| read(event, &entry)).transpose()
    }

    async fn remember_writes(
        &self,
        writes: &[OwnWrite],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        if writes.is_empty() {
            return Ok(());
        }
        let row = |write: &OwnWrite| {
            let automations = serde_json::to_string(&write.chain.automations);
            automations.map(|automations| (write.clone(), automations))
        };
        let rows: Result<Vec<_>, _> = writes.iter().map(row).collect();
        let (rows, now) =
            (rows.map_err(|error| LedgerError(error.to_string()))?, now.as_millisecond());
        let remember = move |connection: &_| remember_writes(connection, &rows, now);
        self.committer.run(remember).await.map_err(said)
    }

    async fn chain_of(
        &self,
        entity: &EntityRef,
        field: &str,
        value: &ValueMark,
        now: Timestamp,
    ) -> Result<Option<Chain>, LedgerError> {
        let (kind, id, now) = (entity.kind.clone(), number(entity.id), now.as_millisecond());
        let (field, value) = (field.to_owned(), value.as_str().to_owned());
        let find = move |connection: &Connection| {
            connection
                .prepare_cached(
                    "SELECT depth, automations FROM own_write
                     WHERE kind = ?1 AND id = ?2 AND field = ?3 AND value = ?4 AND expires > ?5",
                )?
                .query_row(params![kind, id, field, value, now], |row| {
                    Ok((row.get::<_, u8>(0)?, row.get::<_, String>(1)?))
                })
                .optional()
        };
        let found = self.committer.run(find).await.map_err(said)?;
        let chain = |(depth, automations): (u8, String)| {
            let automations = serde_json::from_str(&automations).map_err(|error| {
                LedgerError(format!("a write of ours to {entity} cannot be read: {error}"))
            });
            Ok(Chain { depth, automations: automations? })
        };
        found.map(chain).transpose()
    }

    fn halts(&self) -> Option<&dyn Halts> {
        Some(self)
    }
}

enum Found {
    Free(Option<String>),
    Busy(i64),
}

fn claim(
    connection: &Connection,
    key: &str,
    owner: &str,
    now: i64,
    until: i64,
) -> rusqlite::Result<Found> {
    let mut forget =
        connection.prepare_cached("DELETE FROM event WHERE key = ?1 AND expires <= ?2")?;
    forget.execute(params![key, now])?;
    let mut find = connection.prepare_cached(
        "SELECT lease_until FROM event WHERE key = ?1 AND lease_until > ?2 AND owner <> ?3",
    )?;
    let busy = find.query_row(params![key, now, owner], |row| row.get(0)).optional()?;
    if let Some(until) = busy {
        return Ok(Found::Busy(until));
    }
    connection
        .prepare_cached(
            "INSERT INTO event (key, owner, lease_until, expires) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until,
             expires = max(expires, excluded.lease_until) RETURNING entry",
        )?
        .query_row(params![key, owner, until, now.max(until) + LEDGER_KEPT_MS], |row| row.get(0))
        .map(Found::Free)
}

/// Whether the claim still was the owner's.
fn record(
    connection: &Connection,
    key: &str,
    owner: &str,
    entry: &str,
    now: i64,
) -> rusqlite::Result<bool> {
    sweep_ledger(connection, now)?;
    let changed = connection
        .prepare_cached(
            "UPDATE event SET entry = ?3, lease_until = NULL, expires = ?4
             WHERE key = ?1 AND owner = ?2",
        )?
        .execute(params![key, owner, entry, now + LEDGER_KEPT_MS])?;
    Ok(changed > 0)
}

fn remember_writes(
    connection: &Connection,
    rows: &[(OwnWrite, String)],
    now: i64,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO own_write (kind, id, field, value, depth, automations, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let expires = now + OWN_WRITE_KEPT_MS;
    for (OwnWrite { entity, field, value, chain }, automations) in rows {
        let (kind, id, value) = (&entity.kind, number(entity.id), value.as_str());
        insert.execute(params![kind, id, field, value, chain.depth, automations, expires])?;
    }
    Ok(())
}

/// SQLite's integers have a sign; ids are far below that, and stay different in any case.
fn number(id: u64) -> i64 {
    id.cast_signed()
}

fn read(event: &EventKey, entry: &str) -> Result<LedgerEntry, LedgerError> {
    serde_json::from_str(entry).map_err(|error| unreadable(event, &error))
}

fn unreadable(event: &EventKey, error: &dyn std::error::Error) -> LedgerError {
    LedgerError(format!("what is recorded of event {event} cannot be read: {error}"))
}

fn said(error: StoreError) -> LedgerError {
    LedgerError(error.to_string())
}
