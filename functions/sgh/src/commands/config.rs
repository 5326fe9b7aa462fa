//! `sgh config`: sgh.yaml by itself, without a site: its JSON Schema, and whether it can be read.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};
use sgh_core::config::{Config, JSON_SCHEMA};
use sgh_core::settings::Lookup;
use sgh_settings::Environment;

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

/// Reads sgh.yaml and says what is wrong with it.
fn check(file: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    match Config::read(&text, file) {
        Ok(config) => {
            let count = config.automations.len();
            output.print(
                format!("ok    {name}: {count} automation(s)"),
                || json!({"file": name, "state": "ok", "automations": count}),
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(wrong) => {
            for one in wrong.problems {
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
            Ok(ExitCode::FAILURE)
        }
    }
}
