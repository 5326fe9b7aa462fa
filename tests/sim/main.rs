//! The promises, under whatever may go wrong: a site, a network, machines and their clocks in
//! memory, our own code in between, and one number that decides all of it.
//!
//! ```sh
//! cargo test -p tests --test sim                            # 200 seeds, then the mutants
//! SIM_SEED_FROM=1000 SIM_SEEDS=5000 cargo test -p tests --test sim seeds
//! SIM_SEED_FROM=17 SIM_SEEDS=1 SIM_LINES=1 cargo test -p tests --test sim seeds   # to read it
//! ```
//!
//! The code under test is the real one: door, engine with its automations and folders, sweep.
//! Not here: the databases, HTTP and the processes themselves; they have tests of their own.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test makes its own world, and may fail in it"
)]

mod bus;
mod check;
mod clock;
mod contract;
mod dice;
mod faults;
mod halts;
mod hands;
mod home;
mod knobs;
mod ledger;
mod mortal;
mod mutants;
mod people;
mod queue;
mod queue_port;
mod registry;
mod runs;
mod sending;
mod site;
mod story;
mod studio;
mod sweep_ports;
mod trace;
mod troubles;
mod workers;
mod world;

use std::process::ExitCode;

/// A test by its name.
type Test = (&'static str, fn() -> bool);

/// What test runners know these by.
const TESTS: [Test; 4] = [
    ("the_models_keep_the_contracts", contract::models_keep_it),
    ("the_same_seed_is_the_same_story", runs::same_story),
    ("all_seeds_keep_every_promise", runs::all_seeds),
    ("every_planted_mutant_is_caught", runs::mutants_are_caught),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        if !arguments.iter().any(|argument| argument == "--ignored") {
            TESTS.iter().for_each(|(name, _)| println!("{name}: test"));
        }
        return ExitCode::SUCCESS;
    }
    if std::env::var_os("SIM_LINES").is_some() {
        trace::Trace::keep_lines();
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let is_asked = |name: &str| filter.is_none_or(|filter| name.contains(filter.as_str()));
    let mut is_fine = true;
    for (name, run) in TESTS.iter().filter(|(name, _)| is_asked(name)) {
        let kept = run();
        println!("{name}: {}", if kept { "ok" } else { "FAILED" });
        is_fine &= kept;
    }
    if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
