//! What is written of a webhook, by the names that the site's REST API was seen to take. It takes
//! unknown names in silence, so what is not here is not sent in the hope that it works.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sgh_core::secret::Secret;

/// Entity type, then operation (`create`, `update`, `delete`, `revive`), then fields; no field
/// stands for all of them.
pub type EntityTypes = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// What a webhook delivers: what happens to entities, or one event type. Never both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookFilter {
    /// What happens to entities.
    EntityTypes(EntityTypes),
    /// Events of this type.
    EventType(String),
}

impl HookFilter {
    /// The field of a hook that holds it, and its value.
    #[must_use]
    pub fn to_json(&self) -> (&'static str, Value) {
        match self {
            Self::EntityTypes(types) => ("entity_types", json!(types)),
            Self::EventType(event_type) => ("event_type", json!(event_type)),
        }
    }
}

/// Fields of a webhook to be written. `None` is not sent, and on a change left as it is.
#[derive(Debug, Clone, Default)]
pub struct HookFields {
    /// Where deliveries are posted to.
    pub url: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it delivers.
    pub filter: Option<HookFilter>,
    /// Projects it is limited to; an empty set for the whole site.
    pub projects: Option<BTreeSet<u64>>,
    /// What deliveries are signed with.
    pub token: Option<Secret>,
    /// Whether several deliveries come in one body.
    pub batch_deliveries: Option<bool>,
    /// Whether it delivers at all.
    pub enabled: Option<bool>,
}

impl HookFields {
    pub(super) fn to_json(&self) -> Value {
        let mut body = self.shown();
        if let Some(token) = &self.token {
            body.insert("token".to_owned(), json!(token.expose()));
        }
        Value::Object(body)
    }

    /// All but the token.
    #[must_use]
    pub fn shown(&self) -> Map<String, Value> {
        let mut body = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(name.to_owned(), value);
            }
        };
        put("url", self.url.as_ref().map(|url| json!(url)));
        put("name", self.name.as_ref().map(|name| json!(name)));
        put("description", self.description.as_ref().map(|text| json!(text)));
        if let Some((name, value)) = self.filter.as_ref().map(HookFilter::to_json) {
            put(name, Some(value));
        }
        put("projects", self.projects.as_ref().map(|projects| json!(projects)));
        put("batch_deliveries", self.batch_deliveries.map(Value::Bool));
        let status = |enabled| if enabled { json!("active") } else { json!("disabled") };
        put("status", self.enabled.map(status));
        body
    }
}
