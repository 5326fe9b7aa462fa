//! Entries as the site shows them, and the deliveries they stand for.

use super::*;
use crate::envelope::{Circumstances, deliveries};
use crate::event::EventKind;
use crate::limits::MESSAGE_SIZE_MAX;
use crate::signature::{Body, Keys};

/// The delivery of 2023 that webhooks.md section 9 shows.
fn delivered() -> Value {
    json!({
        "id": "693322.80953.0", "event_log_entry_id": 3_635_187,
        "event_type": "Shotgun_Shot_Change", "operation": "update",
        "user": {"type": "HumanUser", "id": 1346}, "entity": {"type": "Shot", "id": 20716},
        "project": {"type": "Project", "id": 2817},
        "meta": {"type": "attribute_change", "attribute_name": "sg_status_list",
            "entity_type": "Shot", "entity_id": 20716, "field_data_type": "status_list",
            "old_value": "omt", "new_value": "actv"},
        "created_at": "2023-04-22 21:13:51.550053", "attribute_name": "sg_status_list",
        "session_uuid": "85d7a282-e152-11ed-b7ea-0242ac110002",
        "delivery_id": "fe37d91a-fc99-4d9e-acb2-2a4b855348ba",
    })
}

/// The same event as a search shows it.
fn shown() -> Value {
    let mut shown = delivered();
    for link in ["user", "entity", "project"] {
        shown[link]["name"] = json!("a name");
    }
    shown["created_at"] = json!("2023-04-22T21:13:51Z");
    shown["description"] = json!("somebody changed \"Status\"");
    shown
}

fn entry(id: u64, fields: &Value) -> EventLogEntry {
    let fields = fields.as_object().expect("an object").clone();
    EventLogEntry::from_fields(id, fields.into_iter().collect())
}

fn read(value: &Value) -> Event {
    Event::read(value.to_string().as_bytes()).expect("an event")
}

#[test]
fn an_entry_reads_as_the_event_that_was_delivered() {
    let mut expect = read(&delivered());
    (expect.id, expect.delivery) = (String::new(), None);
    expect.created_at = Some("2023-04-22T21:13:51Z".parse().expect("a time"));
    let entry = entry(3_635_187, &shown());
    let event = entry.event().expect("an event");
    assert_eq!(event, expect);
    assert_eq!(event.key("studio.example"), read(&delivered()).key("studio.example"));
    assert_eq!(entry.description.as_deref(), Some("somebody changed \"Status\""));
}

#[test]
fn every_key_but_three_is_the_one_of_a_delivery_with_the_same_value() {
    let bytes = entry(3_635_187, &shown()).bytes();
    let mut got: Value = serde_json::from_slice(&bytes).expect("JSON");
    let mut expect = delivered();
    for left_out in ["id", "delivery_id"] {
        expect.as_object_mut().expect("an object").remove(left_out);
    }
    assert_eq!(got["created_at"], "2023-04-22 21:13:51.000000");
    got["created_at"] = expect["created_at"].clone();
    assert_eq!(got, expect);
}

fn check_entity(fields: &Value, expect: Option<EntityRef>) {
    let mut fields = fields.clone();
    fields["entity"] = Value::Null;
    let event = entry(1, &fields).event().expect("an event");
    assert_eq!(event.entity, expect, "{fields}");
}

#[test]
fn the_entity_that_a_link_no_longer_shows_is_taken_from_meta() {
    let shot = Some(EntityRef::new("Shot", 7));
    for (event_type, kind) in [
        ("Shotgun_Shot_New", "new_entity"),
        ("Shotgun_Shot_Retirement", "entity_retirement"),
        ("Shotgun_Shot_Revival", "entity_revival"),
        ("Shotgun_Shot_Change", "attribute_change"),
    ] {
        let meta = json!({"type": kind, "entity_type": "Shot", "entity_id": 7});
        check_entity(&json!({"event_type": event_type, "meta": meta}), shot.clone());
    }
}

#[test]
fn a_meta_about_the_other_side_of_a_link_is_not_taken_for_the_entity() {
    let of_task = json!({"type": "attribute_change", "entity_type": "Task", "entity_id": 67380,
        "actual_attribute_changed": "Task.entity", "attribute_name": "tasks"});
    check_entity(&json!({"event_type": "Shotgun_Shot_Change", "meta": of_task}), None);
    // Two sides of one type: only the name of the other field tells.
    check_entity(&json!({"event_type": "Shotgun_Task_Change", "meta": of_task}), None);
    let unnamed = json!({"type": "attribute_change", "entity_type": "Task", "entity_id": 1});
    check_entity(&json!({"event_type": "Shotgun_Shot_Change", "meta": unnamed}), None);
    let other = json!({"type": "studio", "entity_type": "Shot", "entity_id": 7});
    check_entity(&json!({"event_type": "Studio_Done", "meta": other}), None);
    for id in [json!(0), json!("7"), Value::Null] {
        let meta = json!({"type": "new_entity", "entity_type": "Shot", "entity_id": id});
        check_entity(&json!({"event_type": "Shotgun_Shot_New", "meta": meta}), None);
    }
}

#[test]
fn nothing_that_an_entry_lacks_or_holds_is_an_error() {
    let fields = json!({"event_type": "Studio_Done", "meta": "a=b", "entity": {"id": 0},
        "created_at": "soon", "project": null, "user": [], "new": {"x": 1}});
    let event = entry(5, &fields).event().expect("an event");
    assert_eq!((event.kind, event.entry), (EventKind::Custom, Some(5)));
    assert_eq!((event.entity, event.project, event.created_at), (None, None, None));
    let without_zone = entry(5, &json!({"created_at": "2022-02-01 20:53:08.523887"}));
    assert_eq!(without_zone.created_at, "2022-02-01T20:53:08.523887Z".parse().ok());
    assert!(entry(5, &json!({})).event().is_err());
}

fn check_delivered(event_type: &str, meta: &Value, expect: bool) {
    let entry = entry(1, &json!({"event_type": event_type, "meta": meta}));
    assert_eq!(entry.is_delivered(), expect, "{event_type} {meta}");
}

#[test]
fn what_the_site_never_delivers_is_known() {
    let in_create = json!({"type": "attribute_change", "in_create": true});
    check_delivered("Shotgun_Task_Change", &in_create, false);
    check_delivered("Shotgun_Task_New", &in_create, true);
    check_delivered("Shotgun_Task_Change", &json!({"in_create": false}), true);
    check_delivered("Shotgun_Task_Retirement", &json!({}), true);
    check_delivered("Shotgun_ApiUser_New", &json!({}), false);
    check_delivered("Shotgun_AssetShotConnection_New", &json!({}), false);
    check_delivered("Shotgun_TaskDependency_New", &json!({}), false);
    check_delivered("Shotgun_Reading_Change", &json!({}), true);
    check_delivered("Toolkit_Folders_Create", &in_create, true);
    assert!(!entry(1, &json!({})).is_delivered(), "what is no event is not delivered");
}

/// The group that the door gives to these bytes.
fn at_the_door(bytes: &[u8], ordering: Ordering) -> String {
    let keys = Keys::new([b"k".as_slice()]).expect("a token");
    let body = [br#"{"data":"#, bytes, b"}"].concat();
    let signature = keys.sign(&body);
    let body = keys.verify(Body::unverified(body), [signature.as_bytes()]).expect("signed");
    let received_at = Timestamp::UNIX_EPOCH;
    let circumstances = Circumstances { header_delivery: None, received_at, ordering };
    deliveries(&body).messages(&circumstances)[0].group().to_owned()
}

#[test]
fn an_entry_has_the_group_that_the_door_gives_to_its_delivery() {
    let projects = [json!(null), json!({"type": "Project", "id": 65})];
    let kinds = ["Shot", "CustomEntity06", "샷", "a b", &"x".repeat(200)];
    let mut seen = std::collections::BTreeSet::new();
    for ordering in [Ordering::Project, Ordering::Entity] {
        for project in &projects {
            for kind in kinds {
                let entity = json!({"type": kind, "id": 7});
                let fields = json!({"event_type": "x", "project": project, "entity": entity});
                let entry = entry(1, &fields);
                let group = entry.message(ordering, Timestamp::UNIX_EPOCH).group().to_owned();
                assert_eq!(group, at_the_door(&entry.bytes(), ordering), "{fields}");
                seen.insert(group);
            }
        }
    }
    // One project, one group of the site's, and a group for each kind whose name fits.
    assert_eq!(seen.len(), 2 + kinds.len() - 1, "{seen:?}");
}

#[test]
fn a_message_holds_the_bytes_and_folds_by_entry() {
    let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    let found = entry(7, &shown());
    let message = found.message(Ordering::Project, now);
    assert_eq!(message.stored().unpack().expect("unpacks"), found.bytes());
    assert_eq!(message.stored().attributes[RECEIVED_AT], "2026-01-01T00:00:00Z");
    assert_eq!(message.stored().header_delivery(), None);
    assert_eq!((message.group(), message.deduplication().len()), ("project-2817", 64));
    // The link may be gone by the next sweep: it is the same event all the same.
    let mut later = found.clone();
    later.project = None;
    let again = later.message(Ordering::Project, now);
    assert_eq!(message.deduplication(), again.deduplication());
    assert_ne!(
        message.deduplication(),
        entry(8, &shown()).message(Ordering::Project, now).deduplication()
    );
}

#[test]
fn an_entry_that_fits_in_no_message_is_cut_so_that_it_is_read_again() {
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'#' + ((state >> 33) % 57) as u8)
    };
    let large: String = (0..2 * MESSAGE_SIZE_MAX).map(|_| noise()).collect();
    let mut fields = shown();
    fields["meta"]["new_value"] = json!(large);
    let message = entry(7, &fields).message(Ordering::Project, Timestamp::UNIX_EPOCH);
    let event = Event::read(&message.stored().unpack().expect("unpacks")).expect("an event");
    assert!(event.truncated);
    assert_eq!((event.entry, event.new_value()), (Some(7), None));
}
