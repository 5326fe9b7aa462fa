use crate::{Callback, Plugin, import};
use sgh_core::config::{Action, Config};
use std::path::Path;

/// The one callback of a plugin that registers it so.
fn callback(name: &str, events: &str, args: &str) -> Callback {
    let text = format!(
        "def registerCallbacks(reg):\n    args = {args}\n    reg.registerCallback(a, b, {name}, \
         {events}, args)\n"
    );
    let mut import = import(&[Plugin { path: format!("{name}.py").into(), text }]);
    assert_eq!(import.callbacks.len(), 1, "{import:?}");
    import.callbacks.remove(0)
}

/// The suggested rule, which has to be one.
fn check(name: &str, events: &str, args: &str, expect: &[&str]) {
    let suggestion = callback(name, events, args).suggestion.expect(name);
    assert_eq!(suggestion.rule, expect, "{name}");
    if expect.is_empty() {
        return;
    }
    let text = format!("automations:\n{}\n", suggestion.rule.join("\n"));
    let config = Config::read(&text, Path::new("sgh.yaml"));
    let config = config.unwrap_or_else(|error| panic!("{text}{error}"));
    assert!(!matches!(config.automations[0].action, Action::Run(_)));
}

#[test]
fn statuses_of_tasks_are_rules_with_the_plugins_own_codes() {
    check(
        "tasks_approved",
        "{'Shotgun_Task_Change': args['task_status_field']}",
        "{'task_status_field': 'sg_status_list', 'task_status': ['apr', 'cmpt'],
          'downstream_task_status_activate': ['wtg'], 'downstream_task_status_active': 'rdy',
          'downstream_task_status_recurse': ['omt']}",
        &[
            "- name: open-downstream",
            "  on: [Task/create, Task/update/sg_status_list]",
            "  do: open_downstream",
            "  done: [apr, cmpt]",
            "  skip: [omt]",
            "  waiting: [wtg]",
            "  ready: rdy",
        ],
    );
    check(
        "update_entity_status",
        "{'Shotgun_Task_Change': 'sg_status_list'}",
        "{'task_fin_status': 'cmpt', 'target_fin_status': 'fin', 'target_ip_status': 'act'}",
        &[
            "- name: roll-up",
            "  on: [Task/create, Task/update/sg_status_list, Task/update/entity, Task/delete, \
             Task/revive]",
            "  do: roll_up",
            "  parents: [Shot, Asset]",
            "  skip: [na]",
            "  keep: [na]",
            "  all: { fin: [cmpt] }",
            "  any: { act: [ip] }",
            "  reopen: act",
        ],
    );
    check(
        "entity_status_update_task_status",
        "{'Shotgun_%s_Change' % args['entity_type']: 'sg_status_list'}",
        "{'entity_type': 'Shot', 'target_status': 'hld', 'skip_statuses': ['fin', 'hld', 'no']}",
        &[
            "- name: push-down",
            "  on: [Shot/update/sg_status_list]",
            "  do: push_down",
            "  values: [hld]",
            "  keep: [fin, \"no\"]",
        ],
    );
}

#[test]
fn statuses_of_versions_and_notes_are_rules() {
    let change = "{'Shotgun_Version_Change': ['sg_status_list']}";
    check(
        "version_status_changed",
        change,
        "{}",
        &[
            "- name: version-drives-task",
            "  on: Version/update/sg_status_list",
            "  do: set",
            "  target: sg_task",
            "  map: { sg_status_list: { apr: fin, rev: rev } }",
        ],
    );
    check(
        "task_status_changed",
        "{'Shotgun_Task_Change': ['sg_status_list']}",
        "{}",
        &[
            "- name: task-drives-newest-version",
            "  on: Task/update/sg_status_list",
            "  do: set",
            "  target: { find: Version, linked_by: sg_task, newest: created_at }",
            "  map: { sg_status_list: { fin: apr, rev: rev } }",
        ],
    );
    check(
        "version_finaled",
        change,
        "{'query_statuses': ['fna'], 'target_status_field': 'sg_vfx', 'target_status': 'All Done'}",
        &[
            "- name: version-finals-its-shot",
            "  on: [Version/update/sg_status_list]",
            "  to: [fna]",
            "  do: set",
            "  target: entity.Shot",
            "  values: { sg_vfx: \"All Done\" }",
        ],
    );
    check(
        "update_status_when_note_is_created",
        "{'Shotgun_Note_New': None}",
        "{'trigger_statuses': ['rev', 'vwr'], 'new_status': 'vwd'}",
        &[
            "- name: note-marks-version-viewed",
            "  on: [Note/create, Note/update/note_links]",
            "  do: set",
            "  target: note_links.Version",
            "  where: { sg_status_list: [rev, vwr] }",
            "  values: { sg_status_list: vwd }",
        ],
    );
}

#[test]
fn fields_are_rules() {
    check(
        "assign_to_project",
        "{'Shotgun_Task_Change': 'task_assignees'}",
        "None",
        &[
            "- name: assigned-people-join-the-project",
            "  on: Task/update/task_assignees",
            "  do: set",
            "  target: project",
            "  add: { users: task_assignees }",
        ],
    );
    check(
        "init_entity",
        "{'Shotgun_%s_New' % args['entity_type']: None}",
        "{'entity_type': 'Asset', 'initial_data': {'description': 'New: \"one\"'}}",
        &[
            "- name: first-values",
            "  on: [Asset/create]",
            "  do: set",
            "  where: { description: [null] }",
            "  values: { description: \"New: \\\"one\\\"\" }",
        ],
    );
    check(
        "set_datestamp",
        "{'Shotgun_Shot_Change': ['sg_status_list'], 'Shotgun_Shot_New': None}",
        "{'statuses': ['fin'], 'date_field': 'sg_done', 'timezone': 'Asia/Seoul'}",
        &[
            "- name: date-stamp",
            "  on: [Shot/update/sg_status_list]",
            "  to: [fin]",
            "  do: set",
            "  where: { sg_done: [null] }",
            "  values: { sg_done: $today }",
        ],
    );
    check(
        "update_field_value",
        "{'Shotgun_Task_Change': args['from_field']}",
        "{'from_field': 'sg_status_list', 'from_value': 'na', 'to_field': 'duration', 'to_value': 0}",
        &[
            "- name: field-to-field",
            "  on: [Task/update/sg_status_list]",
            "  to: [na]",
            "  do: set",
            "  values: { duration: 0 }",
        ],
    );
}

#[test]
fn what_no_rule_does_is_said_in_words() {
    let computed = "{'entity_type': 'Shot', 'field_to_update': 'sg_sum'}";
    check("update_field_value", "{'Shotgun_Shot_Change': ['sg_a']}", computed, &[]);
    check("init_shot_handles", "{'Shotgun_Shot_New': None}", "{'smart_head_in': 1001}", &[]);
    check("logArgs", "None", "None", &[]);
    let other = "{'task_status_field': 'sg_other'}";
    check("tasks_approved", "{'Shotgun_Task_Change': 'sg_other'}", other, &[]);
}

#[test]
fn a_callback_of_that_name_for_other_events_is_another() {
    assert_eq!(callback("tasks_approved", "{'Shotgun_Shot_New': None}", "{}").suggestion, None);
    assert_eq!(callback("studio_own", "{'Shotgun_Task_Change': None}", "{}").suggestion, None);
}

#[test]
fn settings_that_are_not_known_are_those_of_the_example() {
    let found = callback("tasks_approved", "{'Shotgun_Task_Change': 'sg_status_list'}", "load()");
    let rule = found.suggestion.expect("a rule").rule;
    assert!(rule.contains(&"  done: [fin]".to_owned()), "{rule:?}");
}
