//! The envelope that every refusal comes in.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// A refusal as it is answered.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: u16,
    code: u16,
    title: &'static str,
    detail: String,
    source: Value,
}

impl ApiError {
    /// Code 103: the request itself is wrong.
    pub(crate) fn request(status: u16, detail: impl Into<String>) -> Self {
        Self::new(status, 103, detail)
    }

    /// Code 102: the login.
    pub(crate) fn login(status: u16, detail: impl Into<String>) -> Self {
        Self::new(status, 102, detail)
    }

    /// Code 104: what the request is about does not exist.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(404, 104, detail)
    }

    /// A parameter that is invalid, named in `source`.
    pub(crate) fn parameter(name: &str, detail: &str) -> Self {
        let mut error = Self::new(400, 103, detail);
        error.title = "Request Parameters invalid.";
        error.source = json!({ name: [detail] });
        error
    }

    fn new(status: u16, code: u16, detail: impl Into<String>) -> Self {
        let title = match status {
            400 => "Bad Request",
            401 => "Unauthorized",
            404 => "Not Found",
            406 => "Not Acceptable",
            415 => "Unsupported Media Type",
            429 => "Too Many Requests",
            503 => "Service Unavailable",
            _ => "Error",
        };
        Self { status, code, title, detail: detail.into(), source: Value::Null }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = refusal.answer();
        Self::new(status, code, refusal.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let error = json!({
            "id": uuid::Uuid::new_v4().simple().to_string(),
            "status": self.status,
            "code": self.code,
            "title": self.title,
            "source": self.source,
            "detail": self.detail,
            "meta": null,
        });
        (status, Json(json!({ "errors": [error] }))).into_response()
    }
}

/// Nothing is there, or not for that method: the site says 404 to both.
pub(crate) async fn unrouted() -> ApiError {
    ApiError::request(404, "no such resource, or not with this method")
}
