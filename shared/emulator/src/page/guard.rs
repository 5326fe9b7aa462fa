//! Who may see the page: a browser that was told an address of this machine.
//!
//! A name that somebody else's DNS lets point here has another `Host`; a form on somebody else's
//! page has another `Origin`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::shared::Shared;

const HEADERS: [(HeaderName, &str); 4] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

pub(super) async fn check(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if !is_from_here(&shared, &request) {
        return (StatusCode::FORBIDDEN, "this page is for a browser on this machine")
            .into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_from_here(shared: &Shared, request: &Request) -> bool {
    let Some(port) = shared.origin().rsplit(':').next() else { return false };
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let header = |name: &HeaderName| {
        let mut values = request.headers().get_all(name).iter();
        let first = values.next().map(|value| value.to_str().unwrap_or_default());
        // Two of a header that must be one are as good as a wrong one.
        if values.next().is_some() { Some("") } else { first }
    };
    let from_here = |origin: &str| hosts.iter().any(|host| origin == format!("http://{host}"));
    let host_ok = header(&HOST).is_some_and(|host| hosts.iter().any(|known| known == host));
    let origin_ok = match header(&ORIGIN) {
        Some(origin) => from_here(origin),
        // A browser names the origin of everything but a plain read.
        None => matches!(*request.method(), Method::GET | Method::HEAD),
    };
    host_ok && origin_ok
}
