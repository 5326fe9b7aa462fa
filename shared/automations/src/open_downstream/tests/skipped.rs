//! Skipped tasks are looked through from both sides.

use super::RULE;
use crate::stage::{Stage, status};
use serde_json::json;

const USUAL: &str = "finish-to-start-next-day";
const OPENS: &str = "Task `Comp` of `SH7`: sg_status_list `wtg` -> `rdy`";

/// Tasks of one shot by their ids, and who is followed by whom.
fn stage(tasks: &[(u64, &str, &str)], links: &[(u64, u64)]) -> Stage {
    let mut stage = Stage::new([RULE]);
    for (id, name, at) in tasks {
        stage.task(*id, name, 7, at);
    }
    for (upstream, downstream) in links {
        stage.link(*upstream, *downstream, USUAL);
    }
    stage
}

fn check(stage: &mut Stage, trigger: u64, to: &str, expect: &str) {
    let worked = stage.work(&[status("Task", trigger, to)]);
    assert_eq!(worked.only(), [expect]);
}

#[test]
fn what_waits_behind_a_skipped_task_is_opened() {
    // A2: coming from the top.
    let tasks = [(1, "Track", "fin"), (2, "Roto", "na"), (3, "Paint", "omt"), (4, "Comp", "wtg")];
    check(&mut stage(&tasks, &[(1, 2), (2, 3), (3, 4)]), 1, "fin", OPENS);
}

#[test]
fn a_skipped_task_is_done_only_when_what_it_waited_for_is() {
    // C2: Comp waits for Roto (skipped) and Anim; Anim is finished, Track, which Roto waited
    // for, is not. Coming from Anim's side it must not open either.
    let tasks = [(1, "Track", "ip"), (2, "Roto", "na"), (3, "Anim", "fin"), (4, "Comp", "wtg")];
    let mut stage = stage(&tasks, &[(1, 2), (2, 4), (3, 4)]);
    let waits = "skip: Task `Comp` of `SH7` waits: Task `Track` of `SH7` is at `ip`";
    check(&mut stage, 3, "fin", waits);
    // Nor when Roto is skipped just now.
    check(&mut stage, 2, "na", waits);
    stage.set("Task", 1, "sg_status_list", json!("fin"));
    check(&mut stage, 1, "fin", OPENS);
}

#[test]
fn a_task_that_is_skipped_opens_what_waited_for_it() {
    let tasks = [(1, "Roto", "omt"), (2, "Comp", "wtg")];
    check(&mut stage(&tasks, &[(1, 2)]), 1, "omt", OPENS);
}

#[test]
fn a_ring_ends() {
    // C4, D: Comp waits for Roto, which waited for Paint, which waited for Roto, and for Comp.
    let tasks = [(1, "Anim", "fin"), (2, "Roto", "na"), (3, "Paint", "na"), (4, "Comp", "wtg")];
    let ring = [(1, 4), (2, 4), (3, 2), (2, 3), (4, 3)];
    check(&mut stage(&tasks, &ring), 1, "fin", OPENS);
    // From the skipped side, whose downstream tasks lead back to it.
    check(&mut stage(&tasks, &ring), 2, "na", OPENS);
    // A task that waits for itself.
    let two = [(4, "Comp", "wtg"), (1, "Anim", "fin")];
    check(&mut stage(&two, &[(4, 4), (1, 4)]), 1, "fin", OPENS);
    let none = "skip: no task waits for Task `Anim` of `SH7`";
    check(&mut stage(&two[1..], &[(1, 1)]), 1, "fin", none);
}

#[test]
fn a_task_that_is_reached_on_two_ways_is_opened_once() {
    // C4: the same downstream task was appended twice.
    let tasks = [(1, "Anim", "fin"), (2, "Roto", "na"), (3, "Paint", "na"), (4, "Comp", "wtg")];
    check(&mut stage(&tasks, &[(1, 2), (1, 3), (2, 4), (3, 4), (1, 4)]), 1, "fin", OPENS);
}

#[test]
fn a_chain_of_skipped_tasks_is_not_a_search_for_each() {
    let reads = [4, 8, 30].map(|length| {
        let mut stage = Stage::new([RULE]);
        stage.task(1, "Track", 7, "fin");
        stage.task(length, "Comp", 7, "wtg");
        for id in 2..length {
            stage.task(id, "Skipped", 7, "na");
        }
        for id in 2..=length {
            stage.link(id - 1, id, USUAL);
        }
        let worked = stage.work(&[status("Task", 1, "fin")]);
        assert_eq!(worked.writes.len(), 1, "{:?}", worked.said);
        worked.reads.len()
    });
    assert_eq!(reads, [3; 3]);
}
