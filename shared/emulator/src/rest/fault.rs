//! Where a call meets the fault that is planned for it, and where every call is counted.

use std::io;
use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::{ApiError, Prefix};
use crate::faults::Fault;
use crate::shared::Shared;

pub(crate) async fn meet(
    State(shared): State<Arc<Shared>>,
    Extension(prefix): Extension<Prefix>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let path = path.strip_prefix(prefix.0).unwrap_or(path).to_owned();
    let mut response = match shared.faults.meet(request.method().as_str(), &path) {
        None => next.run(request).await,
        Some(Fault::Status { code, retry_after }) => refusal(code, retry_after),
        Some(Fault::Garbage) => garbage(),
        Some(Fault::Close) => broken_off(),
        Some(Fault::DoneThenClose) => {
            next.run(request).await;
            broken_off()
        }
        Some(Fault::Hang) => {
            let _stopped = shared.stop().wait_for(|stopped| *stopped).await.is_ok();
            ApiError::request(503, "the emulator stops").into_response()
        }
    };
    let id = uuid::Uuid::new_v4().simple().to_string();
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn refusal(code: u16, retry_after: Option<u64>) -> Response {
    let mut response = ApiError::request(code, "a fault that was planned").into_response();
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn garbage() -> Response {
    let html = [(CONTENT_TYPE, HeaderValue::from_static("text/html"))];
    (html, "<html><body>down for maintenance</body></html>").into_response()
}

/// An answer whose body ends before it is complete, so that the connection is closed.
fn broken_off() -> Response {
    let cut = io::Error::new(io::ErrorKind::ConnectionReset, "a fault that was planned");
    Response::new(Body::from_stream(stream::iter([Err::<Bytes, io::Error>(cut)])))
}
