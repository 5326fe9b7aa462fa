//! A queue that keeps some messages of a request and refuses others.

use sgh_aws::SqsQueue;
use sgh_queue::contract::messages::message;
use sgh_queue::{Keep, KeepError};

use crate::canned::{Canned, ok, serve};

/// Answers each request with the next of these bodies.
async fn server(answers: Vec<&'static str>) -> (SqsQueue, Canned) {
    let canned = serve(answers.into_iter().map(ok).collect()).await;
    (SqsQueue::new(&canned.config, &format!("{}/1/events.fifo", canned.endpoint)), canned)
}

fn ids(body: &serde_json::Value) -> Vec<usize> {
    let entries = body["Entries"].as_array().unwrap();
    entries.iter().map(|entry| entry["Id"].as_str().unwrap().parse().unwrap()).collect()
}

const ALL_TEN_BUT_SOME: &str = r#"{
    "Successful": [
        {"Id": "0", "MessageId": "a", "MD5OfMessageBody": "x"},
        {"Id": "1", "MessageId": "b", "MD5OfMessageBody": "x"},
        {"Id": "3", "MessageId": "c", "MD5OfMessageBody": "x"},
        {"Id": "4", "MessageId": "d", "MD5OfMessageBody": "x"},
        {"Id": "5", "MessageId": "e", "MD5OfMessageBody": "x"},
        {"Id": "6", "MessageId": "f", "MD5OfMessageBody": "x"},
        {"Id": "7", "MessageId": "g", "MD5OfMessageBody": "x"},
        {"Id": "9", "MessageId": "h", "MD5OfMessageBody": "x"}
    ],
    "Failed": [{"Id": "2", "SenderFault": false, "Code": "InternalError", "Message": "try again"}]
}"#;

/// Of ten, the third is refused by name and the ninth is not named at all; both of project 0.
/// So the rest of project 0 must not be sent before them, and all else must be.
#[tokio::test]
async fn what_is_refused_holds_back_its_group_and_no_other() {
    let rest = r#"{"Successful": [
        {"Id": "11", "MessageId": "a", "MD5OfMessageBody": "x"},
        {"Id": "13", "MessageId": "b", "MD5OfMessageBody": "x"}]}"#;
    let (queue, mut canned) = server(vec![ALL_TEN_BUT_SOME, rest]).await;
    let messages: Vec<_> = (0..14).map(|n| message(n % 2, &n.to_string())).collect();
    let KeepError::Refused { positions, reason } = queue.keep(&messages).await.unwrap_err();
    assert_eq!(positions, [2, 8, 10, 12]);
    assert_eq!(reason, "InternalError: try again");
    assert_eq!(ids(&canned.asked.recv().await.unwrap()), (0..10).collect::<Vec<_>>());
    assert_eq!(ids(&canned.asked.recv().await.unwrap()), [11, 13]);
}

/// Whatever came back, it does not say that anything was kept.
#[tokio::test]
async fn an_answer_that_names_nothing_keeps_nothing() {
    let (queue, _canned) = server(vec!["{}"]).await;
    let messages: Vec<_> = (0..3).map(|n| message(1, &n.to_string())).collect();
    let KeepError::Refused { positions, .. } = queue.keep(&messages).await.unwrap_err();
    assert_eq!(positions, [0, 1, 2]);
}
