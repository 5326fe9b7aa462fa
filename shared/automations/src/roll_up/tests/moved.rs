//! Tasks that are deleted, revived or moved, and many at once.

use super::stage;
use crate::stage::{Stage, event, status};
use serde_json::{Value, json};

fn shot(id: u64) -> Value {
    json!({"type": "Shot", "id": id, "name": format!("SH{id}")})
}

#[test]
fn a_deleted_task_no_longer_holds_its_shot_up() {
    // C6, D: the event says only which task it was; the row of the retired task says the shot.
    let mut stage = stage("ip", &["fin", "wtg"]);
    stage.retire("Task", 2);
    let deleted = event("Shotgun_Task_Retirement", 2, "", json!({"type": "entity_retirement"}));
    let worked = stage.work(std::slice::from_ref(&deleted));
    assert_eq!(stage.get("Shot", 7, "sg_status_list"), "fin");
    assert!(worked.reads[0].retired, "{:?}", worked.reads);
    assert_eq!(worked.reads.len(), 3);
    // The last task goes: nothing is left to decide by.
    stage.retire("Task", 1);
    let expect = "skip: Shot `SH7` is at `fin` and stays: it has no Task";
    assert_eq!(stage.work(&[deleted]).only(), [expect]);
}

#[test]
fn a_task_that_is_back_counts_again() {
    let mut stage = stage("fin", &["fin", "wtg"]);
    let worked = stage.work(&[event("Shotgun_Task_Revival", 2, "", json!({}))]);
    assert_eq!(worked.writes.len(), 1);
    assert_eq!(stage.get("Shot", 7, "sg_status_list"), "ip");
    // Its deletion is worked late, when it is back already: then the live row counts.
    let worked = stage.work(&[event("Shotgun_Task_Retirement", 2, "", json!({}))]);
    assert_eq!(worked.writes, []);
    assert!(worked.only()[0].starts_with("skip: Shot `SH7` is at `ip` and stays"));
}

#[test]
fn a_shot_that_is_back_is_looked_at_itself() {
    // D: the events of its tasks came before its own.
    let mut stage = stage("ip", &["fin"]);
    let worked = stage.work(&[event("Shotgun_Shot_Revival", 7, "", json!({}))]);
    assert_eq!(worked.writes.len(), 1);
    assert_eq!(stage.get("Shot", 7, "sg_status_list"), "fin");
}

/// T2 was moved from shot 7 to shot 8.
fn moved() -> Stage {
    let mut stage = stage("ip", &["fin", "wtg"]);
    stage.shot(8, "fin");
    stage.task(3, "T3", 8, "fin");
    stage.set("Task", 2, "entity", shot(8));
    stage
}

#[test]
fn both_shots_of_a_moved_task_are_looked_at() {
    // C6.
    let mut stage = moved();
    let meta = json!({"old_value": shot(7), "new_value": shot(8), "field_data_type": "entity"});
    let worked = stage.work(&[event("Shotgun_Task_Change", 2, "entity", meta)]);
    assert_eq!(
        worked.only(),
        [
            "Shot `SH7`: sg_status_list `ip` -> `fin`, because every Task that counts (1) is at \
             `fin` or `apr`",
            "Shot `SH8`: sg_status_list `fin` -> `ip`, because Task `T2` of `SH8` is at `wtg`",
        ]
    );
    assert_eq!(worked.reads.len(), 3);
}

#[test]
fn a_task_that_was_taken_off_its_shot_is_looked_for_there() {
    let mut stage = moved();
    stage.set("Task", 2, "entity", Value::Null);
    let meta = json!({"old_value": shot(7), "new_value": null});
    let worked = stage.work(&[event("Shotgun_Task_Change", 2, "entity", meta.clone())]);
    assert_eq!(worked.writes.len(), 1);
    assert_eq!(stage.get("Shot", 7, "sg_status_list"), "fin");
    // Deleted since: where it was is looked at all the same.
    stage.set("Shot", 7, "sg_status_list", json!("ip"));
    stage.retire("Task", 2);
    let worked = stage.work(&[event("Shotgun_Task_Change", 2, "entity", meta)]);
    assert_eq!(worked.writes.len(), 1);
}

#[test]
fn the_former_shot_of_an_event_without_values_is_in_the_event_log() {
    let mut stage = moved();
    let meta = json!({"old_value": shot(7), "new_value": shot(8)});
    stage.put("EventLogEntry", 77, json!({"meta": meta}));
    let worked = stage.work(&[event("Shotgun_Task_Change", 2, "entity", json!({}))]);
    assert_eq!(worked.writes.len(), 2);
    // Where it says nothing either, the shot it is on now is looked at.
    let mut stage = moved();
    let worked = stage.work(&[event("Shotgun_Task_Change", 2, "entity", json!({}))]);
    assert_eq!(worked.writes.len(), 1);
}

#[test]
fn a_hundred_tasks_of_five_shots_are_five_writes() {
    // D: an edit of a hundred tasks in the grid. Neither searches nor writes follow their number.
    let reads = [5, 20, 100, 400].map(|tasks| {
        let mut stage = stage("ip", &[]);
        for id in 0..5 {
            stage.shot(id + 7, "ip");
        }
        let ids: Vec<u64> = (1..=tasks).collect();
        for id in &ids {
            stage.task(*id, "T", 7 + id % 5, "fin");
        }
        let events: Vec<_> = ids.iter().map(|id| status("Task", *id, "fin")).collect();
        let worked = stage.work(&events);
        assert_eq!(worked.writes.len(), 5);
        worked.reads.len()
    });
    assert_eq!(reads, [3; 4]);
}
