use super::*;

fn take(history: &mut History, entry: u64, event_type: &str, id: u64, field: &str, meta: Value) {
    let kind = event_type.split('_').nth(1).expect("a type");
    let event = json!({
        "event_type": event_type, "entity": {"type": kind, "id": id}, "attribute_name": field,
        "user": {"type": "HumanUser", "id": 1}, "meta": meta,
    });
    history.take(entry, None, &Event::read(event.to_string().as_bytes()).unwrap());
}

fn status(history: &mut History, entry: u64, old: &str, new: &str) {
    let meta = json!({"old_value": old, "new_value": new, "field_data_type": "status_list"});
    take(history, entry, "Shotgun_Task_Change", 1, "sg_status_list", meta);
}

fn task() -> EntityRef {
    EntityRef::new("Task", 1)
}

#[test]
fn a_value_is_what_the_last_change_before_made_it() {
    let mut history = History::default();
    status(&mut history, 10, "wtg", "rdy");
    status(&mut history, 20, "rdy", "ip");
    let at = |at| history.value(&task(), "sg_status_list", at, &json!("ip"));
    for (moment, expect) in [(5, "wtg"), (10, "rdy"), (19, "rdy"), (20, "ip"), (99, "ip")] {
        assert_eq!(at(moment), expect, "{moment}");
    }
    assert_eq!(history.value(&task(), "due_date", 5, &json!("2026-01-01")), "2026-01-01");
    assert_eq!(history.gaps(), 0);
}

#[test]
fn what_a_silent_script_did_is_noticed() {
    let mut history = History::default();
    status(&mut history, 10, "wtg", "rdy");
    status(&mut history, 20, "hld", "ip");
    assert_eq!(history.gaps(), 1);
    assert_eq!(history.value(&task(), "sg_status_list", 15, &json!("ip")), "rdy");
    take(&mut history, 30, "Shotgun_Task_Change", 1, "sg_status_list", json!({}));
    assert_eq!(history.silent, 1);
    assert_eq!(history.value(&task(), "sg_status_list", 25, &json!("fin")), "ip");
    assert_eq!(history.value(&task(), "sg_status_list", 35, &json!("fin")), "fin");
}

#[test]
fn links_are_undone_one_change_after_the_other() {
    let mut history = History::default();
    let link = |id: u64| json!({"type": "HumanUser", "id": id, "name": "x"});
    let meta = json!({"added": [link(2)], "removed": [link(1)]});
    take(&mut history, 10, "Shotgun_Task_Change", 1, "task_assignees", meta);
    let meta = json!({"added": [link(3)], "removed": []});
    take(&mut history, 20, "Shotgun_Task_Change", 1, "task_assignees", meta);
    let now = json!([link(2), link(3), link(4)]);
    let at = |at| history.value(&task(), "task_assignees", at, &now);
    assert_eq!(at(20), now);
    assert_eq!(at(10), json!([link(2), link(4)]));
    assert_eq!(at(9), json!([link(4), link(1)]));
    let pointed = |id| {
        let to = EntityRef::new("HumanUser", id);
        history.pointed("Task", "task_assignees", &to).collect::<Vec<_>>()
    };
    assert_eq!((pointed(1), pointed(4)), (vec![1], vec![]));
}

#[test]
fn the_other_side_of_a_dependency_is_undone_with_it() {
    let mut history = History::default();
    let other = json!({"type": "Task", "id": 2, "name": "x"});
    let meta = json!({"added": [other], "removed": []});
    take(&mut history, 10, "Shotgun_Task_Change", 1, "upstream_tasks", meta);
    let two = EntityRef::new("Task", 2);
    let now = json!([{"type": "Task", "id": 1, "name": "y"}]);
    assert_eq!(history.value(&two, "downstream_tasks", 10, &now), now);
    assert_eq!(history.value(&two, "downstream_tasks", 9, &now), json!([]));
}

#[test]
fn a_record_is_there_from_its_making_to_its_deletion() {
    let mut history = History::default();
    take(&mut history, 10, "Shotgun_Task_New", 1, "", json!({}));
    let meta = json!({"old_value": null, "new_value": "rdy", "in_create": true});
    take(&mut history, 12, "Shotgun_Task_Change", 1, "sg_status_list", meta);
    take(&mut history, 20, "Shotgun_Task_Retirement", 1, "", json!({}));
    take(&mut history, 21, "Shotgun_Task_Change", 1, "retirement_date", json!({}));
    take(&mut history, 30, "Shotgun_Task_Revival", 1, "", json!({}));
    let state = |at| history.state(&task(), at);
    let expect = [(9, State::Unborn), (10, State::Live), (20, State::Retired), (30, State::Live)];
    for (at, expect) in expect {
        assert_eq!(state(at), Some(expect), "{at}");
    }
    assert_eq!(history.state(&EntityRef::new("Task", 2), 9), None);
    assert_eq!(history.retired_count(), 0);
    // What was set while it was made is there from its first moment on.
    assert_eq!(history.value(&task(), "sg_status_list", 10, &json!("ip")), "rdy");
    take(&mut history, 40, "Shotgun_Task_Retirement", 2, "", json!({}));
    assert_eq!(history.state(&EntityRef::new("Task", 2), 9), Some(State::Live));
    assert_eq!(history.retired("Task").collect::<Vec<_>>(), [2]);
    assert_eq!(history.silent, 0);
}

#[test]
fn a_moment_has_the_form_of_a_read() {
    let mut history = History::default();
    let meta = json!({"old_value": "2026-03-01 02:30:00", "new_value": null,
        "field_data_type": "date_time"});
    take(&mut history, 10, "Shotgun_Task_Change", 1, "sg_seen", meta);
    assert_eq!(history.value(&task(), "sg_seen", 9, &Value::Null), "2026-03-01T02:30:00Z");
    assert_eq!(history.value(&task(), "sg_seen", 10, &Value::Null), Value::Null);
}
