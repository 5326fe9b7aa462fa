//! The binaries under test, built by the cargo that runs the test.
//!
//! `SGH_TEST_BINARIES=<folder>` takes them from a folder instead: what is about to be deployed is
//! held to the same tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

/// How a binary is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Quick to build: for tests.
    Dev,
    /// As it is deployed: for figures.
    Release,
}

static BUILT: Mutex<BTreeMap<(String, Profile), PathBuf>> = Mutex::new(BTreeMap::new());

/// The binary of a package of the workspace, fresh. Built alone, so that no other package's
/// features are in it, and once per process.
///
/// # Panics
/// The package does not build or has no binary of its own name.
#[must_use]
pub fn built(package: &str, profile: Profile) -> PathBuf {
    // A panic of another test during a build leaves nothing half done here.
    let mut built = BUILT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let wanted = (package.to_owned(), profile);
    built.entry(wanted).or_insert_with(|| build(package, profile)).clone()
}

fn build(package: &str, profile: Profile) -> PathBuf {
    #[allow(clippy::disallowed_methods, reason = "whoever runs the tests says it, no setting")]
    if let Ok(folder) = std::env::var("SGH_TEST_BINARIES") {
        return PathBuf::from(folder).join(package);
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    cargo.args(["build", "--locked", "--message-format=json", "--package", package]);
    cargo.args(["--bin", package]);
    match profile {
        Profile::Dev => {}
        Profile::Release => drop(cargo.arg("--release")),
    }
    let output = cargo.output().expect("cargo can be run");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`{package}` does not build:\n{log}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == package)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap_or_else(|| panic!("cargo names no binary of `{package}`"))
}
