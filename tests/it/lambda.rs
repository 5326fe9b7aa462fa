//! The harness itself, on the smallest function there is: what it reports, a test can believe.

use std::time::Duration;

use serde_json::json;
use tests::lambda::{
    Behaviour, Function, HttpEvent, InvocationError, Profile, Runtime, Sqs, built,
};

fn floor(sqs: &Sqs, more: &[(&str, &str)]) -> Function {
    let mut env = vec![
        ("AWS_ENDPOINT_URL".to_owned(), sqs.endpoint()),
        ("SGH_QUEUE".to_owned(), format!("sqs:{}", sqs.queue_url())),
    ];
    env.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Runtime::start().spawn(&built("floor", Profile::Dev), &env)
}

#[tokio::test]
async fn a_function_is_started_invoked_and_measured() {
    let sqs = Sqs::start();
    let function = floor(&sqs, &[]);
    assert!(function.ready().await.unwrap() > Duration::ZERO);
    for n in 0..3 {
        let answer = function.answer(&HttpEvent::post(format!("{n}").as_bytes())).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, "kept"));
    }
    let bodies: Vec<String> = sqs.kept().into_iter().map(|kept| kept.body).collect();
    assert_eq!(bodies, ["0", "1", "2"]);
    assert!(function.peak_memory().unwrap() > 1024 * 1024);
    assert!(function.processor_time().unwrap() > Duration::ZERO);
}

#[tokio::test]
async fn a_function_that_trusts_the_authority_talks_tls() {
    let sqs = Sqs::start_tls();
    let file = sqs.certificate().unwrap().to_str().unwrap().to_owned();
    let trusting = floor(&sqs, &[("SSL_CERT_FILE", &file)]);
    assert_eq!(trusting.answer(&HttpEvent::post(b"a")).await.unwrap().status, 200);
    let doubting = floor(&sqs, &[]);
    let refused = doubting.answer(&HttpEvent::post(b"b")).await;
    assert!(matches!(refused, Err(InvocationError::Reported(_))), "{refused:?}");
    assert_eq!(sqs.kept().len(), 1);
}

#[tokio::test]
async fn a_refusal_of_the_queue_is_seen_by_the_function() {
    let sqs = Sqs::start();
    let function = floor(&sqs, &[("AWS_MAX_ATTEMPTS", "1")]);
    for (behaviour, body) in [
        (Behaviour::Refuse(500, "InternalError"), "a"),
        (Behaviour::Close, "a"),
        (Behaviour::RefuseThose("bad".into()), "a bad one"),
        (Behaviour::Keep, "\u{1}"),
    ] {
        sqs.behave([behaviour.clone()]);
        let answer = function.answer(&HttpEvent::post(body.as_bytes())).await;
        assert!(matches!(answer, Err(InvocationError::Reported(_))), "{behaviour:?}: {answer:?}");
    }
    assert!(sqs.kept().is_empty());
}

#[tokio::test]
async fn a_slow_or_blind_queue_is_still_a_queue() {
    let sqs = Sqs::start();
    let function = floor(&sqs, &[]);
    for behaviour in [Behaviour::Slow(Duration::from_millis(20)), Behaviour::Blind] {
        sqs.behave([behaviour]);
        assert_eq!(function.answer(&HttpEvent::post(b"a")).await.unwrap().status, 200);
    }
    assert_eq!((sqs.call_count(), sqs.kept().len()), (2, 1));
}

#[tokio::test]
async fn a_process_that_ends_is_no_answer() {
    let nothing: [(&str, &str); 0] = [];
    let function = Runtime::start().spawn(&built("floor", Profile::Dev), &nothing);
    let started = function.ready().await;
    assert!(matches!(started, Err(InvocationError::Exited(status)) if !status.success()));
    let answer = function.invoke(&json!({})).await;
    assert!(matches!(answer, Err(InvocationError::Exited(_))), "{answer:?}");
    assert!(function.log().contains("SGH_QUEUE"), "{}", function.log());
}

#[tokio::test]
async fn what_the_runtime_cannot_read_is_reported_and_the_function_lives_on() {
    let sqs = Sqs::start();
    let function = floor(&sqs, &[]);
    let mut event = HttpEvent::post(b"a").base64().to_json();
    event["body"] = json!("not base64!");
    for event in [event, json!({"no": "request"})] {
        let answer = function.invoke(&event).await;
        assert!(matches!(answer, Err(InvocationError::Reported(_))), "{answer:?}");
    }
    assert_eq!(function.answer(&HttpEvent::post(b"a")).await.unwrap().status, 200);
    assert_eq!(sqs.call_count(), 1);
}
