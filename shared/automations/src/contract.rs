//! The automations of the contract, together, mean what its comments say; and what they cost.

use std::path::Path;

use serde_json::{Value, json};
use sgh_core::config::Config;
use sgh_core::limits::READS_PER_BATCH_MAX;

use crate::stage::{Stage, created, event, status};

const CONTRACT: &str = include_str!("../../core/src/config/tests/contract.yaml");

/// This crate's page, whose examples are the rules that studios ask for.
const PAGE: &str = include_str!("../README.md");

#[test]
fn the_examples_of_our_page_are_valid() {
    let examples = PAGE.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let examples: Vec<&str> = examples.collect();
    assert_eq!(examples.len(), 4);
    for example in examples {
        let config = Config::read(example, Path::new("README.md"));
        let config = config.unwrap_or_else(|error| panic!("{error}"));
        assert_ne!(config.automations, [], "{example}");
    }
}

fn at(stage: &Stage, kind: &str, id: u64) -> Value {
    stage.get(kind, id, "sg_status_list").clone()
}

/// Shot 7 with a chain of tasks: 1 `Track`, 2 `Roto`, 3 `Comp`, the last two waiting.
fn stage(track: &str) -> Stage {
    let mut stage = Stage::of_file(CONTRACT);
    stage.shot(7, "wtg");
    for (id, name, at) in [(1, "Track", track), (2, "Roto", "wtg"), (3, "Comp", "wtg")] {
        stage.task(id, name, 7, at);
    }
    stage.link(1, 2, "finish-to-start-next-day");
    stage.link(2, 3, "finish-to-start-next-day");
    stage
}

#[test]
fn a_shot_goes_from_its_first_task_to_its_end() {
    let mut stage = stage("ip");
    let set = |stage: &mut Stage, id: u64, to: &str| {
        stage.set("Task", id, "sg_status_list", json!(to));
        stage.work(&[status("Task", id, to)]);
        (at(stage, "Task", 2), at(stage, "Task", 3), at(stage, "Shot", 7))
    };
    let all = |roto: &str, comp: &str, shot: &str| (json!(roto), json!(comp), json!(shot));
    assert_eq!(set(&mut stage, 1, "ip"), all("wtg", "wtg", "ip"));
    assert_eq!(set(&mut stage, 1, "fin"), all("rdy", "wtg", "ip"));
    // A task that is not needed after all opens the next one.
    assert_eq!(set(&mut stage, 2, "na"), all("na", "rdy", "ip"));
    assert_eq!(set(&mut stage, 3, "apr"), all("na", "apr", "fin"));
    // No longer all done.
    assert_eq!(set(&mut stage, 3, "wtg"), all("na", "wtg", "ip"));
}

#[test]
fn a_shot_on_hold_holds_what_is_not_finished() {
    let mut stage = stage("fin");
    stage.set("Shot", 7, "sg_status_list", json!("hld"));
    stage.work(&[status("Shot", 7, "hld")]);
    let tasks = [1, 2, 3].map(|id| at(&stage, "Task", id));
    assert_eq!(tasks, [json!("fin"), json!("hld"), json!("hld")]);
    // A shot at one of `keep` is left alone by its tasks.
    let worked = stage.work(&[status("Task", 2, "hld")]);
    assert_eq!(worked.writes, []);
    assert_eq!(worked.only().last().expect("said"), "skip: Shot `SH7` is at `hld`, which is kept");
}

#[test]
fn versions_and_notes_drive_their_task() {
    let mut stage = stage("ip");
    let task = json!({"type": "Task", "id": 1, "name": "Track"});
    stage.put("Version", 1, json!({"code": "v1", "sg_status_list": "rev", "sg_task": task}));
    stage.work(&[created("Version", 1)]);
    assert_eq!(at(&stage, "Task", 1), "rev");
    stage.set("Version", 1, "sg_status_list", json!("apr"));
    stage.work(&[status("Version", 1, "apr")]);
    assert_eq!(at(&stage, "Task", 1), "fin");
    stage.put("Note", 1, json!({"subject": "redo", "tasks": [task]}));
    let mut note = created("Note", 1);
    let expect = |stage: &mut Stage, note: &_| stage.work(std::slice::from_ref(note)).said.concat();
    assert_eq!(expect(&mut stage, &note), Vec::<String>::new(), "it is for project 65");
    note.project = Some(sgh_core::ids::EntityRef::new("Project", 65));
    expect(&mut stage, &note);
    assert_eq!(at(&stage, "Task", 1), "ip");
}

/// Tasks spread over shots, each followed by one that waits and on which it depends.
fn many(tasks: u64, shots: u64) -> (Stage, Vec<u64>) {
    let mut stage = Stage::of_file(CONTRACT);
    for id in 0..shots {
        stage.shot(10 + id, "ip");
    }
    let ids: Vec<u64> = (1..=tasks).collect();
    for id in &ids {
        stage.task(*id, "Roto", 10 + id % shots, "fin");
        stage.task(1000 + id, "Comp", 10 + id % shots, "wtg");
        stage.task(2000 + id, "Anim", 10 + id % shots, "ip");
        stage.link(*id, 1000 + id, "finish-to-start-next-day");
        // Every other one still waits for another task.
        if id % 2 == 0 {
            stage.link(2000 + id, 1000 + id, "finish-to-start-next-day");
        }
    }
    (stage, ids)
}

#[test]
fn the_number_of_searches_does_not_follow_the_number_of_events() {
    let reads = [2, 10, 100, 500].map(|tasks| {
        let (mut stage, ids) = many(tasks, tasks.min(5));
        let events: Vec<_> = ids.iter().map(|id| status("Task", *id, "fin")).collect();
        let worked = stage.work(&events);
        assert_eq!(worked.writes.len() as u64, tasks / 2, "{:?}", worked.said);
        worked.reads.len()
    });
    // The tasks that changed; those that wait; what those wait for; how; the shots; their tasks.
    assert_eq!(reads, [6; 4]);
}

#[test]
fn a_batch_of_everything_stays_within_its_searches() {
    // Tasks that changed, were made, deleted and moved; of shots and of assets; versions, notes
    // and a shot on hold: all in one batch.
    let (mut stage, ids) = many(20, 5);
    stage.put("Asset", 3, json!({"code": "Tree", "sg_status_list": "ip"}));
    stage.set("Task", 2001, "entity", json!({"type": "Asset", "id": 3, "name": "Tree"}));
    stage.retire("Task", 2002);
    let task = json!({"type": "Task", "id": 3, "name": "Roto"});
    stage.put("Version", 1, json!({"code": "v1", "sg_status_list": "apr", "sg_task": task}));
    stage.put("Version", 2, json!({"code": "v2", "sg_status_list": "rev", "sg_task": task}));
    stage.put("Note", 1, json!({"subject": "redo", "tasks": [task]}));
    stage.shot(30, "hld");
    stage.task(3000, "Comp", 30, "ip");
    let mut events: Vec<_> = ids.iter().map(|id| status("Task", *id, "fin")).collect();
    let moved =
        json!({"old_value": {"type": "Shot", "id": 11}, "new_value": {"type": "Asset", "id": 3}});
    events.extend([
        created("Task", 1004),
        event("Shotgun_Task_Change", 2001, "entity", moved),
        event("Shotgun_Task_Retirement", 2002, "", json!({})),
        status("Version", 1, "apr"),
        created("Version", 2),
        created("Note", 1),
        status("Shot", 30, "hld"),
    ]);
    let worked = stage.work(&events);
    assert_eq!(at(&stage, "Task", 3000), "hld");
    assert_eq!(at(&stage, "Task", 3), "fin");
    let reads = worked.reads.len();
    assert!(reads < READS_PER_BATCH_MAX, "{reads}: {:#?}", worked.reads);
}
