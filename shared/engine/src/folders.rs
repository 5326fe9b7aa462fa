//! Makes planned directories, away from the threads that wait for the network.

use sgh_core::outcome::Outcome;
use sgh_folders::{FolderError, MakeError, Made, Plan};

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
        Ok(plan) if plan.is_empty() => {
            return Outcome::Skipped("the schema has no directories for it".to_owned());
        }
        Ok(plan) => plan,
        Err(error) => return refused(&error),
    };
    let Some(kit) = shared.engine.folders.clone() else {
        return Outcome::Failed("sgh.yaml has no `folders:`".to_owned());
    };
    let left = shared.deadline.duration_since(shared.engine.clock.now());
    let left = left.try_into().unwrap_or_default();
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
    if error.is_absence() {
        Outcome::Skipped(error.to_string())
    } else {
        Outcome::Failed(error.to_string())
    }
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
    if made.made == 0 && made.files == 0 {
        return Outcome::Skipped(format!("all {} directories are there already", made.existed));
    }
    let named = &made.paths[..made.paths.len().min(NAMED_MAX)];
    let named: Vec<String> = named.iter().map(|path| path.display().to_string()).collect();
    let mut text = format!("{} directories made", made.made);
    if made.existed > 0 {
        text.push_str(&format!(", {} there already", made.existed));
    }
    if made.files > 0 {
        text.push_str(&format!(", {} files copied", made.files));
    }
    if !named.is_empty() {
        let more = if made.made > named.len() { ", ..." } else { "" };
        text.push_str(&format!(": {}{more}", named.join(", ")));
    }
    Outcome::Done(text)
}
