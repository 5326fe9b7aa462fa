//! `sgh replay`: what failed, or was given up, goes into the queue again.
//!
//! First it is said what would be run; a worker runs it, and acknowledges it, as ever. A name that
//! sgh.yaml does not have is refused.

mod failed;
mod halted;
mod letters;
mod stores;

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use sgh_settings::Environment;

use crate::cli::Replay;
use crate::output::Output;

use stores::Stores;

pub async fn run(
    options: &Replay,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let settings = sgh_settings::sweeper(environment, None).await?;
    let stores = Stores::open(settings).await?;
    if let Some(name) = &options.automation {
        is_known(name, &stores)?;
    }
    let letters = if options.dead_letters {
        letters::run(options, &stores, output).await?
    } else {
        ExitCode::SUCCESS
    };
    if options.dead_letters && !options.failed {
        return Ok(letters);
    }
    match halted::run(options, &stores, output).await? {
        Some(code) => Ok(code),
        None => failed::run(options, &stores, output).await,
    }
}

fn is_known(name: &str, stores: &Stores) -> anyhow::Result<()> {
    let automations = &stores.replay.config.automations;
    let names: Vec<&str> = automations.iter().map(|automation| automation.name.as_str()).collect();
    anyhow::ensure!(
        names.contains(&name),
        "sgh.yaml has no automation `{name}`; it has {}",
        names.join(", ")
    );
    Ok(())
}

/// Shown where stderr is a terminal.
fn bar(len: u64, message: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(len).with_style(style).with_message(message)
}

/// Shown where stderr is a terminal, and nobody knows how much there is.
fn spinner(message: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg}: {pos}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner().with_style(style).with_message(message)
}

/// `1 event`, `2 events`.
fn many(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}
