//! `sgh`: the command line of shotgrid-hooks, and the whole house on one machine.
//!
//! stdout is the answer, stderr the log. Exit 0: it worked; 1: refused or failed; 2: usage.

mod backlog;
mod cli;
mod commands;
mod finding;
mod hooks;
mod house;
mod http;
mod moment;
mod output;
mod program;
mod pump;
mod samples;
mod scrape;
mod stop;
mod sweeping;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A plan is made of many small texts; the system's allocator spends a third of its time on them.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(commands::run(arguments));
            // Storage that hangs must not hold up the end.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}
