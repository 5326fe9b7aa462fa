//! What holds a task up. That depends on how it is linked to what it waits for, which is written
//! in the `TaskDependency` rows behind the links (rest_api.md section 10): there `task` is the one
//! that waits, `dependent_task` the one it waits for. A link without a row is of the usual type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sgh_core::config::OpenDownstream;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{By, Read};

use super::walk::{TASK, Tasks, upstream_of};
use crate::status;

/// Type of a link, by the task that waits and the one it waits for.
pub(super) type Dependencies = BTreeMap<(u64, u64), Dependency>;

/// How two tasks depend on one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dependency {
    /// It may start when the other has finished.
    FinishToStart,
    /// It may start when the other has started.
    StartToStart,
    /// It may finish when the other has finished.
    FinishToFinish,
    /// It may finish when the other has started.
    StartToFinish,
}

/// What has to have happened to a task, for one that depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Finish,
    Start,
    Nothing,
}

impl Dependency {
    /// A type that we do not know holds up as the usual one does.
    fn read(text: &str) -> Self {
        let types = [
            ("start-to-start", Self::StartToStart),
            ("finish-to-finish", Self::FinishToFinish),
            ("start-to-finish", Self::StartToFinish),
        ];
        let known = types.into_iter().find(|(name, _)| text.starts_with(name));
        known.map_or(Self::FinishToStart, |(_, known)| known)
    }

    /// What has to have happened before a task can start.
    fn before_start(self) -> Awaited {
        match self {
            Self::FinishToStart => Awaited::Finish,
            Self::StartToStart => Awaited::Start,
            Self::FinishToFinish | Self::StartToFinish => Awaited::Nothing,
        }
    }

    /// What has to have happened before a task that takes no time can finish.
    fn before_finish(self) -> Awaited {
        match self {
            Self::FinishToStart | Self::FinishToFinish => Awaited::Finish,
            Self::StartToStart | Self::StartToFinish => Awaited::Start,
        }
    }
}

/// The read of the rows behind what these tasks wait for.
pub(super) fn read(tasks: impl IntoIterator<Item = u64>) -> Read {
    let fields = ["task", "dependent_task", "dependency_type"];
    let mut read = Read::of_ids("TaskDependency", [], fields);
    let to = tasks.into_iter().map(|id| EntityRef::new(TASK, id)).collect();
    read.by = By::Links { field: "task".to_owned(), to };
    read
}

/// What the rows say.
pub(super) fn of(rows: &[&Record]) -> Dependencies {
    let mut dependencies = Dependencies::new();
    for row in rows {
        let end = |field: &str| row.fields.get(field).and_then(EntityRef::from_json);
        let (Some(task), Some(upstream)) = (end("task"), end("dependent_task")) else { continue };
        let text = row.fields.get("dependency_type").and_then(Value::as_str).unwrap_or_default();
        dependencies.insert((task.id, upstream.id), Dependency::read(text));
    }
    dependencies
}

/// The tasks that hold a task up. A skipped task does not itself, but what it waited for does; one
/// that is met a second time on the way up counts as done, so that a ring ends.
pub(super) fn holding<'a>(
    rule: &OpenDownstream,
    task: &Record,
    upstream: &Tasks<'a>,
    dependencies: &Dependencies,
) -> Tasks<'a> {
    let mut holding = Tasks::new();
    let mut met = BTreeSet::from([task.entity.id]);
    let mut ways = vec![task];
    while let Some(below) = ways.pop() {
        let through = below.entity.id != task.entity.id;
        for id in upstream_of(below) {
            let dependency = dependencies.get(&(below.entity.id, id)).copied();
            let dependency = dependency.unwrap_or(Dependency::FinishToStart);
            let awaited =
                if through { dependency.before_finish() } else { dependency.before_start() };
            // One that is not there is retired, and no longer counts.
            let Some(above) = upstream.get(&id).filter(|_| id != task.entity.id) else { continue };
            let started = awaited == Awaited::Start && status::is_at(above, &rule.started);
            if awaited == Awaited::Nothing || started || status::is_at(above, &rule.done) {
                continue;
            }
            if !status::is_at(above, &rule.skip) {
                holding.insert(id, above);
            } else if met.insert(id) {
                ways.push(above);
            }
        }
    }
    holding
}
