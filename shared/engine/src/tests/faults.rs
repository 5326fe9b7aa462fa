//! What fails, and what becomes of it and of the others.

use super::site::down;
use super::*;
use sgh_site::SiteError;

fn rejected() -> House {
    let house = house();
    for id in [1, 2] {
        house.site.task(id, "rev");
    }
    house.site.note(3, &[1, 2]);
    house
}

#[tokio::test]
async fn what_cannot_be_read_fails_alone_and_says_why() {
    let house = rejected();
    let batch = vec![
        received(1, "project-65", 1, "not json"),
        message(&note_event(2, 3)),
        received(3, "project-65", 1, "{\"some\": \"shape\"}"),
    ];
    let report = house.work(batch).await;
    assert_eq!(fates(&report), ["dead", "finish", "dead"]);
    assert_eq!(house.site.status(1), "ip");
}

#[tokio::test]
async fn what_cannot_be_read_is_said_at_the_first_and_at_the_last_receive() {
    let house = house();
    for (receives, said) in [(1, 1), (2, 1), (4, 1), (5, 2)] {
        let mut unreadable = received(1, "project-65", receives, "not json");
        let delivery = format!("{DELIVERY}1");
        unreadable.message.attributes.insert("delivery".into(), delivery);
        assert_eq!(fates(&house.work(vec![unreadable]).await), ["dead"]);
        assert_eq!(house.site.texts().len(), said, "{receives}");
    }
}

#[tokio::test]
async fn what_is_no_event_is_said_on_the_delivery_that_it_names() {
    let house = house();
    let body = json!({"some": "shape", "delivery_id": format!("{DELIVERY}1")}).to_string();
    assert_eq!(fates(&house.work(vec![received(1, "project-65", 1, &body)]).await), ["dead"]);
    let texts = house.site.texts();
    assert!(texts[0].starts_with("failed\n") && texts[0].contains("event_type"), "{texts:?}");
}

#[tokio::test]
async fn a_site_that_is_down_is_a_retry_and_nothing_is_lost() {
    let house = rejected();
    house.site.search_faults.lock().unwrap().push(down());
    assert_eq!(fates(&house.work(vec![message(&note_event(1, 3))]).await), ["back"]);
    assert_eq!(fates(&house.work(vec![message(&note_event(1, 3))]).await), ["finish"]);
    assert_eq!(house.site.status(1), "ip");
}

#[tokio::test]
async fn a_refused_login_is_a_retry() {
    let house = rejected();
    house.site.search_faults.lock().unwrap().push(SiteError::Login { reason: "key".into() });
    assert_eq!(fates(&house.work(vec![message(&note_event(1, 3))]).await), ["back"]);
}

#[tokio::test]
async fn a_refused_batch_is_tried_record_by_record_then_field_by_field() {
    let house = rejected();
    house.site.refused_values.lock().unwrap().push(json!("ip"));
    let report = house.work(vec![message(&note_event(1, 3))]).await;
    assert_eq!(fates(&report), ["finish"]);
    // The batch of two, then for each record: the record, its two fields.
    assert_eq!(house.site.write_count(), 7);
    let records = house.site.records.lock().unwrap().clone();
    let task = &records[&sgh_core::ids::EntityRef::new("Task", 1)];
    assert_eq!((&task["sg_flag"], &task["sg_status_list"]), (&json!(true), &json!("rev")));
    let text = &house.site.texts()[0];
    assert!(text.starts_with("failed\n") && text.contains("valid are wtg, ip, fin"), "{text}");
}

#[tokio::test]
async fn an_entity_that_went_away_meanwhile_is_skipped() {
    let house = rejected();
    let gone = SiteError::NotFound { reason: "Task 1".into() };
    house.site.write_faults.lock().unwrap().extend([gone.clone(), gone]);
    let report = house.work(vec![message(&note_event(1, 3))]).await;
    assert_eq!(fates(&report), ["finish"]);
    assert_eq!(house.site.status(2), "ip");
    assert!(house.site.texts()[0].contains("deleted or not visible"), "{:?}", house.site.texts());
}

#[tokio::test]
async fn at_the_fifth_receive_it_is_given_up_and_says_so() {
    let house = rejected();
    house.site.write_faults.lock().unwrap().push(down());
    let mut last = message(&note_event(1, 3));
    last.receives = 5;
    let mut behind = message(&note_event(2, 9));
    behind.receives = 5;
    let fresh = message(&note_event(3, 9));
    let report = house.work(vec![last, behind, fresh]).await;
    // What is on its last receive too is worked, or it would be given up untried.
    assert_eq!(fates(&report), ["dead", "finish", "back"]);
    let texts = house.site.texts();
    assert!(
        texts[0].starts_with("failed\nnote-reopens-task: failed: given up after 5 tries"),
        "{texts:?}"
    );
    let key = sgh_core::ids::EventKey::of_entry("studio.example", 1);
    let now = house.engine.clock.now();
    let entry = house.engine.ledger.entry(&key, now).await.expect("asked").expect("recorded");
    assert!(entry.kept_event.is_some_and(|event| event.contains("Shotgun_Note_New")));
}

#[tokio::test]
async fn an_acknowledgement_the_site_does_not_take_is_final() {
    let house = rejected();
    let gone = SiteError::NotFound { reason: "delivery".into() };
    house.site.acknowledge_faults.lock().unwrap().push(gone);
    assert_eq!(fates(&house.work(vec![message(&note_event(1, 3))]).await), ["finish"]);

    house.site.acknowledge_faults.lock().unwrap().push(down());
    let mut last = message(&note_event(2, 3));
    last.receives = 5;
    assert_eq!(fates(&house.work(vec![last]).await), ["finish"]);
}

#[tokio::test]
async fn an_event_without_its_values_is_read_from_the_event_log() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    let meta = json!({"new_value": "rev", "field_data_type": "status_list"});
    house.site.put("EventLogEntry", 1, json!({"meta": meta}));
    let mut cut = version_event(1, 1, "apr");
    cut["meta"] = json!({});
    cut["warning"] = json!("too large");
    house.site.search_faults.lock().unwrap().push(down());
    assert_eq!(fates(&house.work(vec![message(&cut)]).await), ["back"]);
    assert_eq!(fates(&house.work(vec![message(&cut)]).await), ["finish"]);
    assert!(house.site.texts()[0].contains("overtaken"), "{:?}", house.site.texts());
}
