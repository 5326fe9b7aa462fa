mod catalogue;
mod found;
mod multi;

use super::*;
use serde_json::{Value, json};
use sgh_core::config::{Action, Config};
use std::path::Path;

/// A site of a few records: answers every read, and counts the rounds.
fn decide_on(set: &Set, event: &Event, site: &[Record]) -> (Decision, usize) {
    let mut facts = Facts::default();
    for round in 0.. {
        match decide(set, event, Judge::Compare, &facts) {
            Need::Ready(decision) => return (decision, round),
            Need::Reads(reads) => {
                for read in reads {
                    assert_eq!(facts.answer(&read), None, "asked twice: {read:?}");
                    let sgh_site::facts::By::Ids(ids) = &read.by else { panic!("{read:?}") };
                    let wanted = |record: &&Record| {
                        record.entity.kind == read.kind && ids.contains(&record.entity.id)
                    };
                    let mut found: Vec<Record> = site.iter().filter(wanted).cloned().collect();
                    for record in &mut found {
                        record.fields.retain(|field, _| read.fields.contains(field));
                    }
                    facts.learn(read, found);
                }
            }
        }
    }
    unreachable!()
}

fn record(kind: &str, id: u64, fields: Value) -> Record {
    let Value::Object(fields) = fields else { panic!("no object") };
    Record { entity: EntityRef::new(kind, id), fields: fields.into_iter().collect() }
}

fn set(yaml: &str) -> Set {
    let text = format!("automations:\n  - {{ name: a, on: Note/create, do: set, {yaml} }}\n");
    let mut config = Config::read(&text, Path::new("sgh.yaml")).expect("valid");
    let Action::Set(set) = config.automations.remove(0).action else { panic!("not set") };
    set
}

fn event(kind: &str, field: &str, meta: Value) -> Event {
    let event_type = if field.is_empty() { "New" } else { "Change" };
    let event = json!({
        "event_type": format!("Shotgun_{kind}_{event_type}"), "entity": {"type": kind, "id": 1},
        "attribute_name": field, "meta": meta,
    });
    Event::read(event.to_string().as_bytes()).expect("an event")
}

fn link(kind: &str, id: u64) -> Value {
    json!({"type": kind, "id": id, "name": "x"})
}

fn task(id: u64, name: &str, status: &str) -> Record {
    let on = json!({"type": "Shot", "id": 7, "name": "SH010"});
    record("Task", id, json!({"content": name, "entity": on, "sg_status_list": status}))
}

fn check(set: &Set, event: &Event, site: &[Record], expect: &[&str]) {
    let (decision, rounds) = decide_on(set, event, site);
    assert!(rounds <= 2, "{rounds} rounds");
    let got = match decision {
        Decision::Change { planned, left } => {
            planned.into_iter().map(|planned| planned.what).chain(left).collect()
        }
        Decision::Skip(why) => vec![format!("skip: {why}")],
        Decision::Fail(why) => vec![format!("fail: {why}")],
    };
    assert_eq!(got, expect);
}

const DRIVES: &str = "target: sg_task, map: { sg_status_list: { apr: fin, note: ip } }";

#[test]
fn a_version_drives_its_task_by_the_map() {
    let apr = event("Version", "sg_status_list", json!({"new_value": "apr"}));
    let version = |status: &str, task: Value| {
        record("Version", 1, json!({"code": "v1", "sg_status_list": status, "sg_task": task}))
    };
    let comp = task(5, "Comp", "ip");
    let on_comp = version("apr", link("Task", 5));
    check(
        &set(DRIVES),
        &apr,
        &[on_comp.clone(), comp],
        &["Task `Comp` of `SH010`: sg_status_list `ip` -> `fin`"],
    );
    check(
        &set(DRIVES),
        &apr,
        &[on_comp.clone(), task(5, "Comp", "fin")],
        &["skip: Task `Comp` of `SH010` has sg_status_list `fin` already"],
    );
    check(&set(DRIVES), &apr, &[on_comp], &["skip: Task 5 is deleted or not visible"]);
    check(
        &set(DRIVES),
        &apr,
        &[version("apr", Value::Null)],
        &["skip: Version `v1` has no sg_task"],
    );
    check(
        &set(DRIVES),
        &apr,
        &[version("note", link("Task", 5))],
        &["skip: overtaken: Version `v1` has sg_status_list `note` by now, not `apr`"],
    );
    let rev = event("Version", "sg_status_list", json!({"new_value": "rev"}));
    check(
        &set(DRIVES),
        &rev,
        &[version("rev", link("Task", 5))],
        &["skip: Version `v1` has sg_status_list `rev`, which `map` does not name"],
    );
    check(&set(DRIVES), &apr, &[], &["skip: Version 1 is deleted or not visible"]);
}

const REOPENS: &str =
    "target: tasks, where: { sg_status_list: [rev, fin] }, values: { sg_status_list: ip }";

fn note(tasks: &[u64]) -> Record {
    let tasks: Vec<Value> = tasks.iter().map(|id| link("Task", *id)).collect();
    record("Note", 1, json!({"subject": "redo", "tasks": tasks}))
}

#[test]
fn a_note_reopens_those_of_its_tasks_that_are_at_the_right_status() {
    let site =
        [note(&[5, 6, 7]), task(5, "Comp", "rev"), task(6, "Anim", "wtg"), task(7, "Fx", "fin")];
    check(
        &set(REOPENS),
        &event("Note", "", json!({})),
        &site,
        &[
            "Task `Comp` of `SH010`: sg_status_list `rev` -> `ip`",
            "Task `Fx` of `SH010`: sg_status_list `fin` -> `ip`",
            "Task `Anim` of `SH010` has sg_status_list `wtg`, not `rev` or `fin`",
        ],
    );
    check(
        &set(REOPENS),
        &event("Note", "", json!({})),
        &[note(&[])],
        &["skip: Note `redo` has no tasks"],
    );
}

#[test]
fn on_a_change_of_the_link_only_what_was_added_is_meant() {
    let site = [note(&[5, 6]), task(5, "Comp", "fin"), task(6, "Anim", "fin")];
    let added = |ids: &[u64]| {
        let added: Vec<Value> = ids.iter().map(|id| link("Task", *id)).collect();
        event("Note", "tasks", json!({"added": added, "removed": []}))
    };
    check(
        &set(REOPENS),
        &added(&[6]),
        &site,
        &["Task `Anim` of `SH010`: sg_status_list `fin` -> `ip`"],
    );
    check(&set(REOPENS), &added(&[]), &site, &["skip: nothing was added to tasks of Note `redo`"]);
    check(
        &set(REOPENS),
        &added(&[8]),
        &site,
        &["skip: overtaken: what was added to tasks of Note `redo` is gone again"],
    );
}

#[test]
fn the_entity_itself_is_the_target_where_none_is_named() {
    let set = set("values: { sg_status_list: rdy, priority: 10 }");
    let created = event("Task", "", json!({}));
    let mut comp = task(1, "Comp", "wtg");
    comp.fields.insert("priority".into(), json!(10.0));
    check(
        &set,
        &created,
        &[comp.clone()],
        &["Task `Comp` of `SH010`: sg_status_list `wtg` -> `rdy`"],
    );
    comp.fields.remove("priority");
    check(
        &set,
        &created,
        &[comp],
        &["fail: Task has no field `priority`, or our script may not see it"],
    );
}

#[test]
fn a_date_is_not_taken_for_overtaken_because_it_is_written_in_another_way() {
    let set = set("values: { sg_status_list: ip }");
    let meta = json!({"new_value": "2026-01-01 00:00:00", "field_data_type": "date_time"});
    let due = event("Task", "due_date", meta);
    let mut comp = task(1, "Comp", "rdy");
    comp.fields.insert("due_date".into(), json!("2026-01-01T00:00:00Z"));
    check(&set, &due, &[comp], &["Task `Comp` of `SH010`: sg_status_list `rdy` -> `ip`"]);
}
