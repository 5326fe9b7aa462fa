//! A site or a ledger that is not there, or says what cannot be read.

use sgh_core::ids::EntityRef;
use sgh_emulator::Fault;
use tests::lambda::{Behaviour, HttpEvent, nobody};

use super::{Message, Otherwise, Stage};
use crate::http::careless;
use crate::studio::{APPROVED, TOKEN, in_time, version_statuses};
use crate::trap::Trap;

/// A version that is approved: its task, and the message of it.
async fn approved(settings: &[(&str, &str)]) -> (Stage, EntityRef, Vec<Message>) {
    let stage = Stage::with(Otherwise { settings, ..Otherwise::default() }).await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    let batch = stage.arrived().await;
    (stage, task, batch)
}

#[tokio::test]
async fn whatever_the_site_fails_at_is_done_once_it_is_well_again() {
    let status = |code| Fault::Status { code, retry_after: None };
    for calls in ["POST /auth", "POST /entity/{type}/_search", "PUT /entity/{type}"] {
        for fault in [Fault::Garbage, Fault::Close, status(500), status(503), status(429)] {
            let (stage, task, batch) = approved(&[]).await;
            stage.site().plan_fault(calls, 3, fault.clone());
            let back = stage.work(&batch).await;
            assert_eq!(back.ids(), ["m0"], "{calls} {fault:?}: {:?}", stage.told());
            assert_eq!(stage.told(), [""], "{calls} {fault:?}");
            stage.site().heal();
            assert_eq!(stage.work(&[batch[0].at_receive(2)]).await.0, [], "{calls} {fault:?}");
            assert_eq!(stage.studio.status(&task), "fin", "{calls} {fault:?}");
            assert!(stage.told()[0].starts_with("done\n"), "{calls} {fault:?}");
        }
    }
}

#[tokio::test]
async fn one_failure_of_the_site_is_made_good_within_the_call() {
    for calls in ["POST /auth", "POST /entity/{type}/_search", "PUT /entity/{type}"] {
        let (stage, task, batch) = approved(&[]).await;
        stage.site().plan_fault(calls, 1, Fault::Garbage);
        assert_eq!(stage.work(&batch).await.0, [], "{calls}");
        assert_eq!(stage.studio.status(&task), "fin", "{calls}");
    }
}

#[tokio::test]
async fn what_the_site_refuses_is_failed_with_its_reason_and_blocks_nothing() {
    let (stage, task, mut batch) = approved(&[]).await;
    let film = stage.studio.film("Other Film");
    let (version, other) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    let refused = format!("PUT /entity/tasks/{}", task.id);
    stage.site().plan_fault(&refused, 1, Fault::Status { code: 400, retry_after: None });
    batch.extend(stage.arrived().await);
    assert_eq!(stage.work(&batch).await.0, []);
    let told = stage.told();
    assert!(told[0].starts_with("failed\nversion-drives-task: failed: "), "{told:?}");
    assert!(told[1].starts_with("done\n"), "{told:?}");
    assert_eq!(stage.studio.status(&other), "fin");
}

#[tokio::test]
async fn a_ledger_that_cannot_be_asked_lets_nothing_be_done() {
    let nobody = format!("http://{}", nobody());
    let wrong = ("SGH_LEDGER", "dynamodb:no-such-table");
    for setting in [("AWS_ENDPOINT_URL_DYNAMODB", nobody.as_str()), wrong] {
        let (stage, task, batch) = approved(&[setting]).await;
        let back = stage.work(&batch).await;
        assert_eq!(back.ids(), ["m0"], "{setting:?}");
        assert!((2..=5).contains(&back.0[0].1), "{setting:?}: {back:?}");
        assert_eq!(stage.studio.status(&task), "ip", "{setting:?}: done, and nobody would know");
        assert_eq!(stage.told(), [""], "{setting:?}");
    }
}

#[tokio::test]
async fn a_queue_that_cannot_be_told_does_not_end_the_batch() {
    let (stage, task, mut batch) = approved(&[]).await;
    stage.sqs.behave([Behaviour::Refuse(500, "InternalError")]);
    batch.push(Message::by_hand("no-json", "none", "}"));
    let records: Vec<_> = batch.iter().map(Message::record).collect();
    let answer = stage.worker.invoke(&serde_json::json!({"Records": records})).await.unwrap();
    let expect = serde_json::json!({"batchItemFailures": [{"itemIdentifier": "no-json"}]});
    assert_eq!(answer, expect, "they come back by themselves");
    assert_eq!(stage.studio.status(&task), "fin");
}

#[tokio::test]
async fn the_address_in_a_header_is_never_called() {
    let (trap, stage, careless) = (Trap::set(), Stage::start().await, careless());
    stage.studio.hook(&careless.url, &version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    in_time("answers", stage.site().deliveries_answered()).await;
    let body = stage.deliveries().remove(0).request_body;
    let mut event = HttpEvent::post(body.as_bytes()).signed(TOKEN);
    for name in ["x-sg-webhook-site-url", "x-forwarded-host", "origin", "referer"] {
        event = event.with(name, &trap.url());
    }
    assert_eq!(stage.post(&event.with("host", &trap.host())).await.0, 200);
    stage.drain().await;
    assert_eq!((stage.studio.status(&task).as_str(), trap.was_called()), ("fin", false));
    assert_eq!(stage.told(), [APPROVED]);
}
