//! What is over its time goes, a little at every write, so that no write waits for a big sweep.

use rusqlite::{CachedStatement, Connection};
use sgh_core::limits::{LEDGER_KEPT, OWN_WRITE_KEPT};

/// Rows that one write takes along at the most. Ours.
const ROWS_MAX: i64 = 100;
/// How long a repeated message is folded. AWS sets the same for SQS.
pub(crate) const DEDUPLICATION_KEPT_MS: i64 = 5 * 60 * 1000;
/// How long the ledger remembers, and how long a dead letter can be looked at.
pub(crate) const LEDGER_KEPT_MS: i64 = LEDGER_KEPT.as_millis() as i64;
/// How long a write of ours is remembered.
pub(crate) const OWN_WRITE_KEPT_MS: i64 = OWN_WRITE_KEPT.as_millis() as i64;

/// Forgets which messages were kept lately, and the oldest dead letters.
pub(crate) fn sweep_queue(connection: &Connection, now: i64) -> rusqlite::Result<()> {
    delete(
        connection.prepare_cached(
            "DELETE FROM deduplication WHERE (group_name, id) IN
             (SELECT group_name, id FROM deduplication WHERE kept_at <= ?1 LIMIT ?2)",
        )?,
        now - DEDUPLICATION_KEPT_MS,
    )?;
    delete(
        connection.prepare_cached(
            "DELETE FROM dead_letter WHERE position IN
             (SELECT position FROM dead_letter WHERE died_at <= ?1 LIMIT ?2)",
        )?,
        now - LEDGER_KEPT_MS,
    )
}

/// Forgets events and writes of ours.
pub(crate) fn sweep_ledger(connection: &Connection, now: i64) -> rusqlite::Result<()> {
    delete(
        connection.prepare_cached(
            "DELETE FROM event WHERE key IN
             (SELECT key FROM event WHERE expires <= ?1 LIMIT ?2)",
        )?,
        now,
    )?;
    delete(
        connection.prepare_cached(
            "DELETE FROM own_write WHERE (kind, id, field, value) IN
             (SELECT kind, id, field, value FROM own_write WHERE expires <= ?1 LIMIT ?2)",
        )?,
        now,
    )
}

fn delete(mut statement: CachedStatement<'_>, until: i64) -> rusqlite::Result<()> {
    statement.execute([until, ROWS_MAX]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_write_takes_along_no_more_than_a_hundred_rows() {
        let connection = Connection::open_in_memory().unwrap();
        for step in [include_str!("layout/1.sql"), include_str!("layout/2.sql")] {
            connection.execute_batch(step).unwrap();
        }
        let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)";
        let rows = [
            ("deduplication", "SELECT 'g', i, i FROM n"),
            ("dead_letter", "SELECT i, 'g', '', '{}', '', i FROM n"),
            ("event", "SELECT i, NULL, NULL, NULL, i FROM n"),
            ("own_write", "SELECT 'Task', i, 'f', '', 1, '[]', i FROM n"),
        ];
        for (table, select) in rows {
            connection.execute(&format!("{fill} INSERT INTO {table} {select}"), []).unwrap();
        }
        let left = |table: &str| -> i64 {
            let count = format!("SELECT count(*) FROM {table}");
            connection.query_row(&count, [], |row| row.get(0)).unwrap()
        };
        for expect in [150, 50, 10, 10] {
            // Of the 250 rows those of the last 10 milliseconds are within their time.
            sweep_queue(&connection, 240 + DEDUPLICATION_KEPT_MS).unwrap();
            sweep_ledger(&connection, 240).unwrap();
            for table in ["deduplication", "event", "own_write"] {
                assert_eq!(left(table), expect, "{table}");
            }
        }
        assert_eq!(left("dead_letter"), 250);
        sweep_queue(&connection, 240 + LEDGER_KEPT_MS).unwrap();
        assert_eq!(left("dead_letter"), 150);
    }
}
