use crate::stage::{Stage, created, status};
use serde_json::{Value, json};

const RULE: &str = "on: [Shot/update/sg_status_list, Shot/create], do: push_down, \
                    values: [hld, omt], keep: [fin, na]";

fn stage(shot: &str) -> Stage {
    let mut stage = Stage::new([RULE]);
    stage.shot(7, shot);
    stage.shot(8, "ip");
    for (id, name, at) in
        [(1, "Roto", "fin"), (2, "Anim", "ip"), (3, "Comp", "wtg"), (4, "Fx", "hld")]
    {
        stage.task(id, name, 7, at);
    }
    stage.task(9, "Comp", 8, "wtg");
    stage
}

#[test]
fn a_shot_on_hold_holds_its_tasks() {
    // A8: except those that are finished, not needed, or on hold already.
    let mut stage = stage("hld");
    let worked = stage.work(&[status("Shot", 7, "hld")]);
    assert_eq!(
        worked.only(),
        [
            "Task `Anim` of `SH7`: sg_status_list `ip` -> `hld`",
            "Task `Comp` of `SH7`: sg_status_list `wtg` -> `hld`",
            "Task `Roto` of `SH7` is at `fin`, which is kept",
            "Task `Fx` of `SH7` is at `hld` already",
        ]
    );
    assert_eq!(worked.reads.len(), 2);
    let again = stage.work(&[status("Shot", 7, "hld")]);
    assert_eq!(again.writes, []);
    assert_eq!(stage.get("Task", 9, "sg_status_list"), "wtg");
}

#[test]
fn only_the_named_statuses_are_handed_on() {
    for (shot, event, expect) in [
        ("ip", "ip", "skip: Shot `SH7` is at `ip`; only `hld` or `omt` is handed on"),
        ("ip", "hld", "skip: overtaken: Shot `SH7` has sg_status_list `ip` by now, not `hld`"),
        ("omt", "hld", "skip: overtaken: Shot `SH7` has sg_status_list `omt` by now, not `hld`"),
    ] {
        assert_eq!(stage(shot).work(&[status("Shot", 7, event)]).only(), [expect]);
    }
}

#[test]
fn a_shot_that_is_born_on_hold_hands_it_on() {
    // D: no update event for a status that was set at the creation.
    assert_eq!(stage("omt").work(&[created("Shot", 7)]).writes.len(), 3);
}

#[test]
fn what_is_not_there_is_said() {
    let mut stage = stage("hld");
    stage.shot(10, "hld");
    let on = |stage: &mut Stage, id| stage.work(&[status("Shot", id, "hld")]).only().to_vec();
    assert_eq!(on(&mut stage, 10), ["skip: Shot `SH10` has no Task"]);
    assert_eq!(on(&mut stage, 11), ["skip: Shot 11 is deleted or not visible"]);
    stage.put("Shot", 12, json!({"code": "SH12"}));
    assert_eq!(
        on(&mut stage, 12),
        ["fail: Shot has no field `sg_status_list`, or our script may not see it"]
    );
}

#[test]
fn children_are_of_the_type_and_link_that_are_named() {
    let rule = "on: Sequence/update/sg_status_list, do: push_down, values: hld, \
                children: Shot.sg_sequence";
    let mut stage = Stage::new([rule]);
    stage.put("Sequence", 5, json!({"code": "SQ5", "sg_status_list": "hld"}));
    for (id, sequence) in [(7, json!({"type": "Sequence", "id": 5})), (8, Value::Null)] {
        stage.shot(id, "ip");
        stage.set("Shot", id, "sg_sequence", sequence);
    }
    assert_eq!(
        stage.work(&[status("Sequence", 5, "hld")]).only(),
        ["Shot `SH7`: sg_status_list `ip` -> `hld`"]
    );
}
