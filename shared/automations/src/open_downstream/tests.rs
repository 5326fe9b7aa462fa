mod linked;
mod skipped;

use crate::stage::{Stage, created, event, status};
use serde_json::{Value, json};

/// As in the contract: any of these is a task's status here.
const RULE: &str = "on: [Task/create, Task/update/sg_status_list], do: open_downstream, \
                    done: [fin, apr], skip: [na, omt], waiting: [wtg], ready: rdy";

/// `Roto` (1) is followed by `Comp` (2), which waits.
fn roto_and_comp(roto: &str) -> Stage {
    let mut stage = Stage::new([RULE]);
    stage.task(1, "Roto", 7, roto);
    stage.task(2, "Comp", 7, "wtg");
    stage.link(1, 2, "finish-to-start-next-day");
    stage
}

const OPENED: &str = "Task `Comp` of `SH7`: sg_status_list `wtg` -> `rdy`";

#[test]
fn a_finished_task_opens_what_waited_for_it() {
    let mut stage = roto_and_comp("fin");
    let worked = stage.work(&[status("Task", 1, "fin")]);
    assert_eq!(worked.only(), [OPENED]);
    // D: nothing is written twice, however often the event comes.
    let again = stage.work(&[status("Task", 1, "fin")]);
    assert_eq!(again.only(), ["skip: Task `Comp` of `SH7` is at `rdy`, not at `wtg`"]);
}

#[test]
fn what_still_waits_says_for_whom() {
    // C9: a task is not opened without a look at what else it waits for.
    let mut stage = roto_and_comp("fin");
    for (id, name, at) in
        [(3, "Anim", "ip"), (4, "Fx", "wtg"), (5, "Light", "rev"), (6, "Matte", "ip")]
    {
        stage.task(id, name, 8, at);
        stage.link(id, 2, "finish-to-start-next-day");
    }
    let worked = stage.work(&[status("Task", 1, "fin")]);
    assert_eq!(
        worked.only(),
        [
            "skip: Task `Comp` of `SH7` waits: Task `Anim` of `SH8` is at `ip`, Task `Fx` of `SH8` is \
          at `wtg`, Task `Light` of `SH8` is at `rev` and 1 more"
        ]
    );
    for id in 3..=6 {
        stage.set("Task", id, "sg_status_list", json!("apr"));
    }
    // D: upstream tasks on another shot, or in another project, count.
    assert_eq!(stage.work(&[status("Task", 6, "apr")]).only(), [OPENED]);
}

#[test]
fn only_a_task_that_waits_is_touched() {
    let mut stage = roto_and_comp("fin");
    for at in ["ip", "hld", "fin", "rdy"] {
        stage.set("Task", 2, "sg_status_list", json!(at));
        let expect = format!("skip: Task `Comp` of `SH7` is at `{at}`, not at `wtg`");
        assert_eq!(stage.work(&[status("Task", 1, "fin")]).only(), [expect]);
    }
}

#[test]
fn the_present_status_decides_and_not_the_event() {
    // D: a delivery of hours ago. C5 of its kind: `not na or not fin` is never asked here.
    let mut stage = roto_and_comp("ip");
    assert_eq!(
        stage.work(&[status("Task", 1, "fin")]).only(),
        ["skip: overtaken: Task `Roto` of `SH7` is at `ip` by now, not at `fin`"]
    );
    assert_eq!(
        stage.work(&[status("Task", 1, "ip")]).only(),
        [
            "skip: Task `Roto` of `SH7` is at `ip`; only `fin`, `apr`, `na` or `omt` opens what waits"
        ]
    );
    // D: done, in progress, done again, delivered in another order.
    stage.set("Task", 1, "sg_status_list", json!("fin"));
    let events = ["fin", "ip", "fin"].map(|to| status("Task", 1, to));
    let worked = stage.work(&events);
    assert_eq!(worked.writes.len(), 1);
    assert_eq!(stage.get("Task", 2, "sg_status_list"), "rdy");
}

#[test]
fn a_task_that_is_born_finished_opens_what_waits() {
    // D: no update event is sent for a status that was set at the creation, by hand or by a
    // template. Both tasks of a template are announced, in any order.
    for order in [[1, 2], [2, 1]] {
        let mut stage = roto_and_comp("fin");
        let worked = stage.work(&order.map(|id| created("Task", id)));
        assert_eq!(worked.writes.len(), 1, "{:?}", worked.said);
        assert_eq!(stage.get("Task", 2, "sg_status_list"), "rdy");
    }
}

#[test]
fn a_task_that_is_gone_is_passed_over() {
    // D: a retired trigger. C3: a retired upstream task stops nothing.
    let mut stage = roto_and_comp("fin");
    stage.task(3, "Anim", 7, "ip");
    stage.link(3, 2, "");
    stage.retire("Task", 3);
    assert_eq!(stage.work(&[status("Task", 1, "fin")]).only(), [OPENED]);
    stage.retire("Task", 1);
    assert_eq!(
        stage.work(&[status("Task", 1, "fin")]).only(),
        ["skip: Task 1 is deleted or not visible"]
    );
}

#[test]
fn a_task_on_nothing_is_a_task_too() {
    // D: a task without entity, and a downstream task that is gone.
    let mut stage = roto_and_comp("fin");
    for id in [1, 2] {
        stage.set("Task", id, "entity", Value::Null);
    }
    assert_eq!(
        stage.work(&[status("Task", 1, "fin")]).only(),
        ["Task `Comp`: sg_status_list `wtg` -> `rdy`"]
    );
    stage.retire("Task", 2);
    assert_eq!(
        stage.work(&[status("Task", 1, "fin")]).only(),
        ["skip: no task waits for Task `Roto`"]
    );
}

#[test]
fn what_is_about_no_task_says_so() {
    let mut stage =
        Stage::new(["on: 'event:Done', do: open_downstream, done: fin, waiting: wtg, \
                                 ready: rdy"]);
    let mut of_shot = event("Shotgun_Shot_Change", 7, "", json!({}));
    of_shot.event_type = "Done".to_owned();
    assert_eq!(stage.work(&[of_shot.clone()]).only(), ["skip: it is about tasks, this is Shot 7"]);
    of_shot.entity = None;
    assert_eq!(stage.work(&[of_shot]).only(), ["skip: this event is about no entity"]);
}

#[test]
fn a_big_fan_out_is_a_few_searches() {
    // D: a hundred tasks and more behind one. C3: no search for each of them.
    let reads = [1, 10, 150].map(|fan| {
        let mut stage = Stage::new([RULE]);
        stage.task(1, "Layout", 7, "fin");
        stage.task(2, "Anim", 7, "fin");
        for id in 100..100 + fan {
            stage.task(id, "Comp", id, "wtg");
            stage.link(1, id, "finish-to-start-next-day");
            stage.link(2, id, "finish-to-start-next-day");
        }
        let worked = stage.work(&[status("Task", 1, "fin")]);
        assert_eq!(worked.writes.len() as u64, fan);
        worked.reads.len()
    });
    assert_eq!(reads, [3; 3]);
}
