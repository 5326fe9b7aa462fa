//! A small server that stands in for AWS where no real one does on demand what is to be tried.

use serde_json::Value;
use sgh_aws::{Patience, SdkConfig};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::stand::config_at;

/// What a request is answered: status and body, by what was asked.
pub type Answer = Box<dyn Fn(&Value) -> (u16, String) + Send>;

/// Always this.
pub fn ok(body: impl Into<String>) -> Answer {
    let body = body.into();
    Box::new(move |_| (200, body.clone()))
}

/// Where the server is, and what it was asked, request by request.
pub struct Canned {
    pub config: SdkConfig,
    pub endpoint: String,
    pub asked: mpsc::UnboundedReceiver<Value>,
}

/// Answers each request with the next of these; after the last one nobody listens any more.
pub async fn serve(answers: Vec<Answer>) -> Canned {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (told, asked) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = request(&mut stream).await;
            let (status, answer) = answer(&request);
            told.send(request).unwrap();
            let length = answer.len();
            let head = format!("HTTP/1.1 {status} answer\r\ncontent-length: {length}\r\n");
            let head = format!("{head}content-type: application/x-amz-json-1.0\r\n");
            let answer = format!("{head}connection: close\r\n\r\n{answer}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    Canned { config: config_at(&endpoint, Patience::DOOR).await, endpoint, asked }
}

async fn request(stream: &mut TcpStream) -> Value {
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
