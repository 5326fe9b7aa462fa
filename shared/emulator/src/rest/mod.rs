//! The REST API, strict where the site is strict: content types, bodies, methods, sizes.
//!
//! `/api/v1` and `/api/v1.1` are one API; the links in an answer echo the prefix that was used.

pub(crate) mod auth;
mod batch;
mod deliveries;
mod entity;
mod error;
mod fault;
mod hooks;
mod info;
mod input;
mod list;
mod record;
mod schema;
mod search;
mod summarize;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use axum::{Extension, Router};

use crate::shared::Shared;

pub(crate) use error::ApiError;

/// Largest request body. Ours.
const BODY_SIZE_MAX: usize = 16 * 1024 * 1024;

/// The prefix that a request used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prefix(pub(crate) &'static str);

pub(crate) fn router(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let under = |prefix: &'static str| {
        let routes = routes()
            .layer(from_fn_with_state(Arc::clone(shared), fault::meet))
            .layer(Extension(Prefix(prefix)));
        Router::new().nest(prefix, routes).route(&format!("{prefix}/"), get(info::info))
    };
    under("/api/v1").merge(under("/api/v1.1")).fallback(error::unrouted)
}

fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(info::info))
        .route("/auth/access_token", post(auth::access_token))
        .route("/entity/_batch", post(batch::batch))
        .route("/entity/{type}", get(list::list).post(entity::create))
        .route("/entity/{type}/_search", post(search::search))
        .route("/entity/{type}/_summarize", post(summarize::summarize))
        .route(
            "/entity/{type}/{id}",
            get(entity::read).put(entity::update).delete(entity::delete).post(entity::revive),
        )
        .route("/schema", get(schema::types))
        .route("/schema/{type}/fields", get(schema::fields))
        .route("/schema/{type}/fields/{field}", get(schema::field))
        .route("/webhook/hooks", get(hooks::list).post(hooks::create))
        .route("/webhook/hooks/{id}", get(hooks::read).put(hooks::update).delete(hooks::delete))
        .route("/webhook/hooks/{id}/test_connection", post(hooks::test_connection))
        .route("/webhook/hooks/{id}/deliveries", get(deliveries::of_hook))
        .route(
            "/webhook/deliveries/{id}",
            get(deliveries::read).merge(put(deliveries::acknowledge)),
        )
        .route("/webhook/deliveries/{id}/redeliver", post(deliveries::redeliver))
        .method_not_allowed_fallback(error::unrouted)
        .fallback(error::unrouted)
        .layer(DefaultBodyLimit::max(BODY_SIZE_MAX))
}
