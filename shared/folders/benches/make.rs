//! How long directories take beside the bare `mkdir` calls for the same tree, and how long it
//! takes to find that they are all there.
//!
//! `TMPDIR=/dev/shm cargo bench -p sgh-folders`. Disks differ widely: compare the ratios.
//! `strace -fc` on the same program counts the system calls.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench measures real time and prints"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use sgh_core::ids::EntityRef;
use sgh_folders::make::preview;
use sgh_folders::plan::{Plan, Request};
use sgh_folders::{Modes, Roots, Schema, make, plan};
use sgh_site::Record;
use sgh_site::facts::{Facts, Need};

/// What is below a shot: 20 folders with its own.
const BELOW: [&str; 19] = [
    "plates",
    "plates/raw",
    "plates/denoised",
    "render",
    "render/anim",
    "render/light",
    "render/comp",
    "work",
    "work/anim",
    "work/anim/maya",
    "work/light",
    "work/light/katana",
    "work/comp",
    "work/comp/nuke",
    "publish",
    "publish/anim",
    "publish/light",
    "publish/comp",
    "notes",
];
const TIMES: usize = 5;

fn main() {
    let home = tempfile::tempdir().expect("a folder");
    let schema = home.path().join("schema");
    for folder in BELOW {
        fs::create_dir_all(schema.join("project/shot").join(folder)).expect("a folder");
    }
    let shot = "type: shotgun_entity\nentity_type: Shot\nname: code\n\
                filters: [{path: project, relation: is, values: [$project]}]\n";
    fs::write(schema.join("project/shot.yml"), shot).expect("a file");
    let schema = Schema::read(&schema).expect("a schema");
    println!(
        "{:>6} {:>8} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "shots", "folders", "bare", "0777&umask", "2775", "again", "preview"
    );
    for shots in [1, 100, 1000] {
        measure(home.path(), &schema, shots);
    }
}

fn measure(home: &Path, schema: &Schema, shots: u64) {
    let mut best = [Duration::MAX; 5];
    let root = home.join("root");
    let roots = Roots::new(BTreeMap::from([("primary".to_owned(), root.clone())]));
    let plan = planned(schema, &roots, shots);
    let umask_takes = 0o755;
    for _ in 0..TIMES {
        let bare = timed(&root, || bare(&root, &plan));
        let as_born = Modes { directory: umask_takes, ..Modes::default() };
        let born = timed(&root, || made(&plan, &roots, &as_born));
        let first = timed(&root, || made(&plan, &roots, &Modes::default()));
        fs::create_dir(&root).expect("a root");
        made(&plan, &roots, &Modes::default());
        let start = Instant::now();
        let again = make(&plan, &roots, &Modes::default()).expect("looked");
        let second = start.elapsed();
        assert!(again.is_nothing() && again.existed == plan.folders());
        let start = Instant::now();
        assert!(preview(&plan, &roots).expect("looked").iter().all(|is_there| *is_there));
        let looked = start.elapsed();
        fs::remove_dir_all(&root).expect("gone");
        for (best, new) in best.iter_mut().zip([bare, born, first, second, looked]) {
            *best = new.min(*best);
        }
    }
    let times = best.map(|time| format!("{:>9.2}ms", time.as_secs_f64() * 1000.0)).join(" ");
    println!("{shots:>6} {:>8} {times}", plan.folders());
    let ratio = |time: Duration| time.as_secs_f64() / best[0].as_secs_f64();
    let ratios = best.map(|time| format!("{:>10.2}x", ratio(time))).join(" ");
    println!("{:>15} {ratios}", "to bare");
}

/// In a fresh root, which is then taken away.
fn timed(root: &Path, work: impl Fn()) -> Duration {
    fs::create_dir(root).expect("a root");
    let start = Instant::now();
    work();
    let time = start.elapsed();
    fs::remove_dir_all(root).expect("gone");
    time
}

fn bare(root: &Path, plan: &Plan) {
    for item in plan.items() {
        fs::create_dir(root.join(plan.path(item))).expect("a folder");
    }
}

fn made(plan: &Plan, roots: &Roots, modes: &Modes) {
    let made = make(plan, roots, modes).expect("made");
    assert_eq!(made.made, plan.folders());
}

fn planned(schema: &Schema, roots: &Roots, shots: u64) -> Plan {
    let ids: Vec<u64> = (1..=shots).collect();
    let request = Request { kind: "Shot".to_owned(), ids, ..Request::default() };
    let mut facts = Facts::default();
    loop {
        match plan(schema, roots, &request, &facts) {
            Need::Ready(plan) => return plan.expect("a plan"),
            Need::Reads(reads) => {
                for read in reads {
                    let records = match read.search().kind.as_str() {
                        "Project" => vec![record("Project", 1, [("tank_name", json!("film"))])],
                        _ => (1..=shots).map(shot).collect(),
                    };
                    facts.learn(read, records);
                }
            }
        }
    }
}

fn shot(id: u64) -> Record {
    let project = json!({"type": "Project", "id": 1});
    record("Shot", id, [("code", json!(format!("SH{id:04}"))), ("project", project)])
}

fn record<const N: usize>(kind: &str, id: u64, fields: [(&str, serde_json::Value); N]) -> Record {
    let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    Record { entity: EntityRef::new(kind, id), fields }
}
