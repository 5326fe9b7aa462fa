//! What the sweep of the event log asks of the ledger, and its record in the same file.
//!
//! Not here: what is swept, and what is in the record (`sgh-sweep`).

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use sgh_core::ids::EventKey;
use sgh_queue::{LedgerError, RecordError, Saved, Seen, Stored, SweepRecord};

use super::{SqliteLedger, said};
use crate::commit::StoreError;

/// Events that are looked for in one turn; others get one in between. Ours.
const EVENTS_PER_TURN: usize = 1000;

#[async_trait]
impl Seen for SqliteLedger {
    async fn unseen(&self, keys: &[EventKey], now: Timestamp) -> Result<Vec<bool>, LedgerError> {
        let now = now.as_millisecond();
        let mut unseen = Vec::with_capacity(keys.len());
        for keys in keys.chunks(EVENTS_PER_TURN) {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            let look = move |connection: &_| are_unseen(connection, &keys, now);
            unseen.extend(self.committer.run(look).await.map_err(said)?);
        }
        Ok(unseen)
    }
}

fn are_unseen(connection: &Connection, keys: &[String], now: i64) -> rusqlite::Result<Vec<bool>> {
    let mut find = connection.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM event WHERE key = ?1
         AND (lease_until > ?2 OR (entry IS NOT NULL AND expires > ?2)))",
    )?;
    keys.iter().map(|key| find.query_row(params![key, now], |row| row.get(0))).collect()
}

#[async_trait]
impl SweepRecord for SqliteLedger {
    async fn load(&self, site_host: &str) -> Result<Option<Stored>, RecordError> {
        let site_host = site_host.to_owned();
        let load = move |connection: &Connection| {
            connection
                .prepare_cached("SELECT text, revision FROM sweep_record WHERE site_host = ?1")?
                .query_row([site_host], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
                .optional()
        };
        let found = self.committer.run(load).await.map_err(refused)?;
        Ok(found.map(|(text, revision)| Stored { text, revision: revision.cast_unsigned() }))
    }

    async fn save_if(
        &self,
        site_host: &str,
        text: &str,
        revision: u64,
    ) -> Result<Saved, RecordError> {
        let (site_host, text) = (site_host.to_owned(), text.to_owned());
        let expected = revision.cast_signed();
        let save = move |connection: &_| save_if(connection, &site_host, &text, expected);
        let is_saved = self.committer.run(save).await.map_err(refused)?;
        Ok(if is_saved { Saved::Yes } else { Saved::Overtaken })
    }
}

/// Whether the revision still was the expected one.
fn save_if(
    connection: &Connection,
    site_host: &str,
    text: &str,
    expected: i64,
) -> rusqlite::Result<bool> {
    let save = if expected == 0 {
        "INSERT OR IGNORE INTO sweep_record (site_host, text, revision) VALUES (?1, ?2, ?3 + 1)"
    } else {
        "UPDATE sweep_record SET text = ?2, revision = ?3 + 1
         WHERE site_host = ?1 AND revision = ?3"
    };
    let changed = connection.prepare_cached(save)?.execute(params![site_host, text, expected])?;
    Ok(changed > 0)
}

fn refused(error: StoreError) -> RecordError {
    RecordError(error.to_string())
}
