//! Makes planned directories, away from the threads that wait for the network.

use std::time::Duration;

use sgh_automations::set::some_of;
use sgh_core::outcome::Outcome;
use sgh_folders::{FolderError, Made, MakeError, Plan};

use crate::decide::panicked;
use crate::group::Shared;

/// A plan, or why there is none.
pub(crate) type Planned = Result<Plan, FolderError>;

/// Directories named in one line.
const NAMED_MAX: usize = 3;

/// Makes the directories of a plan. Storage that does not answer by the end of the invocation is
/// left alone: what it still makes then, the next try finds.
pub(crate) async fn make(shared: &Shared<'_>, plan: Planned) -> Outcome {
    let plan = match plan {
        Ok(plan) if plan.is_empty() => return Outcome::Skipped(no_directories(&plan)),
        Ok(plan) => plan,
        Err(error) => return refused(&error),
    };
    let Some(kit) = shared.engine.rules.folders.clone() else {
        return Outcome::Failed("sgh.yaml has no `folders:`".to_owned());
    };
    let left = shared.work_until.duration_since(shared.engine.clock.now());
    let Some(left) = Duration::try_from(left).ok().filter(|left| !left.is_zero()) else {
        let why = "the time of this invocation is over".to_owned();
        return Outcome::Retry { why, after: None };
    };
    let task =
        tokio::task::spawn_blocking(move || sgh_folders::make(&plan, &kit.roots, &kit.modes));
    match tokio::time::timeout(left, task).await {
        Ok(Ok(Ok(made))) => told(&made),
        Ok(Ok(Err(error))) => failed(&error),
        Ok(Err(_)) => Outcome::Failed(panicked()),
        Err(_) => Outcome::Retry { why: "the storage does not answer".to_owned(), after: None },
    }
}

fn refused(error: &FolderError) -> Outcome {
    if is_absence(error) {
        Outcome::Skipped(error.to_string())
    } else {
        Outcome::Failed(error.to_string())
    }
}

/// Whether what directories were to be made for is not there any more: nobody has to mend that.
pub(crate) fn is_absence(error: &FolderError) -> bool {
    matches!(error, FolderError::NotFound { .. })
}

/// Why a plan is empty, as people read it.
pub(crate) fn no_directories(plan: &Plan) -> String {
    let notes: Vec<String> = plan.notes().iter().map(ToString::to_string).collect();
    if notes.is_empty() {
        return "the schema has no directories for it".to_owned();
    }
    format!("no directories: {}", some_of(&notes))
}

fn failed(error: &MakeError) -> Outcome {
    if error.is_passing() {
        tracing::error!(%error, "directories cannot be made just now");
        Outcome::Retry { why: error.to_string(), after: None }
    } else {
        Outcome::Failed(error.to_string())
    }
}

fn told(made: &Made) -> Outcome {
    if made.is_nothing() {
        return Outcome::Skipped(format!("all there already: {}", directories(made.existed)));
    }
    let mut text = format!("{} made", directories(made.made));
    let mut count = |count: usize, what: &str| {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    };
    count(made.existed, "there already");
    count(made.files, "files copied");
    count(made.links, "links made");
    count(made.modes_refused, "without the mode of `folders.mode`, which the storage refuses");
    let named = &made.paths[..made.paths.len().min(NAMED_MAX)];
    if !named.is_empty() {
        let more = if made.made > named.len() { ", ..." } else { "" };
        text.push_str(&format!(": {}{more}", named.join(", ")));
    }
    Outcome::Done(text)
}

fn directories(count: usize) -> String {
    if count == 1 { "1 directory".to_owned() } else { format!("{count} directories") }
}
