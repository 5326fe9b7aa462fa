//! The runtime API that a function's process asks for work: one for each process, as in Lambda.
//!
//! `next` waits until there is an event; `response` and `error` end it; `init/error` ends the
//! process before its first. Not here: starting processes and invoking them (`function`).

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use tokio::sync::{mpsc, oneshot, watch};

use super::function::Function;
use super::loopback::{Given, Server, serve};
use super::stopwatch::Stopwatch;

const INVOCATION: &str = "/2018-06-01/runtime/invocation/";
const INIT_ERROR: &str = "/2018-06-01/runtime/init/error";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:function-under-test";
const TRACE: &str = "Root=1-61f9a0f5-000000000000000000000000;Sampled=0";

/// An event on its way to the function.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) deadline_ms: i64,
    pub(super) body: Bytes,
    pub(super) reply: oneshot::Sender<Reply>,
}

/// What came back, and when: from handing the event out to the last byte of the answer.
pub(super) struct Reply {
    pub(super) given: Stopwatch,
    pub(super) answered: Stopwatch,
    pub(super) body: Bytes,
    pub(super) is_error: bool,
}

/// How far a process has come.
#[derive(Debug, Clone)]
pub(super) enum Init {
    Starting,
    Ready(Stopwatch),
    Failed(String),
}

struct State {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    given: Mutex<HashMap<String, (Stopwatch, oneshot::Sender<Reply>)>>,
    init: watch::Sender<Init>,
}

/// A runtime API that waits for its process.
pub struct Runtime {
    pub(super) server: Server,
    pub(super) events: mpsc::UnboundedSender<Event>,
    pub(super) init: watch::Receiver<Init>,
}

impl Runtime {
    /// Starts to listen, on a free port of loopback.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start() -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        let (sender, init) = watch::channel(Init::Starting);
        let events_of_state = tokio::sync::Mutex::new(receiver);
        let state = State { events: events_of_state, given: Mutex::default(), init: sender };
        let state = Arc::new(state);
        let server = serve(None, move |parts, body| answer(Arc::clone(&state), parts, body));
        Self { server, events, init }
    }

    /// Starts a function with an empty environment but what Lambda sets, dummy credentials and
    /// `env`. Its log is kept; the process ends when the function is dropped.
    ///
    /// # Panics
    /// The binary cannot be started.
    #[must_use]
    pub fn spawn<K: AsRef<str>, V: AsRef<str>>(self, binary: &Path, env: &[(K, V)]) -> Function {
        let env = env.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
        Function::spawn(self, binary, env)
    }
}

async fn answer(state: Arc<State>, parts: Parts, body: Bytes) -> Given {
    let path = parts.uri.path();
    if parts.method == Method::POST && path == INIT_ERROR {
        let text = String::from_utf8_lossy(&body).into_owned();
        state.init.send_replace(Init::Failed(text));
        return status(StatusCode::ACCEPTED);
    }
    let Some(rest) = path.strip_prefix(INVOCATION) else { return status(StatusCode::NOT_FOUND) };
    match (&parts.method, rest.split_once('/')) {
        (&Method::GET, None) if rest == "next" => next(&state).await,
        (&Method::POST, Some((id, "response"))) => end(&state, id, body, false),
        (&Method::POST, Some((id, "error"))) => end(&state, id, body, true),
        _ => status(StatusCode::NOT_FOUND),
    }
}

async fn next(state: &State) -> Given {
    state.init.send_if_modified(|init| match init {
        Init::Starting => {
            *init = Init::Ready(Stopwatch::start());
            true
        }
        Init::Ready(_) | Init::Failed(_) => false,
    });
    let Some(event) = state.events.lock().await.recv().await else {
        return Err(std::io::ErrorKind::ConnectionAborted.into());
    };
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &event.id)
        .header("lambda-runtime-deadline-ms", event.deadline_ms)
        .header("lambda-runtime-invoked-function-arn", ARN)
        .header("lambda-runtime-trace-id", TRACE)
        .body(Full::new(event.body))
        .map_err(std::io::Error::other)?;
    state.given.lock().unwrap().insert(event.id, (Stopwatch::start(), event.reply));
    Ok(response)
}

fn end(state: &State, id: &str, body: Bytes, is_error: bool) -> Given {
    let answered = Stopwatch::start();
    let Some((given, reply)) = state.given.lock().unwrap().remove(id) else {
        return status(StatusCode::BAD_REQUEST);
    };
    // Nobody waits any more for an invocation that ran out of time.
    let _ = reply.send(Reply { given, answered, body, is_error });
    status(StatusCode::ACCEPTED)
}

fn status(status: StatusCode) -> Given {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    Ok(response)
}
