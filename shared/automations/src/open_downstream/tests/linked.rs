//! Links of other types than finish to start. D: no public rule looks at them.

use super::RULE;
use crate::stage::{Stage, status};

const WAITS: &str = "skip: Task `Comp` of `SH7` waits: Task `Anim` of `SH7` is at `ip`";
const OPENS: &str = "Task `Comp` of `SH7`: sg_status_list `wtg` -> `rdy`";

/// Comp waits for `Roto`, which is finished, and in some way for `Anim`, which is in progress.
fn check(way: &str, started: &str, trigger: (u64, &str), expect: &str) {
    let rule = format!("{RULE}{started}");
    let mut stage = Stage::new([rule.as_str()]);
    stage.task(1, "Roto", 7, "fin");
    stage.task(2, "Anim", 7, "ip");
    stage.task(3, "Comp", 7, "wtg");
    stage.link(1, 3, "finish-to-start-next-day");
    stage.link(2, 3, way);
    let worked = stage.work(&[status("Task", trigger.0, trigger.1)]);
    assert_eq!(worked.only(), [expect], "{way}, {started}, {trigger:?}");
}

#[test]
fn only_what_holds_up_the_start_is_waited_for() {
    let roto = (1, "fin");
    check("finish-to-start-next-day", "", roto, WAITS);
    check("finish-to-finish", "", roto, OPENS);
    check("start-to-finish-next-day", "", roto, OPENS);
    // A link whose row we may not see, or of a type nobody has heard of, is of the usual type.
    check("", "", roto, WAITS);
    check("later-to-earlier", "", roto, WAITS);
}

#[test]
fn a_start_to_start_link_opens_when_its_upstream_task_starts() {
    let started = ", started: [ip, rev]";
    check("start-to-start", started, (1, "fin"), OPENS);
    check("start-to-start", started, (2, "ip"), OPENS);
    check("finish-to-start-next-day", started, (2, "ip"), WAITS);
    // Where nothing says what has started, only what is done has.
    check("start-to-start", "", (1, "fin"), WAITS);
    let nothing =
        "skip: Task `Anim` of `SH7` is at `ip`; only `fin`, `apr`, `na` or `omt` opens what waits";
    check("start-to-start", "", (2, "ip"), nothing);
}

#[test]
fn through_a_skipped_task_its_own_links_count() {
    // Roto is skipped, and so takes no time: what lets it finish lets Comp start.
    for (way, expect) in [
        ("finish-to-start-next-day", WAITS),
        ("finish-to-finish", WAITS),
        ("start-to-start", OPENS),
        ("start-to-finish-next-day", OPENS),
    ] {
        let rule = format!("{RULE}, started: [ip]");
        let mut stage = Stage::new([rule.as_str()]);
        stage.task(1, "Roto", 7, "na");
        stage.task(2, "Anim", 7, "ip");
        stage.task(3, "Comp", 7, "wtg");
        stage.link(2, 1, way);
        stage.link(1, 3, "finish-to-start-next-day");
        assert_eq!(stage.work(&[status("Task", 1, "na")]).only(), [expect], "{way}");
    }
}

#[test]
fn rows_are_read_only_where_a_task_is_held_up() {
    let mut stage = Stage::new([RULE]);
    stage.task(1, "Roto", 7, "fin");
    stage.task(2, "Comp", 7, "wtg");
    stage.link(1, 2, "finish-to-start-next-day");
    let worked = stage.work(&[status("Task", 1, "fin")]);
    assert!(worked.reads.iter().all(|read| read.kind == "Task"), "{:?}", worked.reads);
}
