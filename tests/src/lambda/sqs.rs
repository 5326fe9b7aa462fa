//! A queue service that keeps what it is sent and says it, or fails in a way that a test asks for.
//!
//! It speaks the JSON protocol of SQS as far as it is asked: it checks what SQS checks
//! (`sqs_rules`), folds a deduplication id it knows, and gives no message out again.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Value, json};

use super::loopback::{Given, Server, serve};
use super::sqs_rules::{Refusal, Sent, check_batch, digest};
use super::tls::Authority;

const QUEUE: &str = "/000000000000/deliveries.fifo";

/// How the service takes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// As SQS does.
    Keep,
    /// As SQS does, but for messages whose body has this text in it: the entry is refused.
    RefuseThose(String),
    /// Every request gets this status and error code.
    Refuse(u16, &'static str),
    /// Never answers.
    Hang,
    /// Closes the connection instead of an answer.
    Close,
    /// As SQS does, after a while.
    Slow(Duration),
    /// Answers `SendMessage` without reading it: for measurements, so that they measure who asks.
    Blind,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `SendMessage`, `SendMessageBatch`, `ChangeMessageVisibility`, ...
    pub action: String,
    /// The body of the request.
    pub body: Value,
}

/// A message that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// `MessageGroupId`.
    pub group: String,
    /// `MessageDeduplicationId`.
    pub deduplication: String,
    /// The body, as it was sent.
    pub body: String,
    /// Message attributes; all are text.
    pub attributes: BTreeMap<String, String>,
    /// Position of the call it came with, from 0.
    pub call: usize,
}

#[derive(Debug, Default)]
struct State {
    behaviours: VecDeque<Behaviour>,
    calls: Vec<(String, Bytes)>,
    kept: Vec<Kept>,
    answers_by_deduplication: HashMap<String, Value>,
}

/// A fake SQS with one FIFO queue.
#[derive(Debug)]
pub struct Sqs {
    server: Server,
    scheme: &'static str,
    authority: Option<Authority>,
    state: Arc<Mutex<State>>,
}

impl Sqs {
    /// Starts it on a free port of loopback.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start() -> Self {
        Self::with(None)
    }

    /// Starts it with TLS; who is to call it is given [`Sqs::certificate`].
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start_tls() -> Self {
        Self::with(Some(Authority::new()))
    }

    fn with(authority: Option<Authority>) -> Self {
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        let tls = authority.as_ref().map(Authority::server);
        let server = serve(tls, move |parts, body| answer(Arc::clone(&shared), parts, body));
        let scheme = if authority.is_some() { "https" } else { "http" };
        Self { server, scheme, authority, state }
    }

    /// For `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.server.address)
    }

    /// The queue's URL.
    #[must_use]
    pub fn queue_url(&self) -> String {
        format!("{}{QUEUE}", self.endpoint())
    }

    /// The authority to trust, for `SSL_CERT_FILE`.
    #[must_use]
    pub fn certificate(&self) -> Option<&Path> {
        self.authority.as_ref().map(Authority::file)
    }

    /// One behaviour for each of the requests that follow; the last stays.
    pub fn behave(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.state().behaviours = behaviours.into_iter().collect();
    }

    /// All requests, in order, those that failed included.
    ///
    /// # Panics
    /// A request is not JSON.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        let read = |(action, body): &(String, Bytes)| Call {
            action: action.clone(),
            body: serde_json::from_slice(body).expect("the SDK sends JSON"),
        };
        self.state().calls.iter().map(read).collect()
    }

    /// How many requests there were.
    #[must_use]
    pub fn call_count(&self) -> usize {
        self.state().calls.len()
    }

    /// The messages that are kept, in order, without those that were folded.
    #[must_use]
    pub fn kept(&self) -> Vec<Kept> {
        self.state().kept.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

async fn answer(state: Arc<Mutex<State>>, parts: Parts, body: Bytes) -> Given {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let action = target.and_then(|target| target.strip_prefix("AmazonSQS.")).unwrap_or("none");
    let (behaviour, call) = {
        let mut state = state.lock().unwrap();
        let behaviour = match state.behaviours.len() {
            0 => Behaviour::Keep,
            1 => state.behaviours[0].clone(),
            _ => state.behaviours.pop_front().unwrap(),
        };
        state.calls.push((action.to_owned(), body.clone()));
        (behaviour, state.calls.len() - 1)
    };
    let refused = match &behaviour {
        Behaviour::Keep => None,
        Behaviour::RefuseThose(text) => Some(text.as_str()),
        Behaviour::Refuse(status, code) => return error(*status, code, "as the test wants it"),
        Behaviour::Hang => std::future::pending().await,
        Behaviour::Close => return Err(io::ErrorKind::ConnectionAborted.into()),
        Behaviour::Slow(time) => {
            tokio::time::sleep(*time).await;
            None
        }
        Behaviour::Blind => return json_answer(200, &json!({"MessageId": "unread"})),
    };
    let mut state = state.lock().unwrap();
    match action {
        "SendMessage" => send_message(&mut state, call, &body, refused),
        "SendMessageBatch" => send_batch(&mut state, call, &body, refused),
        "ChangeMessageVisibility" | "DeleteMessage" => json_answer(200, &json!({})),
        other => error(400, "InvalidAction", other),
    }
}

fn send_message(state: &mut State, call: usize, body: &[u8], refused: Option<&str>) -> Given {
    let sent = match serde_json::from_slice::<Sent>(body) {
        Ok(sent) => sent,
        Err(reason) => return error(400, "SerializationException", &reason.to_string()),
    };
    match take(state, call, sent, refused) {
        Ok(kept) => json_answer(200, &kept),
        Err(refusal) => error(400, refusal.code, &refusal.message),
    }
}

fn send_batch(state: &mut State, call: usize, body: &[u8], refused: Option<&str>) -> Given {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Batch {
        entries: Vec<Sent>,
    }
    let entries = match serde_json::from_slice::<Batch>(body) {
        Ok(batch) => batch.entries,
        Err(reason) => return error(400, "SerializationException", &reason.to_string()),
    };
    if let Err(refusal) = check_batch(&entries) {
        return error(400, refusal.code, &refusal.message);
    }
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = entry.id.clone();
        match take(state, call, entry, refused) {
            Ok(mut kept) => {
                kept["Id"] = json!(id);
                successful.push(kept);
            }
            Err(Refusal { code, message }) => failed.push(json!({
                "Id": id, "Code": code, "Message": message, "SenderFault": code != INTERNAL
            })),
        }
    }
    json_answer(200, &json!({"Successful": successful, "Failed": failed}))
}

const INTERNAL: &str = "InternalError";

/// Keeps one message, or folds it into the one of the same deduplication id.
fn take(state: &mut State, call: usize, sent: Sent, no: Option<&str>) -> Result<Value, Refusal> {
    sent.check()?;
    if no.is_some_and(|text| sent.message_body.contains(text)) {
        return Err(Refusal { code: INTERNAL, message: "as the test wants it".to_owned() });
    }
    if let Some(known) = state.answers_by_deduplication.get(&sent.message_deduplication_id) {
        return Ok(known.clone());
    }
    let mut answer = json!({
        "MessageId": uuid::Uuid::new_v4().to_string(),
        "MD5OfMessageBody": digest(sent.message_body.as_bytes()),
        "SequenceNumber": format!("{:020}", state.kept.len() + 1),
    });
    if !sent.message_attributes.is_empty() {
        answer["MD5OfMessageAttributes"] = json!(sent.digest_of_attributes());
    }
    let deduplication = sent.message_deduplication_id;
    state.answers_by_deduplication.insert(deduplication.clone(), answer.clone());
    let attributes = sent.message_attributes.into_iter();
    state.kept.push(Kept {
        group: sent.message_group_id,
        deduplication,
        body: sent.message_body,
        attributes: attributes.map(|(name, value)| (name, value.string_value)).collect(),
        call,
    });
    Ok(answer)
}

fn error(status: u16, code: &str, message: &str) -> Given {
    json_answer(status, &json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": message}))
}

fn json_answer(status: u16, body: &Value) -> Given {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = StatusCode::from_u16(status).map_err(io::Error::other)?;
    let json = http::HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    Ok(response)
}
