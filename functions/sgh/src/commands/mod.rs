//! One module a command.

mod check;
mod config;
mod demo;
mod emulate;
mod explain;
mod folders;
mod hooks;
mod import;
mod replay;
mod send;
mod serve;
mod simulate;
mod status;
mod sweep;
mod work;

use std::process::ExitCode;

use sgh_core::settings::Lookup;
use sgh_settings::Environment;
use sgh_telemetry::Format;

use crate::cli::{Arguments, Command};
use crate::output::Output;

/// What is logged where `SGH_LOG` says nothing: a command's answer is enough.
const QUIET: &str = "warn";

/// Runs a command.
///
/// # Errors
/// Why it could not be run.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let environment = Environment::of_process();
    let output = if arguments.json { Output::Json } else { Output::Text };
    let quiet = match arguments.command {
        Command::Serve(_) | Command::Work(_) => "info",
        Command::Demo(_)
        | Command::Emulate(_)
        | Command::Send(_)
        | Command::Check(_)
        | Command::Config(_)
        | Command::Explain(_)
        | Command::Simulate(_)
        | Command::Status(_)
        | Command::Sweep(_)
        | Command::Hooks(_)
        | Command::Import(_)
        | Command::Replay(_)
        | Command::Folders(_) => QUIET,
    };
    let filter = environment
        .text("SGH_LOG")
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| quiet.to_owned());
    sgh_telemetry::start(&filter, Format::Human)?;
    match arguments.command {
        Command::Demo(options) => demo::run(&options, output).await,
        Command::Serve(options) => serve::run(&options, &environment, output).await,
        Command::Work(options) => work::run(&options, &environment, output).await,
        Command::Emulate(options) => emulate::run(&options, output).await,
        Command::Send(options) => send::run(&options, &environment, output).await,
        Command::Check(_) => check::run(&environment, output).await,
        Command::Config(command) => config::run(&command, &environment, output),
        Command::Folders(command) => folders::run(&command, &environment, output).await,
        Command::Hooks(command) => hooks::run(&command, &environment, output).await,
        Command::Import(options) => import::run(&options, output),
        Command::Replay(options) => replay::run(&options, &environment, output).await,
        Command::Explain(options) => explain::run(&options, &environment, output).await,
        Command::Simulate(options) => simulate::run(&options, &environment, output).await,
        Command::Status(_) => status::run(&environment, output).await,
        Command::Sweep(options) => sweep::run(&options, &environment, output).await,
    }
}
