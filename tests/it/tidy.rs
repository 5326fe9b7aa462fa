//! What must stay true of the files themselves: sizes, headers, and nothing of anybody's machine.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file of code.
const LINES_MAX: usize = 300;
/// Longest line, in characters.
const LINE_SIZE_MAX: usize = 100;
/// Folders that are not ours, or hold data.
const NOT_SOURCE: [&str; 5] = ["target", ".git", ".aws-sam", "events", "proptest-regressions"];

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_SOURCE.contains(&name.as_str()) {
                walk(&path, found);
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push((path.strip_prefix(root()).unwrap_or(&path).to_owned(), text));
        }
    }
}

/// Every text file of the project but samples and what is built.
fn texts() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    walk(&root(), &mut found);
    assert!(found.len() > 50, "only {} files found", found.len());
    found
}

/// The code below a folder, one file after the other.
pub fn texts_below(folder: &str) -> String {
    let texts = texts().into_iter();
    let code = texts.filter(|(path, _)| path.starts_with(folder) && ends_in(path, &["rs"]));
    code.map(|(_, text)| text).collect()
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|found| endings.iter().any(|ending| found == *ending))
}

/// Fails once, with everything that is wrong.
fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    let faults: Vec<_> = texts()
        .iter()
        // What `tests.rs` is, its name says.
        .filter(|(path, _)| ends_in(path, &["rs"]) && !path.ends_with("tests.rs"))
        .filter(|(_, text)| !text.starts_with("//! ") && !text.starts_with("#![doc = include_str!"))
        .map(|(path, _)| format!("{}: no `//!` header", path.display()))
        .collect();
    report(&faults);
}

#[test]
fn files_and_lines_stay_short() {
    let mut faults = Vec::new();
    for (path, text) in texts() {
        let name = path.display();
        if ends_in(&path, &["rs"]) && text.lines().count() > LINES_MAX {
            faults.push(format!("{name}: {} lines, at most {LINES_MAX}", text.lines().count()));
        }
        let is_code = ends_in(&path, &["rs", "yaml", "yml", "sh"]) || text.starts_with("#!/");
        for (index, line) in text.lines().enumerate().filter(|_| is_code) {
            let size = line.chars().count();
            // What rustfmt leaves longer than it may be holds a text that is data.
            let is_data = ends_in(&path, &["rs"]) && line.contains('"');
            if size > LINE_SIZE_MAX && !is_data {
                faults.push(format!("{name}:{}: {size} characters", index + 1));
            }
        }
    }
    report(&faults);
}

/// Whether a path in the line starts so; a folder of that name further in does not count.
fn starts_a_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-}".contains(c))
    })
}

#[test]
fn nothing_names_anybodys_machine() {
    // In pieces, so that this file does not name them.
    let machine = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp", "/w/")];
    let mut faults = Vec::new();
    for (path, text) in texts() {
        for (index, line) in text.lines().enumerate() {
            if machine.iter().any(|found| starts_a_path(line, found)) {
                faults.push(format!("{}:{}: {line}", path.display(), index + 1));
            }
        }
    }
    report(&faults);
}

#[test]
fn nothing_is_called_after_what_it_is_not() {
    let refused = ["util", "utils", "helper", "helpers", "common", "manager", "misc"];
    let faults: Vec<_> = texts()
        .iter()
        .map(|(path, _)| path)
        .filter(|path| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            ends_in(path, &["rs"]) && refused.contains(&stem.as_str())
        })
        .map(|path| format!("{}: says nothing", path.display()))
        .collect();
    report(&faults);
}
