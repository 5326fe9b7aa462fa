//! `do: open_downstream`: a finished task opens the tasks that waited for it.

use super::Trigger;
use super::codes::{Codes, Reader};
use super::low::LowAutomation;

/// Which statuses mean what to tasks that wait for one another. No status is in two of `done`,
/// `skip` and `waiting`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDownstream {
    /// A task at one of these is finished. Never empty.
    pub done: Codes,
    /// A task at one of these is not worked: it counts as done once what it waited for is.
    pub skip: Codes,
    /// A task at one of these has begun, which is enough for a start-to-start link.
    pub started: Codes,
    /// Only a task at one of these is opened. Never empty.
    pub waiting: Codes,
    /// What an opened task is set to.
    pub ready: String,
}

pub(super) fn of(low: &LowAutomation, on: &[Trigger]) -> Result<OpenDownstream, Vec<String>> {
    let mut read = Reader::of("open_downstream");
    let done = read.needed("done", low.done.as_ref(), "the statuses of a finished task");
    let skip = read.codes("skip", low.skip.as_ref());
    let started = read.codes("started", low.started.as_ref());
    let waiting = read.needed("waiting", low.waiting.as_ref(), "the statuses of a task that waits");
    let ready = read.code("ready", low.ready.as_ref());
    if low.ready.is_none() {
        read.missing("ready", "the status that an opened task gets");
    }
    read.apart(&[("done", &done), ("skip", &skip), ("waiting", &waiting)]);
    read.apart(&[("started", &started), ("skip", &skip), ("waiting", &waiting)]);
    if let Some(ready) = &ready {
        let ready = Codes::from([ready.as_str()]);
        for other in [("done", &done), ("skip", &skip), ("waiting", &waiting)] {
            read.apart(&[("ready", &ready), other]);
        }
    }
    for trigger in on {
        if matches!(trigger, Trigger::Entity { entity_type, .. } if entity_type != "Task") {
            let why = format!("`on: {trigger}`: open_downstream is about tasks, write `Task/...`");
            read.problems.push(why);
        }
    }
    match ready {
        Some(ready) if read.problems.is_empty() => {
            Ok(OpenDownstream { done, skip, started, waiting, ready })
        }
        Some(_) | None => Err(read.problems),
    }
}
