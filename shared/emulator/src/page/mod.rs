//! The web page. Not the site's: one page that shows what is inside and lets one change it.
//!
//! It is only shown to a browser on this machine: `guard` refuses every other `Host` and `Origin`.

mod act;
mod guard;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::shared::Shared;

type File = ([(HeaderName, &'static str); 1], &'static str);

pub(crate) fn router(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let html = || file("text/html; charset=utf-8", include_str!("index.html"));
    let script = |text| move || file("text/javascript; charset=utf-8", text);
    let style = || file("text/css; charset=utf-8", include_str!("page.css"));
    let icon = || file("image/svg+xml", include_str!("icon.svg"));
    Router::new()
        .route("/", get(html))
        .route("/emulator/page.js", get(script(include_str!("page.js"))))
        .route("/emulator/form.js", get(script(include_str!("form.js"))))
        .route("/emulator/draw.js", get(script(include_str!("draw.js"))))
        .route("/emulator/page.css", get(style))
        .route("/emulator/icon.svg", get(icon))
        .route("/emulator/api/state", get(state::state))
        .route("/emulator/api/status", post(act::set_status))
        .route("/emulator/api/record", post(act::create))
        .route("/emulator/api/redeliver", post(act::redeliver))
        .route("/emulator/api/test", post(act::test_connection))
        .layer(from_fn_with_state(Arc::clone(shared), guard::check))
}

async fn file(kind: &'static str, text: &'static str) -> File {
    ([(CONTENT_TYPE, kind)], text)
}
