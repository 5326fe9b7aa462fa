//! What PyYAML reads, and what it refuses.

use super::*;
use serde_json::json;

fn check(text: &str, expect: serde_json::Value) {
    let found = read(text).unwrap_or_else(|wrong| panic!("{text:?}: {wrong:?}"));
    assert_eq!(found.value.to_json(), expect, "of {text:?}");
}

fn refuse(text: &str, line: usize) {
    let wrong = read(text).expect_err(text);
    assert_eq!(wrong.line, line, "of {text:?}: {wrong:?}");
}

#[test]
fn documents_are_read_as_pyyaml_reads_them() {
    check("", json!(null));
    check("# nothing\n", json!(null));
    check("\u{feff}type: static\n", json!({"type": "static"}));
    check(
        "a: off\nb: 010\nc: 16:41\nd: 'off'\n",
        json!({"a": false, "b": 8, "c": 1001, "d": "off"}),
    );
    check("a: 1\na: 2\n", json!({"a": 2}));
    check(
        "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n",
        json!({"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 3}}),
    );
    check("y: {<<: [{a: 1}, {a: 2, c: 3}], b: 3}\n", json!({"y": {"a": 1, "c": 3, "b": 3}}));
    check(
        "a: [{path: p, relation: is, values: [$project]}]",
        json!({"a": [{"path": "p", "relation": "is", "values": ["$project"]}]}),
    );
    check("a: !!str 010\nb: !!int '12'\nc: ! off\n", json!({"a": "010", "b": 12, "c": "off"}));
    check("--- {a: 1}\n", json!({"a": 1}));
    check("%YAML 1.1\n---\na: 1\n", json!({"a": 1}));
    check("a: |\n  x\n  y\nb: >\n  x\n  y\n", json!({"a": "x\ny\n", "b": "x y\n"}));
    check("a: \"{code}\\n\"", json!({"a": "{code}\n"}));
    check("'<<': 1\n", json!({"<<": 1}));
}

#[test]
fn what_pyyaml_refuses_is_refused_with_its_line() {
    refuse("type: [static\n", 2);
    refuse("a: 1\n---\nb: 2\n", 2);
    refuse("type: static\nx: !!python/object/apply:os.getcwd []\n", 2);
    refuse("a: !mine 1\n", 1);
    refuse("a: *nowhere\n", 1);
    refuse("a: &a [*a]\n", 1);
    refuse("{[1]: 2}\n", 1);
    refuse("a:\n\tb: 1\n", 2);
    refuse("<<: 1\n", 1);
    refuse("a: =\n", 1);
}

#[test]
fn every_value_knows_its_line() {
    let Value::Map(entries) = read("a: 1\nb:\n  - x\n  - y\n").expect("reads").value else {
        panic!("no mapping");
    };
    let lines: Vec<_> = entries.iter().map(|(key, value)| (key.line, value.line)).collect();
    assert_eq!(lines, [(1, 1), (2, 3)]);
}

#[test]
fn a_bomb_is_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let alias = format!("*a{}", level - 1);
        let aliases = vec![alias; 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert!(read(&bomb).is_err());
    assert!(read(&"[".repeat(500_000)).is_err());
    assert!(read(&"- ".repeat(100_000)).is_err());
}
