//! A database file: opened, checked that it is ours, and made ready. One connection, full sync.
//!
//! Not here: its tables (`layout`), what is in them (`queue`, `ledger`) and when it is committed
//! (`commit`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::commit::Committer;
use crate::layout::{self, APPLICATION_ID};

/// How long a write waits for another process that is writing. Ours: less than the door has.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// Statements kept compiled; there are about forty.
const STATEMENTS_KEPT: usize = 64;

/// A file that cannot be used as a database.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder is missing. We make no folders for databases: a missing mount would be hidden.
    #[error("database `{path}`: there is no folder `{folder}`; create it, or name another path")]
    NoFolder {
        /// The file that was asked for.
        path: PathBuf,
        /// The folder that is missing.
        folder: PathBuf,
    },
    /// Another program's database.
    #[error("database `{path}` belongs to another program; name another path")]
    Foreign {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// Written by a later version of ours.
    #[error(
        "database `{path}` is of layout {found}, this program knows up to {known}; \
         run the newer version of sgh, or name another path"
    )]
    Newer {
        /// The file that was asked for.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The newest layout we know.
        known: i64,
    },
    /// The file system cannot do what a write-ahead log needs.
    #[error(
        "database `{path}` cannot keep a write-ahead log (journal mode is `{mode}`); \
         put it on a local disk, not on a network share"
    )]
    NoLog {
        /// The file that was asked for.
        path: PathBuf,
        /// The journal mode SQLite fell back to.
        mode: String,
    },
    /// SQLite, or the system, said no.
    #[error("database `{path}` cannot be opened; check that this user may write it and its folder")]
    Refused {
        /// The file that was asked for.
        path: PathBuf,
        /// What was said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Opens the file, makes its tables where it is new, and starts the thread that writes it.
pub(crate) fn open(path: &Path) -> Result<Committer, OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(OpenError::NoFolder { path: path.into(), folder: folder.into() });
    }
    let refused = |source: Box<dyn std::error::Error + Send + Sync>| OpenError::Refused {
        path: path.into(),
        source,
    };
    let mut connection = connect(path).map_err(|error| refused(error.into()))?;
    let mode = make_ready(&mut connection, path).map_err(|error| match error {
        Refusal::Ours(error) => error,
        Refusal::Sqlite(error) => refused(error.into()),
    })?;
    if mode != "wal" {
        return Err(OpenError::NoLog { path: path.into(), mode });
    }
    Committer::start(connection, path).map_err(|error| refused(error.into()))
}

/// Without `SQLITE_OPEN_URI`: a path is a path, whatever it begins with.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

enum Refusal {
    Ours(OpenError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Answers the journal mode. A foreign file is left as it was.
fn make_ready(connection: &mut Connection, path: &Path) -> Result<String, Refusal> {
    check_is_ours(connection, path)?;
    let mode = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    // FULL: every commit is on the disk before it is answered. That is the promise of a 200.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Two processes may open a file at once: look again, now as its only writer.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    check_is_ours(&transaction, path)?;
    layout::bring_up_to_date(&transaction)?;
    transaction.commit()?;
    Ok(mode)
}

fn check_is_ours(connection: &Connection, path: &Path) -> Result<(), Refusal> {
    let found = layout::version(connection)?;
    let is_new = found == 0 && {
        let tables = "SELECT count(*) FROM sqlite_master";
        connection.query_row(tables, [], |row| row.get::<_, i64>(0))? == 0
    };
    if !is_new && number(connection, "application_id")? != APPLICATION_ID {
        return Err(Refusal::Ours(OpenError::Foreign { path: path.into() }));
    }
    if found > layout::VERSION {
        let known = layout::VERSION;
        return Err(Refusal::Ours(OpenError::Newer { path: path.into(), found, known }));
    }
    Ok(())
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(path: &Path) -> String {
        let error = open(path).err().expect("refused");
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        format!("{error}{}", cause.unwrap_or_default())
    }

    #[test]
    fn a_missing_folder_is_named_and_not_made() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("missing/sgh.db");
        let folder = path.parent().unwrap();
        let expect = format!(
            "database `{}`: there is no folder `{}`; create it, or name another path",
            path.display(),
            folder.display()
        );
        assert_eq!(fails(&path), expect);
        assert!(!folder.exists());
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("sgh.db");
        drop(open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
        assert!(fails(&path).contains("is of layout 7, this program knows up to 4"));
    }

    #[test]
    fn the_database_of_another_program_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
        assert!(fails(&path).contains("belongs to another program"));
        std::fs::write(home.path().join("text"), "this is no database, however long it is")
            .unwrap();
        assert!(fails(&home.path().join("text")).contains("file is not a database"));
        assert!(fails(home.path()).contains("cannot be opened"));
    }

    #[test]
    fn every_commit_is_synced_to_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let mut connection = connect(&home.path().join("sgh.db")).unwrap();
        let mode = make_ready(&mut connection, home.path()).ok().unwrap();
        assert_eq!(mode, "wal");
        assert_eq!(number(&connection, "synchronous").unwrap(), 2, "2 is FULL");
    }

    #[test]
    fn two_processes_may_open_a_new_file_at_once() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("sgh.db");
        std::thread::scope(|scope| {
            let opened: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&path).map(drop))).collect();
            for thread in opened {
                thread.join().unwrap().unwrap();
            }
        });
    }
}
