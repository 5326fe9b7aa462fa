//! `sgh config`: sgh.yaml by itself, without a site: its JSON Schema, and whether it can be read.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use sgh_core::config::{Config, InFile, JSON_SCHEMA};
use sgh_core::settings::Lookup;
use sgh_settings::{Environment, StudioError};

use crate::cli::ConfigCommand;
use crate::output::{Output, plain};

/// Where sgh.yaml is looked for when nothing says where it is.
const CONFIG_HERE: &str = "sgh.yaml";

pub fn run(
    command: &ConfigCommand,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    match command {
        ConfigCommand::Schema => {
            output.print(JSON_SCHEMA.trim_end(), || {
                serde_json::from_str(JSON_SCHEMA).unwrap_or(Value::Null)
            });
            Ok(ExitCode::SUCCESS)
        }
        ConfigCommand::Check { file } => {
            let set = environment.text("SGH_CONFIG").filter(|text| !text.is_empty());
            let named = file.clone().or_else(|| set.map(PathBuf::from));
            check(&named.unwrap_or_else(|| PathBuf::from(CONFIG_HERE)), output)
        }
    }
}

/// Reads sgh.yaml and the files of the teams beside it, and says what is wrong with them, or which
/// automation stands where.
fn check(file: &Path, output: Output) -> anyhow::Result<ExitCode> {
    match sgh_settings::studio(file) {
        Ok(config) => {
            for (file, names) in by_file(&config, file) {
                let file = file.display().to_string();
                let count = names.len();
                let listed = if names.is_empty() { "" } else { ": " };
                let text = format!("{file}: {count} automation(s){listed}{}", names.join(", "));
                output.print(
                    format!("ok    {}", plain(&text)),
                    || json!({"file": file, "state": "ok", "automations": count, "names": names}),
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(StudioError::Meaning(wrong)) => {
            wrong.files.iter().for_each(|one| tell(one, output));
            Ok(ExitCode::FAILURE)
        }
        Err(error @ StudioError::Unreadable { .. }) => Err(error.into()),
    }
}

fn tell(wrong: &InFile, output: Output) {
    let name = wrong.file.display().to_string();
    for one in &wrong.problems {
        let place = match (one.line, one.column) {
            (0, _) => name.clone(),
            (line, column) => format!("{name}:{line}:{column}"),
        };
        output.print(plain(&format!("{place}: {}", one.message)), || {
            json!({
                "file": name, "state": "failed", "line": one.line, "column": one.column,
                "text": one.message,
            })
        });
    }
}

/// The names of the automations by the file they stand in, in the order they run. The first file
/// is there even if it has none.
pub fn by_file<'a>(config: &'a Config, first: &'a Path) -> Vec<(&'a Path, Vec<&'a str>)> {
    let mut files = vec![(first, Vec::new())];
    for automation in &config.automations {
        match files.last_mut() {
            Some((file, names)) if *file == automation.file => names.push(automation.name.as_str()),
            Some(_) | None => {
                files.push((automation.file.as_path(), vec![automation.name.as_str()]));
            }
        }
    }
    files
}
