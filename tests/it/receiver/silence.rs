//! What is logged, and what never is.

use tests::lambda::{Behaviour, HttpEvent, sign};

use super::{TOKEN, assert_silent, delivery, door, door_with, signed, single};

#[tokio::test]
async fn not_even_the_finest_log_holds_a_token_or_a_signature() {
    let door = door_with(&[("SGH_LOG", "trace")]);
    door.check(&signed(single(&delivery(1, None))), 200, "kept").await;
    door.check(&HttpEvent::post(b"{}").signed("another"), 401, "signature").await;
    door.sqs.behave([Behaviour::Refuse(500, "InternalError")]);
    door.check(&signed(single(&delivery(2, None))), 503, "queue").await;
    assert_silent(&door.function.log());
}

#[tokio::test]
async fn the_right_signature_is_not_told_to_who_sent_a_wrong_one() {
    let door = door();
    let answer = door.answer(&HttpEvent::post(b"{}").signed("another")).await;
    let right = sign(TOKEN, b"{}").trim_start_matches("sha1=").to_owned();
    for text in [format!("{answer:?}"), door.function.log()] {
        assert!(!text.contains(&right[..12]), "{text}");
    }
}

#[tokio::test]
async fn every_line_of_the_log_is_one_json_object_whatever_was_sent() {
    let door = door();
    let forged = "x\n{\"level\":\"ERROR\",\"message\":\"forged\"}\r\n\u{1b}[31m";
    let events = [
        signed(single(&delivery(1, Some(7)))),
        HttpEvent::post(forged.as_bytes()).signature(forged),
        signed(forged),
        HttpEvent::new("BREW", "/", b""),
        signed("{}").header("content-encoding", "x\ty"),
        signed("{}").header("x-sg-delivery-id", "\u{7f}\u{e9}"),
    ];
    for event in &events {
        let _ = door.function.answer(event).await;
    }
    door.check(&signed("{}"), 200, "kept").await;
    let log = door.function.log();
    assert!(!log.trim().is_empty());
    for line in log.lines() {
        let line = serde_json::from_str::<serde_json::Value>(line);
        assert!(line.is_ok_and(|line| line.is_object()), "not a line of ours in: {log}");
    }
    assert!(!log.contains("\"message\":\"forged\""), "{log}");
}

#[tokio::test]
async fn a_refusal_is_counted() {
    let door = door();
    door.check(&HttpEvent::post(b"{}"), 401, "signature").await;
    let log = door.function.log();
    let counts = |line: &str| line.contains("refused") && line.contains("_aws");
    assert!(log.lines().any(counts), "no metric `refused` in: {log}");
}
