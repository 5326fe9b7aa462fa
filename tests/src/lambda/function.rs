//! A function: the process of a real binary, started and invoked as Lambda does it.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use sgh_core::clock::{Clock as _, SystemClock};
use tokio::process::Command;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::event::{Answer, HttpEvent};
use super::loopback::Server;
use super::runtime::{Event, Init, Runtime};
use super::stopwatch::Stopwatch;

/// Time a function has for one invocation.
const TIMEOUT: Duration = Duration::from_secs(15);

/// What Lambda sets for every function, and credentials that are none.
const LAMBDA_ENV: [(&str, &str); 8] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "function-under-test"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_DEFAULT_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("_HANDLER", "bootstrap"),
];

/// Why an invocation gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvocationError {
    /// The function reported an error; a caller by HTTP would see 502.
    #[error("the function reported an error: {0}")]
    Reported(String),
    /// The process ended instead.
    #[error("the process ended: {0}")]
    Exited(ExitStatus),
    /// The process had 15 s; Lambda would have ended it too.
    #[error("the function ran out of time")]
    TimedOut,
    /// The answer is not JSON, or not an answer to an HTTP request.
    #[error("not an answer: {0}")]
    Unreadable(String),
}

/// One invocation that was answered.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The answer's bytes.
    pub body: Bytes,
    /// From handing the event out to the last byte of the answer.
    pub took: Duration,
}

/// A running process, with its runtime API. Dropping it ends the process.
#[derive(Debug)]
pub struct Function {
    _server: Server,
    events: mpsc::UnboundedSender<Event>,
    init: watch::Receiver<Init>,
    exit: watch::Receiver<Option<ExitStatus>>,
    process: JoinHandle<()>,
    pid: u32,
    spawned: Stopwatch,
    logs: [File; 2],
    /// Lambda gives a process one event at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Drop for Function {
    fn drop(&mut self) {
        self.process.abort();
    }
}

impl Function {
    pub(super) fn spawn<'a>(
        runtime: Runtime,
        binary: &Path,
        env: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let logs = [(); 2].map(|()| tempfile::tempfile().expect("a temporary file"));
        let [out, err] = logs.each_ref().map(|log| Stdio::from(log.try_clone().expect("a copy")));
        let mut command = Command::new(binary);
        command.env_clear().envs(LAMBDA_ENV);
        command.env("AWS_LAMBDA_RUNTIME_API", runtime.server.address.to_string()).envs(env);
        command.stdin(Stdio::null()).stdout(out).stderr(err).kill_on_drop(true);
        let spawned = Stopwatch::start();
        let mut child = command.spawn().expect("the binary can be started");
        let pid = child.id().expect("nobody waited for it yet");
        let (ended, exit) = watch::channel(None);
        // Dropped with the task, the child is killed by its id.
        let process = tokio::spawn(async move {
            let status = child.wait().await.expect("our child can be waited for");
            ended.send_replace(Some(status));
        });
        let Runtime { server, events, init } = runtime;
        let turn = tokio::sync::Mutex::new(());
        Self { _server: server, events, init, exit, process, pid, spawned, logs, turn }
    }

    /// Waits until the function asks for its first event: the time from its start.
    ///
    /// # Errors
    /// The process ended or reported that it cannot start.
    pub async fn ready(&self) -> Result<Duration, InvocationError> {
        let mut init = self.init.clone();
        tokio::select! {
            biased;
            state = init.wait_for(|state| !matches!(state, Init::Starting)) => {
                match &*state.expect("the server lives as long as we do") {
                    Init::Failed(reason) => Err(InvocationError::Reported(reason.clone())),
                    Init::Ready(at) => Ok(self.spawned.until(*at)),
                    Init::Starting => unreachable!("waited for another"),
                }
            }
            status = self.exited() => Err(InvocationError::Exited(status)),
        }
    }

    /// Invokes the function with an event.
    ///
    /// # Errors
    /// See [`InvocationError`].
    pub async fn invoke(&self, event: &Value) -> Result<Value, InvocationError> {
        let invocation = self.invoke_bytes(event.to_string().into()).await?;
        serde_json::from_slice(&invocation.body)
            .map_err(|_| unreadable(&String::from_utf8_lossy(&invocation.body)))
    }

    /// Sends an HTTP request to the function.
    ///
    /// # Errors
    /// See [`InvocationError`].
    pub async fn answer(&self, request: &HttpEvent) -> Result<Answer, InvocationError> {
        let value = self.invoke(&request.to_json()).await?;
        Answer::from_json(&value).ok_or_else(|| unreadable(&value.to_string()))
    }

    /// Invokes the function with an event's bytes, and measures.
    ///
    /// # Errors
    /// See [`InvocationError`].
    ///
    /// # Panics
    /// The deadline cannot be written, which takes a clock far from now.
    pub async fn invoke_bytes(&self, body: Bytes) -> Result<Invocation, InvocationError> {
        let _turn = self.turn.lock().await;
        let (reply, answered) = oneshot::channel();
        let timeout_ms = i64::try_from(TIMEOUT.as_millis()).expect("a few seconds");
        let deadline_ms = SystemClock.now().as_millisecond() + timeout_ms;
        let id = uuid::Uuid::new_v4().to_string();
        let _ = self.events.send(Event { id, deadline_ms, body, reply });
        let reply = tokio::select! {
            biased;
            reply = tokio::time::timeout(TIMEOUT, answered) => reply,
            status = self.exited() => return Err(InvocationError::Exited(status)),
        };
        match reply {
            Err(_) => {
                self.process.abort();
                Err(InvocationError::TimedOut)
            }
            Ok(Err(_)) => Err(InvocationError::Exited(self.exited().await)),
            Ok(Ok(reply)) if reply.is_error => {
                Err(InvocationError::Reported(String::from_utf8_lossy(&reply.body).into_owned()))
            }
            Ok(Ok(reply)) => {
                Ok(Invocation { body: reply.body, took: reply.given.until(reply.answered) })
            }
        }
    }

    /// Waits until the process ends by itself.
    ///
    /// # Panics
    /// It was ended because it ran out of time.
    pub async fn exited(&self) -> ExitStatus {
        let mut exit = self.exit.clone();
        let status = exit.wait_for(Option::is_some).await.expect("it was not ended by us");
        status.expect("waited for it")
    }

    /// All that the function wrote so far: what it logged before an answer is in it when the
    /// answer is. Standard output first, then standard error.
    ///
    /// # Panics
    /// The temporary file cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        self.logs.iter().map(text).collect()
    }

    /// The id of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }
}

/// Reads from the start, without moving the place where the process writes.
fn text(log: &File) -> String {
    let size = usize::try_from(log.metadata().expect("an open file").len()).expect("a log fits");
    let mut bytes = vec![0; size];
    log.read_exact_at(&mut bytes, 0).expect("a file that only grows");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unreadable(text: &str) -> InvocationError {
    InvocationError::Unreadable(text.chars().take(200).collect())
}
