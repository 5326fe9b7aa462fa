//! Looking through the file for what failed.
//!
//! The text of an entry says it: a name or a reason that holds the same words has their quotes
//! escaped. Not here: what is done about it.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use sgh_core::ids::EventKey;
use sgh_queue::{Failure, FailureFilter, FailurePage, Failures, LedgerError, PageMark};

use super::{SqliteLedger, said, unreadable};
use crate::sweepings::LEDGER_KEPT_MS;

/// Events in one page. Ours: each may be a megabyte.
const PAGE: usize = 100;

#[async_trait]
impl Failures for SqliteLedger {
    async fn failures(
        &self,
        filter: &FailureFilter,
        after: Option<&PageMark>,
        now: Timestamp,
    ) -> Result<FailurePage, LedgerError> {
        let after = after.map(|mark| mark.0.clone()).unwrap_or_default();
        let expiry = |at: Timestamp| at.as_millisecond().saturating_add(LEDGER_KEPT_MS);
        let now = now.as_millisecond();
        // What was recorded last is known the longest.
        let since = filter.since.map_or(now, |since| expiry(since).max(now));
        let until = filter.until.map_or(i64::MAX, expiry);
        let look = move |connection: &Connection| look(connection, &after, now, since, until);
        let rows = self.committer.run(look).await.map_err(said)?;
        let next = (rows.len() == PAGE).then(|| rows.last().map(|row| PageMark(row.key.clone())));
        let mut failures = Vec::with_capacity(rows.len());
        for row in rows {
            let failure = row.failure()?;
            if filter.takes(&failure) {
                failures.push(failure);
            }
        }
        Ok(FailurePage { failures, next: next.flatten() })
    }
}

struct Found {
    key: String,
    entry: String,
    expires: i64,
}

impl Found {
    fn failure(self) -> Result<Failure, LedgerError> {
        let event = EventKey::of_ledger(self.key);
        let entry =
            serde_json::from_str(&self.entry).map_err(|error| unreadable(&event, &error))?;
        let recorded_at = Timestamp::from_millisecond(self.expires - LEDGER_KEPT_MS)
            .map_err(|error| unreadable(&event, &error))?;
        Ok(Failure { event, entry, recorded_at })
    }
}

fn look(
    connection: &Connection,
    after: &str,
    now: i64,
    since: i64,
    until: i64,
) -> rusqlite::Result<Vec<Found>> {
    connection
        .prepare_cached(
            "SELECT key, entry, expires FROM event
             WHERE instr(entry, '\"kind\":\"failed\"') > 0 AND key > ?1
             AND expires > ?2 AND expires >= ?3 AND expires < ?4 ORDER BY key LIMIT ?5",
        )?
        .query_map(params![after, now, since, until, PAGE as i64], |row| {
            Ok(Found { key: row.get(0)?, entry: row.get(1)?, expires: row.get(2)? })
        })?
        .collect()
}
