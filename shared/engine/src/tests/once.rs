//! Each event once, whoever brings it.

use super::site::down;
use super::*;

fn approved() -> House {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house
}

#[tokio::test]
async fn an_event_is_worked_and_acknowledged() {
    let house = approved();
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["finish"]);
    assert_eq!(house.site.status(5), "fin");
    assert_eq!(
        house.site.texts(),
        ["done\nversion-drives-task: done: Task `Comp` of `SH010`: sg_status_list `rev` -> `fin`"]
    );
    assert_eq!(report.reads, 2);
}

#[tokio::test]
async fn a_redelivered_event_makes_no_second_change() {
    let house = approved();
    let first = version_event(1, 1, "apr");
    house.work(vec![message(&first)]).await;
    house.site.task(5, "ip");
    let mut second = first.clone();
    second["delivery_id"] = json!(format!("{DELIVERY}f"));
    house.work(vec![message(&second)]).await;
    assert_eq!(house.site.status(5), "ip");
    let expect = format!("skipped\nalready done by delivery {DELIVERY}1");
    assert_eq!(house.site.texts().last(), Some(&expect));
    assert_eq!(house.site.write_count(), 1);
}

#[tokio::test]
async fn the_same_delivery_again_is_acknowledged_with_the_same_words() {
    let house = approved();
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    let texts = house.site.texts();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(house.site.write_count(), 1);
}

#[tokio::test]
async fn what_failed_runs_again_when_it_is_redelivered() {
    let house = approved();
    house.site.refused_values.lock().unwrap().push(json!("fin"));
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert!(house.site.texts()[0].starts_with("failed\nversion-drives-task: failed: "));
    house.site.refused_values.lock().unwrap().clear();
    let mut again = version_event(1, 1, "apr");
    again["delivery_id"] = json!(format!("{DELIVERY}f"));
    house.work(vec![message(&again)]).await;
    assert_eq!(house.site.status(5), "fin");
}

#[tokio::test]
async fn an_acknowledgement_that_fails_repeats_no_work() {
    let house = approved();
    house.site.acknowledge_faults.lock().unwrap().push(down());
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["back"]);
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["finish"]);
    assert_eq!(house.site.write_count(), 1);
    assert_eq!(house.site.texts().len(), 1);
}

#[tokio::test]
async fn an_event_that_another_worker_has_waits() {
    let house = approved();
    let key = sgh_core::event::Event::read(version_event(1, 1, "apr").to_string().as_bytes())
        .expect("an event")
        .key("studio.example");
    let other = Owner("other".into());
    let (now, deadline) = (house.engine.clock.now(), house.deadline());
    house.engine.ledger.claim(&key, &other, now, deadline).await.expect("claimed");
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["back"]);
    assert_eq!(house.site.write_count(), 0);
    house.engine.ledger.release(&key, &other).await.expect("released");
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["finish"]);
    assert_eq!(house.site.status(5), "fin");
}
