//! Recorded cases: what Toolkit made of a schema, a site and a request, against what we make.
//!
//! ```sh
//! cargo test -p tests --test oracle                       # the project's own cases
//! ORACLE_DIR=<folder> cargo test -p tests --test oracle   # every case below a folder
//! cargo test -p tests --test oracle -- renamed            # those with this in their name
//! ```
//!
//! What must agree is how every step ends and the whole tree. Where we differ on purpose, a rule
//! of `differences.txt` says so; anything else that differs fails the run.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "a test makes its own world, and may fail in it"
)]

mod case;
mod disk;
mod facts;
mod filters;
mod ours;
mod registry;
mod report;
mod rows;
mod rules;
mod site;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use case::{Case, Verdict};
use report::Report;
use rules::Rules;

/// Cases that are run at once.
const THREADS: usize = 2;
/// What test runners know this by.
const NAME: &str = "the_cases_agree";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        if !arguments.iter().any(|argument| argument == "--ignored") {
            println!("{NAME}: test");
        }
        return ExitCode::SUCCESS;
    }
    let is_filter = |argument: &&String| !argument.starts_with('-') && *argument != NAME;
    let filter = arguments.iter().find(is_filter).cloned().unwrap_or_default();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/cases");
    let given = std::env::var_os("ORACLE_DIR").map(PathBuf::from);
    let is_own = given.is_none();
    let mut files = Vec::new();
    case_files(&given.unwrap_or(own), &mut files);
    files.retain(|path| path.to_string_lossy().contains(&filter));
    let rules = Rules::read(include_str!("differences.txt"));
    let report = run(&files, &rules);
    report.print(&rules);
    // Our own cases are there to show every rule at work.
    let is_stale = is_own && filter.is_empty() && !report.unused(&rules).is_empty();
    if report.is_fine() && !is_stale { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every `.json` below a folder that is not part of a schema, sorted.
fn case_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = folder.read_dir() else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let is_schema = path.file_name().is_some_and(|name| name == "schema");
        if path.is_dir() && !is_schema {
            case_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json") && path.is_file() {
            found.push(path);
        }
    }
}

/// Runs all, in the order of the files.
fn run(files: &[PathBuf], rules: &Rules) -> Report {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, String, Verdict)>> = Mutex::default();
    // What panics in a case is told with that case.
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = files.get(at) else { return };
                    let (id, verdict) = one(path, rules);
                    done.lock().expect("nobody panics").push((at, id, verdict));
                }
            });
        }
    });
    drop(std::panic::take_hook());
    let mut done = done.into_inner().expect("nobody panics");
    done.sort_by_key(|(at, ..)| *at);
    Report::new(done.into_iter().map(|(_, id, verdict)| (id, verdict)).collect())
}

fn one(path: &Path, rules: &Rules) -> (String, Verdict) {
    let name = path.display().to_string();
    let run = || {
        let case = Case::read(path);
        (case.id().to_owned(), case.run(rules))
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panicked");
        (name, Verdict::broken(format!("the case cannot be run: {text}")))
    })
}
