//! The checks of a ledger.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::{DeliveryId, EntityRef, EventKey};
use sgh_core::limits::LEDGER_KEPT;
use sgh_core::outcome::Ending;

use crate::ledger::OwnWrite;
use crate::{Claim, Ledger, LedgerEntry, Owner};

const LEASE: Duration = Duration::from_secs(30);

/// The present, to the millisecond: a real table must not remove what a check has written.
fn now() -> Timestamp {
    let now = SystemClock.now().as_millisecond();
    Timestamp::from_millisecond(now).expect("a time that can be")
}

fn event() -> EventKey {
    EventKey::of_entry("studio.shotgrid.autodesk.com", 4711)
}

fn owner(name: &str) -> Owner {
    Owner(name.to_owned())
}

fn entry() -> LedgerEntry {
    let endings = BTreeMap::from([
        ("make shot folders".to_owned(), Ending::done("12 directories made: \"샷/010\"")),
        ("roll up".to_owned(), Ending::skipped("sg_status_list is `ip` already\nsecond line")),
        ("broken".to_owned(), Ending::failed("")),
    ]);
    let delivery = DeliveryId::parse("00000000-1111-2222-3333-444444444444");
    LedgerEntry { endings, delivery, kept_event: Some("{\"id\": \"\\u0000 샷\"}".to_owned()) }
}

async fn claim(ledger: &impl Ledger, name: &str, at: Timestamp) -> Claim {
    ledger.claim(&event(), &owner(name), at, at + LEASE).await.expect("claim")
}

fn fresh() -> Claim {
    Claim::Ours(LedgerEntry::default())
}

/// One worker at a time.
pub async fn a_claim_is_exclusive(ledger: &impl Ledger) {
    let start = now();
    assert_eq!(claim(ledger, "a", start).await, fresh());
    assert_eq!(claim(ledger, "b", start).await, Claim::Busy { until: start + LEASE });
    let other = EventKey::of_entry("studio.shotgrid.autodesk.com", 4712);
    let claimed = ledger.claim(&other, &owner("b"), start, start + LEASE).await.expect("claim");
    assert_eq!(claimed, fresh(), "another event is free");
    assert_eq!(ledger.entry(&event(), start).await.expect("entry"), None, "nothing recorded yet");
}

/// The answer to a claim may get lost on the way.
pub async fn a_claim_of_our_own_can_be_made_again(ledger: &impl Ledger) {
    let start = now();
    claim(ledger, "a", start).await;
    let later = start + Duration::from_secs(10);
    assert_eq!(claim(ledger, "a", later).await, fresh());
    assert_eq!(claim(ledger, "b", later).await, Claim::Busy { until: later + LEASE });
}

/// A worker that died holds an event no longer than its lease.
pub async fn a_lease_that_has_ended_is_taken_over(ledger: &impl Ledger) {
    let start = now();
    claim(ledger, "a", start).await;
    let just_before = start + (LEASE - Duration::from_millis(1));
    assert_eq!(claim(ledger, "b", just_before).await, Claim::Busy { until: start + LEASE });
    assert_eq!(claim(ledger, "b", start + LEASE).await, fresh());
}

/// A worker that was thought dead and is not.
pub async fn a_lost_claim_records_nothing(ledger: &impl Ledger) {
    let start = now();
    claim(ledger, "a", start).await;
    claim(ledger, "b", start + LEASE).await;
    let late = ledger.record(&event(), &owner("a"), &entry(), start + LEASE).await;
    assert!(late.is_err(), "a's claim was lost");
    let never = ledger.record(&event(), &owner("c"), &entry(), start + LEASE).await;
    assert!(never.is_err(), "c never had a claim");
    assert_eq!(ledger.entry(&event(), start + LEASE).await.expect("entry"), None);
    ledger.record(&event(), &owner("b"), &entry(), start + LEASE).await.expect("b's claim");
    let found = ledger.entry(&event(), start + LEASE).await.expect("entry");
    assert_eq!(found, Some(entry()));
}

/// An invocation that returns a message.
pub async fn a_release_frees_the_event_and_records_nothing(ledger: &impl Ledger) {
    let start = now();
    ledger.release(&event(), &owner("a")).await.expect("nothing to release is no error");
    claim(ledger, "a", start).await;
    ledger.release(&event(), &owner("a")).await.expect("release");
    assert_eq!(ledger.entry(&event(), start).await.expect("entry"), None);
    assert_eq!(claim(ledger, "b", start).await, fresh());
    ledger.record(&event(), &owner("b"), &entry(), start).await.expect("record");
    claim(ledger, "a", start).await;
    ledger.release(&event(), &owner("a")).await.expect("release");
    assert_eq!(ledger.entry(&event(), start).await.expect("entry"), Some(entry()));
}

/// Only who has a claim can give it up.
pub async fn a_release_by_another_is_left_alone(ledger: &impl Ledger) {
    let start = now();
    claim(ledger, "a", start).await;
    ledger.release(&event(), &owner("b")).await.expect("left alone");
    assert_eq!(claim(ledger, "b", start).await, Claim::Busy { until: start + LEASE });
    ledger.record(&event(), &owner("a"), &entry(), start).await.expect("still a's");
}

/// All of an entry, by a claim and by itself; the record ends the lease.
pub async fn what_was_recorded_is_found_again(ledger: &impl Ledger) {
    let start = now();
    claim(ledger, "a", start).await;
    ledger.record(&event(), &owner("a"), &entry(), start).await.expect("record");
    assert_eq!(ledger.entry(&event(), start).await.expect("entry"), Some(entry()));
    assert_eq!(claim(ledger, "b", start).await, Claim::Ours(entry()));
    let other = EventKey::of_service_event("studio.shotgrid.autodesk.com", "1.2.3", None);
    assert_eq!(ledger.entry(&other, start).await.expect("entry"), None);
}

/// A replay that worked keeps the event no longer.
pub async fn a_record_replaces_the_one_before(ledger: &impl Ledger) {
    let start = now();
    claim(ledger, "a", start).await;
    ledger.record(&event(), &owner("a"), &entry(), start).await.expect("record");
    claim(ledger, "b", start).await;
    let endings = BTreeMap::from([("broken".to_owned(), Ending::done("mended"))]);
    let second = LedgerEntry { endings, ..LedgerEntry::default() };
    ledger.record(&event(), &owner("b"), &second, start).await.expect("record");
    assert_eq!(ledger.entry(&event(), start).await.expect("entry"), Some(second));
}

/// A failed event with a long list in it.
pub async fn a_large_event_is_kept_whole(ledger: &impl Ledger) {
    let start = now();
    let links = (0..20_000).map(|n| format!("{{\"type\":\"Shot\",\"id\":{n}}}"));
    let kept = links.collect::<Vec<_>>().join(",");
    assert!(kept.len() > 400 * 1024, "more than a store's item may hold as it is");
    let large = LedgerEntry { kept_event: Some(kept), ..entry() };
    claim(ledger, "a", start).await;
    ledger.record(&event(), &owner("a"), &large, start).await.expect("record");
    let found = ledger.entry(&event(), start).await.expect("entry");
    assert!(found == Some(large), "the event came back changed");
}

/// Whether or not the store has removed it.
pub async fn what_is_over_its_time_is_forgotten(ledger: &impl Ledger) {
    let start = now();
    claim(ledger, "a", start).await;
    ledger.record(&event(), &owner("a"), &entry(), start).await.expect("record");
    let write =
        OwnWrite { entity: EntityRef::new("Task", 1), field: "sg_status_list".into(), depth: 3 };
    ledger.remember_writes(std::slice::from_ref(&write), start).await.expect("remember");
    let day = Duration::from_secs(24 * 3600);
    for (at, kept) in [(start + (LEDGER_KEPT - day), true), (start + LEDGER_KEPT + day, false)] {
        assert_eq!(ledger.entry(&event(), at).await.expect("entry").is_some(), kept);
        let depth = ledger.depth_of(&write.entity, &write.field, at).await.expect("depth");
        assert_eq!(depth, kept.then_some(3));
    }
    let late = start + LEDGER_KEPT + day;
    assert_eq!(claim(ledger, "b", late).await, fresh());
    ledger.release(&event(), &owner("b")).await.expect("release");
    assert_eq!(ledger.entry(&event(), late).await.expect("entry"), None, "a claim revives nothing");
}

/// By entity and field; the last write counts.
pub async fn the_depth_of_a_write_is_remembered(ledger: &impl Ledger) {
    let start = now();
    let write = |kind: &str, id, field: &str, depth| OwnWrite {
        entity: EntityRef::new(kind, id),
        field: field.to_owned(),
        depth,
    };
    let first = [write("Task", 1, "sg_status_list", 1), write("Task", 1, "due_date", 4)];
    ledger.remember_writes(&first, start).await.expect("remember");
    // The same field twice in one call: the later one is what the site has.
    let second = [write("Shot", 1, "sg_status_list", 7), write("Shot", 1, "sg_status_list", 2)];
    ledger.remember_writes(&second, start).await.expect("remember");
    let expect = [
        ("Task", 1, "sg_status_list", Some(1)),
        ("Task", 1, "due_date", Some(4)),
        ("Shot", 1, "sg_status_list", Some(2)),
        ("Shot", 2, "sg_status_list", None),
        ("Shot", 1, "due_date", None),
    ];
    for (kind, id, field, depth) in expect {
        let found = ledger.depth_of(&EntityRef::new(kind, id), field, start).await.expect("depth");
        assert_eq!(found, depth, "{kind} {id} {field}");
    }
    ledger.remember_writes(&[], start).await.expect("nothing to remember");
}

/// More than a store takes in one request.
pub async fn many_writes_are_remembered_at_once(ledger: &impl Ledger) {
    let start = now();
    let writes: Vec<OwnWrite> = (1..=60)
        .map(|id| OwnWrite {
            entity: EntityRef::new("Shot", id),
            field: "sg_status_list".to_owned(),
            depth: 1 + u8::try_from(id % 8).expect("small"),
        })
        .collect();
    ledger.remember_writes(&writes, start).await.expect("remember");
    for OwnWrite { entity, field, depth } in &writes {
        let found = ledger.depth_of(entity, field, start).await.expect("depth");
        assert_eq!(found, Some(*depth), "{entity}");
    }
}
