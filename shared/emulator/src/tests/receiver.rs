//! A receiver that keeps what it gets and answers as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// One POST as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("json")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }
}

#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    got: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Mutex<(u16, Duration)>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let answer = Arc::new(Mutex::new((200, Duration::ZERO)));
        let receiver = Self { url, got, answer };
        let inside = receiver.clone();
        let app = Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
            let receiver = inside.clone();
            async move {
                receiver.got.lock().expect("lock").push(Got { headers, body });
                let (status, wait) = *receiver.answer.lock().expect("lock");
                tokio::time::sleep(wait).await;
                let status = StatusCode::from_u16(status).expect("a status");
                (status, [("location", "/elsewhere")], "k".repeat(150))
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub(crate) fn answers(&self, status: u16, after: Duration) {
        *self.answer.lock().expect("lock") = (status, after);
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().expect("lock").clone()
    }
}
