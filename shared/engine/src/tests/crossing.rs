//! Once, where two ways to the same event cross: the sweep and a delivery, a slow worker and the
//! one that takes over, a ledger that is lost and a site that is not.

use sgh_queue::contract::SettableClock;

use super::site::Held;
use super::*;

fn approved() -> House {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house
}

/// The event as the sweep finds it: without a delivery.
fn swept(entry: u64) -> Received {
    let mut event = version_event(entry, 1, "apr");
    event.as_object_mut().unwrap().remove("delivery_id");
    received(900 + entry, "project-65", 1, &event.to_string())
}

#[tokio::test]
async fn a_delivery_that_comes_after_the_sweep_is_acknowledged_and_changes_nothing() {
    let house = approved();
    assert_eq!(fates(&house.work(vec![swept(1)]).await), ["finish"]);
    assert_eq!(house.site.status(5), "fin");
    assert_eq!(house.site.texts(), [""; 0], "there is no delivery to acknowledge");
    house.site.task(5, "ip");
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(house.site.texts(), ["skipped\nalready done by the sweep of the event log"]);
    assert_eq!((house.site.status(5), house.site.write_count()), (json!("ip"), 1));
}

#[tokio::test]
async fn what_the_sweep_finds_after_its_delivery_changes_nothing() {
    let house = approved();
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    house.site.task(5, "ip");
    assert_eq!(fates(&house.work(vec![swept(1)]).await), ["finish"]);
    assert_eq!((house.site.status(5), house.site.write_count()), (json!("ip"), 1));
    assert_eq!(house.site.texts().len(), 1);
}

#[tokio::test]
async fn both_in_one_batch_are_worked_once() {
    let house = approved();
    house.work(vec![swept(1), message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(house.site.write_count(), 1);
    assert_eq!(house.site.texts(), ["skipped\nalready done by the sweep of the event log"]);
}

#[tokio::test]
async fn what_the_sweep_failed_at_is_run_by_the_delivery_and_not_by_the_sweep() {
    let house = approved();
    house.site.refused_values.lock().unwrap().push(json!("fin"));
    house.work(vec![swept(1)]).await;
    house.site.refused_values.lock().unwrap().clear();
    house.work(vec![swept(1)]).await;
    assert_eq!(house.site.status(5), "rev", "nobody asked for it");
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(house.site.status(5), "fin");
}

/// A worker hangs in its write until its lease has ended; another one takes over. Then it goes on.
#[tokio::test]
async fn a_worker_whose_lease_has_ended_records_nothing_over_the_one_that_took_over() {
    let mut house = approved();
    let clock = Arc::new(SettableClock::at("2026-05-01T12:00:00Z".parse().unwrap()));
    house.engine.clock = clock.clone();
    let held = Held::default();
    *house.site.held_write.lock().unwrap() = Some(held.clone());
    let slow = async {
        let owner = Owner("slow".into());
        let deadline = house.engine.clock.now() + SignedDuration::from_secs(60);
        house.engine.work(vec![message(&version_event(1, 1, "apr"))], &owner, deadline).await
    };
    let other = async {
        held.began.notified().await;
        clock.pass(Duration::from_secs(61));
        let second = with_delivery(&version_event(1, 1, "apr"), "f");
        let report = house.work(vec![as_message(2, &second)]).await;
        held.go_on.notify_one();
        report
    };
    let (slow, other) = tokio::join!(slow, other);
    assert_eq!((fates(&slow), fates(&other)), (vec!["back"], vec!["finish"]));
    // Somebody sets it back; the slow one's message comes again, and only is acknowledged.
    let writes = house.site.write_count();
    house.site.task(5, "ip");
    let mut back = message(&version_event(1, 1, "apr"));
    back.receives = 2;
    assert_eq!(fates(&house.work(vec![back]).await), ["finish"]);
    assert_eq!((house.site.status(5), house.site.write_count()), (json!("ip"), writes));
    let first = format!("skipped\nalready done by delivery {DELIVERY}f");
    assert_eq!(house.site.texts().last(), Some(&first));
}

#[tokio::test]
async fn a_ledger_that_is_lost_alone_does_no_harm() {
    let mut house = approved();
    let events = [version_event(1, 1, "apr"), version_event(2, 1, "apr")];
    for event in &events {
        house.work(vec![message(event)]).await;
    }
    let empty = SqliteLedger::open(house.folder.path().join("empty.sqlite")).unwrap();
    house.engine.ledger = Arc::new(empty);
    for event in &events {
        house.work(vec![message(event)]).await;
    }
    assert_eq!(house.site.write_count(), 1, "it is `fin` already");
    assert!(house.site.texts()[2].starts_with("skipped\n"), "{:?}", house.site.texts());
    // What people did since is not undone either: the version says something else by now.
    house.site.version(1, "note", 5);
    house.site.task(5, "rev");
    let empty = SqliteLedger::open(house.folder.path().join("another.sqlite")).unwrap();
    house.engine.ledger = Arc::new(empty);
    house.work(vec![message(&events[0])]).await;
    assert_eq!(house.site.status(5), "rev");
    assert!(house.site.texts()[4].contains("overtaken"), "{:?}", house.site.texts());
}
