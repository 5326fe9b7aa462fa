//! The schema of a new emulator, made from the table of types.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::types::TYPES;
use super::{DataType, EntityType, Field, Schema};

/// What a field of the table holds, in a word.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    Text,
    Number,
    Checkbox,
    Date,
    Url,
    Json,
    Words(&'static [&'static str]),
    Status(&'static [&'static str], &'static str),
    Link(&'static [&'static str], &'static str),
    Links(&'static [&'static str], &'static str),
}

impl Schema {
    /// The schema of a new emulator.
    pub(crate) fn seed() -> Self {
        let entity_type = |fields: &[(&str, Holds)]| {
            let mut seeded = bare_type();
            let made = fields.iter().map(|(name, holds)| ((*name).to_owned(), field(*holds)));
            seeded.fields.extend(made);
            seeded
        };
        let types = TYPES.iter().map(|(kind, fields)| ((*kind).to_owned(), entity_type(fields)));
        Self { types: types.collect() }
    }
}

/// What every type has.
pub(super) fn bare_type() -> EntityType {
    let read_only = |data_type| Field { editable: false, ..Field::new(data_type) };
    let people = || DataType::Entity(vec!["HumanUser".to_owned(), "ApiUser".to_owned()]);
    let fields = [
        ("id", read_only(DataType::Number)),
        ("cached_display_name", read_only(DataType::Text)),
        ("created_at", read_only(DataType::DateTime)),
        ("updated_at", read_only(DataType::DateTime)),
        ("created_by", read_only(people())),
        ("updated_by", read_only(people())),
    ];
    EntityType {
        fields: fields.map(|(name, field)| (name.to_owned(), field)).into(),
        hidden: BTreeMap::new(),
    }
}

fn field(holds: Holds) -> Field {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let inverse = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    let linked = |data_type, other| Field { inverse: inverse(other), ..Field::new(data_type) };
    match holds {
        Holds::Text => Field::new(DataType::Text),
        Holds::Number => Field::new(DataType::Number),
        Holds::Checkbox => Field { default: Value::Bool(false), ..Field::new(DataType::Checkbox) },
        Holds::Date => Field::new(DataType::Date),
        Holds::Url => Field::new(DataType::Url),
        Holds::Json => Field::new(DataType::Serializable),
        Holds::Words(list) => Field::new(DataType::List(words(list))),
        Holds::Status(codes, first) => {
            Field { default: json!(first), ..Field::new(DataType::StatusList(words(codes))) }
        }
        Holds::Link(kinds, other) => linked(DataType::Entity(words(kinds)), other),
        Holds::Links(kinds, other) => linked(DataType::MultiEntity(words(kinds)), other),
    }
}
