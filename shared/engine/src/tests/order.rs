//! Order within a group, and what a batch costs.

use super::site::down;
use super::*;

#[tokio::test]
async fn ten_events_cost_as_many_reads_and_writes_as_one() {
    let house = house();
    let mut batch = Vec::new();
    for id in 1..=10 {
        house.site.task(id, "rev");
        house.site.version(id, "apr", id);
        batch.push(message(&version_event(id, id, "apr")));
    }
    let report = house.work(batch).await;
    assert_eq!(fates(&report), ["finish"; 10]);
    assert_eq!((report.reads, house.site.write_count()), (2, 1));
    assert_eq!(house.site.writes.lock().unwrap()[0].len(), 10);
    assert_eq!(house.site.texts().len(), 10);
}

#[tokio::test]
async fn a_batch_never_spans_two_groups() {
    let house = house();
    house.site.task(1, "rev");
    house.site.task(2, "rev");
    house.site.version(1, "apr", 1);
    house.site.version(2, "apr", 2);
    let mut other = message(&version_event(2, 2, "apr"));
    other.group = "project-7".into();
    house.work(vec![message(&version_event(1, 1, "apr")), other]).await;
    assert_eq!(house.site.writes.lock().unwrap().iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
}

#[tokio::test]
async fn each_event_sees_what_those_before_it_decided() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house.site.note(3, &[5]);
    let report =
        house.work(vec![message(&version_event(1, 1, "apr")), message(&note_event(2, 3))]).await;
    assert_eq!(fates(&report), ["finish", "finish"]);
    // Approved, then a note: one write with what counts in the end.
    assert_eq!(house.site.status(5), "ip");
    assert_eq!(house.site.write_count(), 1);
    assert!(house.site.texts()[1].contains("`fin` -> `ip`"), "{:?}", house.site.texts());
}

#[tokio::test]
async fn nothing_of_a_group_is_worked_past_a_retry() {
    let house = house();
    house.site.task(1, "rev");
    house.site.version(1, "apr", 1);
    house.site.write_faults.lock().unwrap().push(down());
    let mut other = message(&note_event(3, 9));
    other.group = "project-7".into();
    let unwanted = message(&json!({"event_log_entry_id": 4, "event_type": "Shotgun_Shot_New"}));
    let batch =
        vec![message(&version_event(1, 1, "apr")), message(&note_event(2, 9)), other, unwanted];
    let report = house.work(batch).await;
    assert_eq!(fates(&report), ["back", "back", "finish", "back"]);
    assert_eq!(house.site.write_count(), 1);
    assert_eq!(house.site.texts().len(), 1);
    // Nothing is claimed any more: the next invocation works them all.
    let batch = vec![message(&version_event(1, 1, "apr")), message(&note_event(2, 9))];
    assert_eq!(fates(&house.work(batch).await), ["finish", "finish"]);
    assert_eq!(house.site.status(1), "fin");
}

#[tokio::test]
async fn events_that_nothing_wants_cost_nothing_and_are_explained() {
    let house = house();
    let mut event = version_event(1, 1, "apr");
    event["attribute_name"] = json!("description");
    let report = house.work(vec![message(&event)]).await;
    assert_eq!((report.reads, house.site.searches.lock().unwrap().len()), (0, 0));
    assert_eq!(
        house.site.texts(),
        ["skipped\nno automation matched; the nearest is version-drives-task: it wants \
         `sg_status_list`, `description` was changed"]
    );
}

#[tokio::test]
async fn service_events_are_acknowledged() {
    let house = house();
    let test = json!({"id": "0", "event_log_entry_id": 0, "event_type": "Test_Connection",
                      "delivery_id": format!("{DELIVERY}1")});
    let status = json!({"id": "0", "event_log_entry_id": 0, "event_type": "Webhook_Status_Change",
                        "webhook_status": "failed", "previous_webhook_status": "active",
                        "delivery_id": format!("{DELIVERY}2")});
    let report = house.work(vec![message(&test), message(&status)]).await;
    assert_eq!(fates(&report), ["finish", "finish"]);
    let texts = house.site.texts();
    assert!(texts[0].starts_with("done\ntest connection"), "{texts:?}");
    assert!(texts[1].starts_with("done\nthe hook's status is `failed` now"), "{texts:?}");
}
