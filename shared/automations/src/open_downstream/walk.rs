//! Walks along the links between tasks, in both directions, level by level: each level is one
//! read, whatever the number of tasks. Not here: whether a task may be opened.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sgh_core::config::Codes;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{By, Facts, Read};

use crate::status::{self, STATUS};
use crate::stop::Stop;

/// The type of a task.
pub(super) const TASK: &str = "Task";
const UPSTREAM: &str = "upstream_tasks";
const DOWNSTREAM: &str = "downstream_tasks";
/// What is known of each task: one set for all, so that what was read once serves every walk.
const FIELDS: [&str; 5] = ["content", "entity", STATUS, UPSTREAM, DOWNSTREAM];
/// A project may have any number of tasks of its own: they are not read as a whole.
const TOO_LARGE: &str = "Project";

/// Tasks by id.
pub(super) type Tasks<'a> = BTreeMap<u64, &'a Record>;

/// The read of tasks by id.
pub(super) fn read(ids: impl IntoIterator<Item = u64>) -> Read {
    Read::of_ids(TASK, ids, FIELDS)
}

/// The tasks that a task waits for, by id.
pub(super) fn upstream_of(task: &Record) -> impl Iterator<Item = u64> {
    linked(task, UPSTREAM)
}

fn linked<'a>(task: &'a Record, field: &str) -> impl Iterator<Item = u64> + use<'a> {
    let links = task.fields.get(field).and_then(Value::as_array).into_iter().flatten();
    links.filter_map(EntityRef::from_json).filter(|link| link.kind == TASK).map(|link| link.id)
}

/// The tasks that wait for a task; for each that is skipped, those that wait for it. Retired ones
/// are not among them.
pub(super) fn downstream<'a>(
    task: &Record,
    skip: &Codes,
    facts: &'a Facts,
) -> Result<Tasks<'a>, Stop> {
    let mut found = walk(&[task], DOWNSTREAM, skip, facts)?;
    found.retain(|id, found| *id != task.entity.id && !status::is_at(found, skip));
    Ok(found)
}

/// The tasks that these wait for, and, beyond each that is skipped, what it waited for: all that
/// decides whether they may be opened. Retired ones are not among them.
pub(super) fn upstream<'a>(
    tasks: &[&Record],
    skip: &Codes,
    facts: &'a Facts,
) -> Result<Tasks<'a>, Stop> {
    walk(tasks, UPSTREAM, skip, facts)
}

fn walk<'a>(
    from: &[&Record],
    field: &str,
    skip: &Codes,
    facts: &'a Facts,
) -> Result<Tasks<'a>, Stop> {
    let mut found = Tasks::new();
    let mut seen = BTreeSet::new();
    let mut behind: BTreeSet<EntityRef> = BTreeSet::new();
    let mut next: BTreeSet<u64> = from.iter().flat_map(|task| linked(task, field)).collect();
    while !next.is_empty() {
        let level = facts.gather(&read(next.iter().copied()));
        let level = level.map_err(|missing| wider(missing, &behind, facts))?;
        seen.append(&mut next);
        let skipped: Vec<&Record> =
            level.iter().filter(|task| status::is_at(task, skip)).copied().collect();
        behind = skipped.iter().filter_map(|task| parent(task)).collect();
        next = skipped.iter().flat_map(|task| linked(task, field)).collect();
        next.retain(|id| !seen.contains(id));
        found.extend(level.into_iter().map(|task| (task.entity.id, task)));
    }
    Ok(found)
}

/// Behind a skipped task there may be another, and another: all tasks of its shot are read at
/// once instead, so that a long chain is not one read for each of its tasks.
fn wider(missing: Vec<Read>, behind: &BTreeSet<EntityRef>, facts: &Facts) -> Stop {
    if behind.is_empty() {
        return missing.into();
    }
    let mut whole = read([]);
    whole.by = By::Links { field: "entity".to_owned(), to: behind.clone() };
    if facts.answer(&whole).is_none() { whole.into() } else { missing.into() }
}

fn parent(task: &Record) -> Option<EntityRef> {
    let parent = task.fields.get("entity").and_then(EntityRef::from_json)?;
    (parent.kind != TOO_LARGE).then_some(parent)
}
