//! Targets that are found by how they agree with the changed entity.

use crate::stage::{Stage, created, status};
use serde_json::{Value, json};

fn link(kind: &str, id: u64) -> Value {
    json!({"type": kind, "id": id, "name": format!("{kind} {id}")})
}

fn version(stage: &mut Stage, id: u64, task: u64, made: &str, at: &str) {
    let fields = json!({"code": format!("v{id}"), "created_at": made, "sg_status_list": at,
        "sg_task": link("Task", task), "entity": link("Shot", 7)});
    stage.put("Version", id, fields);
}

const NEWEST: &str = "on: Task/update/sg_status_list, do: set, target: { find: Version, \
                      linked_by: sg_task, newest: created_at }, \
                      map: { sg_status_list: { fin: apr } }";

#[test]
fn a_task_sets_its_newest_version() {
    // A10.
    let mut stage = Stage::new([NEWEST]);
    stage.task(5, "Comp", 7, "fin");
    stage.task(6, "Anim", 7, "fin");
    let none = "skip: no other Version links to Task `Anim` of `SH7` by sg_task";
    assert_eq!(stage.work(&[status("Task", 6, "fin")]).only(), [none]);
    version(&mut stage, 1, 5, "2026-01-02T10:00:00Z", "rev");
    version(&mut stage, 2, 5, "2026-01-03T09:00:00Z", "rev");
    version(&mut stage, 3, 5, "2026-01-01T23:00:00Z", "rev");
    version(&mut stage, 4, 6, "2026-01-09T00:00:00Z", "rev");
    // Without a date it comes first, of the same moment the one with the greater id counts.
    version(&mut stage, 8, 5, "2026-01-03T09:00:00Z", "rev");
    version(&mut stage, 9, 5, "", "rev");
    stage.set("Version", 9, "created_at", Value::Null);
    let worked = stage.work(&[status("Task", 5, "fin")]);
    assert_eq!(worked.only(), ["Version `v8`: sg_status_list `rev` -> `apr`"]);
    // The search that found it says what is known of it.
    assert_eq!(worked.reads.len(), 2);
    stage.set("Version", 8, "sg_status_list", json!("apr"));
    let again = "skip: Version `v8` has sg_status_list `apr` already";
    assert_eq!(stage.work(&[status("Task", 5, "fin")]).only(), [again]);
}

#[test]
fn a_newest_by_a_field_that_is_not_there_is_an_error_of_the_rule() {
    let rule = NEWEST.replace("created_at", "made_at");
    let mut stage = Stage::new([rule.as_str()]);
    stage.task(5, "Comp", 7, "fin");
    version(&mut stage, 1, 5, "2026-01-02T10:00:00Z", "rev");
    assert_eq!(
        stage.work(&[status("Task", 5, "fin")]).only(),
        ["fail: Version has no field `made_at`, or our script may not see it"]
    );
}

#[test]
fn a_final_version_supersedes_the_others_of_its_shot() {
    // A13.
    let rule = "on: Version/update/sg_status_list, to: apr, do: set, target: { find: Version, \
                same: entity }, where: { sg_status_list: [rev, vwd] }, \
                values: { sg_status_list: sup }";
    let mut stage = Stage::new([rule]);
    for (id, at) in [(1, "apr"), (2, "rev"), (3, "apr"), (4, "vwd")] {
        version(&mut stage, id, 5, "", at);
    }
    version(&mut stage, 5, 5, "", "rev");
    stage.set("Version", 5, "entity", link("Shot", 8));
    let worked = stage.work(&[status("Version", 1, "apr")]);
    assert_eq!(
        worked.only(),
        [
            "Version `v2`: sg_status_list `rev` -> `sup`",
            "Version `v4`: sg_status_list `vwd` -> `sup`",
            "Version `v3` has sg_status_list `apr`, not `rev` or `vwd`",
        ]
    );
    stage.set("Version", 5, "sg_status_list", json!("apr"));
    let alone = "skip: no other Version has the entity of Version `v5`";
    assert_eq!(stage.work(&[status("Version", 5, "apr")]).only(), [alone]);
    stage.set("Version", 5, "entity", Value::Null);
    let nowhere = "skip: Version `v5` has no entity to look for others by";
    assert_eq!(stage.work(&[status("Version", 5, "apr")]).only(), [nowhere]);
}

#[test]
fn one_step_moves_another_of_the_same_shot() {
    // A18: steps that follow one another without dependencies between their tasks.
    let rule = "on: Task/update/sg_status_list, to: stcomp, do: set, \
                if: { step.Step.code: [Roto, Paint] }, target: { find: Task, same: entity }, \
                where: { step.Step.code: [Comp], sg_status_list: [wtg] }, \
                values: { sg_status_list: bfr }";
    let mut stage = Stage::new([rule]);
    for (id, step, at) in
        [(1, "Roto", "stcomp"), (2, "Comp", "wtg"), (3, "Anim", "wtg"), (4, "Comp", "ip")]
    {
        stage.task(id, step, 7, at);
        stage.set("Task", id, "step.Step.code", json!(step));
    }
    assert_eq!(
        stage.work(&[status("Task", 1, "stcomp")]).only(),
        [
            "Task `Comp` of `SH7`: sg_status_list `wtg` -> `bfr`",
            "Task `Anim` of `SH7` has step.Step.code `Anim`, not `Comp`",
            "Task `Comp` of `SH7` has sg_status_list `ip`, not `wtg`",
        ]
    );
}

#[test]
fn a_version_is_linked_to_the_task_of_who_made_it() {
    // A19, from the side of the task: of the same shot, by one of its people, on no task yet.
    let rule = "on: Task/update/task_assignees, do: set, target: { find: Version, \
                same: { entity: entity, user: task_assignees } }, where: { sg_task: [null] }, \
                copy: { sg_task: self }";
    let mut stage = Stage::new([rule]);
    stage.task(5, "Comp", 7, "ip");
    stage.set("Task", 5, "task_assignees", json!([link("HumanUser", 1), link("HumanUser", 2)]));
    for (id, user, task) in [(1, 2, Value::Null), (2, 3, Value::Null), (3, 1, link("Task", 9))] {
        version(&mut stage, id, 5, "", "rev");
        stage.set("Version", id, "user", link("HumanUser", user));
        stage.set("Version", id, "sg_task", task);
    }
    let changed = crate::stage::event("Shotgun_Task_Change", 5, "task_assignees", json!({}));
    assert_eq!(
        stage.work(&[changed]).only(),
        [
            "Version `v1`: sg_task nothing -> Task 5",
            "Version `v3` has sg_task `Task 9`, not nothing",
        ]
    );
    assert_eq!(stage.get("Version", 1, "sg_task"), &json!({"type": "Task", "id": 5}));
}

#[test]
fn many_events_are_as_many_searches_as_one() {
    let reads = [1, 10, 100].map(|tasks| {
        let mut stage = Stage::new([NEWEST]);
        for id in 1..=tasks {
            stage.task(id, "Comp", id, "fin");
            version(&mut stage, 1000 + id, id, "2026-01-02T10:00:00Z", "rev");
        }
        let events: Vec<_> = (1..=tasks).map(|id| status("Task", id, "fin")).collect();
        let worked = stage.work(&events);
        assert_eq!(worked.writes.len() as u64, tasks);
        worked.reads.len()
    });
    assert_eq!(reads, [2; 3]);
    // Nobody is asked where nothing is wanted.
    assert_eq!(Stage::new([NEWEST]).work(&[created("Task", 1)]).reads, []);
}
