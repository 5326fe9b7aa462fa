//! Every key that the reading knows is in the schema, of the right kinds, and no other.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, Visitor};
use serde_json::Value;

use super::{both, schema, validator};
use crate::config::keys::KINDS;
use crate::config::low::{Low, LowAutomation, LowFolders};

/// Hears which keys a type asks for, and gives none.
struct Listening<'a>(&'a Cell<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Listening<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.0.set(fields);
        Err(Error::custom("heard"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no struct"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn keys_of<T: for<'de> Deserialize<'de>>() -> BTreeSet<String> {
    let heard = Cell::new([].as_slice());
    assert!(T::deserialize(Listening(&heard)).is_err());
    heard.get().iter().map(|key| (*key).to_owned()).collect()
}

fn properties(pointer: &str) -> BTreeSet<String> {
    let schema = schema();
    let properties = schema.pointer(&format!("{pointer}/properties")).and_then(Value::as_object);
    let properties = properties.unwrap_or_else(|| panic!("{pointer} has no properties"));
    for (key, property) in properties {
        let text = property["description"].as_str().unwrap_or_default();
        assert!(text.ends_with('.'), "{pointer}: an editor has nothing to show for `{key}`");
    }
    properties.keys().cloned().collect()
}

#[test]
fn the_keys_are_those_that_are_read() {
    assert_eq!(properties(""), keys_of::<Low>());
    assert_eq!(properties("/properties/folders"), keys_of::<LowFolders>());
    assert_eq!(properties("/$defs/automation"), keys_of::<LowAutomation>());
}

/// What makes an automation of each kind whole.
const LEAST: [(&str, &[&str]); 7] = [
    ("make_folders", &[]),
    ("set", &["values"]),
    ("open_downstream", &["done", "waiting", "ready"]),
    ("roll_up", &["parents", "all"]),
    ("push_down", &["values"]),
    ("emit", &[]),
    ("run", &["command"]),
];

/// A value of each key, of a form that is read.
const SAMPLES: [(&str, &str); 32] = [
    ("projects", "65"),
    ("from", "a"),
    ("to", "b"),
    ("dry_run", "true"),
    ("on_failure", "halt"),
    ("engines", "tk-maya"),
    ("if", "{ a: 1 }"),
    ("target", "sg_task"),
    ("where", "{ b: 1 }"),
    ("values", ""),
    ("map", "{ c: { x: 1 } }"),
    ("copy", "{ d: e }"),
    ("add", "{ f: g }"),
    ("remove", "{ h: i }"),
    ("done", "fin"),
    ("skip", "na"),
    ("waiting", "wtg"),
    ("ready", "rdy"),
    ("started", "ip"),
    ("parents", "Shot"),
    ("children", "Task.entity"),
    ("keep", "omt"),
    ("all", "{ fin: fin }"),
    ("any", "{ ip: ip }"),
    ("reopen", "act"),
    ("bus", "studio"),
    ("fields", "code"),
    ("command", "[./a.py]"),
    ("timeout", "30s"),
    ("env", "OCIO"),
    ("name", "a"),
    ("on", "Task/create"),
];

fn sample(kind: &str, key: &str) -> String {
    let (_, value) = SAMPLES.iter().find(|(known, _)| *known == key).expect(key);
    let value = match (key, kind) {
        ("values", "push_down") => "hld",
        ("values", _) => "{ z: 1 }",
        (_, _) => value,
    };
    format!("{key}: {value}")
}

#[test]
fn each_kind_has_the_keys_that_it_is_read_with() {
    let kinds: Vec<&str> = LEAST.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, KINDS);
    assert_eq!(
        schema()["$defs"]["automation"]["properties"]["do"]["enum"],
        serde_json::json!(KINDS)
    );
    let validator = validator();
    let mut refused = 0;
    for (kind, least) in LEAST {
        for key in keys_of::<LowAutomation>().iter().filter(|key| *key != "do") {
            let mut keys: BTreeSet<&str> = least.iter().copied().collect();
            keys.extend(["name", "on", key]);
            // One that cannot stand without the other.
            keys.extend((key == "reopen" && kind == "roll_up").then_some("all"));
            let keys: Vec<String> = keys.iter().map(|key| sample(kind, key)).collect();
            let text =
                super::one("").replace("name: a, ", &format!("do: {kind}, {}", keys.join(", ")));
            let (read, said) = both(&validator, &text);
            assert_eq!(read.is_some(), said.is_some(), "{text}\n{read:?}\n{said:?}");
            if let Some(read) = read {
                refused += 1;
                assert!(read.contains(&format!("`{key}` is no key of `do: {kind}`")), "{read}");
            }
        }
    }
    assert!(refused > 50, "{refused}");
}
