//! Rows of the table of answers that do not turn on the signature or on a fault of the queue.

use sgh_core::limits::BODY_SIZE_MAX;
use tests::lambda::HttpEvent;

use super::{TOKEN, batch, delivery, door, signed, single};

#[tokio::test]
async fn a_delivery_is_kept_byte_for_byte_as_text_and_as_base64() {
    let (door, first, second) = (door(), delivery(1, Some(7)), delivery(2, Some(7)));
    door.check_kept(&signed(single(&first)), &[&first]).await;
    door.check_kept(&signed(single(&second)).base64(), &[&second]).await;
}

#[tokio::test]
async fn each_delivery_of_a_batch_is_one_message_in_order() {
    let door = door();
    for (from, count) in [(100, 1), (200, 3), (300, 10), (400, 11), (500, 50), (600, 51)] {
        let deliveries: Vec<_> = (from..from + count).map(|id| delivery(id, Some(7))).collect();
        door.check_kept(&signed(batch(&deliveries)), &deliveries).await;
    }
    assert!(door.sqs.calls().iter().all(|call| call.action.starts_with("SendMessage")));
    assert!(door.function.log().contains("51"), "more than 50 is worth a line in the log");
}

#[tokio::test]
async fn fifty_deliveries_go_in_five_batches() {
    let door = door();
    let deliveries: Vec<_> = (1..=50).map(|id| delivery(id, Some(7))).collect();
    door.check_kept(&signed(batch(&deliveries)), &deliveries).await;
    let actions: Vec<_> = door.sqs.calls().into_iter().map(|call| call.action).collect();
    assert_eq!(actions, ["SendMessageBatch"; 5]);
}

#[tokio::test]
async fn nothing_is_kept_of_nothing() {
    let door = door();
    for body in [batch(&[]), r#"{"data":{"deliveries":[]}}"#.into(), String::new()] {
        door.check(&signed(&body), 200, "kept").await;
        door.check(&signed(&body).base64(), 200, "kept").await;
    }
    assert_eq!(door.sqs.call_count(), 0);
}

#[tokio::test]
async fn each_member_of_deliveries_is_one_delivery_whatever_its_type() {
    let members = ["1", r#""a""#, "null", "[ ]", "{ }", &delivery(1, None)].map(str::to_owned);
    door().check_kept(&signed(batch(&members)), &members).await;
}

#[tokio::test]
async fn what_the_site_sends_of_itself_is_kept() {
    let door = door();
    let test = concat!(
        r#"{"id":"0","event_type":"Test_Connection","event_log_entry_id":0,"#,
        r#""meta":{"type":"test_connection"}}"#
    );
    let status = concat!(
        r#"{"id":"0","event_type":"Webhook_Status_Change","event_log_entry_id":0,"#,
        r#""webhook_status":"failed","previous_webhook_status":"active","#,
        r#""meta":{"type":"webhook_status_change","source":"client","#,
        r#""old_value":"active","new_value":"failed"}}"#
    );
    for delivery in [test, status] {
        door.check_kept(&signed(single(delivery)), &[delivery]).await;
    }
}

#[tokio::test]
async fn signed_bytes_of_unknown_shape_are_one_delivery_whole() {
    let door = door();
    for body in [
        "not json",
        "{\"data\":",
        "[1, 2]",
        "\"text\"",
        "17",
        "null",
        "{ }",
        r#"{"data":null}"#,
        r#"{"deliveries":[{}]}"#,
        r#"{"event_type":"Shotgun_Shot_Change","id":"1.2.3"}"#,
        "{\"data\":{}} trailing",
    ] {
        door.check_kept(&signed(body), &[body]).await;
    }
    // There is a `data`, so what it holds is the delivery.
    door.check_kept(&signed(r#"{"data":{"deliveries":7}}"#), &[r#"{"data":{"deliveries":7}}"#])
        .await;
    door.check_kept(&signed(r#"{"data":{}}"#), &["{}"]).await;
}

#[tokio::test]
async fn post_is_taken_on_every_path() {
    let door = door();
    for (id, path) in (1..).zip(["/", "/hook", "/a/b%20c/", "/health", "/health/"]) {
        let delivery = delivery(id, None);
        door.check_kept(&signed(single(&delivery)).to(path), &[delivery]).await;
    }
}

#[tokio::test]
async fn only_post_and_the_health_question_are_answered() {
    let door = door();
    door.check(&HttpEvent::new("GET", "/health", b""), 200, "ok").await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/health/deep"),
        ("HEAD", "/"),
        ("PUT", "/health"),
        ("PUT", "/"),
        ("DELETE", "/"),
        ("PATCH", "/"),
        ("OPTIONS", "/"),
    ] {
        let body = single(&delivery(1, None));
        let event = HttpEvent::new(method, path, body.as_bytes()).signed(TOKEN);
        door.check(&event, 405, "").await;
    }
    assert_eq!(door.sqs.call_count(), 0);
}

#[tokio::test]
async fn six_mib_are_taken_and_a_byte_more_is_not() {
    let door = door();
    let body = vec![b'x'; BODY_SIZE_MAX + 1];
    door.check(&signed(&body), 413, "").await;
    door.check(&signed(&body).base64(), 413, "").await;
    assert_eq!(door.sqs.call_count(), 0);
    door.check(&signed(&body[1..]), 200, "kept").await;
    assert_eq!(door.sqs.kept().len(), 1);
}

#[tokio::test]
async fn only_identity_encoding_is_taken() {
    let (door, body) = (door(), single(&delivery(1, None)));
    for encoding in ["gzip", "br", "deflate", "identity, gzip", "gzip, identity"] {
        door.check(&signed(&body).header("content-encoding", encoding), 415, "").await;
    }
    assert_eq!(door.sqs.call_count(), 0);
    for encoding in ["identity", "Identity"] {
        door.check(&signed(&body).header("content-encoding", encoding), 200, "kept").await;
    }
}

#[tokio::test]
async fn an_event_without_a_body_is_an_empty_body() {
    let door = door();
    let mut event = signed("").to_json();
    for body in [serde_json::Value::Null, "".into()] {
        event["body"] = body;
        let answer = door.function.invoke(&event).await.unwrap();
        assert_eq!((&answer["statusCode"], &answer["body"]), (&200.into(), &"kept".into()));
    }
    event.as_object_mut().unwrap().remove("body");
    assert_eq!(door.function.invoke(&event).await.unwrap()["statusCode"], 200);
}
