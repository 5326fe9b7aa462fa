//! Settings that are wrong are told all at once, by name, before anything starts.

use std::io::Write as _;

use tests::lambda::{Function, HttpEvent, InvocationError, Profile, Runtime, built};

use super::{TOKEN, assert_silent, delivery, door_with, single};

/// Starts with just these; the receiver must not start, and must name all of `names`.
async fn check(env: &[(&str, &str)], names: &[&str]) {
    let function: Function = Runtime::start().spawn(&built("receiver", Profile::Dev), env);
    let started = function.ready().await;
    assert!(
        matches!(started, Err(InvocationError::Exited(_) | InvocationError::Reported(_))),
        "{env:?} started"
    );
    let status = function.exited().await;
    let log = function.log();
    assert!(status.code().is_some_and(|code| code != 0), "{status}: {log}");
    for name in names {
        assert!(log.contains(name), "`{name}` is not in: {log}");
    }
    assert_silent(&log);
    assert!(!log.contains("panicked"), "{log}");
}

const GOOD: [(&str, &str); 3] = [
    ("SGH_WEBHOOK_SECRETS", "env:TOKENS"),
    ("TOKENS", TOKEN),
    ("SGH_QUEUE", "sqs:http://127.0.0.1:9/000000000000/deliveries.fifo"),
];

/// The good settings with some of them replaced.
fn but<'a>(wrong: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut env = GOOD.to_vec();
    env.retain(|(name, _)| wrong.iter().all(|(other, _)| other != name));
    env.extend_from_slice(wrong);
    env
}

#[tokio::test]
async fn everything_that_is_missing_is_named() {
    check(&[], &["SGH_WEBHOOK_SECRETS", "SGH_QUEUE"]).await;
    check(&GOOD[..2], &["SGH_QUEUE"]).await;
    check(&GOOD[2..], &["SGH_WEBHOOK_SECRETS"]).await;
    check(&but(&[("SGH_QUEUE", " ")]), &["SGH_QUEUE"]).await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let wrong = [
        ("SGH_WEBHOOK_SECRETS", "canary-literal"),
        ("SGH_QUEUE", "deliveries"),
        ("SGH_ORDERING", "shot"),
    ];
    check(&wrong, &["SGH_WEBHOOK_SECRETS", "SGH_QUEUE", "SGH_ORDERING"]).await;
    let late = [("SGH_WEBHOOK_SECRETS", "env:NOT_THERE"), ("SGH_ORDERING", "shot")];
    check(&late, &["SGH_WEBHOOK_SECRETS", "NOT_THERE", "SGH_QUEUE", "SGH_ORDERING"]).await;
}

#[tokio::test]
async fn a_literal_secret_is_refused_with_the_way_to_do_it() {
    let literal = but(&[("SGH_WEBHOOK_SECRETS", TOKEN)]);
    check(&literal, &["SGH_WEBHOOK_SECRETS", "env:", "file:"]).await;
}

#[tokio::test]
async fn a_reference_that_holds_no_tokens_is_refused() {
    let name = ["SGH_WEBHOOK_SECRETS"];
    for tokens in ["", "\n \r\n", "canary-1\nunsigned:", "c-1\nc-2\nc-3\nc-4\nc-5"] {
        check(&but(&[("TOKENS", tokens)]), &name).await;
    }
    for reference in ["env:", "env:NOT_THERE", "file:", "file:/not/there", "vault:a", "ssm:"] {
        check(&but(&[("SGH_WEBHOOK_SECRETS", reference)]), &name).await;
    }
}

#[tokio::test]
async fn a_queue_that_the_receiver_does_not_speak_is_refused() {
    for queue in ["sqlite:/tmp/queue.db", "sqs:", "sqs:not a url", "http://127.0.0.1/q.fifo", "x"] {
        check(&but(&[("SGH_QUEUE", queue)]), &["SGH_QUEUE"]).await;
    }
}

#[tokio::test]
async fn a_log_filter_that_cannot_be_read_is_refused() {
    check(&but(&[("SGH_LOG", "info,[[")]), &["SGH_LOG"]).await;
}

#[tokio::test]
async fn tokens_may_stand_in_a_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "canary-of-a-file\r\n").unwrap();
    let reference = format!("file:{}", file.path().display());
    let door = door_with(&[("SGH_WEBHOOK_SECRETS", &reference)]);
    let delivery = delivery(1, None);
    let event = HttpEvent::post(single(&delivery).as_bytes()).signed("canary-of-a-file");
    door.check_kept(&event, &[delivery]).await;
}
