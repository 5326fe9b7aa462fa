//! `do: run`: a program of the studio's gets the event on its stdin.
//!
//! Not here: whether the program is there, which depends on the machine, and running it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::emit::fields;
use super::low::{LowAutomation, OneOrMany};
use super::{Action, Config, ConfigError, InFile, Problem};
use crate::limits::{RUN_TIMEOUT, RUN_TIMEOUT_MAX};

/// Beginnings of names that no program is handed: what we log in with is called so.
const OURS: [&str; 2] = ["SGH_", "AWS_"];

/// A program to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Which.
    pub program: Program,
    /// Its arguments, as they are: no shell reads them.
    pub arguments: Vec<String>,
    /// The folder it runs in: that of sgh.yaml.
    pub folder: PathBuf,
    /// Fields of the changed entity that it is told; may be dotted through links.
    pub fields: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
    /// Variables of our environment that it is handed on top of the few that every program is.
    pub env: Vec<String>,
}

/// Where a program is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// Here.
    File(PathBuf),
    /// In one of the folders of PATH.
    OnPath(String),
}

impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::OnPath(name) => f.write_str(name),
        }
    }
}

impl Run {
    /// The program's own name, without its folders, as people call it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.program {
            Program::File(path) => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
            Program::OnPath(name) => name.clone(),
        }
    }
}

pub(super) fn of(low: &LowAutomation, folder: &Path) -> Result<Run, Vec<String>> {
    let mut problems = Vec::new();
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let command = command(low.command.as_ref(), folder).map_err(|error| problems.push(error));
    let timeout = timeout(low.timeout.as_deref()).map_err(|error| problems.push(error));
    let fields = fields(low.fields.as_ref(), &mut problems);
    let env = env(low.env.as_ref(), &mut problems);
    match (command, timeout) {
        (Ok((program, arguments)), Ok(timeout)) if problems.is_empty() => {
            let folder = folder.to_owned();
            Ok(Run { program, arguments, folder, fields, timeout, env })
        }
        (Ok(_) | Err(()), _) => Err(problems),
    }
}

const COMMAND: &str = "`run` needs `command`: the program and its arguments as a list, e.g. \
                       `command: [./publish.py, --verbose]`; no shell reads it";

fn command(low: Option<&Value>, folder: &Path) -> Result<(Program, Vec<String>), String> {
    let words = low.and_then(Value::as_array).map(|words| words.iter().map(word).collect());
    let Some(Some(words)): Option<Option<Vec<String>>> = words else {
        return Err(COMMAND.to_owned());
    };
    let Some((program, arguments)) = words.split_first() else { return Err(COMMAND.to_owned()) };
    if program.trim().is_empty() {
        return Err(COMMAND.to_owned());
    }
    // As a shell has it: with a slash it is a path, without one a name to look for.
    let program = if program.contains('/') {
        Program::File(folder.join(program))
    } else {
        Program::OnPath(program.clone())
    };
    Ok((program, arguments.to_vec()))
}

/// One word of a command. A zero byte ends every text that a program is started with.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.contains('\0')),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn timeout(low: Option<&str>) -> Result<Duration, String> {
    let Some(text) = low else { return Ok(RUN_TIMEOUT) };
    let max = RUN_TIMEOUT_MAX.as_secs();
    let wrong = || format!("`timeout: {text}`: write e.g. `30s` or `2m`, from 1s to {max}s");
    let (digits, unit) = match (text.strip_suffix('s'), text.strip_suffix('m')) {
        (Some(digits), _) => (digits, 1),
        (None, Some(digits)) => (digits, 60),
        (None, None) => return Err(wrong()),
    };
    let number: u64 = digits.trim_end().parse().map_err(|_| wrong())?;
    let seconds = number.saturating_mul(unit);
    if (1..=max).contains(&seconds) { Ok(Duration::from_secs(seconds)) } else { Err(wrong()) }
}

fn env(low: Option<&OneOrMany<String>>, problems: &mut Vec<String>) -> Vec<String> {
    let names = low.map(|low| low.0.clone()).unwrap_or_default();
    for name in &names {
        if name.is_empty() || name.contains(['=', '\0']) {
            problems.push(format!(
                "`env: {name}` is no variable: list names, e.g. `env: [OCIO]`; their values are \
                 those that sgh was started with"
            ));
        }
        if OURS.iter().any(|ours| name.starts_with(ours)) {
            problems.push(format!(
                "`env: {name}` is not handed on: what starts with SGH_ or AWS_ may be a secret of \
                 ours; give the program a login of its own, under another name"
            ));
        }
    }
    names
}

impl Config {
    /// That no automation runs a program: where there are none, as in Lambda.
    ///
    /// # Errors
    /// Each automation that does, with its line and what to do instead.
    pub fn without_programs(&self) -> Result<(), ConfigError> {
        let mut files: Vec<InFile> = Vec::new();
        for automation in &self.automations {
            if !matches!(automation.action, Action::Run(_)) {
                continue;
            }
            let problem = Problem {
                line: automation.line,
                column: 1,
                message: format!(
                    "automation `{}`: `do: run` works in `sgh serve` and `sgh work` only; in \
                     Lambda use `do: emit` and a function of your own, or have `sgh work` take \
                     the deliveries",
                    automation.name
                ),
            };
            match files.iter_mut().find(|known| known.file == automation.file) {
                Some(known) => known.problems.push(problem),
                None => {
                    files.push(InFile { file: automation.file.clone(), problems: vec![problem] });
                }
            }
        }
        if files.is_empty() { Ok(()) } else { Err(ConfigError { files }) }
    }

    /// The longest that the programs run for one event may take together.
    #[must_use]
    pub fn programs_time(&self) -> Duration {
        let timeout = |automation: &super::Automation| match &automation.action {
            Action::Run(run) => Some(run.timeout),
            Action::MakeFolders(_)
            | Action::Set(_)
            | Action::OpenDownstream(_)
            | Action::RollUp(_)
            | Action::PushDown(_)
            | Action::Emit(_) => None,
        };
        self.automations.iter().filter_map(timeout).sum()
    }
}
