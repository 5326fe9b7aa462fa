//! Runs recorded cases: what Toolkit made of a schema, a site and a request, against what we do.
//!
//! Our own cases stand in `tests/cases`. The recorded ones are read from `ORACLE_DIR`, or from
//! `../shared/oracle/folders` beside the project; where neither is there, only ours run.
//! `tests/differences.txt` lists every case that differs, with the reason: on purpose, or not yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::case::{Case, Verdict};

/// A case that may differ.
struct Listed {
    /// `purpose` or `later`.
    kind: &'static str,
    /// How our steps end instead, with commas between.
    ours: &'static str,
    reason: &'static str,
}

/// What may differ, by case id.
fn differences() -> BTreeMap<&'static str, Listed> {
    let lines = include_str!("../differences.txt").lines();
    lines
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let parts: Vec<&str> = line.splitn(4, ' ').collect();
            let [id, kind, ours, reason] = parts[..] else { panic!("{line}") };
            (id, Listed { kind, ours, reason })
        })
        .collect()
}

fn case_files(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let Ok(entries) = folder.read_dir() else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("entry").path()).collect();
        paths.sort();
        paths
    };
    let schemas = list(folder).into_iter().filter(|path| path.is_dir());
    schemas
        .flat_map(|schema| list(&schema))
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .collect()
}

#[derive(Default)]
struct Count {
    agree: usize,
    on_purpose: Vec<String>,
    later: Vec<String>,
    differ: Vec<String>,
    stale: Vec<String>,
    reads_most: usize,
}

fn run_all(folder: &Path) -> Count {
    let listed = differences();
    let mut count = Count::default();
    for path in case_files(folder) {
        let case = Case::read(&path);
        let Verdict { differences, ends, reads } = case.run();
        count.reads_most = count.reads_most.max(reads);
        let id = case.id().to_owned();
        match (differences.is_empty(), listed.get(id.as_str())) {
            (true, None) => count.agree += 1,
            (true, Some(_)) => count.stale.push(id),
            (false, Some(listed)) if listed.ours != ends.join(",") => {
                count.differ.push(format!("{id}\n    ends {ends:?}, listed {}", listed.ours));
            }
            (false, Some(Listed { kind: "purpose", .. })) => count.on_purpose.push(id),
            (false, Some(Listed { kind: "later", .. })) => count.later.push(id),
            (false, Some(other)) => panic!("{id}: unknown kind of difference {}", other.kind),
            (false, None) => {
                count.differ.push(format!("{id}\n    {}", differences.join("\n    ")));
            }
        }
    }
    count
}

fn check(name: &str, count: &Count) {
    println!(
        "{name}: {} agree, {} differ on purpose, {} wait, {} differ; at most {} reads a request",
        count.agree,
        count.on_purpose.len(),
        count.later.len(),
        count.differ.len(),
        count.reads_most,
    );
    let listed = differences();
    for id in count.on_purpose.iter().chain(&count.later) {
        let Listed { kind, ours, reason } = &listed[id.as_str()];
        println!("  {id}: {kind}: {ours}: {reason}");
    }
    assert!(count.differ.is_empty(), "these differ:\n{}", count.differ.join("\n"));
    assert!(count.stale.is_empty(), "listed, but agree: {:?}", count.stale);
}

#[test]
fn our_own_cases_agree() {
    let count = run_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    assert!(count.agree >= 10, "only {} cases were found", count.agree);
    check("our own cases", &count);
}

#[test]
fn the_recorded_cases_agree() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oracle/folders");
    let given = std::env::var_os("ORACLE_DIR").map(PathBuf::from);
    let folder = given.clone().unwrap_or(beside);
    if given.is_none() && !folder.is_dir() {
        println!("no recorded cases beside the project; set ORACLE_DIR to run some");
        return;
    }
    let count = run_all(&folder);
    assert!(count.agree > 0, "no cases in {}", folder.display());
    check("the recorded cases", &count);
}
