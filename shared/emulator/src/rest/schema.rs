//! Reading the schema: types, fields, and which status codes a project may use.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde_json::{Map, Value, json};

use super::auth::Caller;
use super::{ApiError, Prefix};
use crate::schema::{DataType, EntityType, Field, field_label, status_name, type_label};
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
        (name.to_owned(), json!({"name": fixed(json!(type_label(name))), "visible": visible}))
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
    let shown = |(name, field): (&String, &Field)| {
        (name.clone(), to_json(kind, known, name, field, project))
    };
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
    Ok(Json(json!({"data": to_json(kind, known, &name, field, project(&query)?), "links": links})))
}

fn project(query: &HashMap<String, String>) -> Result<Option<u64>, ApiError> {
    let id = query.get("project_id").map(|text| text.parse());
    id.transpose().map_err(|_| ApiError::request(400, "project_id has to be an id"))
}

fn to_json(
    kind: &str,
    known: &EntityType,
    name: &str,
    field: &Field,
    project: Option<u64>,
) -> Value {
    json!({
        "name": property(json!(field_label(kind, name))),
        "description": property(json!("")),
        "entity_type": fixed(json!(kind)),
        "data_type": fixed(json!(field.data_type.word())),
        "editable": fixed(json!(field.editable)),
        "mandatory": fixed(json!(false)),
        "unique": fixed(json!(false)),
        "visible": property(json!(true)),
        "properties": properties(known, field, project),
    })
}

/// What belongs to the field's data type. Hidden are those of its codes that the project hides.
fn properties(known: &EntityType, field: &Field, project: Option<u64>) -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert("default_value".to_owned(), property(field.default.clone()));
    let hidden = project.and_then(|project| known.hidden.get(&project));
    let is_hidden = |code: &&String| hidden.is_some_and(|hidden| hidden.contains(*code));
    match &field.data_type {
        DataType::StatusList(codes) => {
            let names = codes.iter().map(|code| (code.clone(), json!(status_name(code))));
            let names = Value::Object(names.collect());
            let hidden: Vec<&String> = codes.iter().filter(is_hidden).collect();
            properties.insert("valid_values".to_owned(), property(json!(codes)));
            properties.insert("display_values".to_owned(), property(names));
            properties.insert("hidden_values".to_owned(), property(json!(hidden)));
        }
        DataType::List(words) => {
            let hidden: Vec<&String> = words.iter().filter(is_hidden).collect();
            properties.insert("valid_values".to_owned(), property(json!(words)));
            properties.insert("hidden_values".to_owned(), property(json!(hidden)));
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
    properties
}

/// A property that an administrator can change.
fn property(value: Value) -> Value {
    json!({"value": value, "editable": true})
}

/// A property that nobody can change.
fn fixed(value: Value) -> Value {
    json!({"value": value, "editable": false})
}
