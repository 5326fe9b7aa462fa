//! The same event more than once, when something went wrong the first time.

use super::site::down;
use super::*;

#[tokio::test]
async fn the_second_delivery_of_an_event_is_answered_by_the_first() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    let first = version_event(1, 1, "apr");
    let second = with_delivery(&first, "f");
    house.work(vec![as_message(1, &first), as_message(2, &second)]).await;
    assert_eq!(house.site.texts()[1], format!("skipped\nalready done by delivery {DELIVERY}1"));
}

#[tokio::test]
async fn a_failure_survives_a_second_delivery_in_the_same_batch() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house.site.refused_values.lock().unwrap().push(json!("fin"));
    let first = version_event(1, 1, "apr");
    let second = with_delivery(&first, "f");
    house.work(vec![as_message(1, &first), as_message(2, &second)]).await;
    let entry =
        house.engine.ledger.entry(&key(&first), house.engine.clock.now()).await.unwrap().unwrap();
    assert!(entry.kept_event.is_some(), "the failure is kept for replay");
}

#[tokio::test]
async fn no_write_is_made_past_a_read_that_has_to_wait() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house.site.note(3, &[5]);
    // The read of versions fails, that of notes does not.
    house.site.search_faults.lock().unwrap().push(down());
    let batch = vec![message(&version_event(1, 1, "apr")), message(&note_event(2, 3))];
    house.work(batch).await;
    assert_eq!(house.site.write_count(), 0, "nothing is worked past a retry");
}

#[tokio::test]
async fn what_the_site_refused_is_not_taken_for_done_by_the_next() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house.site.version(2, "apr", 5);
    house.site.refused_values.lock().unwrap().push(json!("fin"));
    let batch = vec![message(&version_event(1, 1, "apr")), message(&version_event(2, 2, "apr"))];
    house.work(batch).await;
    assert!(house.site.texts()[1].starts_with("failed"));
}

async fn failed_once() -> (House, Value) {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house.site.refused_values.lock().unwrap().push(json!("fin"));
    let first = version_event(1, 1, "apr");
    house.work(vec![message(&first)]).await;
    (house, first)
}

#[tokio::test]
async fn a_rerun_whose_acknowledgement_failed_says_done() {
    let (house, first) = failed_once().await;
    house.site.refused_values.lock().unwrap().clear();
    let again = with_delivery(&first, "f");
    house.site.acknowledge_faults.lock().unwrap().push(down());
    house.work(vec![as_message(2, &again)]).await;
    assert_eq!(house.site.status(5), "fin");
    let mut back = as_message(2, &again);
    back.receives = 2;
    house.work(vec![back]).await;
    assert!(house.site.texts().last().unwrap().starts_with("done"));
}

#[tokio::test]
async fn a_rerun_that_failed_is_not_repeated_for_its_acknowledgement() {
    let (house, first) = failed_once().await;
    let again = with_delivery(&first, "f");
    house.site.acknowledge_faults.lock().unwrap().push(down());
    house.work(vec![as_message(2, &again)]).await;
    let writes = house.site.write_count();
    let mut back = as_message(2, &again);
    back.receives = 2;
    house.work(vec![back]).await;
    assert_eq!(house.site.write_count(), writes);
}

#[tokio::test]
async fn the_same_delivery_redelivered_runs_what_failed() {
    let (house, first) = failed_once().await;
    house.site.refused_values.lock().unwrap().clear();
    house.work(vec![as_message(77, &first)]).await;
    assert_eq!(house.site.status(5), "fin");
}
