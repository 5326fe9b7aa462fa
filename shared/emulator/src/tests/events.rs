//! What the event log holds.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::{JSON, Stand};

fn rows(stand: &Stand) -> Vec<Value> {
    let rows = stand.site.records("EventLogEntry");
    rows.into_iter().map(|row| json!(row.fields)).collect()
}

fn types(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["event_type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn making_a_task_logs_it_its_fields_and_its_shot() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let before = rows(&stand).len();
    let task = stand.make("Task", json!({"content": "Comp", "entity": filled.shots[0]}));
    let rows = rows(&stand).split_off(before);
    assert_eq!(types(&rows)[0], "Shotgun_Task_New");
    let meta = json!({"type": "new_entity", "entity_type": "Task", "entity_id": task.id});
    assert_eq!(rows[0]["meta"], meta);
    assert_eq!(rows[0]["attribute_name"], Value::Null);
    let status = rows.iter().find(|row| row["attribute_name"] == "sg_status_list").unwrap();
    assert_eq!(status["meta"]["in_create"], true);
    assert_eq!(status["meta"]["new_value"], "wtg");
    let shot = rows.iter().find(|row| row["event_type"] == "Shotgun_Shot_Change").unwrap();
    assert_eq!(shot["attribute_name"], "tasks");
    assert_eq!(shot["entity"]["id"], filled.shots[0].id);
    assert_eq!(shot["meta"]["entity_type"], "Task", "the meta is about the task");
    assert_eq!(shot["meta"]["actual_attribute_changed"], "Task.entity");
    assert_eq!(shot["meta"]["added"][0]["id"], task.id);
}

#[tokio::test]
async fn a_change_has_old_and_new_a_multi_link_has_added_and_removed() {
    let stand = Stand::new().await;
    let task = stand.fill().tasks[0].clone();
    let person = stand.make("HumanUser", json!({"name": "Ann"}));
    let before = rows(&stand).len();
    let set = json!({"sg_status_list": "fin", "task_assignees": [person], "content": "Anim"});
    stand.site.update(&task, set, &stand.by).unwrap();
    let rows = rows(&stand).split_off(before);
    assert_eq!(types(&rows), ["Shotgun_Task_Change"; 2], "what does not change makes no event");
    assert_eq!(
        rows[0]["meta"],
        json!({"type": "attribute_change", "attribute_name": "sg_status_list",
            "entity_type": "Task", "entity_id": task.id, "field_data_type": "status_list",
            "old_value": "wtg", "new_value": "fin"})
    );
    let meta = &rows[1]["meta"];
    assert_eq!((&meta["added"][0]["name"], &meta["removed"]), (&json!("Ann"), &json!([])));
    assert!(meta.get("new_value").is_none());
    assert_eq!(rows[0]["user"]["id"], stand.by.id);
    assert!(rows[0]["session_uuid"].is_string());
}

#[tokio::test]
async fn after_a_retirement_no_row_shows_the_entity_any_more() {
    let stand = Stand::new().await;
    let shot = stand.fill().shots[0].clone();
    let before = rows(&stand).len();
    stand.site.retire(&shot, &stand.by).unwrap();
    stand.site.revive(&shot, &stand.by).unwrap();
    let made = rows(&stand).split_off(before);
    let expect = ["Shotgun_Shot_Retirement", "Shotgun_Shot_Change", "Shotgun_Shot_Revival"];
    assert_eq!(types(&made), expect);
    assert_eq!(made[0]["meta"]["display_name"], "SH010");
    assert_eq!(made[1]["attribute_name"], "retirement_date");
    stand.site.retire(&shot, &stand.by).unwrap();
    let about = rows(&stand)
        .into_iter()
        .filter(|row| row["meta"]["entity_type"] == "Shot" && row["meta"]["entity_id"] == shot.id);
    assert!(about.clone().count() > 5);
    assert!(about.clone().all(|row| row["entity"].is_null()));
}

#[tokio::test]
async fn a_script_makes_events_only_if_it_is_told_to() {
    let stand = Stand::new().await;
    let task = stand.fill().tasks[0].clone();
    let put = format!("PUT /api/v1/entity/tasks/{}", task.id);
    let before = rows(&stand).len();
    stand.call(&put, JSON, &json!({"sg_status_list": "ip"})).await;
    let made = rows(&stand).split_off(before);
    assert_eq!(made[0]["user"]["type"], "ApiUser");
    assert_eq!(made[0]["session_uuid"], Value::Null);
    let silent = json!({"generate_event_log_entries": false});
    stand.site.update(&stand.site.script(), silent, &stand.by).unwrap();
    let before = rows(&stand).len();
    let (status, _) = stand.call(&put, JSON, &json!({"sg_status_list": "fin"})).await;
    assert_eq!(status, 200);
    assert_eq!(rows(&stand).len(), before);
}

#[tokio::test]
async fn rows_can_come_late_and_ids_can_stay_empty() {
    let stand = Stand::new().await;
    let task = stand.fill().tasks[0].clone();
    let last = |stand: &Stand| rows(stand).last().unwrap()["id"].as_u64().unwrap();
    let set = |status: &str| {
        let fields = json!({ "sg_status_list": status });
        stand.site.update(&task, fields, &stand.by).unwrap();
    };
    let first = last(&stand);
    stand.site.hold_log_rows(1);
    set("ip");
    assert_eq!(last(&stand), first, "the id is taken, the row not there yet");
    stand.site.skip_log_ids(2);
    set("rev");
    assert_eq!(last(&stand), first + 4);
    assert_eq!(stand.found("event_log_entries", json!([["id", "is", first + 1]])).await, [0; 0]);
    assert_eq!(stand.site.release_log_rows(), 1);
    let found = stand.found("event_log_entries", json!([["id", "greater_than", first]])).await;
    assert_eq!(found, [first + 1, first + 4]);
}

#[tokio::test]
async fn the_log_is_read_like_any_other_type() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let shot: &EntityRef = &filled.shots[0];
    let found = stand.found(
        "event_log_entries",
        json!([
            ["event_type", "in", ["Shotgun_Shot_New"]],
            ["entity", "is", shot],
            ["project", "is", filled.project],
            ["created_at", "in_last", [1, "DAY"]]
        ]),
    );
    assert_eq!(found.await.len(), 1);
    let body = json!({"event_type": "Studio_Done", "meta": {"a": 1}, "project": filled.project});
    let (status, answer) = stand.call("POST /api/v1/entity/event_log_entries", JSON, &body).await;
    assert_eq!((status, &answer["data"]["attributes"]["meta"]), (201, &json!({"a": 1})));
    assert_eq!(types(&rows(&stand)).last(), Some(&"Studio_Done"));
}
