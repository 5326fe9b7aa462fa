//! Every form in which the receiver keeps a delivery is one that the worker reads.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use tests::lambda::HttpEvent;

use super::Stage;
use crate::studio::{TOKEN, version_statuses};

/// A version that is approved; the delivery of it has not been worked.
async fn approved() -> (Stage, EntityRef, Value) {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    stage.arrived().await;
    let body = serde_json::from_str(&stage.deliveries()[0].request_body).unwrap();
    (stage, task, body)
}

/// Posts these bytes: they are kept in this form, worked and acknowledged.
async fn check(stage: &Stage, task: &EntityRef, event: HttpEvent, form: &str) {
    assert_eq!(stage.post(&event).await, (200, "kept".to_owned()));
    let batch = stage.arrived().await;
    assert_eq!(batch.len(), 1);
    assert_eq!(batch[0].kept.attributes["encoding"], form);
    assert_eq!(stage.work(&batch).await.0, []);
    assert_eq!(stage.studio.status(task), "fin");
    assert!(stage.told()[0].starts_with("done\n"), "{form}: {:?}", stage.told());
}

fn signed(body: impl AsRef<[u8]>) -> HttpEvent {
    HttpEvent::post(body.as_ref()).signed(TOKEN)
}

#[tokio::test]
async fn text_stays_text() {
    let (stage, task, mut body) = approved().await;
    body["data"]["note"] = json!("샷 010 🎬 é\n");
    check(&stage, &task, signed(body.to_string()), "text").await;
}

#[tokio::test]
async fn a_body_that_lambda_carries_as_base64_is_the_same_text() {
    let (stage, task, mut body) = approved().await;
    body["data"]["note"] = json!("é");
    check(&stage, &task, signed(body.to_string()).base64(), "text").await;
}

#[tokio::test]
async fn a_character_that_sqs_refuses_comes_through_as_base64() {
    let (stage, task, mut body) = approved().await;
    body["data"]["note"] = json!("\u{FFFE}");
    check(&stage, &task, signed(body.to_string()), "base64").await;
}

#[tokio::test]
async fn what_is_too_large_for_sqs_comes_through_as_gzip() {
    let (stage, task, mut body) = approved().await;
    body["data"]["note"] = json!("long ".repeat(300_000));
    check(&stage, &task, signed(body.to_string()), "gzip").await;
}

#[tokio::test]
async fn the_headers_delivery_id_is_acknowledged_where_the_body_has_none() {
    let (stage, task, mut body) = approved().await;
    body["data"].as_object_mut().unwrap().remove("delivery_id").expect("it had one");
    let id = stage.deliveries()[0].id.to_string();
    check(&stage, &task, signed(body.to_string()).header("x-sg-delivery-id", &id), "text").await;
}

#[tokio::test]
async fn a_batched_body_is_worked_in_its_order() {
    let stage = Stage::start().await;
    let hook = sgh_emulator::NewHook::on_entities(&stage.door.url, &version_statuses());
    stage.site().add_hook(&hook.signed_with(TOKEN).batched()).unwrap();
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    for status in ["vwd", "note", "apr"] {
        stage.studio.set_status(&version, status);
    }
    stage.drain().await;
    let told = stage.told();
    assert_eq!(told.len(), 3);
    assert!(told[..2].iter().all(|told| told.contains("overtaken")), "{told:?}");
    assert!(told[2].starts_with("done\n"), "{told:?}");
    assert_eq!(stage.studio.status(&task), "fin");
}

#[tokio::test]
async fn signed_bytes_of_unknown_shape_are_failed_with_the_reason_on_their_delivery() {
    let (stage, ..) = approved().await;
    let id = stage.deliveries()[0].id.to_string();
    for body in ["not json", r#"{"unknown":"shape"}"#, "[]", "\u{1}"] {
        let event = signed(body).header("x-sg-delivery-id", &id);
        assert_eq!(stage.post(&event).await, (200, "kept".to_owned()), "{body}");
        let batch = stage.arrived().await;
        let back = stage.work(&batch).await;
        assert_eq!(back.0, [(batch[0].id.clone(), 0)], "{body}");
        let told = stage.told();
        assert!(told[0].starts_with("failed\n"), "{body}: {told:?}");
    }
}

#[tokio::test]
async fn a_test_of_the_connection_and_a_change_of_the_hook_are_acknowledged() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let hook = stage.site().hooks()[0].id;
    stage.site().test_connection(hook);
    stage.drain().await;
    let told = stage.told();
    assert!(told[0].starts_with("done\ntest connection"), "{told:?}");
    stage.site().set_hook_enabled(hook, false).unwrap();
    stage.drain().await;
    let told = stage.told();
    assert!(told[1].contains("disabled"), "{told:?}");
}
