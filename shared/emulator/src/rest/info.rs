//! What the API says about itself, to anybody.

use axum::Json;
use serde_json::{Value, json};

/// `GET /api/v1/`
pub(crate) async fn info() -> Json<Value> {
    Json(json!({
        "data": {
            "api_version": "v1",
            "shotgun_version": "emulator",
            "shotgun_version_number": "emulator",
            "user_authentication_method": "default",
            "is_emulator": true,
        },
        "links": {"self": "/api/v1/"},
    }))
}
