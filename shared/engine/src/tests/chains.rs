//! Our own writes come back as events: chains go on, rings end and say which rules they are.

use std::collections::BTreeMap;

use super::*;
use sgh_core::ids::EntityRef;
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};

/// Two rules that disagree about a task.
const RING: &str = "automations:
  - { name: review-starts, on: Task/update/sg_status_list, to: rev, do: set,
      values: { sg_status_list: ip } }
  - { name: work-is-reviewed, on: Task/update/sg_status_list, to: ip, do: set,
      values: { sg_status_list: rev } }
";

const STATUS: &str = "sg_status_list";

fn us() -> EntityRef {
    EntityRef::new("ApiUser", 99)
}

fn ring() -> House {
    let mut house = house();
    house.engine.rules.config = Arc::new(Config::read(RING, Path::new("sgh.yaml")).unwrap());
    *house.site.own_user.lock().unwrap() = Some(us());
    house
}

/// A change of a task as its event tells it.
fn task_event(entry: u64, task: u64, field: &str, meta: Value, by: &EntityRef) -> Value {
    json!({
        "id": format!("{entry}.0.0"), "event_log_entry_id": entry,
        "event_type": "Shotgun_Task_Change", "entity": {"type": "Task", "id": task},
        "project": {"type": "Project", "id": 65}, "user": by, "attribute_name": field,
        "delivery_id": format!("{DELIVERY}{:x}", entry % 16), "meta": meta,
    })
}

fn status_event(entry: u64, task: u64, status: &str, by: &EntityRef) -> Value {
    let meta = json!({"new_value": status, "field_data_type": "status_list"});
    task_event(entry, task, STATUS, meta, by)
}

/// Works events until nothing is written any more, handing each write back as the event that the
/// site makes of it. Answers how many writes there were.
async fn play(house: &House, events: Vec<Value>) -> usize {
    let mut entry = events.len() as u64;
    let mut next = events;
    let mut seen = 0;
    for _ in 0..40 {
        if next.is_empty() {
            return seen;
        }
        house.work(next.iter().map(message).collect()).await;
        let writes = house.site.writes.lock().unwrap().concat();
        let new = writes[seen..].iter();
        seen = writes.len();
        next = Vec::new();
        for change in new {
            entry += 1;
            let status = change.fields[STATUS].as_str().expect("a status");
            next.push(status_event(entry, change.entity.id, status, &us()));
        }
    }
    panic!("the ring does not end: {:?}", house.site.texts());
}

#[tokio::test]
async fn a_ring_of_our_own_writes_is_stopped() {
    let house = ring();
    house.site.task(5, "rev");
    let human = EntityRef::new("HumanUser", 1);
    assert_eq!(play(&house, vec![status_event(1, 5, "rev", &human)]).await, 8);
    let texts = house.site.texts();
    let last = texts.last().expect("acknowledged");
    let expect = "skipped\nreview-starts: skipped: chain: stopped after 8 writes of our own in a \
                  row: review-starts -> work-is-reviewed -> review-starts -> work-is-reviewed -> \
                  review-starts -> work-is-reviewed -> review-starts -> work-is-reviewed; these \
                  rules undo each other at sg_status_list of Task 5, look at their values";
    assert_eq!(last, expect);
    assert_eq!(texts.len(), 9);
}

#[tokio::test]
async fn two_rings_at_once_end_each() {
    let house = ring();
    house.site.task(5, "rev");
    house.site.task(6, "ip");
    let human = EntityRef::new("HumanUser", 1);
    let both = vec![status_event(1, 5, "rev", &human), status_event(2, 6, "ip", &human)];
    assert_eq!(play(&house, both).await, 16);
}

#[tokio::test]
async fn a_ring_with_two_events_under_way_ends() {
    // A second change before the first one's event has come: both go round at once.
    let house = ring();
    house.site.task(5, "rev");
    let human = EntityRef::new("HumanUser", 1);
    let both = vec![status_event(1, 5, "ip", &human), status_event(2, 5, "rev", &human)];
    assert!(play(&house, both).await <= 16);
}

async fn remember(house: &House, field: &str, value: ValueMark, depth: usize) {
    let chain = (0..depth).fold(Chain::default(), |chain, _| chain.then("a"));
    let (entity, field) = (EntityRef::new("Task", 5), field.to_owned());
    let write = OwnWrite { entity, field, value, chain };
    let now = house.engine.clock.now();
    house.engine.ledger.remember_writes(&[write], now).await.expect("remembered");
}

#[tokio::test]
async fn another_script_is_not_taken_for_us() {
    let house = ring();
    house.site.task(5, "rev");
    remember(&house, STATUS, ValueMark::of(&json!("rev")), 8).await;
    let other = EntityRef::new("ApiUser", 98);
    house.work(vec![message(&status_event(1, 5, "rev", &other))]).await;
    assert_eq!(house.site.status(5), "ip");
}

#[tokio::test]
async fn a_tool_that_shares_our_script_user_is_not_taken_for_us() {
    let house = ring();
    house.site.task(5, "rev");
    // We wrote `ip`; that it is at `rev` is somebody else's doing.
    remember(&house, STATUS, ValueMark::of(&json!("ip")), 8).await;
    remember(&house, STATUS, ValueMark::any(), 8).await;
    house.work(vec![message(&status_event(1, 5, "rev", &us()))]).await;
    assert_eq!(house.site.status(5), "ip");
    let now = house.engine.clock.now();
    let mark = ValueMark::of(&json!("ip"));
    let task = EntityRef::new("Task", 5);
    let chain = house.engine.ledger.chain_of(&task, STATUS, &mark, now).await;
    let expect = Chain { depth: 1, automations: vec!["review-starts".into()] };
    assert_eq!(chain.expect("asked"), Some(expect));
}

#[tokio::test]
async fn a_field_whose_event_does_not_say_its_value_is_known_by_itself() {
    let yaml = "automations:
  - { name: a, on: Task/update/task_assignees, do: set, values: { sg_flag: true } }
";
    let mut house = ring();
    house.engine.rules.config = Arc::new(Config::read(yaml, Path::new("sgh.yaml")).unwrap());
    house.site.task(5, "rev");
    let meta = json!({"added": [], "removed": [], "field_data_type": "multi_entity"});
    let event = |entry| task_event(entry, 5, "task_assignees", meta.clone(), &us());
    remember(&house, "task_assignees", ValueMark::any(), 8).await;
    house.work(vec![message(&event(1))]).await;
    assert!(house.site.texts()[0].starts_with("skipped\na: skipped: chain: stopped after 8"));
    remember(&house, "task_assignees", ValueMark::any(), 7).await;
    house.work(vec![message(&event(2))]).await;
    let expect = BTreeMap::from([("sg_flag".to_owned(), json!(true))]);
    assert_eq!(house.site.writes.lock().unwrap()[0][0].fields, expect);
}
