//! What a hook subscribes to: the life of entities, or one custom event type, never both.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::events::{NewEvent, Operation};
use crate::refusal::Refusal;
use crate::schema::Schema;

/// What a hook subscribes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Subscription {
    /// Entity type, then operation, then the fields of it; no fields means all of them.
    Life(BTreeMap<String, BTreeMap<Operation, Vec<String>>>),
    /// Rows of the event log with this type.
    EventType(String),
}

impl Subscription {
    /// Reads `entity_types` or `event_type`; `None` if neither was sent.
    pub(super) fn parse(sent: &Value, schema: &Schema) -> Result<Option<Self>, Refusal> {
        match (sent.get("entity_types"), sent.get("event_type").and_then(Value::as_str)) {
            (None | Some(Value::Null), None) => Ok(None),
            (None | Some(Value::Null), Some(event_type)) => {
                Ok(Some(Self::EventType(event_type.to_owned())))
            }
            (Some(_), Some(_)) => {
                Err(Refusal::request("entity_types and event_type exclude each other"))
            }
            (Some(entity_types), None) => {
                let life = life(entity_types, schema);
                let invalid = || Refusal::request("entity_types is not valid");
                life.map(Self::Life).map(Some).ok_or_else(invalid)
            }
        }
    }

    pub(super) fn wants(&self, event: &NewEvent) -> bool {
        match self {
            Self::EventType(event_type) => event.event_type == *event_type,
            Self::Life(types) => {
                let Some(operation) = event.operation else { return false };
                let kind = event.entity.as_ref().map_or("", |entity| entity.kind.as_str());
                let Some(fields) = types.get(kind).and_then(|known| known.get(&operation)) else {
                    return false;
                };
                let changed = event.attribute_name.as_ref();
                operation != Operation::Update
                    || fields.is_empty()
                    || changed.is_some_and(|changed| fields.contains(changed))
            }
        }
    }

    /// `entity_types` and `event_type`, one of them null.
    pub(super) fn to_json(&self) -> (Value, Value) {
        match self {
            Self::EventType(event_type) => (Value::Null, json!(event_type)),
            Self::Life(types) => {
                let mut shown = json!({});
                for (kind, operations) in types {
                    for (operation, fields) in operations {
                        shown[kind][operation.word()] = json!(fields);
                    }
                }
                (shown, Value::Null)
            }
        }
    }
}

/// Unknown entity types and operations are refused; unknown fields are taken, as the site does.
fn life(
    sent: &Value,
    schema: &Schema,
) -> Option<BTreeMap<String, BTreeMap<Operation, Vec<String>>>> {
    let mut types = BTreeMap::new();
    for (kind, operations) in sent.as_object().filter(|types| !types.is_empty())? {
        schema.entity_type(kind).ok()?;
        let mut known = BTreeMap::new();
        for (operation, fields) in operations.as_object()? {
            let fields = fields.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned);
            known.insert(Operation::parse(operation)?, fields.collect());
        }
        types.insert(kind.clone(), known);
    }
    Some(types)
}
