//! `/webhook/hooks`. Unlike the site, addresses on this machine are taken: that is the point.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::{Value, json};
use sgh_core::hook::EVENT_TYPES;

use super::auth::Caller;
use super::input::{self, JsonBody, Page};
use super::{ApiError, Prefix};
use crate::hooks::Hook;
use crate::shared::Shared;

/// Any script sees every hook of the site.
pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let page = Page::of_query(&query)?;
    let status = query.get("status");
    let store = shared.store();
    // Any other status than these two finds nothing, and is no error.
    let shows = |hook: &&Hook| match status.map(String::as_str) {
        None => true,
        Some(wanted @ ("active" | "disabled")) => hook.status.word() == wanted,
        Some(_) => false,
    };
    let rows = store.hooks.all().filter(shows).map(Hook::to_json);
    let data: Vec<Value> = page.cut(rows).collect();
    Ok(Json(json!({"data": data, "links": page.links(&format!("{}/webhook/hooks", prefix.0))})))
}

pub(crate) async fn create(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    known_event_type(&body)?;
    let now = shared.now();
    let (id, shown) = shared.change(|store| {
        let id = store.hooks.add(&body, &store.schema, now)?;
        Ok::<_, ApiError>((id, store.hooks.get(id).map(Hook::to_json)))
    })?;
    shared.start_hook(id);
    Ok((StatusCode::CREATED, Json(json!({ "data": shown }))))
}

pub(crate) async fn read(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let id = input::uuid(&id)?;
    let shown = shared.store().hooks.get(id).map(Hook::to_json);
    shown.map(|data| Json(json!({ "data": data }))).ok_or_else(|| unknown(id))
}

pub(crate) async fn update(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let id = input::uuid(&id)?;
    known_event_type(&body)?;
    let now = shared.now();
    shared.change(|store| {
        if store.hooks.get(id).is_none() {
            return Err(unknown(id));
        }
        store.hooks.edit(id, &body, &store.schema, now)?;
        let shown = store.hooks.get(id).map(Hook::to_json);
        Ok(Json(json!({ "data": shown })))
    })
}

pub(crate) async fn delete(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = input::uuid(&id)?;
    let known = shared.change(|store| store.hooks.remove(id));
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(id)) }
}

/// 204 for every uuid, even one that is no hook's.
pub(crate) async fn test_connection(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = input::uuid(&id)?;
    let now = shared.now();
    shared.change(|store| store.hooks.test_connection(id, now));
    Ok(StatusCode::NO_CONTENT)
}

/// Over REST the site takes the event types that it knows, and no studio's own.
fn known_event_type(body: &Value) -> Result<(), ApiError> {
    let wrong = |why: &str| Err(ApiError::parameter("event_type", why));
    match body.get("event_type") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) if text.is_empty() => wrong("event_type must be filled"),
        Some(Value::String(text)) if EVENT_TYPES.contains(&text.as_str()) => Ok(()),
        Some(Value::String(_)) => wrong("event_type is not valid"),
        Some(_) => wrong("event_type must be a string"),
    }
}

fn unknown(id: uuid::Uuid) -> ApiError {
    ApiError::not_found(format!("hook: {id} not found"))
}
