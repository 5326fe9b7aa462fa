//! Multi links that get links, or lose them.

use crate::stage::{Stage, created, event};
use serde_json::{Value, json};
use sgh_core::event::Event;

fn person(id: u64) -> Value {
    json!({"type": "HumanUser", "id": id, "name": format!("P{id}")})
}

/// A task of project 65 with these people; the project has these.
fn stage(rule: &str, task: &[Value], project: &[Value]) -> Stage {
    let mut stage = Stage::new([rule]);
    let of = json!({"type": "Project", "id": 65, "name": "Film"});
    stage.put("Project", 65, json!({"name": "Film", "users": project}));
    stage.put("Task", 1, json!({"content": "Comp", "project": of, "task_assignees": task}));
    stage
}

fn assigned(added: &[Value], removed: &[Value]) -> Event {
    let meta = json!({"added": added, "removed": removed});
    event("Shotgun_Task_Change", 1, "task_assignees", meta)
}

const ADDS: &str = "on: [Task/create, Task/update/task_assignees], do: set, target: project, \
                    add: { users: task_assignees }";

#[test]
fn who_is_assigned_becomes_one_of_the_project() {
    // A16, D: a group stays a group, and nobody is taken off.
    let group = json!({"type": "Group", "id": 1, "name": "Comp"});
    let mut stage = stage(ADDS, &[person(1), group.clone(), person(3)], &[person(7)]);
    let worked = stage.work(&[assigned(&[person(1), group.clone()], &[person(9)])]);
    assert_eq!(worked.only(), ["Project `Film`: users + `P1`, `Comp`"]);
    let bare = |kind: &str, id: u64| json!({"type": kind, "id": id});
    assert_eq!(
        stage.get("Project", 65, "users"),
        &json!([bare("HumanUser", 7), bare("HumanUser", 1), bare("Group", 1)])
    );
    // One who was there before this change is not meant: perhaps taken off the project on purpose.
    let again = stage.work(&[assigned(&[person(1), group], &[])]);
    assert_eq!(again.only(), ["skip: Project `Film` has `P1`, `Comp` in users already"]);
}

#[test]
fn a_new_task_brings_all_its_people() {
    let mut with = stage(ADDS, &[person(1), person(2)], &[person(1)]);
    assert_eq!(with.work(&[created("Task", 1)]).only(), ["Project `Film`: users + `P1`, `P2`"]);
    let mut without = stage(ADDS, &[], &[]);
    let nobody = "skip: Task `Comp` has no task_assignees";
    assert_eq!(without.work(&[created("Task", 1)]).only(), [nobody]);
}

#[test]
fn what_is_no_longer_so_is_not_done() {
    // D: events of multi links have no old and new value, but what was added and removed.
    let mut stage = stage(ADDS, &[person(2)], &[]);
    assert_eq!(
        stage.work(&[assigned(&[person(1)], &[])]).only(),
        ["skip: overtaken: what was added to task_assignees of Task `Comp` is no longer so"]
    );
    assert_eq!(
        stage.work(&[assigned(&[], &[person(1)])]).only(),
        ["skip: nothing was added to task_assignees of Task `Comp`"]
    );
}

#[test]
fn what_was_removed_is_removed() {
    let rule = ADDS.replace("add:", "remove:");
    let mut stage = stage(&rule, &[person(2)], &[person(1), person(2), person(3)]);
    let worked = stage.work(&[assigned(&[], &[person(1)])]);
    assert_eq!(worked.only(), ["Project `Film`: users - `P1`"]);
    assert_eq!(
        stage.work(&[assigned(&[], &[person(1)])]).only(),
        ["skip: Project `Film` has no `P1` in users already"]
    );
    // Back again since: then it was not removed.
    assert_eq!(
        stage.work(&[assigned(&[], &[person(2)])]).only(),
        ["skip: overtaken: what was removed from task_assignees of Task `Comp` is no longer so"]
    );
}

#[test]
fn links_may_be_named_in_the_file() {
    let rule = "on: Task/create, do: set, add: { tags: { type: Tag, id: 4 } }, \
                values: { priority: 1 }";
    let mut stage = Stage::new([rule]);
    stage.put("Task", 1, json!({"content": "Comp", "tags": [], "priority": 2}));
    assert_eq!(
        stage.work(&[created("Task", 1)]).only(),
        ["Task `Comp`: priority 2 -> 1, tags + Tag 4"]
    );
    assert_eq!(
        stage.work(&[created("Task", 1)]).only(),
        ["skip: Task `Comp` has priority 1, has Tag 4 in tags already"]
    );
}

#[test]
fn two_changes_of_one_project_add_up() {
    // Both are of one batch: the second sees what the first has written.
    let mut stage = stage(ADDS, &[person(1), person(2)], &[]);
    let worked = stage.work(&[assigned(&[person(1)], &[]), assigned(&[person(2)], &[])]);
    assert_eq!(worked.writes.len(), 2);
    let users = stage.get("Project", 65, "users").as_array().expect("links");
    assert_eq!(users.len(), 2);
}
