//! `GET /entity/{type}`: the simple form of a search, in the address.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query as UrlQuery, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::auth::Caller;
use super::input::Page;
use super::record::{Fields, to_json};
use super::search::Query;
use super::{ApiError, Prefix};
use crate::filters::Form;
use crate::schema::{DataType, slug_of};
use crate::shared::Shared;
use crate::store::Store;

pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
    Path(part): Path<String>,
    UrlQuery(query): UrlQuery<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let store = shared.store();
    let kind = store.schema.kind_of(&part)?;
    let page = Page::of_query(&query)?;
    let fields =
        query.get("fields").map_or(Fields::Named(Vec::new()), |text| Fields::of_query(text));
    let mut body = json!({"filters": filters(&store, kind, &query)?});
    if let Some(sort) = query.get("sort") {
        body["sort"] = json!(sort);
    }
    if let Some(which) = query.get("options[return_only]") {
        body["options"]["return_only"] = json!(which);
    }
    let rows = Query::parse(&store, kind, Form::Array, &body)?.rows(&store, shared.now());
    let data: Vec<Value> =
        page.cut(rows).map(|of| to_json(&store, &of, &fields, prefix.0)).collect();
    let path = format!("{}/entity/{}", prefix.0, slug_of(kind));
    Ok(Json(json!({"data": data, "links": page.links(&path)})))
}

/// `filter[code]=a,b` is "code is one of"; a link is compared by its id's record, not here.
fn filters(
    store: &Store,
    kind: &str,
    query: &HashMap<String, String>,
) -> Result<Vec<Value>, ApiError> {
    let mut conditions = Vec::new();
    for (key, text) in query {
        let Some(path) = key.strip_prefix("filter[").and_then(|key| key.strip_suffix(']')) else {
            continue;
        };
        let field = store.schema.leaf(kind, path)?;
        let operand = |text: &str| match field.data_type {
            DataType::Number => text.parse::<i64>().map_or_else(|_| json!(text), |n| json!(n)),
            DataType::Checkbox => json!(text == "true"),
            DataType::Text
            | DataType::Date
            | DataType::DateTime
            | DataType::List(_)
            | DataType::StatusList(_)
            | DataType::Entity(_)
            | DataType::MultiEntity(_)
            | DataType::Url
            | DataType::Serializable => json!(text),
        };
        let values: Vec<Value> = text.split(',').map(operand).collect();
        conditions.push(json!([path, "in", values]));
    }
    Ok(conditions)
}
