//! The kinds that are about statuses, and what all kinds have.

use super::*;

/// The vocabulary that has to stay valid as it stands.
const CONTRACT: &str = include_str!("contract.yaml");
/// The file that a studio starts with.
const STARTER: &str = include_str!("../../../../../studio/sgh.yaml");

fn one(keys: &str) -> String {
    format!("automations:\n  - {{ name: a, {keys} }}\n")
}

fn action(keys: &str) -> Action {
    read(&one(keys)).unwrap_or_else(|error| panic!("{error}")).automations.remove(0).action
}

#[test]
fn the_contract_is_valid_as_it_stands() {
    let config = read(CONTRACT).unwrap_or_else(|error| panic!("{error}"));
    let kinds: Vec<&str> = config.automations.iter().map(|rule| rule.action.word()).collect();
    let expect = ["make_folders", "open_downstream", "roll_up", "push_down", "set", "set", "set"];
    assert_eq!(kinds, expect);
    assert_eq!(
        config.automations[1].action,
        Action::OpenDownstream(OpenDownstream {
            done: ["fin", "apr"].into(),
            skip: ["na", "omt"].into(),
            started: Codes::default(),
            waiting: ["wtg"].into(),
            ready: "rdy".to_owned(),
        })
    );
    assert_eq!(
        config.automations[2].action,
        Action::RollUp(RollUp {
            parents: vec!["Shot".to_owned(), "Asset".to_owned()],
            children: Children { kind: "Task".to_owned(), link: "entity".to_owned() },
            skip: ["na", "omt"].into(),
            keep: ["omt", "hld"].into(),
            all: vec![("fin".to_owned(), ["fin", "apr"].into())],
            any: vec![("ip".to_owned(), ["ip", "rev"].into())],
            reopen: Some("ip".to_owned()),
        })
    );
    assert_eq!(
        config.automations[3].action,
        Action::PushDown(PushDown {
            values: ["hld", "omt"].into(),
            keep: ["fin", "na"].into(),
            children: Children { kind: "Task".to_owned(), link: "entity".to_owned() },
        })
    );
    assert!(config.automations.iter().all(|rule| !rule.dry_run));
}

#[test]
fn what_a_studio_starts_with_is_valid() {
    let config = read(STARTER).unwrap_or_else(|error| panic!("{error}"));
    assert!(config.automations.len() >= 5, "{:?}", config.automations);
}

#[test]
fn what_is_missing_is_named_with_its_meaning() {
    check_error(
        &one("on: Task/create, do: open_downstream"),
        &[
            ":2:5: automation `a`: `open_downstream` needs `done`: the statuses of a finished task",
            "needs `waiting`: the statuses of a task that waits",
            "needs `ready`: the status that an opened task gets",
        ],
    );
    check_error(
        &one("on: Task/create, do: roll_up"),
        &["needs `parents`: the types", "needs `all` or `any`: e.g."],
    );
    check_error(&one("on: Shot/create, do: push_down"), &["needs `values`: the statuses"]);
    check_error(
        &one("on: Task/create, do: open_downstream, done: [], waiting: [], ready: rdy"),
        &["`done` is empty: name at least one status", "`waiting` is empty"],
    );
    check_error(
        &one("on: Task/create, do: roll_up, parents: [], all: {}, any: { ip: [] }"),
        &["needs `parents`", "`all` is empty: write e.g.", "`any.ip` is empty: name the statuses"],
    );
}

#[test]
fn a_status_means_one_thing() {
    check_error(
        &one("on: Task/create, do: open_downstream, done: [fin, wtg], skip: [na, fin], \
              waiting: [wtg, ip], started: ip, ready: fin"),
        &[
            "`fin` stands in `done` and in `skip`: take it out of one",
            "`wtg` stands in `done` and in `waiting`",
            "`ip` stands in `started` and in `waiting`",
            "`fin` stands in `ready` and in `done`",
            "`fin` stands in `ready` and in `skip`",
        ],
    );
    check_error(
        &one("on: Task/create, do: roll_up, parents: Shot, skip: na, all: { fin: [fin, na] }, \
              any: { na: na }, reopen: fin"),
        &[
            "`na` stands in `all.fin` and in `skip`",
            "`na` stands in `any.na` and in `skip`",
            "`reopen: fin` is what `all` sets: name another",
        ],
    );
    check_error(
        &one("on: Task/create, do: roll_up, parents: Shot, any: { ip: ip }, reopen: ip"),
        &["`reopen` needs `all`"],
    );
}

#[test]
fn a_code_is_a_text() {
    let Action::PushDown(rule) = action("on: Shot/create, do: push_down, values: [no, 010, 5]")
    else {
        panic!("not push_down")
    };
    assert_eq!(rule.values, ["no", "010", "5"].into());
    for (value, shown) in
        [("[{}]", "{}"), ("[true]", "true"), ("['']", "\"\""), ("[[a]]", "[\"a\"]")]
    {
        check_error(
            &one(&format!("on: Shot/create, do: push_down, values: {value}")),
            &[&format!("`values`: {shown} is no status code, e.g. fin")],
        );
    }
}

#[test]
fn the_lines_of_all_and_any_keep_the_order_of_the_file() {
    let keys = "on: Task/create, do: roll_up, parents: Shot, \
                all: { zz: [a], b: a, m: [a] }, any: { y: b, c: [b] }";
    let Action::RollUp(rule) = action(keys) else { panic!("not roll_up") };
    let order = |table: &[(String, Codes)]| -> Vec<String> {
        table.iter().map(|(code, _)| code.clone()).collect()
    };
    assert_eq!(order(&rule.all), ["zz", "b", "m"]);
    assert_eq!(order(&rule.any), ["y", "c"]);
    check_error(&one("on: Task/create, do: roll_up, parents: Shot, all: { a: b, a: c }"), &[""]);
}

#[test]
fn a_trigger_that_a_kind_cannot_use_is_refused() {
    let open = "do: open_downstream, done: fin, waiting: wtg, ready: rdy";
    check_error(
        &one(&format!("on: [Task/create, Shot/update], {open}")),
        &["`on: Shot/update`: open_downstream is about tasks, write `Task/...`"],
    );
    let roll = "do: roll_up, parents: [Shot], all: { fin: fin }";
    check_error(
        &one(&format!("on: [Shot/revive, Task/create, Asset/create], {roll}")),
        &["`on: Asset/create`: Asset is neither a child (Task) nor one of `parents`"],
    );
    let keys = format!("on: Shot/create, {roll}, children: Shot.sg_sequence");
    assert!(read(&one(&keys.replace("[Shot]", "Sequence"))).is_ok());
}

#[test]
fn children_are_a_type_and_its_link() {
    for text in ["Task", "Task.", ".entity", "Task.entity.Shot", "Task entity"] {
        for rest in ["do: push_down, values: hld", "do: roll_up, parents: Shot, all: { fin: fin }"]
        {
            check_error(
                &one(&format!("on: Shot/create, children: '{text}', {rest}")),
                &[&format!("`children: {text}`: write a type and its link field")],
            );
        }
    }
}

#[test]
fn a_key_of_another_kind_is_refused() {
    check_error(
        &one("on: Task/create, do: push_down, values: hld, ready: rdy, if: { a: b }"),
        &[
            "`if` is no key of `do: push_down`, but of set",
            "`ready` is no key of `do: push_down`, but of open_downstream",
        ],
    );
    check_error(
        &one("on: Task/create, do: set, values: { a: 1 }, keep: fin"),
        &["`keep` is no key of `do: set`, but of roll_up and push_down"],
    );
}

#[test]
fn a_dry_run_is_of_one_automation_or_of_all() {
    let text = |all: &str, one: &str| {
        format!(
            "{all}automations:\n  - {{ name: a, on: Shot/create, do: set, values: {{ x: 1 }}{one} }}\n  \
             - {{ name: b, on: Shot/create, do: set, values: {{ x: 1 }} }}\n"
        )
    };
    let dry = |all: &str, one: &str| {
        let rules = read(&text(all, one)).expect("valid").automations;
        [rules[0].dry_run, rules[1].dry_run]
    };
    assert_eq!(dry("", ""), [false, false]);
    assert_eq!(dry("", ", dry_run: true"), [true, false]);
    assert_eq!(dry("dry_run: true\n", ""), [true, true]);
    // Nothing writes past the switch for all.
    assert_eq!(dry("dry_run: true\n", ", dry_run: false"), [true, true]);
    check_error(&text("dry_run: maybe\n", ""), &[""]);
}
