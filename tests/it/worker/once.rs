//! Whatever comes twice is done once, and the second delivery says by which it was.

use std::sync::Arc;

use serde_json::{Value, json};
use sgh_emulator::Fault;
use tests::lambda::HttpEvent;

use super::{Otherwise, Stage};
use crate::studio::{Ahead, TOKEN, version_statuses};

const WRITE: &str = "PUT /entity/{type}/{id}";

/// Approves a version of a new film.
fn approve(stage: &Stage) -> sgh_core::ids::EntityRef {
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    task
}

#[tokio::test]
async fn a_second_hooks_delivery_of_an_event_changes_nothing_and_names_the_first() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    stage.hook(&version_statuses());
    approve(&stage);
    let batch = stage.arrived().await;
    assert_eq!(batch.len(), 2, "one event, two hooks");
    assert_eq!(stage.work(&batch[..1]).await.0, []);
    assert_eq!(stage.work(&batch[1..]).await.0, []);
    assert_eq!(stage.studio.calls(WRITE), 1);
    let mut deliveries = stage.deliveries();
    deliveries.sort_by_key(|delivery| !crate::studio::told(delivery).starts_with("done"));
    let already = format!("skipped\nalready done by delivery {}", deliveries[0].id);
    assert_eq!(crate::studio::told(&deliveries[1]), already);
}

#[tokio::test]
async fn both_deliveries_of_an_event_may_be_in_one_batch() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    stage.hook(&version_statuses());
    approve(&stage);
    let batch = stage.arrived().await;
    let back = stage.work(&batch).await;
    let again: Vec<_> = batch.iter().filter(|one| back.ids().contains(&one.id.as_str())).collect();
    for message in again {
        assert_eq!(stage.work(&[message.at_receive(2)]).await.0, []);
    }
    assert_eq!(stage.studio.calls(WRITE), 1);
    let told = stage.told();
    assert_eq!(told.iter().filter(|told| told.starts_with("done\n")).count(), 1, "{told:?}");
    let already = |told: &&String| told.starts_with("skipped\nalready done by delivery ");
    assert_eq!(told.iter().filter(already).count(), 1, "{told:?}");
}

#[tokio::test]
async fn a_message_that_sqs_gives_out_twice_is_done_once_and_said_the_same_twice() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    approve(&stage);
    let batch = stage.arrived().await;
    stage.work(&batch).await;
    let first = stage.told();
    stage.work(&[batch[0].at_receive(2)]).await;
    assert_eq!(stage.told(), first);
    assert_eq!(stage.studio.calls(WRITE), 1);
}

#[tokio::test]
async fn a_delivery_that_the_site_sends_again_changes_nothing_and_keeps_its_acknowledgement() {
    let (clock, stage) = on_a_clock().await;
    let task = approve(&stage);
    stage.drain().await;
    let first = stage.told();
    stage.studio.set_status(&task, "ip");
    clock.by(1);
    stage.site().redeliver(stage.deliveries()[0].id);
    let again = stage.arrived().await;
    assert_eq!((again.len(), stage.work(&again).await.0), (1, vec![]));
    assert_eq!(stage.told(), first);
    assert_eq!(stage.deliveries()[0].acknowledgements, 2);
    assert_eq!(stage.studio.status(&task), "ip", "what a human set later stays");
}

/// A stage whose site has a clock of its own: within one second the timestamps of two POSTs of
/// one delivery are alike, and the second is folded as a repetition.
async fn on_a_clock() -> (Arc<Ahead>, Stage) {
    let clock = Arc::new(Ahead::default());
    let site = Some(Ahead::site(&clock));
    let stage = Stage::with(Otherwise { site, ..Otherwise::default() }).await;
    stage.hook(&version_statuses());
    (clock, stage)
}

/// Refused by the site, mended, and delivered again.
async fn failed_then_delivered_again(deliver: impl AsyncFn(&Stage, &str)) {
    let (clock, stage) = on_a_clock().await;
    let task = approve(&stage);
    let batch = stage.arrived().await;
    let fault = Fault::Status { code: 400, retry_after: None };
    stage.site().plan_fault("PUT /entity/{type}", 1, fault);
    assert_eq!(stage.work(&batch).await.0, []);
    assert!(stage.told()[0].starts_with("failed\n"), "{:?}", stage.told());
    clock.by(1);
    deliver(&stage, &stage.deliveries()[0].request_body).await;
    stage.drain().await;
    assert_eq!(stage.studio.status(&task), "fin", "{:?}", stage.told());
}

#[tokio::test]
async fn what_failed_is_run_again_for_another_delivery() {
    failed_then_delivered_again(async |stage, body| {
        let mut body: Value = serde_json::from_str(body).unwrap();
        body["data"]["delivery_id"] = json!(uuid::Uuid::new_v4());
        stage.post(&HttpEvent::post(body.to_string().as_bytes()).signed(TOKEN)).await;
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_run_again_when_somebody_has_the_site_send_it_again() {
    failed_then_delivered_again(async |stage, _| {
        assert!(stage.site().redeliver(stage.deliveries()[0].id));
    })
    .await;
}
