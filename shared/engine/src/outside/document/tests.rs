use sgh_core::ids::EventKey;
use sgh_queue::{Receipt, Received};

use super::*;

fn item(event: &Value) -> EventItem {
    let event = Event::read(event.to_string().as_bytes()).unwrap();
    EventItem {
        received: Received {
            message_id: "m".into(),
            receipt: Receipt("r".into()),
            group: "project-65".into(),
            receives: 1,
            message: sgh_core::message::StoredMessage::default(),
        },
        delivery: event.delivery,
        key: event.key("studio.example"),
        event,
        bytes: Vec::new(),
        wanted: Vec::new(),
        ended: false,
        held: None,
    }
}

fn change(new_value: &str) -> EventItem {
    item(&json!({
        "id": "11777.3065.0", "event_log_entry_id": 4242, "event_type": "Shotgun_Version_Change",
        "entity": {"type": "Version", "id": 7}, "project": {"type": "Project", "id": 65},
        "user": {"type": "HumanUser", "id": 24}, "attribute_name": "sg_status_list",
        "created_at": "2026-03-01 02:30:00.123456",
        "delivery_id": "fe37d91a-fc99-4d9e-acb2-2a4b85534889",
        "meta": {"old_value": "rev", "new_value": new_value, "field_data_type": "status_list"},
    }))
}

fn document(item: &EventItem, fields: &Option<BTreeMap<String, Value>>) -> Document {
    Document::of(&Told { automation: "tell", site: "studio.example", item, fields })
}

#[test]
fn the_document_is_what_other_code_relies_on() {
    let fields = Some(BTreeMap::from([("code".to_owned(), json!("comp_v001"))]));
    let whole: Value = serde_json::from_str(&document(&change("apr"), &fields).whole()).unwrap();
    let expect = json!({
        "key": EventKey::of_entry("studio.example", 4242).as_str(),
        "automation": "tell",
        "site": "studio.example",
        "delivery": "fe37d91a-fc99-4d9e-acb2-2a4b85534889",
        "event": {
            "id": "11777.3065.0",
            "event_log_entry_id": 4242,
            "type": "Shotgun_Version_Change",
            "operation": "update",
            "entity": {"type": "Version", "id": 7},
            "attribute": "sg_status_list",
            "old_value": "rev",
            "new_value": "apr",
            "added": null,
            "removed": null,
            "meta": {"field_data_type": "status_list"},
            "project": {"type": "Project", "id": 65},
            "user": {"type": "HumanUser", "id": 24},
            "created_at": "2026-03-01T02:30:00.123456Z",
            "truncated": false,
        },
        "entity": {"type": "Version", "id": 7, "fields": {"code": "comp_v001"}},
    });
    assert_eq!(whole, expect);
}

#[test]
fn an_event_about_nothing_has_no_entity() {
    let item = item(&json!({"event_type": "Studio_Publish", "id": "1", "meta": {"a": 1}}));
    let whole: Value = serde_json::from_str(&document(&item, &None).whole()).unwrap();
    assert_eq!(whole["entity"], Value::Null);
    assert_eq!(whole["event"]["meta"], json!({"a": 1}));
    assert_eq!(whole["delivery"], Value::Null);
}

#[test]
fn values_that_are_too_large_are_left_out_and_said_to_be() {
    let item = change(&"x".repeat(2000));
    let text = document(&item, &None).within(1500).expect("fits without its values");
    assert!(text.len() <= 1500);
    let text: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(text["event"]["truncated"], true);
    assert_eq!(text["event"]["new_value"], Value::Null);
    assert_eq!(text["event"]["attribute"], "sg_status_list");
    let large = Some(BTreeMap::from([("code".to_owned(), json!("x".repeat(2000)))]));
    let size = document(&item, &large).within(1500).expect_err("the fields are too large");
    assert!(size > 2000);
}
