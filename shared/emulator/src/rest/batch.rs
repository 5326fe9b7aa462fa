//! `POST /entity/_batch`: many writes, all of them or none.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;

use super::auth::Caller;
use super::entity::thin;
use super::input::JsonBody;
use super::record::{Fields, to_json};
use super::{ApiError, Prefix};
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::store::Write;

/// Answers in the order of the requests; the form of an answer depends on the verb.
pub(crate) async fn batch(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Extension(prefix): Extension<Prefix>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let requests = body["requests"].as_array();
    let requests = requests.ok_or_else(|| ApiError::request(400, "requests has to be a list"))?;
    let now = shared.now();
    let answers = shared.change(|store| {
        store.write(&caller, now, |write| {
            requests.iter().map(|request| run(write, request, prefix)).collect()
        })
    });
    let answers: Vec<Value> = answers?;
    Ok(Json(json!({ "data": answers })))
}

fn run(write: &mut Write<'_>, request: &Value, prefix: Prefix) -> Result<Value, Refusal> {
    let none = Map::new();
    // Singular schema names only: a batch takes no slug.
    let kind = request["entity"].as_str().unwrap_or_default();
    write.store().schema.entity_type(kind)?;
    let fields = request["data"].as_object().unwrap_or(&none);
    // Left out, the record is number 0, which does not exist.
    let of = EntityRef::new(kind, request["record_id"].as_u64().unwrap_or(0));
    match request["request_type"].as_str() {
        Some("create") => {
            let of = write.create(kind, fields)?;
            let shown = thin(write.store(), &of, fields);
            Ok(json!({"data": to_json(write.store(), &of, &shown, prefix.0)}))
        }
        Some("update") => {
            write.update(&of, fields)?;
            let data = to_json(write.store(), &of, &Fields::All, prefix.0);
            let links = data["links"].clone();
            Ok(json!({"data": data, "links": links, "status": 200}))
        }
        Some("delete") => {
            write.retire(&of)?;
            Ok(json!({"id": of.id, "type": of.kind, "did_delete": true}))
        }
        _ => Err(Refusal::request("request_type has to be create, update or delete")),
    }
}
