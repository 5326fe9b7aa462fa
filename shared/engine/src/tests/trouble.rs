//! Slow sites, panics, odd events: what is told, and who else is touched.

use futures_util::FutureExt;
use sgh_core::ids::EntityRef;

use super::site::down;
use super::*;

#[tokio::test]
async fn nothing_is_written_after_the_lease_has_ended() {
    // A site whose search takes until after the deadline.
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    let owner = Owner("late".into());
    let deadline = house.engine.clock.now() + SignedDuration::from_millis(300);
    *house.site.slow_writes.lock().unwrap() = Some(Duration::from_millis(0));
    *house.site.slow_searches.lock().unwrap() = Some(Duration::from_millis(140));
    // Reads of the batch: 2 x 140 ms before the claim; then the depth, the write.
    let mut event = version_event(1, 1, "apr");
    event["user"] = json!({"type": "ApiUser", "id": 1});
    *house.site.slow_user.lock().unwrap() = Some(Duration::from_millis(200));
    house.engine.work(vec![message(&event)], &owner, deadline).await;
    assert_eq!(house.site.write_count(), 0, "the lease is over, somebody else may have it");
}

#[tokio::test]
async fn one_slow_group_holds_up_no_other() {
    let house = house();
    let mut batch = Vec::new();
    for id in 1..=6 {
        house.site.task(id, "rev");
        house.site.version(id, "apr", id);
        batch.push(received(
            id,
            &format!("project-{id}"),
            1,
            &version_event(id, id, "apr").to_string(),
        ));
    }
    *house.site.hanging_write.lock().unwrap() = Some(EntityRef::new("Task", 1));
    let others = async {
        while (2..=6).any(|id| house.site.status(id) != "fin") {
            tokio::task::yield_now().await;
        }
    };
    let others = tokio::time::timeout(Duration::from_secs(30), others);
    tokio::select! {
        _ = house.work(batch) => panic!("the first group hangs"),
        done = others => done.expect("the others are worked"),
    }
    assert_eq!(house.site.status(1), "rev");
}

#[tokio::test]
async fn a_panic_in_one_group_is_not_the_batch() {
    let house = house();
    for id in 1..=2 {
        house.site.task(id, "rev");
        house.site.version(id, "apr", id);
    }
    *house.site.panicking_write.lock().unwrap() = Some(EntityRef::new("Task", 1));
    let batch = (1..=2)
        .map(|id| {
            received(id, &format!("project-{id}"), 1, &version_event(id, id, "apr").to_string())
        })
        .collect();
    let worked = std::panic::AssertUnwindSafe(house.work(batch)).catch_unwind().await;
    assert!(worked.is_ok());
}

const SELF: &str = "automations:
  - name: approved-is-final
    on: Task/update/sg_status_list
    to: apr
    do: set
    values: { sg_status_list: fin }
  - name: approved-flags
    on: Task/update/sg_status_list
    to: apr
    do: set
    values: { sg_flag: true }
";

fn task_event(entry: u64, user: &str) -> Value {
    json!({
        "id": format!("{entry}.0.0"), "event_log_entry_id": entry,
        "event_type": "Shotgun_Task_Change", "entity": {"type": "Task", "id": 5},
        "project": {"type": "Project", "id": 65}, "user": {"type": user, "id": 99},
        "attribute_name": "sg_status_list", "delivery_id": format!("{DELIVERY}{:x}", entry % 16),
        "meta": {"old_value": "rev", "new_value": "apr", "field_data_type": "status_list"},
    })
}

#[tokio::test]
async fn an_event_is_not_overtaken_by_its_own_first_automation() {
    let mut house = house();
    house.engine.rules.config = Arc::new(Config::read(SELF, Path::new("sgh.yaml")).unwrap());
    house.site.task(5, "apr");
    house.work(vec![message(&task_event(1, "HumanUser"))]).await;
    assert!(!house.site.texts()[0].contains("overtaken"));
}

#[tokio::test]
async fn a_long_value_leaves_room_for_the_next_automation() {
    let mut house = house();
    let yaml = "automations:
  - { name: a, on: Note/create, do: set, values: { content: short } }
  - { name: b, on: Note/create, do: set, values: { sg_flag: true } }
";
    house.engine.rules.config = Arc::new(Config::read(yaml, Path::new("sgh.yaml")).unwrap());
    let long = "x".repeat(500_000);
    house.site.put("Note", 3, json!({"subject": "s", "content": long, "sg_flag": false}));
    house.work(vec![message(&note_event(2, 3))]).await;
    let entry = house.engine.ledger.entry(&key(&note_event(2, 3)), house.engine.clock.now()).await;
    let size: usize =
        entry.unwrap().unwrap().endings.values().map(|ending| ending.text.len()).sum();
    assert!(house.site.texts()[0].contains("\nb: done"), "{size}");
}

#[tokio::test]
async fn events_without_any_id_are_not_one_event() {
    let mut house = house();
    let yaml = "automations:
  - { name: a, on: \"event:Studio_Publish\", do: set, values: { sg_flag: true } }
";
    house.engine.rules.config = Arc::new(Config::read(yaml, Path::new("sgh.yaml")).unwrap());
    for id in [1, 2] {
        house.site.task(id, "rev");
        let event = json!({"id": "0", "event_log_entry_id": 0, "event_type": "Studio_Publish",
            "entity": {"type": "Task", "id": id}, "project": {"type": "Project", "id": 65}});
        house.work(vec![as_message(id, &event)]).await;
    }
    assert_eq!(house.site.write_count(), 2);
}

#[tokio::test]
async fn given_up_while_waiting_is_kept_for_replay() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    let event = version_event(1, 1, "apr");
    let mut last = message(&event);
    last.receives = 5;
    let owner = Owner("late".into());
    house.engine.work(vec![last], &owner, house.engine.clock.now()).await;
    let entry = house.engine.ledger.entry(&key(&event), house.engine.clock.now()).await.unwrap();
    assert!(entry.is_some_and(|entry| entry.kept_event.is_some()));
}

#[tokio::test]
async fn a_field_that_is_not_there_is_a_failure() {
    let mut house = house();
    let yaml = "automations:
  - { name: a, on: Note/create, do: set, values: { sg_tpyo: true } }
";
    house.engine.rules.config = Arc::new(Config::read(yaml, Path::new("sgh.yaml")).unwrap());
    house.site.note(3, &[]);
    house.work(vec![message(&note_event(2, 3))]).await;
    assert!(house.site.texts()[0].starts_with("failed"));
}

#[tokio::test]
async fn a_site_that_is_down_is_asked_once() {
    let house = house();
    for id in 1..=3 {
        house.site.version(id, "apr", id);
    }
    house.site.note(3, &[5]);
    for _ in 0..9 {
        house.site.search_faults.lock().unwrap().push(down());
    }
    let task = json!({"event_log_entry_id": 5, "event_type": "Shotgun_Task_Change",
        "entity": {"type": "Task", "id": 5}, "project": {"type": "Project", "id": 7},
        "attribute_name": "sg_flag", "user": {"type": "HumanUser", "id": 1}});
    let batch =
        vec![message(&version_event(1, 1, "apr")), message(&note_event(2, 3)), message(&task)];
    house.work(batch).await;
    assert_eq!(house.site.searches.lock().unwrap().len(), 1, "a site that is down is asked once");
}

const TO: &str = "automations:
  - { name: a, on: Task/update/sg_status_list, to: fin, do: set, values: { sg_flag: true } }
";

fn cut_task(entry: u64) -> Value {
    let mut event = task_event(entry, "HumanUser");
    event["meta"] = json!({});
    event["warning"] = json!("too large");
    event
}

#[tokio::test]
async fn two_deliveries_of_one_cut_event_are_both_restored() {
    let mut house = house();
    house.engine.rules.config = Arc::new(Config::read(TO, Path::new("sgh.yaml")).unwrap());
    house.site.task(5, "rev");
    let meta = json!({"new_value": "rev", "field_data_type": "status_list"});
    house.site.put("EventLogEntry", 1, json!({"meta": meta}));
    let batch = vec![as_message(1, &cut_task(1)), as_message(2, &with_delivery(&cut_task(1), "f"))];
    house.work(batch).await;
    assert_eq!(house.site.write_count(), 0);
}

#[tokio::test]
async fn a_cut_event_whose_entry_is_gone_looks_at_the_present_state() {
    let mut house = house();
    house.engine.rules.config = Arc::new(Config::read(TO, Path::new("sgh.yaml")).unwrap());
    house.site.task(5, "rev");
    house.work(vec![as_message(1, &cut_task(1))]).await;
    assert_eq!(house.site.write_count(), 0);
}
