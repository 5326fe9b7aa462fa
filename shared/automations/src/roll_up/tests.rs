mod moved;

use crate::stage::{Stage, created, status};
use serde_json::{Value, json};

const RULE: &str = "on: [Task/create, Task/update/sg_status_list, Task/update/entity, Task/delete, \
                    Task/revive, Shot/revive], do: roll_up, parents: [Shot, Asset], \
                    skip: [na, omt], keep: [omt, hld], all: { fin: [fin, apr] }, \
                    any: { ip: [ip, rev] }, reopen: ip";

/// A shot at a status, with tasks `T1`, `T2`, ... at these.
fn stage(shot: &str, tasks: &[&str]) -> Stage {
    let mut stage = Stage::new([RULE]);
    stage.shot(7, shot);
    for (place, at) in tasks.iter().enumerate() {
        let id = place as u64 + 1;
        stage.task(id, &format!("T{id}"), 7, at);
    }
    stage
}

/// What is said when the status of the first task has changed.
fn check(shot: &str, tasks: &[&str], expect: &str) {
    let mut stage = stage(shot, tasks);
    let to = tasks[0].to_owned();
    let worked = stage.work(&[status("Task", 1, &to)]);
    assert_eq!(worked.only(), [expect], "{shot} {tasks:?}");
    // D: decided again, it changes nothing more.
    let again = stage.work(&[status("Task", 1, &to)]);
    assert_eq!(again.writes, [], "{shot} {tasks:?}");
}

#[test]
fn a_shot_is_final_when_all_that_counts_is() {
    let every = |count| format!("because every Task that counts ({count}) is at `fin` or `apr`");
    let to_fin =
        |from, count| format!("Shot `SH7`: sg_status_list `{from}` -> `fin`, {}", every(count));
    // A4: skipped tasks do not count.
    check("ip", &["fin", "apr", "na", "omt"], &to_fin("ip", 2));
    check("wtg", &["fin"], &to_fin("wtg", 1));
    check(
        "fin",
        &["fin"],
        "skip: Shot `SH7` is at `fin` already: every Task that counts (1) is at `fin` or `apr`",
    );
}

#[test]
fn skipped_tasks_alone_are_not_enough() {
    // A4. Nor do they open again what is final.
    for shot in ["ip", "fin"] {
        let expect = format!(
            "skip: Shot `SH7` is at `{shot}` and stays: each Task of it is at `na` or `omt` (2), \
             and that decides nothing"
        );
        check(shot, &["na", "omt"], &expect);
    }
}

#[test]
fn a_task_in_progress_starts_its_shot() {
    // A5.
    check(
        "wtg",
        &["ip", "wtg", "rev"],
        "Shot `SH7`: sg_status_list `wtg` -> `ip`, because Task `T1` of `SH7` is at `ip`, Task \
         `T3` of `SH7` is at `rev`",
    );
    check("ip", &["ip"], "skip: Shot `SH7` is at `ip` already: Task `T1` of `SH7` is at `ip`");
}

#[test]
fn a_final_shot_opens_again_and_no_other_does() {
    // A6, C5: only a shot that `all` had set, and only when that no longer holds.
    check(
        "fin",
        &["wtg", "fin"],
        "Shot `SH7`: sg_status_list `fin` -> `ip`, because Task `T1` of `SH7` is at `wtg`",
    );
    check(
        "wtg",
        &["wtg", "fin", "hld", "rdy", "rdy"],
        "skip: Shot `SH7` is at `wtg` and stays: not `fin`, because Task `T1` of `SH7` is at \
         `wtg`, Task `T3` of `SH7` is at `hld`, Task `T4` of `SH7` is at `rdy` and 1 more",
    );
}

#[test]
fn a_shot_that_is_kept_is_left_alone() {
    for shot in ["omt", "hld"] {
        check(shot, &["fin"], &format!("skip: Shot `SH7` is at `{shot}`, which is kept"));
    }
}

#[test]
fn a_new_task_counts_and_so_does_one_that_is_born_final() {
    // D: a status set at the creation makes no update event.
    let mut stage = stage("fin", &["fin", "wtg"]);
    assert_eq!(stage.work(&[created("Task", 2)]).writes.len(), 1);
    assert_eq!(stage.get("Shot", 7, "sg_status_list"), "ip");
    stage.set("Task", 2, "sg_status_list", json!("fin"));
    assert_eq!(stage.work(&[created("Task", 2)]).writes.len(), 1);
    assert_eq!(stage.get("Shot", 7, "sg_status_list"), "fin");
}

#[test]
fn events_in_any_order_end_in_the_same_status() {
    // D: out of order, overtaken, twice.
    let mut stage = stage("wtg", &["fin", "fin"]);
    let events = [(1, "ip"), (2, "fin"), (1, "fin"), (1, "ip"), (1, "fin")];
    let worked = stage.work(&events.map(|(id, to)| status("Task", id, to)));
    assert_eq!(worked.writes.len(), 1);
    assert_eq!(stage.get("Shot", 7, "sg_status_list"), "fin");
}

#[test]
fn a_task_of_nothing_or_of_something_else_says_so() {
    // C5, D: without entity; on a type that the rule is not for; on a retired parent.
    let mut stage = stage("ip", &["fin", "fin", "fin"]);
    stage.set("Task", 1, "entity", Value::Null);
    stage.set("Task", 2, "entity", json!({"type": "Episode", "id": 3}));
    stage.retire("Shot", 7);
    let worked = stage.work(&[1, 2, 3, 4].map(|id| status("Task", id, "fin")));
    assert_eq!(
        worked.said.concat(),
        [
            "skip: Task `T1` has no entity",
            "skip: Task `T2` is on Episode 3; only Shot or Asset counts",
            "skip: Shot 7 is deleted or not visible",
            "skip: Task 4 is deleted or not visible",
        ]
    );
}

#[test]
fn a_parent_without_a_status_is_an_error_of_the_rule() {
    // D: and one without a `code` is called by its id (C5).
    let rule = RULE.replace("Asset", "Reel");
    let mut stage = Stage::new([rule.as_str()]);
    stage.put("Reel", 4, json!({}));
    stage.task(1, "T1", 7, "fin");
    stage.set("Task", 1, "entity", json!({"type": "Reel", "id": 4}));
    assert_eq!(
        stage.work(&[status("Task", 1, "fin")]).only(),
        ["fail: Reel has no field `sg_status_list`, or our script may not see it"]
    );
    stage.put("Reel", 4, json!({"sg_status_list": "ip"}));
    let worked = stage.work(&[status("Task", 1, "fin")]);
    assert!(
        worked.only()[0].starts_with("Reel 4: sg_status_list `ip` -> `fin`"),
        "{:?}",
        worked.said
    );
}

#[test]
fn the_lines_of_the_file_count_from_the_top() {
    let rule = "on: Task/update/sg_status_list, do: roll_up, parents: Shot, \
                all: { zz: [fin], apr: [fin, apr] }, any: { hld: [blk], aa: [ip, blk] }";
    let to = |tasks: &[&str]| {
        let mut stage = Stage::new([rule]);
        stage.shot(7, "wtg");
        for (place, at) in tasks.iter().enumerate() {
            stage.task(place as u64 + 1, "T", 7, at);
        }
        stage.work(&[status("Task", 1, tasks[0])]);
        stage.get("Shot", 7, "sg_status_list").clone()
    };
    // A27: any blocked before any in progress.
    assert_eq!(to(&["fin", "fin"]), "zz");
    assert_eq!(to(&["fin", "apr"]), "apr");
    assert_eq!(to(&["ip", "blk"]), "hld");
    assert_eq!(to(&["ip", "fin"]), "aa");
    assert_eq!(to(&["wtg", "fin"]), "wtg");
}

#[test]
fn a_note_is_closed_when_its_tasks_are_done() {
    // A3, C1: the public version compares a text with a list, so no note was ever closed.
    let rule = "on: Task/update/sg_status_list, do: roll_up, children: Task.notes, parents: Note, \
                skip: [na], all: { clsd: [fin] }";
    let mut stage = Stage::new([rule]);
    stage.put("Note", 5, json!({"subject": "Edges", "sg_status_list": "opn"}));
    let notes = json!([{"type": "Note", "id": 5, "name": "Edges"}]);
    for (id, at) in [(1, "fin"), (2, "ip")] {
        stage.task(id, &format!("T{id}"), 7, at);
        stage.set("Task", id, "notes", notes.clone());
    }
    assert_eq!(
        stage.work(&[status("Task", 1, "fin")]).only(),
        ["skip: Note `Edges` is at `opn` and stays: not `clsd`, because Task `T2` of `SH7` is at \
          `ip`"]
    );
    stage.set("Task", 2, "sg_status_list", json!("na"));
    stage.work(&[status("Task", 2, "na")]);
    assert_eq!(stage.get("Note", 5, "sg_status_list"), "clsd");
}
