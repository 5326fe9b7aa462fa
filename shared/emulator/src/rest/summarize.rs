//! `POST /entity/{type}/_summarize`: counts, in groups if wanted.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;

use super::ApiError;
use super::auth::Caller;
use super::input::parse;
use super::search::{Query, form};
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::store::Store;

pub(crate) async fn summarize(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(part): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = form(&headers)?;
    let body = parse(&body)?;
    let store = shared.store();
    let kind = store.schema.kind_of(&part)?;
    let counted = counted(&store, kind, &body["summary_fields"])?;
    let rows = Query::parse(&store, kind, form, &body)?.rows(&store, shared.now());
    let groups = groups(&store, kind, &body["grouping"], &rows, &counted)?;
    let summaries = count(&store, &counted, &rows);
    Ok(Json(json!({"data": {"summaries": summaries, "groups": groups}})))
}

/// The fields to count; `count` is the only kind of summary here.
fn counted(store: &Store, kind: &str, fields: &Value) -> Result<Vec<String>, Refusal> {
    let missing = || Refusal::request("summary_fields has to be a list of {field, type: count}");
    let mut names = Vec::new();
    for field in fields.as_array().ok_or_else(missing)? {
        let name = field["field"].as_str().ok_or_else(missing)?;
        if !matches!(field["type"].as_str(), Some("count" | "record_count")) {
            return Err(missing());
        }
        store.schema.leaf(kind, name)?;
        names.push(name.to_owned());
    }
    Ok(names)
}

fn count(store: &Store, counted: &[String], rows: &[EntityRef]) -> Value {
    let mut counts = Map::new();
    for name in counted {
        let has = |of: &&EntityRef| !store.raw_values(of, name).iter().all(Value::is_null);
        counts.insert(name.clone(), json!(rows.iter().filter(has).count()));
    }
    Value::Object(counts)
}

/// One group for each value of the first grouping field.
fn groups(
    store: &Store,
    kind: &str,
    grouping: &Value,
    rows: &[EntityRef],
    counted: &[String],
) -> Result<Value, Refusal> {
    let Some(field) = grouping[0]["field"].as_str() else { return Ok(Value::Null) };
    store.schema.leaf(kind, field)?;
    let mut groups: BTreeMap<String, (Value, Vec<EntityRef>)> = BTreeMap::new();
    for of in rows {
        let value = store.shown_path(of, field).unwrap_or_default();
        let name = value.get("name").unwrap_or(&value);
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        groups.entry(name).or_insert_with(|| (value, Vec::new())).1.push(of.clone());
    }
    let shown = |(name, (value, rows)): (String, (Value, Vec<EntityRef>))| {
        let summaries = count(store, counted, &rows);
        json!({"group_name": name, "group_value": value, "summaries": summaries})
    };
    Ok(groups.into_iter().map(shown).collect())
}
