//! `POST /entity/{type}/_search`. The content type says in which form the filters are; plain
//! JSON is refused.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::{Extension, Json};
use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::auth::Caller;
use super::input::{Page, media_type, parse};
use super::record::{Fields, to_json};
use super::{ApiError, Prefix};
use crate::filters::{Filter, Form, compare};
use crate::refusal::Refusal;
use crate::schema::slug_of;
use crate::shared::Shared;
use crate::store::Store;

const ARRAY: &str = "application/vnd+shotgun.api3_array+json";
const HASH: &str = "application/vnd+shotgun.api3_hash+json";

pub(crate) async fn search(
    State(shared): State<Arc<Shared>>,
    _caller: Caller,
    Extension(prefix): Extension<Prefix>,
    Path(part): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = form(&headers)?;
    let body = parse(&body)?;
    let store = shared.store();
    let kind = store.schema.kind_of(&part)?;
    let page = Page::of_body(&body["page"])?;
    let fields = Fields::of_names(names(&body["fields"])?);
    let query = Query::parse(&store, kind, form, &body)?;
    let rows = query.rows(&store, shared.now());
    let data: Vec<Value> =
        page.cut(rows).map(|of| to_json(&store, &of, &fields, prefix.0)).collect();
    let path = format!("{}/entity/{}/_search", prefix.0, slug_of(kind));
    Ok(Json(json!({"data": data, "links": page.links(&path)})))
}

/// The form of the filters, by the content type of the request.
pub(super) fn form(headers: &HeaderMap) -> Result<Form, ApiError> {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    if accepted.contains("vnd+shotgun") {
        return Err(ApiError::request(406, "accept application/json"));
    }
    match media_type(headers).as_deref() {
        Some(ARRAY) => Ok(Form::Array),
        Some(HASH) => Ok(Form::Hash),
        _ => Err(ApiError::request(415, format!("the content type has to be {ARRAY} or {HASH}"))),
    }
}

fn names(fields: &Value) -> Result<Vec<String>, ApiError> {
    let invalid = || ApiError::request(400, "fields has to be a list of names");
    if fields.is_null() {
        return Ok(Vec::new());
    }
    let names = fields.as_array().ok_or_else(invalid)?.iter();
    names.map(|name| name.as_str().map(str::to_owned).ok_or_else(invalid)).collect()
}

/// What is searched, and in which order it comes.
pub(super) struct Query<'a> {
    kind: &'a str,
    filter: Filter,
    retired: bool,
    skip_archived: bool,
    sort: Vec<(String, bool)>,
}

impl<'a> Query<'a> {
    pub(super) fn parse(
        store: &Store,
        kind: &'a str,
        form: Form,
        body: &Value,
    ) -> Result<Self, Refusal> {
        let options = &body["options"];
        let retired = match options["return_only"].as_str() {
            None | Some("active") => false,
            Some("retired") => true,
            Some(_) => return Err(Refusal::request("return_only is active or retired")),
        };
        let mut sort = Vec::new();
        for key in body["sort"].as_str().unwrap_or("").split(',').filter(|key| !key.is_empty()) {
            let name = key.trim().trim_start_matches(['-', '+']);
            let field = store.schema.leaf(kind, name)?;
            if field.data_type == crate::schema::DataType::Serializable {
                return Err(Refusal::request(format!("cannot sort by `{name}`")));
            }
            sort.push((name.to_owned(), key.trim().starts_with('-')));
        }
        Ok(Self {
            kind,
            filter: Filter::parse(&store.schema, kind, form, body.get("filters"))?,
            retired,
            skip_archived: options["include_archived_projects"] == json!(false),
            sort,
        })
    }

    pub(super) fn rows(&self, store: &Store, now: Timestamp) -> Vec<EntityRef> {
        let shows = |of: &EntityRef| {
            store.kept(of).is_some_and(|kept| kept.retired == self.retired)
                && !(self.skip_archived && is_archived(store, of))
                && self.filter.matches(store, of, now)
        };
        let mut rows: Vec<EntityRef> = match self.filter.ids() {
            Some(ids) => {
                ids.into_iter().map(|id| EntityRef::new(self.kind, id)).filter(shows).collect()
            }
            None => store.all(self.kind).map(|(of, _)| of).filter(shows).collect(),
        };
        // The last key first: the sort is stable.
        for (name, descending) in self.sort.iter().rev() {
            let key = |of: &EntityRef| store.raw_values(of, name).into_iter().next();
            let mut keyed: Vec<(Value, EntityRef)> =
                rows.into_iter().map(|of| (key(&of).unwrap_or_default(), of)).collect();
            keyed.sort_by(|(one, _), (other, _)| {
                let order = compare(one, other);
                if *descending { order.reverse() } else { order }
            });
            rows = keyed.into_iter().map(|(_, of)| of).collect();
        }
        rows
    }
}

fn is_archived(store: &Store, of: &EntityRef) -> bool {
    let project = store.project_of(of);
    project.and_then(|project| store.kept(&project)).is_some_and(|project| project.flag("archived"))
}
