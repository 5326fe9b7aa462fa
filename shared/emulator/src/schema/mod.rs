//! Which entity types there are, and which fields they have. Not here: any record.

mod check;
mod label;
mod seed;
mod slug;
mod status;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::refusal::Refusal;
pub(crate) use label::{of_field as field_label, of_type as type_label};
pub(crate) use slug::slug as slug_of;
pub(crate) use status::{NAMES as STATUS_NAMES, name as status_name};

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataType {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// True or false.
    Checkbox,
    /// `2026-01-31`.
    Date,
    /// A moment, RFC 3339.
    DateTime,
    /// One of these words.
    List(Vec<String>),
    /// One of these status codes.
    StatusList(Vec<String>),
    /// A link to a record of one of these types; of any type if there are none.
    Entity(Vec<String>),
    /// Links to records of these types; of any type if there are none.
    MultiEntity(Vec<String>),
    /// A file or a web address, as the site's object has it.
    Url,
    /// Any JSON. Cannot be filtered by.
    Serializable,
}

impl DataType {
    /// The site's name of it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Checkbox => "checkbox",
            Self::Date => "date",
            Self::DateTime => "date_time",
            Self::List(_) => "list",
            Self::StatusList(_) => "status_list",
            Self::Entity(_) => "entity",
            Self::MultiEntity(_) => "multi_entity",
            Self::Url => "url",
            Self::Serializable => "serializable",
        }
    }

    pub(crate) fn is_link(&self) -> bool {
        matches!(self, Self::Entity(_) | Self::MultiEntity(_))
    }

    pub(crate) fn is_multi(&self) -> bool {
        matches!(self, Self::MultiEntity(_))
    }
}

/// One field of one entity type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What it holds.
    pub data_type: DataType,
    /// What a new record has there.
    pub default: Value,
    /// The field of the linked record that shows the same link from the other side.
    pub inverse: Option<String>,
    /// Whether it can be written.
    pub editable: bool,
}

impl Field {
    /// A field that is empty at first and can be written.
    #[must_use]
    pub fn new(data_type: DataType) -> Self {
        Self { data_type, default: Value::Null, inverse: None, editable: true }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct EntityType {
    pub(crate) fields: BTreeMap<String, Field>,
    /// Status codes that a project does not show. They can be written all the same.
    pub(crate) hidden: BTreeMap<u64, BTreeSet<String>>,
}

/// All entity types of the site.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    types: BTreeMap<String, EntityType>,
}

impl Schema {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    pub(crate) fn entity_type(&self, kind: &str) -> Result<&EntityType, Refusal> {
        self.types.get(kind).ok_or_else(|| Refusal::UnknownType(kind.to_owned()))
    }

    pub(crate) fn field(&self, kind: &str, field: &str) -> Result<&Field, Refusal> {
        let unknown = || Refusal::UnknownField { kind: kind.to_owned(), field: field.to_owned() };
        self.entity_type(kind)?.fields.get(field).ok_or_else(unknown)
    }

    /// The field that a dotted path ends at: `entity.Shot.code` is `code` of `Shot`.
    pub(crate) fn leaf(&self, kind: &str, path: &str) -> Result<&Field, Refusal> {
        let mut steps = path.split('.');
        let mut field = self.field(kind, steps.next().unwrap_or_default())?;
        while let Some(through) = steps.next() {
            let Some(next) = steps.next().filter(|_| field.data_type.is_link()) else {
                return Err(Refusal::request(format!(
                    "`{path}` is not a path of {kind}; write link.Type.field"
                )));
            };
            field = self.field(through, next)?;
        }
        Ok(field)
    }

    /// Adds a field, or replaces it; a type that is not there yet is made.
    pub(crate) fn declare(&mut self, kind: &str, name: &str, field: Field) {
        let known = self.types.entry(kind.to_owned()).or_insert_with(seed::bare_type);
        known.fields.insert(name.to_owned(), field);
    }

    pub(crate) fn hide(&mut self, kind: &str, project: u64, codes: &[&str]) {
        if let Some(known) = self.types.get_mut(kind) {
            known.hidden.insert(project, codes.iter().map(|code| (*code).to_owned()).collect());
        }
    }
}
