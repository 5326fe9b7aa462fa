//! sgh.yaml as it is written: every key of every kind of automation, nothing checked but the form.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde_json::Value;
use serde_saphyr::Spanned;

use super::Problem;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Low {
    #[serde(default)]
    pub folders: Option<Spanned<LowFolders>>,
    #[serde(default)]
    pub automations: Vec<Spanned<LowAutomation>>,
    pub dry_run: Option<Spanned<bool>>,
    pub time_zone: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LowFolders {
    pub schema: PathBuf,
    pub roots: BTreeMap<String, PathBuf>,
    pub mode: Option<Spanned<String>>,
    pub file_mode: Option<Spanned<String>>,
    pub owner: Option<Spanned<String>>,
    pub register: Option<bool>,
}

/// One automation, with the keys of all kinds: which of them fit is for `meaning` to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LowAutomation {
    pub name: String,
    pub on: OneOrMany<String>,
    pub r#do: String,
    pub projects: Option<OneOrMany<u64>>,
    pub from: Option<OneOrMany<Value>>,
    pub to: Option<OneOrMany<Value>>,
    pub dry_run: Option<bool>,
    pub on_failure: Option<String>,
    pub engines: Option<OneOrMany<String>>,
    pub r#if: Option<LowConditions>,
    pub target: Option<Value>,
    pub r#where: Option<LowConditions>,
    pub values: Option<Value>,
    pub map: Option<BTreeMap<String, BTreeMap<String, Value>>>,
    pub copy: Option<BTreeMap<String, String>>,
    pub add: Option<BTreeMap<String, Value>>,
    pub remove: Option<BTreeMap<String, Value>>,
    pub done: Option<OneOrMany<Value>>,
    pub skip: Option<OneOrMany<Value>>,
    pub waiting: Option<OneOrMany<Value>>,
    pub ready: Option<Value>,
    pub started: Option<OneOrMany<Value>>,
    pub parents: Option<OneOrMany<String>>,
    pub children: Option<String>,
    pub keep: Option<OneOrMany<Value>>,
    pub all: Option<InOrder<OneOrMany<Value>>>,
    pub any: Option<InOrder<OneOrMany<Value>>>,
    pub reopen: Option<Value>,
    pub bus: Option<String>,
    pub fields: Option<OneOrMany<String>>,
    pub command: Option<Value>,
    pub timeout: Option<String>,
    pub env: Option<OneOrMany<String>>,
}

/// Field, and the values it may have.
pub(super) type LowConditions = BTreeMap<String, OneOrMany<Value>>;

/// A mapping whose order in the file counts.
#[derive(Debug)]
pub(super) struct InOrder<T>(pub Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = InOrder<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(InOrder(pairs))
            }
        }

        deserializer.deserialize_map(Pairs(std::marker::PhantomData))
    }
}

/// A list, or one value that stands for a list of one.
#[derive(Debug)]
pub(super) struct OneOrMany<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(std::marker::PhantomData<T>);

        macro_rules! one {
            ($visit:ident, $type:ty) => {
                fn $visit<E: serde::de::Error>(self, value: $type) -> Result<Self::Value, E> {
                    let value = serde::de::IntoDeserializer::<E>::into_deserializer(value);
                    T::deserialize(value).map(|value| OneOrMany(vec![value]))
                }
            };
        }

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a value or a list of values")
            }

            one!(visit_bool, bool);
            one!(visit_i64, i64);
            one!(visit_u64, u64);
            one!(visit_f64, f64);
            one!(visit_str, &str);
            one!(visit_string, String);

            fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
                let null = serde::de::value::UnitDeserializer::<E>::new();
                T::deserialize(null).map(|value| OneOrMany(vec![value]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(OneOrMany)
            }
        }

        deserializer.deserialize_any(Either(std::marker::PhantomData))
    }
}

/// Codes are text: `no`, `on` and `010` stay what the studio wrote.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

pub(super) fn read(text: &str) -> Result<Low, Problem> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| {
        let place = error.location();
        Problem {
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
            message: message(&error),
        }
    })
}

/// The parser's message, without the place that stands before it already.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    let text = text.split(" at line ").next().unwrap_or(text);
    suggest_key(text)
}

/// Of `unknown field `whre`, expected one of name, on, ...` makes what is near to it.
fn suggest_key(text: &str) -> String {
    let parts = text.split_once("unknown field `").and_then(|(_, rest)| rest.split_once('`'));
    let Some((wrong, rest)) = parts else { return text.to_owned() };
    let names = rest.rsplit("one of ").next().unwrap_or(rest);
    let names = names.split(", ").map(|name| name.trim_matches(['`', ' ']));
    match super::nearest::nearest(wrong, names) {
        Some(near) => format!("unknown key `{wrong}`: did you mean `{near}`?"),
        None => text.replace("unknown field", "unknown key"),
    }
}
