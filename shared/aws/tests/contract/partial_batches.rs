//! A queue that keeps some messages of a request and refuses others. A small server stands in for
//! SQS, for no real one refuses on demand.

use sgh_aws::{Patience, SqsQueue};
use sgh_queue::contract::messages::message;
use sgh_queue::{Keep, KeepError};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::stand::config_at;

/// Answers each request with the next of these bodies, and tells the ids that it was sent.
async fn server(answers: Vec<&'static str>) -> (SqsQueue, mpsc::UnboundedReceiver<Vec<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (told, asked) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            told.send(ids(&request(&mut stream).await)).unwrap();
            let length = answer.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n");
            let head = format!("{head}content-type: application/x-amz-json-1.0\r\n");
            let answer = format!("{head}connection: close\r\n\r\n{answer}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let config = config_at(&endpoint, Patience::DOOR).await;
    (SqsQueue::new(&config, &format!("{endpoint}/1/events.fifo")), asked)
}

async fn request(stream: &mut tokio::net::TcpStream) -> serde_json::Value {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.unwrap();
    serde_json::from_slice(&body).unwrap()
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
    let (queue, mut asked) = server(vec![ALL_TEN_BUT_SOME, rest]).await;
    let messages: Vec<_> = (0..14).map(|n| message(n % 2, &n.to_string())).collect();
    let KeepError::Refused { positions, reason } = queue.keep(&messages).await.unwrap_err();
    assert_eq!(positions, [2, 8, 10, 12]);
    assert_eq!(reason, "InternalError: try again");
    assert_eq!(asked.recv().await.unwrap(), (0..10).collect::<Vec<_>>());
    assert_eq!(asked.recv().await.unwrap(), [11, 13]);
}

/// Whatever came back, it does not say that anything was kept.
#[tokio::test]
async fn an_answer_that_names_nothing_keeps_nothing() {
    let (queue, _asked) = server(vec!["{}"]).await;
    let messages: Vec<_> = (0..3).map(|n| message(1, &n.to_string())).collect();
    let KeepError::Refused { positions, .. } = queue.keep(&messages).await.unwrap_err();
    assert_eq!(positions, [0, 1, 2]);
}
