use serde_json::{Value, json};

use super::*;
use crate::finding::State;
use crate::hooks::{config, hook};

/// What is found, as lines: `ok a0: delivers`.
fn check(hooks: &[Value], rules: &[&str], expect: &[&str]) {
    let hooks: Vec<Hook> = hooks.iter().cloned().map(hook).collect();
    let line = |one: Finding| {
        let (word, text) = match one.state {
            State::Good(text) => ("ok", text),
            State::Warning(text) => ("warn", text),
            State::Bad(text) => ("FAIL", text),
        };
        let details: String = one.details.iter().map(|line| format!(" | {line}")).collect();
        format!("{word} {}: {text}{details}", one.what)
    };
    let found: Vec<String> = compare(&hooks, &config(rules)).into_iter().map(line).collect();
    assert_eq!(found, expect, "{rules:?}");
}

#[test]
fn what_no_hook_delivers_is_told_with_the_filter_that_would() {
    let on = "on: [Task/update/sg_status_list, Task/update/entity, Note/create, 'event:Shotgun_User_Login']";
    check(
        &[],
        &[on],
        &["FAIL hook for a0: no active hook delivers Task/update/sg_status_list, \
           Task/update/entity, Note/create, event:Shotgun_User_Login; `sgh hooks create` makes \
           what is missing | \
           \"entity_types\": {\"Note\":{\"create\":[]},\"Task\":{\"update\":[\"entity\",\
           \"sg_status_list\"]}} | \"event_type\": \"Shotgun_User_Login\""],
    );
}

#[test]
fn what_several_automations_lack_is_told_once_more_for_all_of_them() {
    check(
        &[],
        &["on: Task/update/entity", "on: [Task/update, Shot/create]"],
        &[
            "FAIL hook for a0: no active hook delivers Task/update/entity; `sgh hooks create` makes what is missing | \"entity_types\": {\"Task\":{\"update\":[\"entity\"]}}",
            "FAIL hook for a1: no active hook delivers Task/update, Shot/create; `sgh hooks create` makes what is missing | \"entity_types\": {\"Shot\":{\"create\":[]},\"Task\":{\"update\":[]}} \
             | for all of them: \"entity_types\": {\"Shot\":{\"create\":[]},\"Task\":\
             {\"update\":[]}}",
        ],
    );
}

#[test]
fn the_projects_of_a_hook_are_looked_at() {
    let of = |projects: Value| json!({"status": "active", "projects": projects, "entity_types": {"Task": {"create": []}}});
    let rule = "on: Task/create";
    let of_two = "on: Task/create, projects: [65, 66]";
    check(
        &[of(json!([]))],
        &[rule, of_two],
        &["ok hook for a0: delivers", "ok hook for a1: delivers"],
    );
    check(&[of(Value::Null)], &[of_two], &["ok hook for a0: delivers"]);
    check(
        &[of(json!([65])), of(json!([{"type": "Project", "id": 66}]))],
        &[of_two],
        &["ok hook for a0: delivers"],
    );
    check(
        &[of(json!([65]))],
        &[rule, of_two],
        &[
            "warn hook for a0: hooks deliver Task/create only of project 65; name those projects \
             in the automation, or take them off a hook",
            "FAIL hook for a1: no active hook delivers Task/create of project 66; `sgh hooks create` makes what is missing",
        ],
    );
}

#[test]
fn a_hook_that_fails_now_and_then_still_delivers_and_one_that_is_off_does_not() {
    let of = |status: &str| json!({"status": status, "entity_types": {"Task": {"create": []}}});
    check(&[of("unstable")], &["on: Task/create"], &["ok hook for a0: delivers"]);
    for status in ["failed", "disabled"] {
        check(
            &[of(status)],
            &["on: Task/create"],
            &["FAIL hook for a0: no active hook delivers Task/create; `sgh hooks create` makes \
               what is missing | \"entity_types\": {\"Task\":{\"create\":[]}}"],
        );
    }
}

#[test]
fn a_studios_own_event_type_is_the_sweeps() {
    check(
        &[],
        &["on: 'event:Studio_Done'"],
        &["warn hook for a0: the site has no hooks for event:Studio_Done; only the sweep of the \
           event log finds such events"],
    );
}
