//! What the rules of the contract cost the site: reads by batch and not by event, one write for
//! each value that changes.
//!
//! Batches are of ten, as SQS gives them. What we write comes back as events and is worked too.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_emulator::SiteRecord;

use super::{Otherwise, Stage};
use crate::studio::Film;

const CONTRACT: &str = include_str!("../../../shared/core/src/config/tests/contract.yaml");
/// Reads for one batch that design.md allows.
const READS_MAX: u64 = 12;

/// What the site was asked for.
#[derive(Debug, Default, PartialEq)]
struct Cost {
    batches: u64,
    reads: u64,
    reads_of_worst_batch: u64,
    write_calls: u64,
    acknowledgements: u64,
}

/// A film under the rules of the contract for statuses, which hear of every change of these.
async fn stage(of: &Value) -> (Stage, Film, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sgh.yaml");
    std::fs::write(&config, rules()).unwrap();
    let settings = [("SGH_CONFIG", config.to_str().unwrap())];
    let stage = Stage::with(Otherwise { settings: &settings, ..Otherwise::default() }).await;
    let film = stage.studio.film("Night Train");
    stage.hook(of);
    (stage, film, folder)
}

/// The contract from its second automation on, for any project: what directories cost is told
/// elsewhere.
fn rules() -> String {
    let statuses = CONTRACT.find("  - name: open-downstream").expect("the contract has changed");
    let rules = format!("automations:\n{}", &CONTRACT[statuses..]);
    let for_all = rules.replace("    projects: [65]", "    #");
    assert_ne!(for_all, rules, "the contract has changed");
    for_all
}

fn shot(stage: &Stage, film: &Film, name: &str) -> EntityRef {
    let fields = json!({"code": name, "project": film.project, "sg_sequence": film.sequence});
    stage.studio.make("Shot", fields)
}

fn task(
    stage: &Stage,
    film: &Film,
    of: &EntityRef,
    status: &str,
    after: &[EntityRef],
) -> EntityRef {
    let fields = json!({
        "content": format!("Task {status}"), "project": film.project, "entity": of,
        "sg_status_list": status, "upstream_tasks": after,
    });
    stage.studio.make("Task", fields)
}

/// Works all that is there and all that follows from it.
async fn work_all(stage: &Stage) -> Cost {
    let mut cost = Cost::default();
    loop {
        let arrived = stage.arrived().await;
        if arrived.is_empty() {
            println!("{cost:?}");
            return cost;
        }
        for batch in arrived.chunks(10) {
            stage.site().forget_calls();
            assert_eq!(stage.work(batch).await.0, []);
            cost.add(&stage.site().call_counts());
        }
    }
}

impl Cost {
    fn add(&mut self, calls: &BTreeMap<String, u64>) {
        let of = |kind: &str| calls.get(kind).copied().unwrap_or_default();
        let reads = of("POST /entity/{type}/_search");
        self.batches += 1;
        self.reads += reads;
        self.reads_of_worst_batch = self.reads_of_worst_batch.max(reads);
        self.write_calls += of("POST /entity/_batch") + of("PUT /entity/{type}/{id}");
        self.acknowledgements += of("PUT /webhook/deliveries/{id}");
    }
}

#[tokio::test]
async fn one_finished_task_opens_ten_with_as_many_reads_as_one() {
    let mut costs = Vec::new();
    for count in [1, 10] {
        let (stage, film, _folder) = stage(&json!({"Task": {"update": ["sg_status_list"]}})).await;
        let first = task(&stage, &film, &film.shot, "ip", &[]);
        let next: Vec<EntityRef> = (0..count)
            .map(|_| task(&stage, &film, &film.shot, "wtg", std::slice::from_ref(&first)))
            .collect();
        stage.studio.set_status(&first, "fin");
        let batch = stage.arrived().await;
        assert_eq!(batch.len(), 1);
        stage.site().forget_calls();
        assert_eq!(stage.work(&batch).await.0, []);
        let mut cost = Cost::default();
        cost.add(&stage.site().call_counts());
        println!("{count} downstream: {cost:?}");
        assert!(next.iter().all(|task| stage.studio.status(task) == "rdy"));
        assert_eq!(cost.write_calls, 1);
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test]
async fn a_burst_over_five_shots_writes_each_shot_once() {
    let (stage, film, _folder) = stage(&json!({"Task": {"update": ["sg_status_list"]}})).await;
    let mut tasks = Vec::new();
    let shots: Vec<EntityRef> = (0..5)
        .map(|n| shot(&stage, &film, &format!("SQ010_1{n:03}")))
        .inspect(|shot| tasks.extend((0..20).map(|_| task(&stage, &film, shot, "rev", &[]))))
        .collect();
    for task in &tasks {
        stage.studio.set_status(task, "fin");
    }
    let cost = work_all(&stage).await;
    assert!(shots.iter().all(|shot| stage.studio.status(shot) == "fin"));
    assert_eq!((cost.batches, cost.acknowledgements), (10, 100));
    assert!(cost.reads_of_worst_batch <= READS_MAX, "{cost:?}");
    assert_eq!(shots.iter().map(|shot| changes(&stage, shot)).sum::<usize>(), shots.len());
}

#[tokio::test]
async fn a_note_on_twenty_tasks_is_two_reads_and_one_write_call() {
    let (stage, film, _folder) = stage(&json!({"Note": {"create": []}})).await;
    let tasks: Vec<EntityRef> =
        (0..20).map(|_| task(&stage, &film, &film.shot, "rev", &[])).collect();
    let fields = json!({"subject": "Edges", "project": film.project, "tasks": tasks});
    stage.studio.make("Note", fields);
    let cost = work_all(&stage).await;
    assert!(tasks.iter().all(|task| stage.studio.status(task) == "ip"));
    let expect =
        Cost { batches: 1, reads: 2, reads_of_worst_batch: 2, write_calls: 1, acknowledgements: 1 };
    assert_eq!(cost, expect);
}

#[tokio::test]
async fn a_storm_on_one_version_is_one_write() {
    let (stage, film, _folder) = stage(&json!({"Version": {"update": ["sg_status_list"]}})).await;
    let (version, its_task) = stage.studio.version(&film, "Comp");
    for n in 0..200 {
        stage.studio.set_status(&version, if n % 2 == 0 { "vwd" } else { "apr" });
    }
    let cost = work_all(&stage).await;
    assert_eq!(stage.studio.status(&its_task), "fin");
    assert_eq!((cost.batches, cost.acknowledgements, cost.write_calls), (20, 200, 1), "{cost:?}");
    assert_eq!(changes(&stage, &its_task), 1);
}

/// How often we changed the status of an entity.
fn changes(stage: &Stage, of: &EntityRef) -> usize {
    let by = stage.site().script();
    let is_ours = |row: &SiteRecord| {
        row.fields["attribute_name"] == "sg_status_list"
            && row.fields["entity"]["id"] == of.id
            && row.fields["entity"]["type"] == *of.kind
            && EntityRef::from_json(&row.fields["user"]).as_ref() == Some(&by)
    };
    stage.site().records("EventLogEntry").iter().filter(|row| is_ours(row)).count()
}
