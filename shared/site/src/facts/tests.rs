use std::collections::BTreeMap;

use serde_json::json;
use sgh_core::ids::EntityRef;

use super::*;
use crate::port::{Change, Record};

fn task(id: u64, status: &str, shot: u64) -> Record {
    let fields = BTreeMap::from([
        ("sg_status_list".to_owned(), json!(status)),
        ("entity".to_owned(), json!({"type": "Shot", "id": shot, "name": "s"})),
    ]);
    Record { entity: EntityRef::new("Task", id), fields }
}

#[test]
fn reads_of_one_question_become_one_search() {
    let merged = merge_reads([
        Read::of_ids("Task", [1], ["a"]),
        Read::of_ids("Shot", [1], ["a"]),
        Read::of_ids("Task", [2], ["b"]),
    ]);
    assert_eq!(merged.len(), 2);
    assert_eq!(merged[0], Read::of_ids("Task", [1, 2], ["a", "b"]));
    assert_eq!(merged[0].search().conditions[0].value, json!([1, 2]));
}

#[test]
fn what_was_not_asked_is_not_known() {
    let mut facts = Facts::default();
    let read = Read::of_ids("Task", [1, 2], ["sg_status_list"]);
    assert_eq!(facts.answer(&read), None);
    facts.learn(read.clone(), vec![task(1, "ip", 7)]);
    assert_eq!(facts.answer(&read).map(|found| found.len()), Some(1));
    assert_eq!(facts.answer(&Read::of_ids("Task", [3], ["sg_status_list"])), None);
    assert_eq!(facts.answer(&Read::of_ids("Task", [1], ["due_date"])), None);
}

#[test]
fn what_one_answer_lacks_another_may_have() {
    let mut facts = Facts::default();
    let fields = ["sg_status_list"];
    facts.learn(Read::of_ids("Task", [1, 2], fields), vec![task(1, "ip", 7)]);
    let mut of_shot = Read::of_ids("Task", [], fields);
    let to = BTreeSet::from([EntityRef::new("Shot", 7)]);
    of_shot.by = By::Links { field: "entity".into(), to };
    facts.learn(of_shot, vec![task(3, "ip", 7)]);
    let all = facts.gather(&Read::of_ids("Task", [1, 2, 3], fields)).expect("known");
    assert_eq!(all.iter().map(|record| record.entity.id).collect::<Vec<_>>(), [1, 3]);
    let more = Read::of_ids("Task", [2, 4], fields);
    assert_eq!(facts.gather(&more), Err(vec![Read::of_ids("Task", [4], fields)]));
    let other = Read::of_ids("Task", [1], ["due_date"]);
    assert_eq!(facts.gather(&other), Err(vec![other]));
}

#[test]
fn our_own_writes_are_seen_by_what_comes_after() {
    let mut facts = Facts::default();
    let by = |shot| By::Links {
        field: "entity".into(),
        to: BTreeSet::from([EntityRef::new("Shot", shot)]),
    };
    let mut read = Read::of_ids("Task", [], ["sg_status_list", "entity"]);
    read.by = by(7);
    facts.learn(read.clone(), vec![task(1, "ip", 7), task(2, "ip", 7)]);
    let fields = BTreeMap::from([("sg_status_list".to_owned(), json!("fin"))]);
    facts.apply(&Change { entity: EntityRef::new("Task", 2), fields });
    let found = facts.answer(&read).expect("known");
    assert_eq!(found[0].fields["sg_status_list"], "ip");
    assert_eq!(found[1].fields["sg_status_list"], "fin");
    read.by = by(8);
    assert_eq!(facts.answer(&read), None);
}

#[test]
fn a_link_that_we_wrote_ourselves_points_elsewhere_at_once() {
    let mut facts = Facts::default();
    let shots = |ids: &[u64]| {
        let mut read = Read::of_ids("Task", [], ["sg_status_list", "entity"]);
        let to = ids.iter().map(|id| EntityRef::new("Shot", *id)).collect();
        read.by = By::Links { field: "entity".into(), to };
        read
    };
    facts.learn(shots(&[7, 8]), vec![task(1, "ip", 7), task(2, "ip", 8)]);
    let fields = BTreeMap::from([("entity".to_owned(), json!({"type": "Shot", "id": 8}))]);
    facts.apply(&Change { entity: EntityRef::new("Task", 1), fields });
    let ids = |read: &Read| -> Vec<u64> {
        facts.answer(read).expect("known").iter().map(|task| task.entity.id).collect()
    };
    assert_eq!(ids(&shots(&[7])), [0; 0]);
    assert_eq!(ids(&shots(&[8])), [1, 2]);
    assert_eq!(ids(&shots(&[7, 8])), [1, 2]);
}
