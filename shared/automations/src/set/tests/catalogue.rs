//! What studios ask for, one rule each.

use crate::stage::{Stage, created, event, status};
use serde_json::{Value, json};

fn link(kind: &str, id: u64, name: &str) -> Value {
    json!({"type": kind, "id": id, "name": name})
}

/// Version 1 of task 5, `Comp`, at a status.
fn version(rule: &str, at: &str, task_at: &str) -> Stage {
    let mut stage = Stage::new([rule]);
    stage.task(5, "Comp", 7, task_at);
    let task = link("Task", 5, "Comp");
    stage.put("Version", 1, json!({"code": "v1", "sg_status_list": at, "sg_task": task}));
    stage
}

#[test]
fn only_some_steps_drive_their_shot() {
    // A7.
    let rule = "on: Task/update/sg_status_list, do: set, if: { step.Step.code: [Comp, Prep] }, \
                target: entity.Shot, map: { sg_status_list: { apr: fin } }";
    let mut stage = Stage::new([rule]);
    stage.shot(7, "ip");
    for (id, step) in [(1, json!("Comp")), (2, json!("Anim")), (3, Value::Null)] {
        stage.task(id, "T", 7, "apr");
        stage.set("Task", id, "step.Step.code", step);
    }
    // Without a step the site may leave the field out.
    stage.task(4, "T", 7, "apr");
    let said = stage.work(&[2, 3, 4, 1].map(|id| status("Task", id, "apr"))).said.concat();
    assert_eq!(
        said,
        [
            "skip: Task `T` of `SH7` has step.Step.code `Anim`, not `Comp` or `Prep`",
            "skip: Task `T` of `SH7` has step.Step.code nothing, not `Comp` or `Prep`",
            "skip: Task `T` of `SH7` has step.Step.code nothing, not `Comp` or `Prep`",
            "Shot `SH7`: sg_status_list `ip` -> `fin`",
        ]
    );
}

#[test]
fn a_condition_on_a_field_that_is_not_there_is_an_error_of_the_rule() {
    let rule = "on: Version/create, do: set, if: { sg_kind: [x] }, values: { code: y }";
    assert_eq!(
        version(rule, "rev", "ip").work(&[created("Version", 1)]).only(),
        ["fail: Version has no field `sg_kind`, or our script may not see it"]
    );
}

#[test]
fn a_new_version_sets_its_task_by_its_step() {
    // A11, D: a version that is not on a task yet says so; the link that comes later is a
    // trigger of its own.
    let rule = "on: [Version/create, Version/update/sg_task], do: set, \
                if: { sg_task.Task.step.Step.code: [Comp] }, target: sg_task, \
                values: { sg_status_list: cnv }";
    let mut stage = version(rule, "rev", "ip");
    stage.set("Version", 1, "sg_task", Value::Null);
    stage.set("Version", 1, "sg_task.Task.step.Step.code", Value::Null);
    assert_eq!(
        stage.work(&[created("Version", 1)]).only(),
        ["skip: Version `v1` has sg_task.Task.step.Step.code nothing, not `Comp`"]
    );
    stage.set("Version", 1, "sg_task", link("Task", 5, "Comp"));
    stage.set("Version", 1, "sg_task.Task.step.Step.code", json!("Comp"));
    let linked = event(
        "Shotgun_Version_Change",
        1,
        "sg_task",
        json!({"new_value":
        link("Task", 5, "Comp"), "old_value": null, "field_data_type": "entity"}),
    );
    assert_eq!(
        stage.work(&[linked]).only(),
        ["Task `Comp` of `SH7`: sg_status_list `ip` -> `cnv`"]
    );
}

#[test]
fn a_version_without_a_task_says_so() {
    // D: by a link that is empty, and by one that the type does not have.
    let rule = "on: Version/create, do: set, target: sg_task, values: { sg_status_list: rev }";
    let mut stage = version(rule, "rev", "ip");
    stage.set("Version", 1, "sg_task", Value::Null);
    assert_eq!(stage.work(&[created("Version", 1)]).only(), ["skip: Version `v1` has no sg_task"]);
    stage.put("Version", 1, json!({"code": "v1"}));
    assert_eq!(
        stage.work(&[created("Version", 1)]).only(),
        ["fail: Version has no field `sg_task`, or our script may not see it"]
    );
}

#[test]
fn an_approval_is_stamped_with_its_own_moment() {
    // A12: however late the delivery comes, and in the studio's own days. The second time
    // nothing changes.
    let stage = |zone: &str| {
        let text = format!(
            "{zone}automations:\n  - {{ name: a, on: Version/update/sg_status_list, to: apr, \
             do: set, values: {{ approved_at: $now, approved_on: $today }} }}\n"
        );
        let mut stage = Stage::of_file(&text);
        let fields = json!({"code": "v1", "sg_status_list": "apr", "approved_at": null,
            "approved_on": null});
        stage.put("Version", 1, fields);
        stage
    };
    let at = "Version `v1`: approved_at nothing -> `2026-03-01T02:30:00Z`, approved_on nothing ->";
    for (zone, day) in [
        ("", "2026-03-01"),
        ("time_zone: America/Los_Angeles\n", "2026-02-28"),
        ("time_zone: Asia/Seoul\n", "2026-03-01"),
    ] {
        let mut stage = stage(zone);
        let approved = status("Version", 1, "apr");
        assert_eq!(stage.work(std::slice::from_ref(&approved)).only(), [format!("{at} `{day}`")]);
        assert_eq!(stage.work(&[approved]).writes, []);
    }
    let mut without = status("Version", 1, "apr");
    without.created_at = None;
    let expect = ["skip: this event does not say when it happened"];
    assert_eq!(stage("").work(&[without]).only(), expect);
}

const VIEWED: &str = "on: [Note/create, Note/update/note_links], do: set, \
                      target: note_links.Version, where: { sg_status_list: [rev] }, \
                      values: { sg_status_list: vwd }";

#[test]
fn a_note_on_a_version_means_it_was_seen() {
    // A14, C7: the links may still be empty when the note is made; then their own event counts.
    let mut stage = version(VIEWED, "rev", "ip");
    stage.put("Note", 3, json!({"subject": "redo", "note_links": []}));
    assert_eq!(
        stage.work(&[created("Note", 3)]).only(),
        ["skip: Note `redo` has no Version in note_links"]
    );
    // D: a note hangs on a shot as well, which is not meant.
    let links = json!([link("Shot", 7, "SH7"), link("Version", 1, "v1")]);
    stage.set("Note", 3, "note_links", links.clone());
    let linked =
        event("Shotgun_Note_Change", 3, "note_links", json!({"added": links, "removed": []}));
    assert_eq!(
        stage.work(std::slice::from_ref(&linked)).only(),
        ["Version `v1`: sg_status_list `rev` -> `vwd`"]
    );
    assert_eq!(
        stage.work(&[linked]).only(),
        ["skip: Version `v1` has sg_status_list `vwd`, not `rev`"]
    );
    let shot =
        event("Shotgun_Note_Change", 3, "note_links", json!({"added": [link("Shot", 7, "")]}));
    assert_eq!(
        stage.work(&[shot]).only(),
        ["skip: no Version was added to note_links of Note `redo`"]
    );
}

#[test]
fn a_note_on_a_version_sets_the_task_of_that_version() {
    // A15, D: a note on a version leads to a task through the version, if it has one.
    let rule = "on: Note/create, do: set, target: note_links.Version.sg_task, \
                values: { sg_status_list: adn }";
    let mut stage = version(rule, "rev", "ip");
    stage.put("Version", 2, json!({"code": "v2", "sg_task": null}));
    let note = |stage: &mut Stage, versions: &[u64]| {
        let links: Value = versions.iter().map(|id| link("Version", *id, "")).collect();
        stage.put("Note", 3, json!({"subject": "redo", "note_links": links}));
        stage.work(&[created("Note", 3)])
    };
    assert_eq!(note(&mut stage, &[2]).only(), ["skip: Version `v2` has no sg_task"]);
    assert_eq!(
        note(&mut stage, &[9]).only(),
        ["skip: what Note `redo` leads to is deleted or not visible"]
    );
    let worked = note(&mut stage, &[1, 2]);
    assert_eq!(worked.only(), ["Task `Comp` of `SH7`: sg_status_list `ip` -> `adn`"]);
    assert_eq!(worked.reads.len(), 3);
}

#[test]
fn a_new_entity_gets_what_is_still_empty() {
    // A20: a text without letters and a link to nothing are empty too; nothing is overwritten.
    let rule = "on: Shot/create, do: set, where: { sg_cut: [null] }, values: { sg_cut: 1001 }";
    for (now, writes) in [(Value::Null, 1), (json!(""), 1), (json!([]), 1), (json!(5), 0)] {
        let mut stage = Stage::new([rule]);
        stage.put("Shot", 7, json!({"code": "SH7", "sg_cut": now}));
        assert_eq!(stage.work(&[created("Shot", 7)]).writes.len(), writes, "{now}");
    }
}

#[test]
fn a_field_is_copied_to_a_linked_entity() {
    // A24: a link is written without the name that it was read with; nothing is copied as nothing.
    let rule = "on: Version/update, do: set, target: entity.Shot, \
                copy: { frames: frame_range, lead: sg_task.Task.lead, latest: self }";
    let mut stage = Stage::new([rule]);
    stage.put("Shot", 7, json!({"code": "SH7", "frames": "1-2", "lead": null, "latest": null}));
    let lead = link("HumanUser", 4, "Ann");
    let fields = json!({"code": "v1", "entity": link("Shot", 7, "SH7"), "frame_range": "1-9",
        "sg_task.Task.lead": lead});
    stage.put("Version", 1, fields);
    let change = event("Shotgun_Version_Change", 1, "frame_range", json!({"new_value": "1-9"}));
    let worked = stage.work(std::slice::from_ref(&change));
    assert_eq!(
        worked.only(),
        ["Shot `SH7`: frames `1-2` -> `1-9`, latest nothing -> Version 1, lead nothing -> `Ann`"]
    );
    assert_eq!(stage.get("Shot", 7, "lead"), &json!({"type": "HumanUser", "id": 4}));
    assert_eq!(stage.work(std::slice::from_ref(&change)).writes, []);
    stage.set("Version", 1, "frame_range", Value::Null);
    stage.set("Version", 1, "sg_task.Task.lead", lead.clone());
    stage.work(&[change]);
    assert_eq!(stage.get("Shot", 7, "frames"), &Value::Null);
}

#[test]
fn two_rules_that_answer_one_another_come_to_rest() {
    // C8: version -> task and task -> version with maps that agree: the second write is none.
    let version_drives = "on: Version/update/sg_status_list, do: set, target: sg_task, \
                          map: { sg_status_list: { apr: fin, rev: rev } }";
    let task_drives = "on: Task/update/sg_status_list, do: set, target: { find: Version, \
                       linked_by: sg_task, newest: created_at }, \
                       map: { sg_status_list: { fin: apr, rev: rev } }";
    let mut stage = version(version_drives, "apr", "ip");
    let mut back = Stage::new([task_drives]);
    assert_eq!(stage.work(&[status("Version", 1, "apr")]).writes.len(), 1);
    back.task(5, "Comp", 7, stage.get("Task", 5, "sg_status_list").as_str().expect("a code"));
    let version = json!({"code": "v1", "sg_status_list": "apr", "created_at": "2026-01-01",
        "sg_task": link("Task", 5, "Comp")});
    back.put("Version", 1, version);
    assert_eq!(
        back.work(&[status("Task", 5, "fin")]).only(),
        ["skip: Version `v1` has sg_status_list `apr` already"]
    );
}

#[test]
fn what_an_earlier_rule_wrote_has_not_overtaken_the_event() {
    // The first rule changes the very status that the event is about; the second means the event.
    let approves = "on: Version/update/sg_status_list, to: apr, do: set, \
                    values: { sg_status_list: dlvr }";
    let drives = "on: Version/update/sg_status_list, to: apr, do: set, target: sg_task, \
                  values: { sg_status_list: fin }";
    let mut stage = Stage::new([approves, drives]);
    stage.task(5, "Comp", 7, "ip");
    let fields = json!({"code": "v1", "sg_status_list": "apr", "sg_task": link("Task", 5, "")});
    stage.put("Version", 1, fields);
    assert_eq!(
        stage.work(&[status("Version", 1, "apr")]).only(),
        [
            "Version `v1`: sg_status_list `apr` -> `dlvr`",
            "Task `Comp` of `SH7`: sg_status_list `ip` -> `fin`",
        ]
    );
    // Somebody else's change has.
    let overtaken = "skip: overtaken: Version `v1` has sg_status_list `dlvr` by now, not `apr`";
    let worked = stage.work(&[status("Version", 1, "apr")]);
    assert_eq!(worked.only(), [overtaken, overtaken]);
}
