//! What the site says of its entity types and their fields, in general or in one project.
//!
//! Every property comes wrapped as `{"value": .., "editable": ..}`, where `editable` is about the
//! property. What is absent or of an unknown form is empty, so that one odd field hides no other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ask::Ask;
use super::describe::Data;
use super::{RestSite, Verb, address};
use crate::SiteError;

/// An entity type of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityType {
    /// Its schema name, e.g. `CustomEntity01`.
    pub name: String,
    /// What people call it, e.g. `Delivery Note`; the schema name where the site has no other.
    pub display_name: String,
    /// Whether people see it.
    pub visible: bool,
}

/// What the site knows of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSchema {
    /// What people call it, e.g. `Pipeline Step`.
    pub display_name: Option<String>,
    /// The kind of value, e.g. `status_list`, `entity`.
    pub data_type: Option<String>,
    /// Whether its value can be written. Where the site does not say, it is taken to be.
    pub editable: bool,
    /// The entity types that a link can lead to; empty for all else, and where any will do.
    pub valid_types: Vec<String>,
    /// The codes that the site takes, for lists and statuses; empty for all else.
    pub valid_values: Vec<String>,
    /// Those among them that the project does not show.
    pub hidden_values: Vec<String>,
}

impl FieldSchema {
    /// Valid and not hidden: what people can choose.
    pub fn usable_values(&self) -> impl Iterator<Item = &str> {
        let shown = |value: &&String| !self.hidden_values.contains(value);
        self.valid_values.iter().filter(shown).map(String::as_str)
    }

    fn of(data: &Value) -> Self {
        let texts = |name: &str| {
            let values = data.pointer(&format!("/properties/{name}/value"));
            let texts = values.and_then(Value::as_array).into_iter().flatten();
            texts.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            display_name: text(data, "/name/value"),
            data_type: text(data, "/data_type/value"),
            editable: flag(data, "/editable/value"),
            valid_types: texts("valid_types"),
            valid_values: texts("valid_values"),
            hidden_values: texts("hidden_values"),
        }
    }
}

impl RestSite {
    /// All entity types of the site by name, also those that people do not see.
    ///
    /// # Errors
    /// See [`SiteError`].
    pub async fn entity_types(&self, project: Option<u64>) -> Result<Vec<EntityType>, SiteError> {
        let types = self.described(address::schema(project)).await?;
        let shown = |(name, data): (String, Value)| EntityType {
            display_name: text(&data, "/name/value").unwrap_or_else(|| name.clone()),
            visible: flag(&data, "/visible/value"),
            name,
        };
        Ok(types.into_iter().map(shown).collect())
    }

    /// All fields of an entity type, by name.
    ///
    /// # Errors
    /// See [`SiteError`]; not found if there is no such type.
    pub async fn entity_schema(
        &self,
        kind: &str,
        project: Option<u64>,
    ) -> Result<BTreeMap<String, FieldSchema>, SiteError> {
        let fields = self.described(address::schema_fields(kind, project)?).await?;
        Ok(fields.into_iter().map(|(name, data)| (name, FieldSchema::of(&data))).collect())
    }

    /// One field of an entity type.
    ///
    /// # Errors
    /// See [`SiteError`]; not found if there is no such field.
    pub async fn schema_field(
        &self,
        kind: &str,
        field: &str,
        project: Option<u64>,
    ) -> Result<FieldSchema, SiteError> {
        let path = address::schema_field(kind, field, project)?;
        let answer: Data<Value> = self.call(&Ask::get(Verb::Describe, path)).await?;
        Ok(FieldSchema::of(&answer.data))
    }

    async fn described(&self, path: String) -> Result<BTreeMap<String, Value>, SiteError> {
        let answer: Data<_> = self.call(&Ask::get(Verb::Describe, path)).await?;
        Ok(answer.data)
    }
}

fn text(data: &Value, pointer: &str) -> Option<String> {
    let text = data.pointer(pointer).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// True unless it is said to be false.
fn flag(data: &Value, pointer: &str) -> bool {
    data.pointer(pointer).and_then(Value::as_bool).unwrap_or(true)
}

#[cfg(test)]
mod tests;
