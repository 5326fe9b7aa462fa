//! Logging in: a script's name and key for a token that lives ten minutes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sha2::Sha256;

use super::ApiError;
use super::input::media_type;
use crate::shared::Shared;

/// The scripts that may log in, and what tokens are signed with.
pub(crate) struct Scripts {
    known: Mutex<BTreeMap<String, Script>>,
    refresh: Mutex<BTreeMap<String, EntityRef>>,
    secret: [u8; 16],
}

struct Script {
    key: String,
    user: EntityRef,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        let secret = uuid::Uuid::new_v4().into_bytes();
        Self { known: Mutex::default(), refresh: Mutex::default(), secret }
    }

    pub(crate) fn add(&self, name: &str, key: &str, user: EntityRef) {
        locked(&self.known).insert(name.to_owned(), Script { key: key.to_owned(), user });
    }

    fn user_of(&self, name: &str, key: &str) -> Option<EntityRef> {
        let known = locked(&self.known);
        known.get(name).filter(|script| script.key == key).map(|script| script.user.clone())
    }

    fn mac(&self, signed: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(signed.as_bytes());
        Some(mac)
    }

    fn sign(&self, claims: &Value) -> String {
        let header = BASE64.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let signed = format!("{header}.{}", BASE64.encode(claims.to_string()));
        let mac = self.mac(&signed).map(|mac| BASE64.encode(mac.finalize().into_bytes()));
        format!("{signed}.{}", mac.unwrap_or_default())
    }

    fn claims(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = BASE64.decode(signature).ok()?;
        self.mac(signed)?.verify_slice(&signature).ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `POST /auth/access_token`. The form is the only body it takes.
pub(crate) async fn access_token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    match media_type(&headers).as_deref() {
        Some("application/x-www-form-urlencoded") => {}
        Some("application/json") => return Err(ApiError::request(400, "Invalid JSON body")),
        _ => return Err(ApiError::request(415, "the content type has to be a form's")),
    }
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let user = match field("grant_type") {
        "client_credentials" => {
            let name = field("client_id");
            let user = shared.scripts.user_of(name, field("client_secret"));
            let refused = || ApiError::login(400, format!("Can't authenticate script '{name}'"));
            user.ok_or_else(refused)?
        }
        "refresh_token" => {
            let user = locked(&shared.scripts.refresh).remove(field("refresh_token"));
            user.ok_or_else(|| ApiError::login(401, "the refresh token is not valid"))?
        }
        other => {
            return Err(ApiError::request(400, format!("the grant type `{other}` is not taken")));
        }
    };
    Ok(Json(token(&shared, &user)))
}

fn token(shared: &Shared, user: &EntityRef) -> Value {
    let now = shared.now().as_second();
    let life = i64::try_from(shared.config.token_life.as_secs()).unwrap_or(i64::MAX);
    let claims = json!({
        "iss": shared.origin(),
        "aud": shared.origin(),
        "exp": now.saturating_add(life),
        "iat": now,
        "jti": uuid::Uuid::new_v4(),
        "user": {"type": user.kind, "id": user.id},
        "sudo_as_login": null,
        "auth_type": "api_key",
        "session_uuid": null,
    });
    let refresh = uuid::Uuid::new_v4().simple().to_string();
    locked(&shared.scripts.refresh).insert(refresh.clone(), user.clone());
    json!({
        "token_type": "Bearer",
        "access_token": shared.scripts.sign(&claims),
        "expires_in": life,
        "refresh_token": refresh,
    })
}

/// Whose token came with a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) EntityRef);

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| ApiError::login(401, "the bearer token is missing"))?;
        let claims = shared.scripts.claims(token.trim());
        let claims = claims.ok_or_else(|| ApiError::login(401, "the token is not valid"))?;
        if claims["exp"].as_i64().is_none_or(|end| end <= shared.now().as_second()) {
            return Err(ApiError::login(401, "the token is expired"));
        }
        let user = EntityRef::from_json(&claims["user"]);
        user.map(Self).ok_or_else(|| ApiError::login(401, "the token names no user"))
    }
}
