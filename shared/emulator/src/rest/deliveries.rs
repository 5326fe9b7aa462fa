//! `/webhook/deliveries`: what was sent, and what the receiver reports on it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::{Value, json};
use sgh_core::limits::ACKNOWLEDGEMENT_SITE_MAX;

use super::auth::Caller;
use super::input::{self, JsonBody, Page};
use super::{ApiError, Prefix};
use crate::hooks::{Delivery, DeliveryStatus};
use crate::shared::Shared;

/// `GET /webhook/hooks/{id}/deliveries`, the newest first.
pub(crate) async fn of_hook(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let id = input::uuid(&id)?;
    let page = Page::of_query(&query)?;
    let store = shared.store();
    if store.hooks.get(id).is_none() {
        return Err(ApiError::not_found(format!("hook: {id} not found")));
    }
    let wanted = |delivery: &&Delivery| delivery.hook == id && shows(delivery, &query);
    let rows: Vec<&Delivery> = store.hooks.deliveries().rev().filter(wanted).collect();
    let metrics = metrics(&rows);
    let data: Vec<Value> = page.cut(rows).map(Delivery::to_json).collect();
    let links = page.links(&format!("{}/webhook/hooks/{id}/deliveries", prefix.0));
    let answer = json!({
        "data": data, "included": [], "links": links, "performance_metrics": metrics,
    });
    Ok(Json(answer))
}

fn shows(delivery: &Delivery, query: &HashMap<String, String>) -> bool {
    let given = |name: &str| query.get(name).map(String::as_str);
    let entity = &delivery.event["entity"];
    let acknowledged = delivery.acknowledgement.as_deref().unwrap_or_default();
    given("status").is_none_or(|status| delivery.status.word() == status)
        && given("entity_type").is_none_or(|kind| entity["type"] == kind)
        && given("entity_id").is_none_or(|id| id.parse::<u64>().ok() == entity["id"].as_u64())
        && given("from")
            .and_then(|from| from.parse().ok())
            .is_none_or(|from: i64| delivery.event_time.as_second() >= from)
        && given("acknowledgement").is_none_or(|part| acknowledged.contains(part))
}

/// Zero, and not absent, where there is nothing to measure.
fn metrics(rows: &[&Delivery]) -> Value {
    let ended: Vec<&&Delivery> =
        rows.iter().filter(|row| row.status != DeliveryStatus::Pending).collect();
    let times = || ended.iter().map(|row| row.process_time_ms);
    let (count, total) = (ended.len() as u64, times().sum::<u64>());
    let moments = || ended.iter().map(|row| row.event_time.as_millisecond());
    let (start, end) = (moments().min().unwrap_or(0), moments().max().unwrap_or(0));
    let span = end.saturating_sub(start);
    let ratio = if span > 0 { total as f64 / span as f64 } else { 0.0 };
    json!({
        "event_count": count,
        "event_time_span": span / 1000,
        "start_event_time": start / 1000,
        "end_event_time": end / 1000,
        "process_time_sum": total,
        "mean_process_time": total.checked_div(count).unwrap_or(0),
        "max_process_time": times().max().unwrap_or(0),
        "min_process_time": times().min().unwrap_or(0),
        "process_time_ratio": ratio,
    })
}

/// `GET /webhook/deliveries/{id}`
pub(crate) async fn read(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let id = input::uuid(&id)?;
    let shown = shared.store().hooks.delivery(id).map(Delivery::to_json);
    shown.map(|data| Json(json!({ "data": data }))).ok_or_else(|| unknown(id))
}

/// `PUT /webhook/deliveries/{id}`: the acknowledgement. A body without one is 200 all the same.
pub(crate) async fn acknowledge(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let id = input::uuid(&id)?;
    let given = &body["acknowledgement"];
    let text = given.as_str().map(str::to_owned);
    if text.is_none() && !given.is_null() {
        return Err(ApiError::parameter("acknowledgement", "must be a string"));
    }
    if text.as_ref().is_some_and(|text| text.len() > ACKNOWLEDGEMENT_SITE_MAX) {
        return Err(ApiError::parameter("acknowledgement", "must be 4096 bytes long or less"));
    }
    let shown = shared.change(|store| {
        store.hooks.acknowledge(id, text);
        store.hooks.delivery(id).map(Delivery::to_json)
    });
    shown.map(|data| Json(json!({ "data": data }))).ok_or_else(|| unknown(id))
}

/// `POST /webhook/deliveries/{id}/redeliver`
pub(crate) async fn redeliver(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = input::uuid(&id)?;
    let known = shared.change(|store| store.hooks.redeliver(id));
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(id)) }
}

fn unknown(id: uuid::Uuid) -> ApiError {
    ApiError::not_found(format!("delivery: {id} not found"))
}
