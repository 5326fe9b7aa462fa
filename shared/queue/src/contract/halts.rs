//! The checks of where halts are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sgh_core::ids::EventKey;

use crate::halts::{Halt, HaltMark};
use crate::{Halts, Ledger};

/// Makes one test of each check. The expression makes an empty ledger; it may await.
#[macro_export]
macro_rules! halts_contract {
    ($ledger:expr) => {
        $crate::contract_tests!(halts, $ledger;
            a_halt_is_found_as_it_was_made,
            a_halt_changes_only_from_the_state_that_was_read,
            a_halt_that_was_lifted_is_not_changed_by_who_read_it_before,
            of_many_that_park_at_once_none_is_lost,
            a_long_line_is_kept_whole
        );
    };
}

fn key(entry: u64) -> EventKey {
    EventKey::of_entry("studio.shotgrid.autodesk.com", entry)
}

fn halt(events: &[u64]) -> Halt {
    let mut halt = Halt {
        since: "2026-05-01T12:00:00.123Z".parse().expect("a time"),
        event: key(1),
        about: "Shot `샷 \"010\"`".to_owned(),
        why: "no\nspace".to_owned(),
        lines: BTreeMap::new(),
    };
    events.iter().for_each(|event| halt.park("project-65", &key(*event)));
    halt
}

async fn found(ledger: &impl Halts, name: &str) -> Option<(Halt, HaltMark)> {
    let names = [name.to_owned(), "another".to_owned()];
    let mut found = ledger.standing(&names).await.expect("halts");
    found.remove(name).map(|standing| (standing.halt, standing.mark))
}

/// All of it, and of this automation only.
pub async fn a_halt_is_found_as_it_was_made(ledger: &(impl Halts + Ledger)) {
    assert_eq!(found(ledger, "make folders").await, None);
    assert!(ledger.standing(&[]).await.expect("halts").is_empty());
    assert!(ledger.halts().is_some(), "the engine finds them by the ledger");
    let made = ledger.change_halt("make folders", None, Some(&halt(&[1, 2]))).await;
    let mark = made.expect("made").expect("there was none");
    assert_eq!(found(ledger, "make folders").await, Some((halt(&[1, 2]), mark)));
    assert_eq!(found(ledger, "make").await, None);
}

/// A repeat, a stale one, and one that thinks there is none.
pub async fn a_halt_changes_only_from_the_state_that_was_read(ledger: &impl Halts) {
    let change = async |from: Option<&HaltMark>, to: Option<&Halt>| {
        ledger.change_halt("x", from, to).await.expect("asked")
    };
    let never = HaltMark("never".to_owned());
    assert_eq!(change(Some(&never), Some(&halt(&[9]))).await, None);
    assert_eq!(found(ledger, "x").await, None);
    let first = change(None, Some(&halt(&[1]))).await.expect("made");
    assert_eq!(change(None, Some(&halt(&[9]))).await, None);
    let second = change(Some(&first), Some(&halt(&[1, 2]))).await.expect("changed");
    assert_ne!(first, second);
    assert_eq!(change(Some(&first), Some(&halt(&[1, 9]))).await, None);
    assert_eq!(change(Some(&first), None).await, None);
    assert_eq!(found(ledger, "x").await, Some((halt(&[1, 2]), second.clone())));
    change(Some(&second), None).await.expect("lifted");
    assert_eq!(found(ledger, "x").await, None);
}

/// A worker that read the halt before it was lifted must not park anything in the next one.
pub async fn a_halt_that_was_lifted_is_not_changed_by_who_read_it_before(ledger: &impl Halts) {
    let change = async |from: Option<&HaltMark>, to: Option<&Halt>| {
        ledger.change_halt("x", from, to).await.expect("asked")
    };
    let old = change(None, Some(&halt(&[1]))).await.expect("made");
    change(Some(&old), None).await.expect("lifted");
    assert_eq!(change(Some(&old), Some(&halt(&[1, 2]))).await, None);
    let new = change(None, Some(&halt(&[1]))).await.expect("made again");
    assert_ne!(old, new);
    assert_eq!(change(Some(&old), Some(&halt(&[1, 2]))).await, None);
    assert_eq!(found(ledger, "x").await, Some((halt(&[1]), new)));
}

/// Each tries again until it is in.
pub async fn of_many_that_park_at_once_none_is_lost(ledger: &impl Halts) {
    ledger.change_halt("x", None, Some(&halt(&[]))).await.expect("asked").expect("made");
    let park = async |entry: u64| {
        loop {
            let (mut halt, mark) = found(ledger, "x").await.expect("it stands");
            halt.park("project-65", &key(entry));
            let changed = ledger.change_halt("x", Some(&mark), Some(&halt)).await;
            if changed.expect("asked").is_some() {
                return;
            }
        }
    };
    futures_util::future::join_all([1, 2, 3, 4, 5].map(park)).await;
    let (halt, _) = found(ledger, "x").await.expect("it stands");
    let mut line = halt.lines["project-65"].clone();
    line.sort();
    assert_eq!(line, [1, 2, 3, 4, 5].map(key));
}

/// A weekend of a busy project.
pub async fn a_long_line_is_kept_whole(ledger: &impl Halts) {
    let mut long = halt(&[]);
    let line = (0..20_000).map(|entry| key(8_000_000 + entry * 7)).collect();
    long.lines.insert("project-65".to_owned(), line);
    long.since = Timestamp::UNIX_EPOCH;
    ledger.change_halt("x", None, Some(&long)).await.expect("asked").expect("made");
    let found = found(ledger, "x").await.map(|(halt, _)| halt);
    assert!(found == Some(long), "it came back changed");
}
