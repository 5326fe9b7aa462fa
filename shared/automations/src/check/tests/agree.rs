//! What is said of rings is what the rules do: every pair of small maps is run on records, by the
//! same code that decides in earnest, and compared.

use serde_json::json;

use super::{Site, file, lines};
use crate::stage::{Stage, status};

/// What each of two codes is mapped to, if to any.
const TO: [Option<usize>; 3] = [None, Some(0), Some(1)];
const TASK: [&str; 2] = ["fin", "ip"];
const VERSION: [&str; 2] = ["apr", "note"];

fn map(from: [&str; 2], to: [&str; 2], table: [Option<usize>; 2]) -> String {
    let lines =
        from.iter().zip(table).filter_map(|(code, at)| Some(format!("{code}: {}", to[at?])));
    lines.collect::<Vec<_>>().join(", ")
}

fn rules(of_task: [Option<usize>; 2], of_version: [Option<usize>; 2]) -> Vec<String> {
    let up = map(TASK, VERSION, of_task);
    let down = map(VERSION, TASK, of_version);
    [
        format!(
            "on: Task/update/sg_status_list, do: set, target: {{ find: Version, linked_by: \
             sg_task }}, map: {{ sg_status_list: {{ {up} }} }}"
        ),
        format!(
            "on: Version/update/sg_status_list, do: set, target: sg_task, map: {{ \
             sg_status_list: {{ {down} }} }}"
        ),
    ]
    .to_vec()
}

/// Whether somebody can set off more than 16 writes in a row: by any code of a task, or of
/// the other entity, while the other one is at any code of its own.
fn goes_round(rules: &[String], kind: &str, codes: [&str; 2], of_task: [&str; 2]) -> bool {
    let starts = of_task.into_iter().flat_map(|task| codes.map(|other| (task, other)));
    let mut starts = starts.flat_map(|(task, other)| [("Task", task, other), (kind, task, other)]);
    starts.any(|(first, task, other)| runs_on(rules, (kind, first), (task, other)))
}

fn runs_on(rules: &[String], (kind, first): (&str, &str), (task, other): (&str, &str)) -> bool {
    let mut stage = Stage::new([rules[0].as_str(), rules[1].as_str()]);
    stage.task(1, "Comp", 7, task);
    match kind {
        "Shot" => stage.shot(7, other),
        _ => {
            let link = json!({"type": "Task", "id": 1});
            let version = json!({"code": "v1", "sg_status_list": other, "sg_task": link});
            stage.put("Version", 7, version);
        }
    }
    let start = if first == "Task" { status("Task", 1, task) } else { status(kind, 7, other) };
    let mut events = vec![start];
    for _ in 0..17 {
        let worked = stage.work(&events);
        if worked.writes.is_empty() {
            return false;
        }
        let event = |change: &sgh_site::Change| {
            let to = change.fields["sg_status_list"].as_str().expect("a code");
            status(&change.entity.kind, change.entity.id, to)
        };
        events = worked.writes.iter().map(event).collect();
    }
    true
}

/// Whether a ring is found of these; it has to be where they go round, and nowhere else.
fn compare(rules: &[String], goes_round: bool) -> bool {
    let text = file(&[rules[0].as_str(), rules[1].as_str()]);
    let found = lines(&Site::new().check(&text));
    let called = found.iter().any(|line| line.contains("never comes to rest"));
    assert_eq!(called, goes_round, "{text}\n{found:?}");
    called
}

fn tables() -> impl Iterator<Item = [Option<usize>; 2]> {
    let all = TO.into_iter().flat_map(|one| TO.map(|other| [one, other]));
    all.filter(|table| *table != [None, None])
}

#[test]
fn two_maps_that_are_called_a_ring_go_round_and_no_others_do() {
    let pairs = tables().flat_map(|one| tables().map(move |other| rules(one, other)));
    let rings = pairs.filter(|rules| compare(rules, goes_round(rules, "Version", VERSION, TASK)));
    assert_eq!(rings.count(), 2, "of 64");
}

#[test]
fn statuses_that_go_up_and_down_are_called_a_ring_where_they_go_round() {
    const CODES: [&str; 2] = ["ip", "hld"];
    let mut rings = 0;
    for table in tables() {
        // A line of `any` for each status of a shot, with the statuses of tasks that lead there.
        let line = |to: usize| {
            let from = CODES.iter().zip(table).filter(|(_, at)| *at == Some(to));
            let from: Vec<&str> = from.map(|(code, _)| *code).collect();
            (!from.is_empty()).then(|| format!("{}: [{}]", CODES[to], from.join(", ")))
        };
        let any: Vec<String> = [0, 1].into_iter().filter_map(line).collect();
        let up = format!(
            "on: Task/update/sg_status_list, do: roll_up, parents: Shot, any: {{ {} }}",
            any.join(", ")
        );
        for values in ["ip", "hld", "[ip, hld]"] {
            for keep in ["[]", "ip", "hld"] {
                let down = format!(
                    "on: Shot/update/sg_status_list, do: push_down, values: {values}, keep: {keep}"
                );
                let rules = [up.clone(), down];
                rings += usize::from(compare(&rules, goes_round(&rules, "Shot", CODES, CODES)));
            }
        }
    }
    assert_eq!(rings, 1, "of 72: each turns the other's status round, and keeps none");
}
