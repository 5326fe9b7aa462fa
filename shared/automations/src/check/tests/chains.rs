//! Automations that set one another off: those that come to rest, and those that do not.

use super::{Site, file, lines};

const TASK_TO_VERSION: &str = "on: Task/update/sg_status_list, do: set, \
     target: { find: Version, linked_by: sg_task, newest: created_at }, map: { sg_status_list: ";
const VERSION_TO_TASK: &str =
    "on: Version/update/sg_status_list, do: set, target: sg_task, map: { sg_status_list: ";

fn maps(to_version: &str, to_task: &str) -> String {
    file(&[&format!("{TASK_TO_VERSION}{to_version} }}"), &format!("{VERSION_TO_TASK}{to_task} }}")])
}

fn check(text: &str, expect: &[&str]) {
    assert_eq!(lines(&Site::new().check(text)), expect, "{text}");
}

#[test]
fn maps_that_agree_come_to_rest() {
    check(&maps("{ fin: apr, ip: note }", "{ apr: fin, note: ip }"), &[]);
    check(&maps("{ fin: apr }", "{ note: ip }"), &[]);
    let site = Site::new().check(&maps("{ fin: apr }", "{ apr: fin }"));
    let follows: Vec<(&str, &[String])> =
        site.follows.iter().map(|one| (one.after.as_str(), one.automations.as_slice())).collect();
    // What `b` sets would set `a` off, and there is nothing left for it to do.
    assert_eq!(follows, []);
}

#[test]
fn maps_that_turn_each_other_round_never_come_to_rest() {
    check(
        &maps("{ fin: apr, ip: note }", "{ apr: ip, note: fin }"),
        &["FAIL 2 a: it never comes to rest: `a` sets Version.sg_status_list to `note`, `b` sets \
           Task.sg_status_list to `fin`, `a` sets Version.sg_status_list to `apr`, `b` sets \
           Task.sg_status_list to `ip`, and so on; let their values agree, or keep one from \
           answering the other with `from`, `to`, `if` or `where`"],
    );
}

#[test]
fn a_map_that_takes_back_what_somebody_set_is_a_warning() {
    check(
        &maps("{ fin: apr }", "{ apr: ip }"),
        &["warn 2 a: Task.sg_status_list does not stay at `fin` when somebody sets it: `a` sets \
           Version.sg_status_list to `apr`, `b` sets Task.sg_status_list to `ip`; let their values \
           agree, or keep one from answering the other"],
    );
}

#[test]
fn a_rule_that_sets_itself_off_never_comes_to_rest() {
    check(
        &file(&["on: Task/update, do: set, values: { sg_done_at: $now }"]),
        &[
            "FAIL 2 a: it never comes to rest: `a` sets Task.sg_done_at to the present time, and so \
           on; it sets itself off: let `on` name a field that it does not set, or `to` a value \
           that it does not end at",
        ],
    );
    check(&file(&["on: Task/update, do: set, values: { milestone: true, due_date: $today }"]), &[]);
    check(&file(&["on: Task/update/sg_status_list, do: set, values: { sg_done_at: $now }"]), &[]);
}

#[test]
fn two_that_undo_each_other_never_come_to_rest() {
    let first = "on: Task/update/sg_status_list, to: apr, do: set, values: { sg_status_list: fin }";
    let second =
        "on: Task/update/sg_status_list, to: fin, do: set, values: { sg_status_list: apr }";
    let found = lines(&Site::new().check(&file(&[first, second])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("FAIL 2 a: it never comes to rest: `a` sets Task"), "{found:?}");
    // In different projects, or on different steps, they never meet.
    let apart = |of_first: &str, of_second: &str| {
        file(&[&format!("{of_first}, {first}"), &format!("{of_second}, {second}")])
    };
    check(&apart("projects: 65", "projects: 66"), &[]);
    let step = |code: &str| format!("if: {{ step.Step.code: {code} }}");
    check(&apart(&step("Comp"), &step("Roto")), &[]);
    let found = lines(&Site::new().check(&apart(&step("Comp"), &step("[Roto, Comp]"))));
    assert!(found[0].contains("never comes to rest"), "{found:?}");
}

#[test]
fn links_that_are_added_come_to_rest_and_those_taken_out_again_are_told() {
    let add = "on: Task/update/task_assignees, do: set, add: { task_assignees: { type: Group, id: ";
    check(&file(&[&format!("{add}5 }} }}"), &format!("{add}6 }} }}")]), &[]);
    let remove = add.replace("add:", "remove:");
    let found =
        lines(&Site::new().check(&file(&[&format!("{add}5 }} }}"), &format!("{remove}5 }} }}")])));
    assert_eq!(
        found,
        ["warn 2 a: it and `b` answer the same event: one adds to Task.task_assignees what the \
          other takes out; let one of them be for fewer events, with `to`, `if` or `where`"]
    );
    check(
        &file(&["on: Task/update/task_assignees, do: set, target: upstream_tasks, \
                 add: { task_assignees: task_assignees }"]),
        &[],
    );
}

#[test]
fn two_answers_to_one_event_are_at_odds() {
    check(
        &file(&[
            "on: Version/update/sg_status_list, to: apr, do: set, target: sg_task, \
             values: { sg_status_list: fin }",
            "on: Version/update/sg_status_list, do: set, target: sg_task, \
             map: { sg_status_list: { apr: rev, note: ip } }",
        ]),
        &["warn 2 a: it and `b` answer the same event: it sets Task.sg_status_list to `fin`, the \
           other to `rev`, and the later one in the file counts; let one of them be for fewer \
           events, with `to`, `if` or `where`"],
    );
    // What the first has set, the second does not touch.
    check(
        &file(&[
            "on: Version/create, do: set, target: sg_task, values: { sg_status_list: fin }",
            "on: Version/create, do: set, target: sg_task, where: { sg_status_list: [ip, rdy] }, \
             values: { sg_status_list: rev }",
        ]),
        &[],
    );
}

#[test]
fn one_that_goes_on_from_another_is_a_note() {
    check(
        &file(&[
            "on: Version/update/sg_status_list, do: set, target: sg_task, \
             map: { sg_status_list: { apr: apr } }",
            "on: Task/update/sg_status_list, to: apr, do: set, values: { sg_status_list: fin }",
        ]),
        &[
            "note 2 a: where it sets Task.sg_status_list to `apr`, `b` sets it on to `fin`; nothing \
           has to be done, if that is meant",
        ],
    );
}

#[test]
fn statuses_that_go_up_and_down_come_to_rest_or_are_told() {
    let up = "on: [Task/update/sg_status_list, Task/create], do: roll_up, parents: [Shot, Asset], \
              all: { fin: fin }, any: { ip: [ip, rev] }, reopen: ip";
    let down =
        |values: &str| format!("on: Shot/update/sg_status_list, do: push_down, values: {values}");
    check(&file(&[up, &down("[hld, omt], keep: fin")]), &[]);
    check(&file(&[up, &down("fin")]), &[]);
    // A task that is set back opens its final shot, which puts all its tasks in progress.
    check(
        &file(&[up, &down("[ip, fin]")]),
        &["warn 2 a: Task.sg_status_list does not stay at `wtg` when somebody sets it: `a` sets \
           Shot.sg_status_list to `ip`, `b` sets Task.sg_status_list to `ip`; let their values \
           agree, or keep one from answering the other"],
    );
    // A shot on hold holds its tasks, and a task on hold puts its shot in progress.
    let up = up.replace("[ip, rev]", "[ip, rev, hld]");
    check(
        &file(&[&up, &down("hld")]),
        &["warn 3 b: Shot.sg_status_list does not stay at `hld` when somebody sets it: `b` sets \
           Task.sg_status_list to `hld`, `a` sets Shot.sg_status_list to `ip`; let their values \
           agree, or keep one from answering the other"],
    );
    let round = "on: Task/update/sg_status_list, do: roll_up, parents: Shot, \
                 any: { hld: ip, ip: hld }";
    let found = lines(&Site::new().check(&file(&[round, &down("[hld, ip]")])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("FAIL 2 a: it never comes to rest"), "{found:?}");
}

#[test]
fn more_writes_in_a_row_than_are_made_are_a_warning() {
    let codes = ["wtg", "rdy", "ip", "rev", "apr", "fin", "hld", "omt", "na"];
    let rule = |pair: &[&str]| {
        format!(
            "on: Task/update/sg_status_list, to: {}, do: set, values: {{ sg_status_list: {} }}",
            pair[0], pair[1]
        )
    };
    let rules: Vec<String> = codes.windows(2).map(rule).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = lines(&Site::new().check(&file(&rules)));
    assert!(!found.iter().any(|line| line.starts_with("FAIL")), "{found:?}");
    assert!(!found.iter().any(|line| line.contains("more than 8 writes")), "{found:?}");
    let step = "on: Shot/update/sg_cut_in, do: set, target: tasks, values: { sg_status_list: wtg }";
    let rules: Vec<&str> = rules.iter().copied().chain([step]).collect();
    let found = lines(&Site::new().check(&file(&rules)));
    assert!(found.iter().any(|line| line.contains("more than 8 writes")), "{found:?}");
}

#[test]
fn what_sets_off_what_is_listed() {
    let report = Site::new().check(&file(&[
        "on: Version/update/sg_status_list, do: set, target: sg_task, \
         map: { sg_status_list: { apr: fin } }",
        "on: Task/update/sg_status_list, do: open_downstream, done: fin, waiting: wtg, ready: rdy",
        "on: Task/update/sg_status_list, do: roll_up, parents: Shot, all: { fin: fin }",
    ]));
    let follows: Vec<String> = report
        .follows
        .iter()
        .map(|one| format!("{} -> {}", one.after, one.automations.join(", ")))
        .collect();
    assert_eq!(follows, ["a -> b, c"]);
}
