//! A dry run: an automation decides as in earnest, says what it would do, and does nothing.
//!
//! What it would write is seen by the dry runs after it on the same event, and by nothing else:
//! what runs in earnest has to see what is really there. A dry run never stands in anyone's way,
//! so what it would fail at, or wait for at the storage, is said and that is all. Only a site that
//! does not answer makes it wait, for then there is nothing to say.

use std::sync::Arc;
use std::time::Duration;

use sgh_automations::Decision;
use sgh_automations::set::{Judge, some_of};
use sgh_core::config::Automation;
use sgh_core::event::Event;
use sgh_core::folder::RegisteredFolder;
use sgh_core::outcome::Outcome;
use sgh_folders::make::tree;
use sgh_folders::{Plan, conflict, registrations};
use sgh_queue::WantedFolder;
use sgh_site::facts::{Facts, Need};

use crate::decide::{Decided, decide};
use crate::folders::{Directories, NotMade, Planned, no_directories};
use crate::group::Shared;
use crate::reading::{Budget, Known};
use crate::work::Work;

/// Says what an automation would do.
pub(crate) async fn dry_run(
    shared: &Shared<'_>,
    rule: &Automation,
    work: &mut Work,
    known: &mut Known,
) -> Outcome {
    let said = match decided(shared, rule, work, known).await {
        Ok(Decided::Fields(Decision::Skip(why))) => format!("would do nothing: {why}"),
        Ok(Decided::Fields(Decision::Fail(why))) | Err(Outcome::Failed(why)) => {
            format!("would fail: {why}")
        }
        Ok(Decided::Fields(Decision::Change { planned, left })) => {
            let texts: Vec<String> =
                planned.iter().map(|planned| planned.what.clone()).chain(left).collect();
            work.imagined.extend(planned.into_iter().map(|planned| planned.change));
            format!("would set {}", some_of(&texts))
        }
        Ok(Decided::Outside(wanted)) => format!("would {}", wanted.deed.described()),
        Ok(Decided::Folders(plan)) => folders(shared, &work.item.event, *plan).await,
        Err(later) => return later,
    };
    Outcome::Skipped(format!("dry run: {said}"))
}

/// What it decides, or why that is not known.
async fn decided(
    shared: &Shared<'_>,
    rule: &Automation,
    work: &Work,
    known: &mut Known,
) -> Result<Decided, Outcome> {
    let rules = &shared.engine.rules;
    let own = work.wrote_its_field || work.imagined.iter().any(|change| work.is_about(change));
    let judge = if own { Judge::Trust } else { Judge::Compare };
    loop {
        let decided = if work.imagined.is_empty() {
            decide(rules, rule, &work.item.event, judge, &known.facts)
        } else {
            decide(rules, rule, &work.item.event, judge, &imagined(&known.facts, work))
        };
        let reads = match decided.map_err(Outcome::Failed)? {
            Need::Ready(decided) => return Ok(decided),
            Need::Reads(reads) => reads,
        };
        if let Some(error) = known.failure(&reads) {
            return Err(error.clone().into());
        }
        if known.read(rules, reads, shared.reads).await == Budget::Spent {
            let why = "this batch has had all the reads it may have".to_owned();
            return Err(Outcome::Retry { why, after: None });
        }
    }
}

fn imagined(facts: &Facts, work: &Work) -> Facts {
    let mut facts = facts.clone();
    work.imagined.iter().for_each(|change| facts.apply(change));
    facts
}

/// What would be made; looks at the registry and the storage, and changes neither.
async fn folders(shared: &Shared<'_>, event: &Event, plan: Planned) -> String {
    let plan = match plan {
        Ok(plan) if plan.is_empty() => {
            return format!("would do nothing: {}", no_directories(&plan));
        }
        Ok(plan) => Arc::new(plan),
        Err(error) => return not_made(error.into()),
    };
    let Some(directories) = shared.engine.directories() else {
        return "would fail: sgh.yaml has no `folders:`".to_owned();
    };
    let left = shared.work_until.duration_since(shared.engine.clock.now());
    let left = Duration::try_from(left).unwrap_or_default();
    match tokio::time::timeout(left, looked_at(&directories, &plan)).await {
        Ok(Ok(exists)) => would_make(&directories, event, &plan, &exists),
        Ok(Err(error)) => not_made(error),
        Err(_) => "would have to wait: the storage does not answer".to_owned(),
    }
}

/// For each item of a plan whether it is there, if nobody else has a folder of it.
async fn looked_at(directories: &Directories, plan: &Arc<Plan>) -> Result<Vec<bool>, NotMade> {
    let rows = registrations(plan);
    let wanted = |row: &sgh_folders::Registration| WantedFolder {
        at: row.at.clone(),
        entity: row.entity.entity.clone(),
    };
    let wanted: Vec<WantedFolder> = rows.iter().filter(|row| row.is_primary).map(wanted).collect();
    let here: Vec<RegisteredFolder> = directories.registry.registered(&wanted).await?;
    conflict(&rows, &here)?;
    directories.preview(Arc::clone(plan)).await
}

fn would_make(directories: &Directories, event: &Event, plan: &Plan, exists: &[bool]) -> String {
    let counts = tree(plan, exists).counts;
    let homes = event.entity.as_ref().map(|entity| crate::folders::homes(plan, entity));
    let home = homes.into_iter().flatten().next().map(|at| {
        let root = directories.kit.roots.path(&at.root);
        root.map_or_else(|| at.to_string(), |root| root.join(&at.path).display().to_string())
    });
    let home = home.map(|home| format!(": {home}")).unwrap_or_default();
    if counts.new == 0 && exists.iter().all(|exists| *exists) {
        return format!("would do nothing: all there already, {}{home}", many(counts.existing));
    }
    let there = match counts.existing {
        0 => String::new(),
        existing => format!(", {existing} there already"),
    };
    format!("would make {}{there}{home}", many(counts.new))
}

fn many(count: usize) -> String {
    if count == 1 { "1 directory".to_owned() } else { format!("{count} directories") }
}

fn not_made(not_made: NotMade) -> String {
    match Outcome::from(not_made) {
        Outcome::Skipped(why) => format!("would do nothing: {why}"),
        Outcome::Done(why) | Outcome::Failed(why) => format!("would fail: {why}"),
        Outcome::Retry { why, .. } => format!("would have to wait: {why}"),
    }
}
