//! What the crate promises, seen from outside: one binary.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a test makes its own world, and may fail in it"
)]

mod case;
mod disk;
mod filters;
mod hostile;
mod making;
mod oracle;
#[cfg(target_os = "linux")]
mod owners;
mod planning;
mod race;
#[cfg(target_os = "linux")]
mod refusals;
mod site;
#[cfg(target_os = "linux")]
mod somebody;
mod studio;
