//! Directories: for the automation `make_folders`, and for `sgh folders`.

mod deal;
mod directories;
mod kept;
mod kit;
mod storages;
mod told;
mod toolkit;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sgh_core::config::Action;
use sgh_core::event::Event;
use sgh_core::outcome::Outcome;
use sgh_folders::{FolderError, Made, Plan};

use crate::Rules;
use crate::group::Shared;
use crate::intake::Item;
pub(crate) use directories::homes;

pub use directories::{Asked, Directories, NotMade};
pub use kit::FolderKit;
pub(crate) use told::no_directories;

/// A plan, or why there is none.
pub(crate) type Planned = Result<Plan, FolderError>;

/// Makes the directories of a plan. Storage that does not answer by the end of the invocation is
/// left alone: what it still makes then, the next try finds.
pub(crate) async fn make(shared: &Shared<'_>, event: &Event, plan: Planned) -> Outcome {
    let plan = match plan {
        Ok(plan) if plan.is_empty() => return Outcome::Skipped(no_directories(&plan)),
        Ok(plan) => Arc::new(plan),
        Err(error) => return NotMade::from(error).into(),
    };
    let Some(directories) = shared.engine.directories() else {
        return Outcome::Failed("sgh.yaml has no `folders:`".to_owned());
    };
    let left = shared.work_until.duration_since(shared.engine.clock.now());
    let Some(left) = Duration::try_from(left).ok().filter(|left| !left.is_zero()) else {
        let why = "the time of this invocation is over".to_owned();
        return Outcome::Retry { why, after: None };
    };
    let asked = asked(event);
    let making = directories.make(Arc::clone(&plan), &asked);
    match tokio::time::timeout(left, making).await {
        Ok(Ok(made)) => told(&directories, event, &plan, &made).await,
        Ok(Err(not_made)) => not_made.into(),
        Err(_) => Outcome::Retry { why: "the storage does not answer".to_owned(), after: None },
    }
}

/// Asks for the values of the schema's list fields if directories are wanted and the schema needs
/// them. Where the site does not say, a plan that needs them says so.
pub(crate) async fn learn_lists(rules: &Rules, items: &[Item], now: Timestamp) {
    let makes =
        |place: &usize| matches!(rules.config.automations[*place].action, Action::MakeFolders(_));
    let is_wanted = |item: &Item| match item {
        Item::Event(item) => !item.ended && item.wanted.iter().any(makes),
        Item::Unreadable { .. } => false,
    };
    let Some(kit) = rules.folders.as_ref().filter(|_| items.iter().any(is_wanted)) else { return };
    if let Err(error) = kit.learn_lists(&*rules.site, now).await {
        tracing::warn!(%error, "the valid values of the schema's lists are not known");
    }
}

fn asked(event: &Event) -> Asked {
    let (kind, ids) = match &event.entity {
        Some(entity) => (entity.kind.clone(), vec![entity.id]),
        None => (String::new(), Vec::new()),
    };
    Asked { kind, ids, user: event.user.clone().filter(|user| user.kind == "HumanUser") }
}

async fn told(directories: &Directories, event: &Event, plan: &Plan, made: &Made) -> Outcome {
    let Directories { kit, site, clock, .. } = directories;
    let storages = storages::storages(kit, &**site, clock.now()).await;
    let storages = storages.unwrap_or_else(|error| {
        tracing::info!(%error, "how artists' machines spell the storages is not known");
        Arc::default()
    });
    let homes = event.entity.as_ref().map(|entity| homes(plan, entity)).unwrap_or_default();
    told::told(kit, &storages, &homes, made)
}
