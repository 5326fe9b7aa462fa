//! How automations ended lately, counted in the file. For people; no worker goes by it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::Connection;

use super::SqliteLedger;
use crate::commit::StoreError;
use crate::sweepings::LEDGER_KEPT_MS;

/// How often each automation ended in each way, by the way's word: `done`, `skipped`, `failed`,
/// or `parked`.
pub type Tally = BTreeMap<String, BTreeMap<String, u64>>;

impl SqliteLedger {
    /// The endings of all events that were recorded since then.
    ///
    /// # Errors
    /// The file could not be read.
    pub async fn tally(&self, since: Timestamp) -> Result<Tally, StoreError> {
        // When an entry was recorded stands nowhere but in when it is forgotten.
        let expires = since.as_millisecond().saturating_add(LEDGER_KEPT_MS);
        self.committer.run(move |connection| tally(connection, expires)).await
    }
}

fn tally(connection: &Connection, expires: i64) -> rusqlite::Result<Tally> {
    let mut count = connection.prepare_cached(
        "SELECT one.key, iif(one.value ->> 'parked', 'parked', one.value ->> 'kind'), count(*)
         FROM event, json_each(event.entry, '$.endings') AS one
         WHERE event.expires >= ?1 AND event.entry IS NOT NULL GROUP BY 1, 2",
    )?;
    let rows = count.query_map([expires], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    })?;
    let mut tally = Tally::new();
    for row in rows {
        let (automation, word, count) = row?;
        tally.entry(automation).or_default().insert(word, count.unsigned_abs());
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sgh_core::ids::EventKey;
    use sgh_core::outcome::Ending;
    use sgh_queue::{Ledger, LedgerEntry, Owner};

    use super::*;

    async fn record(ledger: &SqliteLedger, entry: u64, at: Timestamp, ending: Ending) {
        let (key, owner) = (EventKey::of_entry("studio", entry), Owner("a".into()));
        ledger.claim(&key, &owner, at, at + Duration::from_secs(60)).await.unwrap();
        let endings = [("roll-up".to_owned(), ending)].into();
        let entry = LedgerEntry { endings, ..LedgerEntry::default() };
        ledger.record(&key, &owner, &entry, at).await.unwrap();
    }

    #[tokio::test]
    async fn endings_are_counted_by_automation_since_a_moment_and_a_claim_is_none() {
        let home = tempfile::tempdir().unwrap();
        let ledger = SqliteLedger::open(home.path().join("sgh.db")).unwrap();
        let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        assert_eq!(ledger.tally(noon).await.unwrap(), Tally::new());
        let at = |minutes: u64| noon + Duration::from_secs(60 * minutes);
        record(&ledger, 1, noon, Ending::done("x")).await;
        record(&ledger, 2, at(1), Ending::done("x")).await;
        record(&ledger, 3, at(2), Ending::failed("x")).await;
        let parked = Ending { parked: true, ..Ending::failed("x") };
        record(&ledger, 4, at(3), parked).await;
        let claimed = EventKey::of_entry("studio", 5);
        ledger.claim(&claimed, &Owner("b".into()), at(3), at(4)).await.unwrap();
        let of = |words: &[(&str, u64)]| -> Tally {
            let words = words.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect();
            [("roll-up".to_owned(), words)].into()
        };
        let all = of(&[("done", 2), ("failed", 1), ("parked", 1)]);
        assert_eq!(ledger.tally(noon).await.unwrap(), all);
        let late = of(&[("failed", 1), ("parked", 1)]);
        assert_eq!(ledger.tally(at(2)).await.unwrap(), late);
        assert_eq!(ledger.tally(at(10)).await.unwrap(), Tally::new());
    }
}
