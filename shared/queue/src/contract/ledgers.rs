//! The checks of a ledger.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::{DeliveryId, EntityRef, EventKey};
use sgh_core::limits::{LEDGER_KEPT, OWN_WRITE_KEPT};
use sgh_core::outcome::Ending;

use crate::ledger::{Chain, OwnWrite, ValueMark};
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
    let kept_event = Some("{\"id\": \"\\u0000 샷\"}".to_owned());
    let ended_by = BTreeMap::from([("broken".to_owned(), "message-1".to_owned())]);
    LedgerEntry { endings, delivery, kept_event, ended_by }
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
    let day = Duration::from_secs(24 * 3600);
    for (at, kept) in [(start + (LEDGER_KEPT - day), true), (start + LEDGER_KEPT + day, false)] {
        assert_eq!(ledger.entry(&event(), at).await.expect("entry").is_some(), kept);
    }
    let late = start + LEDGER_KEPT + day;
    assert_eq!(claim(ledger, "b", late).await, fresh());
    ledger.release(&event(), &owner("b")).await.expect("release");
    assert_eq!(ledger.entry(&event(), late).await.expect("entry"), None, "a claim revives nothing");
}

fn write(kind: &str, id: u64, field: &str, value: &str, automations: &[&str]) -> OwnWrite {
    let chain = automations.iter().fold(Chain::default(), |chain, name| chain.then(name));
    let (entity, field) = (EntityRef::new(kind, id), field.to_owned());
    OwnWrite { entity, field, value: ValueMark::of(&value.into()), chain }
}

async fn chain_of(ledger: &impl Ledger, write: &OwnWrite, at: Timestamp) -> Option<Chain> {
    let OwnWrite { entity, field, value, .. } = write;
    ledger.chain_of(entity, field, value, at).await.expect("asked")
}

/// Much sooner than what was done: somebody else may write the same.
pub async fn a_write_of_ours_is_forgotten_within_hours(ledger: &impl Ledger) {
    let start = now();
    let ours = write("Task", 1, "sg_status_list", "fin", &["a", "b"]);
    ledger.remember_writes(std::slice::from_ref(&ours), start).await.expect("remember");
    let minute = Duration::from_secs(60);
    let in_time = chain_of(ledger, &ours, start + (OWN_WRITE_KEPT - minute)).await;
    assert_eq!(in_time, Some(ours.chain.clone()));
    assert_eq!(chain_of(ledger, &ours, start + OWN_WRITE_KEPT + minute).await, None);
}

/// By entity, field and value; the last write of it counts.
pub async fn the_chain_of_a_write_is_remembered(ledger: &impl Ledger) {
    let start = now();
    let first = [
        write("Task", 1, "sg_status_list", "fin", &["a"]),
        write("Task", 1, "due_date", "샷 \"1\"#2", &["a", "b", "c", "d"]),
    ];
    ledger.remember_writes(&first, start).await.expect("remember");
    // The same twice in one call, and another value of the same field.
    let second = [
        write("Shot", 1, "sg_status_list", "fin", &["a", "b", "c", "a", "b", "c", "a"]),
        write("Shot", 1, "sg_status_list", "fin", &["b", "샷"]),
        write("Shot", 1, "sg_status_list", "ip", &["c", "b", "a"]),
    ];
    ledger.remember_writes(&second, start).await.expect("remember");
    for ours in first.iter().chain(&second[1..]) {
        assert_eq!(chain_of(ledger, ours, start).await, Some(ours.chain.clone()), "{ours:?}");
    }
    let never = [
        write("Task", 1, "sg_status_list", "ip", &[]),
        write("Shot", 2, "sg_status_list", "fin", &[]),
        write("Shot", 1, "due_date", "fin", &[]),
        OwnWrite { value: ValueMark::any(), ..first[0].clone() },
    ];
    for other in never {
        assert_eq!(chain_of(ledger, &other, start).await, None, "{other:?}");
    }
    let any = OwnWrite { value: ValueMark::any(), ..first[0].clone() };
    ledger.remember_writes(std::slice::from_ref(&any), start).await.expect("remember");
    assert_eq!(chain_of(ledger, &any, start).await, Some(any.chain.clone()));
    ledger.remember_writes(&[], start).await.expect("nothing to remember");
}

/// More than a store takes in one request.
pub async fn many_writes_are_remembered_at_once(ledger: &impl Ledger) {
    let start = now();
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let writes: Vec<OwnWrite> = (1..=60)
        .map(|id| write("Shot", id, "sg_status_list", "fin", &names[..1 + id as usize % 8]))
        .collect();
    ledger.remember_writes(&writes, start).await.expect("remember");
    for ours in &writes {
        assert_eq!(chain_of(ledger, ours, start).await, Some(ours.chain.clone()), "{ours:?}");
    }
}
