//! The checks of what the sweep asks of a store: what was seen, and its record.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::EventKey;
use sgh_core::limits::LEDGER_KEPT;
use sgh_core::outcome::Ending;

use crate::sweep::{Saved, Seen, Stored, SweepRecord};
use crate::{Ledger, LedgerEntry, Owner};

const HOST: &str = "studio.shotgrid.autodesk.com";
const OTHER_HOST: &str = "other.shotgrid.autodesk.com";
const LEASE: Duration = Duration::from_secs(30);

/// The present, to the millisecond: a real table must not remove what a check has written.
fn now() -> Timestamp {
    let now = SystemClock.now().as_millisecond();
    Timestamp::from_millisecond(now).expect("a time that can be")
}

fn key(entry: u64) -> EventKey {
    EventKey::of_entry(HOST, entry)
}

fn owner() -> Owner {
    Owner("a".to_owned())
}

fn stored(text: &str, revision: u64) -> Stored {
    Stored { text: text.to_owned(), revision }
}

async fn claim(store: &impl Ledger, entry: u64, at: Timestamp) {
    store.claim(&key(entry), &owner(), at, at + LEASE).await.expect("claim");
}

async fn record(store: &impl Ledger, entry: u64, kept_event: Option<String>, at: Timestamp) {
    claim(store, entry, at).await;
    let endings = BTreeMap::from([("a".to_owned(), Ending::failed("no such status"))]);
    let entry_of = LedgerEntry { endings, kept_event, ..LedgerEntry::default() };
    store.record(&key(entry), &owner(), &entry_of, at).await.expect("record");
}

async fn unseen(store: &impl Seen, entries: &[u64], at: Timestamp) -> Vec<bool> {
    let keys: Vec<EventKey> = entries.iter().copied().map(key).collect();
    store.unseen(&keys, at).await.expect("asked")
}

/// Whatever came of it; and only the event itself.
pub async fn what_was_worked_is_seen(store: &(impl Ledger + Seen)) {
    let start = now();
    assert_eq!(unseen(store, &[1, 2], start).await, [true, true]);
    record(store, 2, None, start).await;
    record(store, 4, Some("{\"id\": 4}".to_owned()), start).await;
    let asked = [1, 2, 3, 4, 2, 1];
    assert_eq!(unseen(store, &asked, start).await, [true, false, true, false, false, true]);
    let elsewhere = [EventKey::of_entry(OTHER_HOST, 2)];
    assert_eq!(store.unseen(&elsewhere, start).await.expect("asked"), [true], "another site's");
    assert_eq!(unseen(store, &[], start).await, [false; 0], "nothing asked is nothing answered");
}

/// It is worked just now; who died over it works it no longer.
pub async fn what_is_claimed_is_seen_until_its_lease_ends(store: &(impl Ledger + Seen)) {
    let start = now();
    claim(store, 1, start).await;
    let just_before = start + (LEASE - Duration::from_millis(1));
    assert_eq!(unseen(store, &[1], just_before).await, [false]);
    assert_eq!(unseen(store, &[1], start + LEASE).await, [true]);
    store.release(&key(1), &owner()).await.expect("release");
    assert_eq!(unseen(store, &[1], start).await, [true], "given back");
}

/// Whether or not the store has removed it; a claim revives nothing.
pub async fn what_is_over_its_time_is_unseen(store: &(impl Ledger + Seen)) {
    let (start, day) = (now(), Duration::from_secs(24 * 3600));
    record(store, 1, None, start).await;
    assert_eq!(unseen(store, &[1], start + (LEDGER_KEPT - day)).await, [false]);
    let late = start + LEDGER_KEPT + day;
    assert_eq!(unseen(store, &[1], late).await, [true]);
    claim(store, 1, late).await;
    assert_eq!(unseen(store, &[1], late + LEASE).await, [true]);
}

/// More than a store answers in one call, and some of them large.
pub async fn many_are_asked_for_at_once(store: &(impl Ledger + Seen)) {
    let start = now();
    let worked: Vec<u64> = (1..=250).filter(|entry| entry % 10 == 3).collect();
    for entry in &worked {
        // So that a store that read all of an item would have to read megabytes.
        let event = (*entry == 3).then(|| "{\"x\": 1}".repeat(20_000));
        record(store, *entry, event, start).await;
    }
    let asked: Vec<u64> = (1..=250).rev().collect();
    let expect: Vec<bool> = asked.iter().map(|entry| !worked.contains(entry)).collect();
    assert_eq!(unseen(store, &asked, start).await, expect);
}

/// Text as it was, and how often it was saved.
pub async fn a_record_is_found_as_it_was_saved(store: &impl SweepRecord) {
    assert_eq!(store.load(HOST).await.expect("load"), None);
    let large = "{\"샷\": \"\\\"\n\"}".repeat(6000);
    for (revision, text) in [(0, "first"), (1, &*large), (2, "")] {
        let saved = store.save_if(HOST, text, revision).await.expect("save");
        assert_eq!(saved, Saved::Yes, "after revision {revision}");
        let found = store.load(HOST).await.expect("load");
        assert!(found == Some(stored(text, revision + 1)), "revision {revision} came back changed");
    }
}

/// A sweep that was slower changes nothing, whatever it believed.
pub async fn a_record_that_somebody_saved_meanwhile_is_left_alone(store: &impl SweepRecord) {
    let save =
        async |text: &str, revision| store.save_if(HOST, text, revision).await.expect("asked");
    assert_eq!(save("too far", 1).await, Saved::Overtaken, "there is none yet");
    assert_eq!(store.load(HOST).await.expect("load"), None);
    assert_eq!(save("first", 0).await, Saved::Yes);
    assert_eq!(save("second", 1).await, Saved::Yes);
    for revision in [0, 1, 3] {
        assert_eq!(save("late", revision).await, Saved::Overtaken, "after revision {revision}");
    }
    assert_eq!(store.load(HOST).await.expect("load"), Some(stored("second", 2)));
}

/// Each time again.
pub async fn of_many_savers_at_once_one_saves(store: &impl SweepRecord) {
    for revision in 0..4 {
        let texts: Vec<String> = (0..8).map(|saver| format!("{revision} by {saver}")).collect();
        let saves = texts.iter().map(|text| store.save_if(HOST, text, revision));
        let ends: Vec<Saved> =
            join_all(saves).await.into_iter().map(|saved| saved.expect("asked")).collect();
        let who: Vec<usize> = (0..8).filter(|saver| ends[*saver] == Saved::Yes).collect();
        let [one] = who[..] else { panic!("saved by {who:?}") };
        let found = store.load(HOST).await.expect("load");
        assert_eq!(found, Some(stored(&texts[one], revision + 1)));
    }
}

/// Two sites in one ledger.
pub async fn each_site_has_a_record_of_its_own(store: &impl SweepRecord) {
    assert_eq!(store.save_if(HOST, "one", 0).await.expect("save"), Saved::Yes);
    assert_eq!(store.load(OTHER_HOST).await.expect("load"), None);
    assert_eq!(store.save_if(OTHER_HOST, "other", 0).await.expect("save"), Saved::Yes);
    assert_eq!(store.load(HOST).await.expect("load"), Some(stored("one", 1)));
}
