//! A file of an older layout is brought up to date as it is opened, and loses nothing.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::{EntityRef, EventKey};
use sgh_core::outcome::Ending;
use sgh_queue::contract::SettableClock;
use sgh_queue::contract::messages::{finish_all, texts};
use sgh_queue::ledger::ValueMark;
use sgh_queue::{Claim, Ledger, Owner, Queue, Registry};
use sgh_sqlite::{SqliteLedger, SqliteQueue};

/// The layout that files are brought to.
const NEWEST: i64 = 4;
const VERSION_1: &str = include_str!("layouts/1.sql");
const HIDDEN: Duration = Duration::from_secs(60);

/// When the messages of the old file were kept.
fn start() -> Timestamp {
    "2026-05-01T12:00:00Z".parse().unwrap()
}

fn old_file(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(VERSION_1).unwrap();
    connection
}

fn version(path: &Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Everything that the file says of its tables.
fn tables(path: &Path) -> Vec<(String, String)> {
    let connection = Connection::open(path).unwrap();
    let list = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name";
    let mut statement = connection.prepare(list).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn folder() -> RegisteredFolder {
    RegisteredFolder {
        at: FolderPath::new("primary", "show/SH010"),
        entity: EntityRef::new("Shot", 1),
        name: "SH010".to_owned(),
        is_primary: true,
        location: None,
    }
}

#[tokio::test]
async fn what_a_file_of_layout_1_holds_is_found_again() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sgh.db");
    drop(old_file(&path));
    let clock = Arc::new(SettableClock::at(start()));
    let queue = SqliteQueue::open(&path, clock.clone()).unwrap();
    assert_eq!(version(&path), NEWEST);

    // "a" is out, and holds "b" of the same group.
    let received = queue.receive(10, HIDDEN, Duration::ZERO).await.unwrap();
    assert_eq!(texts(&received), ["c"]);
    finish_all(&queue, &received).await;
    clock.pass(HIDDEN);
    let received = queue.receive(10, HIDDEN, Duration::ZERO).await.unwrap();
    assert_eq!(texts(&received), ["a", "b"]);
    assert_eq!(received.iter().map(|one| one.receives).collect::<Vec<_>>(), [2, 1]);

    let ledger = SqliteLedger::open(&path).unwrap();
    let event = EventKey::of_entry("studio.shotgrid.autodesk.com", 4711);
    let entry = ledger.entry(&event, start()).await.unwrap().unwrap();
    assert_eq!(entry.endings["make folders"], Ending::failed("it's \"샷/010\""));
    assert_eq!(entry.kept_event.as_deref(), Some("{\"id\": 4711}"));
    let owner = Owner("b".to_owned());
    let claimed = ledger.claim(&event, &owner, start(), start() + HIDDEN).await.unwrap();
    assert_eq!(claimed, Claim::Ours(entry));
    let task = EntityRef::new("Task", 1);
    // Writes of ours count for an hour only: they are not taken along.
    let chain = ledger.chain_of(&task, "sg_status_list", &ValueMark::any(), start()).await;
    assert_eq!(chain.unwrap(), None);

    assert_eq!(ledger.register(&[folder()]).await.unwrap(), []);
    drop((queue, ledger));
    let ledger = SqliteLedger::open(&path).unwrap();
    assert_eq!(ledger.folders_of(&folder().entity).await.unwrap(), [folder()]);
}

#[test]
fn a_file_brought_up_to_date_is_laid_out_as_a_new_one() {
    let home = tempfile::tempdir().unwrap();
    let (old, new) = (home.path().join("old.db"), home.path().join("new.db"));
    drop(old_file(&old));
    for path in [&old, &new] {
        drop(SqliteLedger::open(path).unwrap());
    }
    assert_eq!(tables(&old), tables(&new));
    assert!(tables(&new).iter().any(|(name, _)| name == "folder"));
}

#[test]
fn a_step_that_fails_leaves_the_file_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sgh.db");
    // The last that the step makes is there already.
    let in_the_way = "CREATE INDEX folder_of_entity ON event (key)";
    old_file(&path).execute_batch(in_the_way).unwrap();
    let before = tables(&path);
    let error = SqliteLedger::open(&path).err().unwrap();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("folder_of_entity already exists"), "{cause}");
    assert_eq!((version(&path), tables(&path)), (1, before));
    Connection::open(&path).unwrap().execute_batch("DROP INDEX folder_of_entity").unwrap();
    drop(SqliteLedger::open(&path).unwrap());
    assert_eq!(version(&path), NEWEST);
}

#[test]
fn many_processes_may_open_an_old_file_at_once() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sgh.db");
    drop(old_file(&path));
    std::thread::scope(|scope| {
        let open = || SqliteLedger::open(&path).map(drop);
        let opened: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        for thread in opened {
            thread.join().unwrap().unwrap();
        }
    });
    assert_eq!(version(&path), NEWEST);
}
