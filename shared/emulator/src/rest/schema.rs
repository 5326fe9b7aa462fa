//! Reading the schema: types, fields, and which status codes a project may use.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde_json::{Map, Value, json};

use super::auth::Caller;
use super::{ApiError, Prefix};
use crate::schema::{DataType, EntityType, Field};
use crate::shared::Shared;

/// `GET /schema`
pub(crate) async fn types(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
) -> Json<Value> {
    let store = shared.store();
    let shown = |name: &str| {
        let visible = json!({"value": true, "editable": false});
        (name.to_owned(), json!({"name": property(json!(name)), "visible": visible}))
    };
    let types: Map<String, Value> = store.schema.names().map(shown).collect();
    Json(json!({"data": types, "links": {"self": format!("{}/schema", prefix.0)}}))
}

/// `GET /schema/{type}/fields`
pub(crate) async fn fields(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
    Path(part): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let store = shared.store();
    let kind = store.schema.kind_of(&part)?;
    let known = store.schema.entity_type(kind)?;
    let project = project(&query)?;
    let shown =
        |(name, field): (&String, &Field)| (name.clone(), to_json(known, name, field, project));
    let fields: Map<String, Value> = known.fields.iter().map(shown).collect();
    Ok(Json(
        json!({"data": fields, "links": {"self": format!("{}/schema/{kind}/fields", prefix.0)}}),
    ))
}

/// `GET /schema/{type}/fields/{field}`
pub(crate) async fn field(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
    Path((part, name)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let store = shared.store();
    let kind = store.schema.kind_of(&part)?;
    let known = store.schema.entity_type(kind)?;
    let missing = || ApiError::not_found(format!("{kind} has no field `{name}`"));
    let field = known.fields.get(&name).ok_or_else(missing)?;
    let links = json!({"self": format!("{}/schema/{kind}/fields/{name}", prefix.0)});
    Ok(Json(json!({"data": to_json(known, &name, field, project(&query)?), "links": links})))
}

fn project(query: &HashMap<String, String>) -> Result<Option<u64>, ApiError> {
    let id = query.get("project_id").map(|text| text.parse());
    id.transpose().map_err(|_| ApiError::request(400, "project_id has to be an id"))
}

fn to_json(known: &EntityType, name: &str, field: &Field, project: Option<u64>) -> Value {
    let mut properties = Map::new();
    properties.insert("default_value".to_owned(), property(field.default.clone()));
    match &field.data_type {
        DataType::StatusList(codes) => {
            let hidden = project.and_then(|project| known.hidden.get(&project));
            let labels: Map<String, Value> =
                codes.iter().map(|code| (code.clone(), json!(code.to_uppercase()))).collect();
            properties.insert("valid_values".to_owned(), property(json!(codes)));
            properties.insert("display_values".to_owned(), property(Value::Object(labels)));
            let hidden = hidden.map_or_else(|| json!([]), |hidden| json!(hidden));
            properties.insert("hidden_values".to_owned(), property(hidden));
        }
        DataType::List(words) => {
            properties.insert("valid_values".to_owned(), property(json!(words)));
        }
        DataType::Entity(kinds) | DataType::MultiEntity(kinds) => {
            properties.insert("valid_types".to_owned(), property(json!(kinds)));
        }
        DataType::Text
        | DataType::Number
        | DataType::Checkbox
        | DataType::Date
        | DataType::DateTime
        | DataType::Url
        | DataType::Serializable => {}
    }
    json!({
        "name": property(json!(name)),
        "description": property(json!("")),
        "data_type": property(json!(field.data_type.word())),
        "editable": {"value": field.editable, "editable": false},
        "mandatory": {"value": false, "editable": false},
        "visible": {"value": true, "editable": true},
        "properties": properties,
    })
}

fn property(value: Value) -> Value {
    json!({"value": value, "editable": true})
}
