//! What the crate promises, seen from outside: one binary.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a test makes its own world, and may fail in it"
)]

// The site and the disk of a test are those of the recorded cases, which are run in `tests/oracle`.
#[path = "../../../../tests/oracle/disk.rs"]
#[allow(dead_code, reason = "recorded cases do more to a disk")]
mod disk;
mod example;
#[path = "../../../../tests/oracle/filters.rs"]
mod filters;
mod hostile;
mod making;
#[cfg(target_os = "linux")]
mod owners;
mod planning;
mod preview;
mod race;
#[cfg(target_os = "linux")]
mod refusals;
mod registering;
#[path = "../../../../tests/oracle/site.rs"]
#[allow(dead_code, reason = "recorded cases do more to a site")]
mod site;
#[cfg(target_os = "linux")]
mod somebody;
mod studio;
