//! The web page. Not the site's: one page that shows what is inside and lets one change it.

use std::sync::Arc;

use axum::Router;

use crate::shared::Shared;

pub(crate) fn router(_shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
}
