use std::path::Path;

use serde_json::json;

use super::*;
use crate::commands::check::State;

fn hook(fields: Value) -> Hook {
    let Value::Object(fields) = fields else { panic!("no object") };
    Hook { id: "1".into(), fields: fields.into_iter().collect() }
}

fn config(rules: &[&str]) -> Config {
    let lines = rules.iter().enumerate();
    let lines = lines.map(|(at, keys)| format!("  - {{ name: a{at}, {keys}, do: emit }}\n"));
    let text = format!("automations:\n{}", lines.collect::<String>());
    Config::read(&text, Path::new("sgh.yaml")).unwrap_or_else(|error| panic!("{error}"))
}

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
fn a_hook_delivers_what_its_filter_says() {
    let types = json!({"Shot": {"create": []}, "Task": {"update": ["sg_status_list"]}});
    let active = hook(json!({"status": "active", "entity_types": types}));
    let check = |text: &str, expect| {
        let trigger = Trigger::parse(text).expect(text);
        assert_eq!(delivers(&active, &trigger), expect, "{text}");
        let disabled = hook(json!({"status": "disabled", "entity_types": types}));
        assert!(!delivers(&disabled, &trigger));
        let unstable = hook(json!({"status": "unstable", "entity_types": types}));
        assert_eq!(delivers(&unstable, &trigger), expect, "{text}");
    };
    check("Shot/create", true);
    check("Shot/delete", false);
    check("Task/update/sg_status_list", true);
    check("Task/update/entity", false);
    check("Task/update", false);
    check("Note/create", false);
    check("event:X", false);
}

#[test]
fn what_no_hook_delivers_is_told_with_the_filter_that_would() {
    let on = "on: [Task/update/sg_status_list, Task/update/entity, Note/create, 'event:X']";
    check(
        &[],
        &[on],
        &["FAIL hook for a0: no active hook delivers Task/update/sg_status_list, \
           Task/update/entity, Note/create, event:X; add it to a hook on the site | \
           \"entity_types\": {\"Note\":{\"create\":[]},\"Task\":{\"update\":[\"entity\",\
           \"sg_status_list\"]}} | \"event_type\": \"X\""],
    );
}

#[test]
fn what_several_automations_lack_is_told_once_more_for_all_of_them() {
    check(
        &[],
        &["on: Task/update/entity", "on: [Task/update, Shot/create]"],
        &[
            "FAIL hook for a0: no active hook delivers Task/update/entity; add it to a hook on \
             the site | \"entity_types\": {\"Task\":{\"update\":[\"entity\"]}}",
            "FAIL hook for a1: no active hook delivers Task/update, Shot/create; add it to a hook \
             on the site | \"entity_types\": {\"Shot\":{\"create\":[]},\"Task\":{\"update\":[]}} \
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
            "FAIL hook for a1: no active hook delivers Task/create of project 66; add it to a \
             hook on the site",
        ],
    );
}

#[test]
fn a_hook_that_fails_now_and_then_still_delivers() {
    let unstable =
        json!({"name": "h", "status": "unstable", "entity_types": {"Task": {"create": []}}});
    check(
        &[unstable],
        &["on: Task/create"],
        &[
            "warn hook `h`: its status is `unstable`: some of its deliveries failed within a day; \
             after 100 the site stops it",
            "ok hook for a0: delivers",
        ],
    );
}
