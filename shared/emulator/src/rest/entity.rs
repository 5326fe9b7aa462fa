//! One record: create, read, update, retire, revive.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;

use super::auth::Caller;
use super::input::{self, JsonBody};
use super::record::{Fields, to_json};
use super::{ApiError, Prefix};
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::store::Store;

type Address = Path<(String, String)>;

/// `GET /entity/{type}/{id}`
pub(crate) async fn read(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
    Path((part, id)): Address,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let store = shared.store();
    let of = entity(&store, &part, &id)?;
    if store.live(&of).is_none() {
        return Err(Refusal::NotFound(of).into());
    }
    let fields = query.get("fields").map_or(Fields::All, |text| Fields::of_query(text));
    Ok(shown(&store, &of, &fields, prefix))
}

/// `POST /entity/{type}`: 201 and a thin record, what was sent and what was filled in.
pub(crate) async fn create(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Extension(prefix): Extension<Prefix>,
    Path(part): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let fields = object(&body)?;
    let now = shared.now();
    shared.change(|store| {
        let kind = store.schema.kind_of(&part)?.to_owned();
        let of = store.write(&caller, now, |write| write.create(&kind, fields))?;
        let shown = to_json(store, &of, &thin(store, &of, fields), prefix.0);
        Ok((StatusCode::CREATED, Json(json!({ "data": shown }))))
    })
}

/// `PUT /entity/{type}/{id}`: 200 and the whole record.
pub(crate) async fn update(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Extension(prefix): Extension<Prefix>,
    Path((part, id)): Address,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let fields = object(&body)?;
    let now = shared.now();
    shared.change(|store| {
        let of = entity(store, &part, &id)?;
        store.write(&caller, now, |write| write.update(&of, fields))?;
        Ok(shown(store, &of, &Fields::All, prefix))
    })
}

/// `DELETE /entity/{type}/{id}`: 204; the record is retired, not gone.
pub(crate) async fn delete(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Path((part, id)): Address,
) -> Result<StatusCode, ApiError> {
    let now = shared.now();
    shared.change(|store| {
        let of = entity(store, &part, &id)?;
        store.write(&caller, now, |write| write.retire(&of))?;
        Ok(StatusCode::NO_CONTENT)
    })
}

/// `POST /entity/{type}/{id}?revive=1`
pub(crate) async fn revive(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Extension(prefix): Extension<Prefix>,
    Path((part, id)): Address,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    if !matches!(query.get("revive").map(String::as_str), Some("1" | "true")) {
        return Err(ApiError::request(400, "the only POST of a record is ?revive=1"));
    }
    let now = shared.now();
    shared.change(|store| {
        let of = entity(store, &part, &id)?;
        let did_revive = store.write(&caller, now, |write| write.revive(&of))?;
        let data = to_json(store, &of, &Fields::All, prefix.0);
        Ok(Json(json!({"data": data, "meta": {"did_revive": did_revive}})))
    })
}

/// What was sent, the statuses and flags that were filled in, and all links.
pub(crate) fn thin(store: &Store, of: &EntityRef, sent: &Map<String, Value>) -> Fields {
    let known = store.schema.entity_type(&of.kind);
    let fields = known.into_iter().flat_map(|known| known.fields.iter());
    let shows = |(name, field): &(&String, &crate::schema::Field)| {
        sent.contains_key(*name) || field.data_type.is_link() || !field.default.is_null()
    };
    Fields::Named(fields.filter(shows).map(|(name, _)| name.clone()).collect())
}

fn shown(store: &Store, of: &EntityRef, fields: &Fields, prefix: Prefix) -> Json<Value> {
    let data = to_json(store, of, fields, prefix.0);
    let links = data["links"].clone();
    Json(json!({"data": data, "links": links}))
}

fn entity(store: &Store, part: &str, id: &str) -> Result<EntityRef, ApiError> {
    let kind = store.schema.kind_of(part)?;
    Ok(EntityRef::new(kind, input::id(id)?))
}

fn object(body: &Value) -> Result<&Map<String, Value>, ApiError> {
    body.as_object().ok_or_else(|| ApiError::request(400, "the body has to be an object of fields"))
}
