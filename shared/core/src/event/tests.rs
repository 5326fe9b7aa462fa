//! Events of every shape that was seen.

use super::*;
use serde_json::json;

fn read(event: &Value) -> Event {
    Event::read(event.to_string().as_bytes()).expect("an event")
}

#[test]
fn a_status_change_is_read_whole() {
    let event = read(&json!({
        "id": "693322.80953.0", "event_log_entry_id": 3_635_187,
        "event_type": "Shotgun_Shot_Change", "operation": "update",
        "user": {"type": "HumanUser", "id": 1346}, "entity": {"type": "Shot", "id": 20716},
        "project": {"type": "Project", "id": 2817},
        "meta": {"type": "attribute_change", "attribute_name": "sg_status_list",
                 "entity_type": "Shot", "entity_id": 20716, "old_value": null, "new_value": "ip"},
        "created_at": "2023-04-22 21:13:51.550053", "attribute_name": "sg_status_list",
        "session_uuid": null, "delivery_id": "fe37d91a-fc99-4d9e-acb2-2a4b855348ba",
    }));
    let kind = EventKind::Entity { entity_type: "Shot".into(), operation: Operation::Update };
    assert_eq!(event.kind, kind);
    assert_eq!(event.key("studio.example").as_str(), "studio.example/3635187");
    assert_eq!(event.new_value(), Some(&json!("ip")));
    assert_eq!(event.old_value(), Some(&Value::Null));
    assert_eq!(
        event.created_at.map(|at| at.to_string()).as_deref(),
        Some("2023-04-22T21:13:51.550053Z")
    );
}

#[test]
fn the_event_is_about_its_entity_and_not_about_the_one_in_meta() {
    let event = read(&json!({
        "event_type": "Shotgun_Shot_Change", "entity": {"type": "Shot", "id": 7080},
        "meta": {"entity_type": "Task", "entity_id": 67380, "added": [
            {"type": "Task", "id": 67380, "name": "newtask3"}]},
    }));
    assert_eq!(event.entity, Some(EntityRef::new("Shot", 7080)));
    assert_eq!(event.added(), Some(vec![EntityRef::new("Task", 67380)]));
}

#[test]
fn the_flat_form_of_older_sites_is_read_too() {
    let event = read(&json!({
        "id": 857, "event_type": "Shotgun_Task_Change", "entity_type": "Task", "entity_id": 9,
        "project_id": 65, "user_type": "HumanUser", "user_id": 3,
    }));
    assert_eq!(event.id, "857");
    assert_eq!(event.entity, Some(EntityRef::new("Task", 9)));
    assert_eq!(event.project, Some(EntityRef::new("Project", 65)));
}

#[test]
fn service_events_are_known_and_have_a_key_of_their_own() {
    let event = read(&json!({
        "id": "0", "event_log_entry_id": 0, "event_type": "Webhook_Status_Change",
        "webhook_status": "failed", "previous_webhook_status": "active",
        "delivery_id": "fe37d91a-fc99-4d9e-acb2-2a4b855348ba",
    }));
    let kind = EventKind::HookStatus { status: "failed".into(), previous: "active".into() };
    assert_eq!(event.kind, kind);
    let key = event.key("s.example");
    assert_eq!(key.as_str(), "s.example/0/0/fe37d91a-fc99-4d9e-acb2-2a4b855348ba");
    assert_eq!(read(&json!({"event_type": "Test_Connection"})).kind, EventKind::TestConnection);
}

#[test]
fn an_unheard_of_type_is_custom_and_anything_else_is_no_event() {
    let custom = read(&json!({"event_type": "Toolkit_Folders_Create", "new": {"x": 1}}));
    assert_eq!(custom.kind, EventKind::Custom);
    assert!(matches!(Event::read(b"not json"), Err(NoEvent::NotJson(_))));
    for shape in ["[]", "{}", "7", r#"{"event_type": null}"#] {
        assert!(matches!(Event::read(shape.as_bytes()), Err(NoEvent::Shape(_))), "{shape}");
    }
}

#[test]
fn missing_values_are_told_from_null_ones() {
    let event = read(&json!({"event_type": "Shotgun_Shot_Change", "warning": "too large"}));
    assert!(event.truncated);
    assert_eq!(event.new_value(), None);
}
