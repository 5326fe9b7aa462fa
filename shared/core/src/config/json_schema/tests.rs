mod keys;

use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;

use super::JSON_SCHEMA;
use crate::config::Config;

fn schema() -> Value {
    serde_json::from_str(JSON_SCHEMA).expect("JSON")
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("a schema")
}

/// What the reading, and what the schema says against a text. `None` is nothing.
fn both(validator: &Validator, text: &str) -> (Option<String>, Option<String>) {
    let read = Config::read(text, Path::new("sgh.yaml")).err().map(|error| error.to_string());
    let value: Value = serde_saphyr::from_str(text).expect(text);
    let said: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    (read, (!said.is_empty()).then(|| said.join("\n")))
}

#[test]
fn it_is_a_schema_of_its_draft() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
}

/// One automation with these keys.
fn one(keys: &str) -> String {
    format!(
        "folders: {{ schema: s, roots: {{ primary: p }} }}\nautomations:\n  - {{ name: a, {keys} }}\n"
    )
}

#[test]
fn what_is_valid_is_valid_for_both() {
    let validator = validator();
    let whole = [
        include_str!("../tests/contract.yaml").to_owned(),
        include_str!("../../../../../studio/sgh.yaml").to_owned(),
        "automations: []\ntime_zone: Asia/Seoul\ndry_run: true\n".to_owned(),
        "folders: { schema: s, roots: { a: b, c: d }, mode: 2775, file_mode: '0664', \
         owner: '1000:2000', register: true }\n"
            .to_owned(),
    ];
    let ones = [
        "on: Shot/create, do: make_folders, engines: [tk-maya, tk-nuke]",
        "on: [Shot/create, 'event:Studio_Publish'], do: make_folders, engines: tk-maya",
        "on: Task/update/due_date, projects: 65, from: null, do: set, values: { a: $now }",
        "on: A/update, to: [1, true, x], do: set, values: { a: $today, b: $$5, c: null, d: [1] }",
        "on: A/delete, do: set, target: self, copy: { c: entity.Shot.code, task: self }",
        "on: A/revive, do: set, target: a.B.c, map: { b: { x: 1 } }, where: { a.B.c: [null] }",
        "on: A/update, do: set, if: { a: x }, add: { d: e, f: { type: Group, id: 5 } }",
        "on: A/update, do: set, remove: { e: [{ type: Group, id: 5, name: g }] }",
        "on: A/create, do: set, values: { a: 1 }, target: { find: V, linked_by: a, newest: b }",
        "on: A/create, do: set, values: { a: 1 }, target: { find: V, same: [a, b] }",
        "on: A/create, do: set, values: { a: 1 }, target: { find: V, same: { a: b } }",
        "on: Task/create, do: open_downstream, done: fin, waiting: [wtg, 5], ready: rdy, skip: []",
        "on: Task/create, do: roll_up, parents: Shot, children: Task.entity, any: { ip: ip }",
        "on: Shot/create, do: push_down, values: hld, keep: fin, children: Task.entity",
        "on: Shot/create, do: emit, on_failure: continue",
        "on: Shot/create, do: emit, bus: 'arn:aws:events:us-east-1:1:event-bus/a', fields: code",
        "on: Shot/create, do: run, command: [./a.py, 1, true], timeout: 5m, env: [OCIO], \
         fields: [code, sg_sequence.Sequence.code]",
    ];
    for text in whole.into_iter().chain(ones.map(one)) {
        assert_eq!(both(&validator, &text), (None, None), "{text}");
    }
}

/// Whole files.
const BROKEN: [&str; 11] = [
    "automation: []\n",
    "automations: {}\n",
    "dry_run: maybe\n",
    "folders: { roots: { a: b } }\n",
    "folders: { schema: s }\n",
    "folders: { schema: s, roots: {} }\n",
    "folders: { schema: s, roots: { a: b }, mode: rw }\n",
    "folders: { schema: s, roots: { a: b }, mode: 77777 }\n",
    "folders: { schema: s, roots: { a: b }, owner: alice }\n",
    "folders: { schema: s, roots: { a: b }, modes: 775 }\n",
    "automations:\n  - { name: a, on: Shot/create, do: make_folders }\n",
];

/// Keys of one automation.
const BROKEN_ONES: [&str; 61] = [
    "on: Shot/create",
    "do: emit",
    "on: [], do: emit",
    "on: Shot, do: emit",
    "on: Shot/made, do: emit",
    "on: Shot/create/code, do: emit",
    "on: [Shot/create, Shot/update/a/b], do: emit",
    "on: 'event: ', do: emit",
    "on: Shot/create, do: emits",
    "on: Shot/create, do: emit, projects: [show]",
    "on: Shot/create, do: emit, projects: -1",
    "on: Shot/create, do: emit, from: { a: b }",
    "on: Shot/create, do: emit, dry_run: 'yes'",
    "on: Shot/create, do: emit, valeus: 1",
    "on: Shot/create, do: emit, on_failure: stop",
    "on: Shot/create, do: set",
    "on: Shot/create, do: set, values: [1]",
    "on: Shot/create, do: set, values: { a.B.c: 1 }",
    "on: Shot/create, do: set, values: { a: $tody }",
    "on: Shot/create, do: set, values: { a: 1 }, if: { step.Step: x }",
    "on: Shot/create, do: set, values: { a: 1 }, where: { a: [] }",
    "on: Shot/create, do: set, values: { a: 1 }, where: x",
    "on: Shot/create, do: set, map: { a: x }",
    "on: Shot/create, do: set, copy: { a: 'b c' }",
    "on: Shot/create, do: set, copy: { a: 5 }",
    "on: Shot/create, do: set, add: { a: [] }",
    "on: Shot/create, do: set, add: { a: { type: Group } }",
    "on: Shot/create, do: set, remove: { a: 5 }",
    "on: Shot/create, do: set, values: { a: 1 }, target: 5",
    "on: Shot/create, do: set, values: { a: 1 }, target: a..b",
    "on: Shot/create, do: set, values: { a: 1 }, target: { linked_by: a }",
    "on: Shot/create, do: set, values: { a: 1 }, target: { find: V }",
    "on: Shot/create, do: set, values: { a: 1 }, target: { find: V, same: a, lined: b }",
    "on: Shot/create, do: set, values: { a: 1 }, target: { find: V, same: [5] }",
    "on: Task/create, do: open_downstream, done: fin, waiting: wtg",
    "on: Task/create, do: open_downstream, done: [], waiting: wtg, ready: rdy",
    "on: Task/create, do: open_downstream, done: [{}], waiting: wtg, ready: rdy",
    "on: Shot/create, do: open_downstream, done: fin, waiting: wtg, ready: rdy",
    "on: Task/create, do: roll_up, all: { fin: fin }",
    "on: Task/create, do: roll_up, parents: []",
    "on: Task/create, do: roll_up, parents: Shot",
    "on: Task/create, do: roll_up, parents: Shot, all: {}",
    "on: Task/create, do: roll_up, parents: Shot, any: { ip: [] }",
    "on: Task/create, do: roll_up, parents: Shot, any: { ip: ip }, reopen: rdy",
    "on: Task/create, do: roll_up, parents: Shot, any: { ip: ip }, children: Task",
    "on: Shot/create, do: push_down",
    "on: Shot/create, do: push_down, values: [true]",
    "on: Shot/create, do: push_down, values: { a: 1 }",
    "on: Shot/create, do: emit, bus: 'a b'",
    "on: Shot/create, do: emit, fields: 'a b'",
    "on: Shot/create, do: run",
    "on: Shot/create, do: run, command: ./a.py",
    "on: Shot/create, do: run, command: []",
    "on: Shot/create, do: run, command: [' ']",
    "on: Shot/create, do: run, command: [[a]]",
    "on: Shot/create, do: run, command: [a], timeout: 1h",
    "on: Shot/create, do: run, command: [a], timeout: 0s",
    "on: Shot/create, do: run, command: [a], timeout: 301s",
    "on: Shot/create, do: run, command: [a], timeout: 6m",
    "on: Shot/create, do: run, command: [a], env: AWS_PROFILE",
    "on: Shot/create, do: run, command: [a], env: [A=b]",
];

#[test]
fn what_is_broken_is_broken_for_both() {
    let validator = validator();
    let whole = BROKEN.map(str::to_owned);
    for text in whole.into_iter().chain(BROKEN_ONES.map(one)) {
        let (read, said) = both(&validator, &text);
        assert!(read.is_some() && said.is_some(), "{text}\n{read:?}\n{said:?}");
    }
}
