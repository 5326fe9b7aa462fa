//! What the engine asks of the world for `emit` and `run`: two verbs.

use std::sync::Arc;

use async_trait::async_trait;
use sgh_core::config::Run;

/// Who sends what is on a bus: rules there match it as `source`.
pub const SOURCE: &str = "shotgrid-hooks";
/// What is taken of a program's stdout and of its stderr, in bytes. Ours.
pub const ANSWER_SIZE_MAX: usize = 4096;

/// The code outside that there is.
#[derive(Clone, Default)]
pub struct Outside {
    /// Where events are put; `None` where there is no AWS.
    pub bus: Option<Arc<dyn Bus>>,
    /// What runs programs; `None` where none may run.
    pub programs: Option<Arc<dyn Programs>>,
}

/// Takes events for others.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Puts one event on its bus, and answers the id it got there.
    ///
    /// # Errors
    /// It is not there, or may not be: after an answer that was lost it may be there all the same.
    async fn put(&self, event: &BusEvent) -> Result<String, BusError>;
}

/// An event for a bus, from [`SOURCE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusEvent {
    /// The bus, by name or ARN.
    pub bus: String,
    /// The site's event type.
    pub detail_type: String,
    /// A JSON object.
    pub detail: String,
}

/// Why an event is not on a bus.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// It may work later.
    #[error("{0}")]
    Passing(String),
    /// It cannot work until somebody mends something.
    #[error("{0}")]
    Refused(String),
}

/// Runs programs of the studio.
#[async_trait]
pub trait Programs: Send + Sync {
    /// Runs a program to its end, or to its time-out. Nothing of it is left behind then.
    async fn run(&self, call: &Call<'_>) -> Ran;
}

/// A program to run, and what it is told.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The program.
    pub run: &'a Run,
    /// What it gets on its stdin.
    pub document: &'a [u8],
}

/// What a program came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// How it ended.
    pub ended: Ended,
    /// The beginning of its stdout, at most [`ANSWER_SIZE_MAX`].
    pub stdout: Vec<u8>,
    /// Whether there was more.
    pub is_cut: bool,
    /// The end of its stderr, at most [`ANSWER_SIZE_MAX`].
    pub stderr: Vec<u8>,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this code.
    Exit(i32),
    /// By a signal that was none of ours.
    Signal(i32),
    /// By us, at its time-out.
    TimedOut,
    /// By us, because we are about to stop ourselves; or it was not begun for that reason.
    Stopped,
    /// It could not be started, and cannot be until somebody mends something.
    NotStarted(String),
    /// It could not be started just now.
    NotNow(String),
}
