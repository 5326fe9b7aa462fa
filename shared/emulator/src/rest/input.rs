//! What is taken out of a request: JSON bodies, ids, pages.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;
use sgh_core::limits::PAGE_SIZE;

use super::ApiError;

/// A body that says it is JSON, and is.
#[derive(Debug)]
pub(crate) struct JsonBody(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if media_type(request.headers()).as_deref() != Some("application/json") {
            return Err(ApiError::request(415, "the content type has to be application/json"));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| ApiError::request(400, "the body cannot be read"))?;
        parse(&body).map(Self)
    }
}

pub(crate) fn parse(body: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|_| ApiError::request(400, "Invalid JSON body"))
}

/// The content type without its parameters, lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(|value| value.trim().to_ascii_lowercase())
}

/// The id in an address.
pub(crate) fn id(part: &str) -> Result<u64, ApiError> {
    part.parse().map_err(|_| ApiError::request(404, format!("`{part}` is not an id")))
}

/// The uuid in an address.
pub(crate) fn uuid(part: &str) -> Result<uuid::Uuid, ApiError> {
    let wrong = || ApiError::request(404, format!("`{part}` is not a uuid"));
    uuid::Uuid::try_parse(part).map_err(|_| wrong())
}

/// Which part of the rows to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) size: NonZeroUsize,
    /// From 1.
    pub(crate) number: NonZeroUsize,
}

impl Page {
    /// From `page[size]` and `page[number]` of an address.
    pub(crate) fn of_query(query: &HashMap<String, String>) -> Result<Self, ApiError> {
        let part = |name: &str| match query.get(&format!("page[{name}]")) {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| invalid_page()),
        };
        Self::of(part("size")?, part("number")?)
    }

    /// From `page` of a body.
    pub(crate) fn of_body(page: &Value) -> Result<Self, ApiError> {
        let part = |name: &str| {
            let Some(given) = page.get(name) else { return Ok(None) };
            let given = given.as_u64().and_then(|given| usize::try_from(given).ok());
            given.map(Some).ok_or_else(invalid_page)
        };
        Self::of(part("size")?, part("number")?)
    }

    fn of(size: Option<usize>, number: Option<usize>) -> Result<Self, ApiError> {
        let positive = |given: usize| NonZeroUsize::new(given).ok_or_else(invalid_page);
        Ok(Self {
            size: positive(size.unwrap_or(PAGE_SIZE))?,
            number: positive(number.unwrap_or(1))?,
        })
    }

    pub(crate) fn cut<T>(self, rows: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let before = (self.number.get() - 1).saturating_mul(self.size.get());
        rows.into_iter().skip(before).take(self.size.get())
    }

    /// `links` of a page. The next page is named even where there is none, as the site does.
    pub(crate) fn links(self, path: &str) -> Value {
        let page = |number: usize| {
            format!("{path}?page%5Bnumber%5D={number}&page%5Bsize%5D={}", self.size)
        };
        let number = self.number.get();
        let mut links = serde_json::json!({
            "self": page(number),
            "next": page(number.saturating_add(1)),
        });
        if number > 1 {
            links["prev"] = page(number - 1).into();
        }
        links
    }
}

fn invalid_page() -> ApiError {
    ApiError::request(400, "page size and number have to be whole numbers from 1")
}
