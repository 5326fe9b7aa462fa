//! The file's layout, and how a file of an older one gets it: one step for each version.
//!
//! A step that was released is never edited: a file that has it would differ from a new one.
//! Not here: whether the file is ours at all (`database`).

use rusqlite::{Connection, Transaction};

/// What takes a file from the version before to this one; the first makes a new file.
const STEPS: [(i64, &str); 4] = [
    (1, include_str!("layout/1.sql")),
    (2, include_str!("layout/2.sql")),
    (3, include_str!("layout/3.sql")),
    (4, include_str!("layout/4.sql")),
];
/// The version of the layout that we know.
pub(crate) const VERSION: i64 = STEPS[STEPS.len() - 1].0;
/// Marks the file as ours, in its header: `SGHK`.
pub(crate) const APPLICATION_ID: i64 = 0x5347_484B;

/// The version of the file's layout; 0 where it has none.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Makes what the file lacks: all of it or, where the transaction is not committed, nothing.
pub(crate) fn bring_up_to_date(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let found = version(transaction)?;
    for (version, step) in STEPS.iter().filter(|(version, _)| *version > found) {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", version)?;
    }
    Ok(())
}
