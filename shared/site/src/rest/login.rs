//! The token: had with the script's key, shared by all callers, renewed before it ends and by
//! one caller at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::Value;
use sgh_core::clock::Clock;
use sgh_core::ids::EntityRef;
use sgh_core::secret::Secret;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::ask::Ask;
use super::verdict::Unanswered;
use super::wire::Wire;
use super::{Verb, address};
use crate::SiteError;

/// A token is renewed when this part of its life is over. Ours.
const RENEW_AT: f64 = 0.8;
/// How long an early renewal that failed is left alone. Ours.
const RENEW_PAUSE: SignedDuration = SignedDuration::from_secs(10);
/// Life of a token that does not say; the site's own has 600 s. Ours.
const LIFE_UNKNOWN: u64 = 60;

pub(super) struct Token {
    bearer: HeaderValue,
    user: Option<EntityRef>,
    ends_at: Timestamp,
}

impl Token {
    /// The `Authorization` header; marked sensitive, so that no log shows it.
    pub(super) fn bearer(&self) -> &HeaderValue {
        &self.bearer
    }

    /// Whom the site takes us for.
    pub(super) fn user(&self) -> Option<&EntityRef> {
        self.user.as_ref()
    }
}

pub(super) struct Login {
    script_name: String,
    script_key: Secret,
    clock: Arc<dyn Clock>,
    held: Mutex<Held>,
    /// Logins that failed: whoever waited for one of them shares its end.
    failures: AtomicU64,
}

#[derive(Default)]
struct Held {
    token: Option<Arc<Token>>,
    renew_at: Timestamp,
    failure: Option<SiteError>,
}

/// Tolerant: what the site adds is ignored, a life that is no number is unknown.
#[derive(Deserialize)]
struct Granted {
    access_token: Zeroizing<String>,
    #[serde(default)]
    expires_in: Value,
}

impl Login {
    pub(super) fn new(script_name: String, script_key: Secret, clock: Arc<dyn Clock>) -> Self {
        let held = Mutex::new(Held::default());
        Self { script_name, script_key, clock, held, failures: AtomicU64::new(0) }
    }

    /// A token that counts, as far as we know.
    pub(super) async fn token(&self, wire: &Wire) -> Result<Arc<Token>, SiteError> {
        let before = self.failures.load(Ordering::Acquire);
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        let Some(token) = held.token.clone().filter(|token| now < token.ends_at) else {
            return self.grant_or_share(wire, &mut held, before).await;
        };
        if now < held.renew_at {
            return Ok(token);
        }
        // There is time: one try, and the old token goes on if it fails.
        match self.grant(wire, &mut held, 1).await {
            Ok(token) => Ok(token),
            Err(error) => {
                tracing::debug!(%error, "the token could not be renewed early");
                held.renew_at = now.saturating_add(RENEW_PAUSE).unwrap_or(now);
                Ok(token)
            }
        }
    }

    /// A token other than the one that the site has just refused.
    pub(super) async fn renew(
        &self,
        wire: &Wire,
        refused: &Arc<Token>,
    ) -> Result<Arc<Token>, SiteError> {
        let before = self.failures.load(Ordering::Acquire);
        let mut held = self.held.lock().await;
        match held.token.clone().filter(|token| !Arc::ptr_eq(token, refused)) {
            // Another caller was first.
            Some(token) => Ok(token),
            None => {
                held.token = None;
                self.grant_or_share(wire, &mut held, before).await
            }
        }
    }

    async fn grant_or_share(
        &self,
        wire: &Wire,
        held: &mut Held,
        before: u64,
    ) -> Result<Arc<Token>, SiteError> {
        if self.failures.load(Ordering::Acquire) != before
            && let Some(failure) = &held.failure
        {
            return Err(failure.clone());
        }
        self.grant(wire, held, sgh_core::limits::SITE_CALL_TRIES).await
    }

    async fn grant(
        &self,
        wire: &Wire,
        held: &mut Held,
        tries: u32,
    ) -> Result<Arc<Token>, SiteError> {
        let asked_at = self.clock.now();
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.script_name),
            ("client_secret", self.script_key.expose()),
        ];
        let ask = Ask { tries, ..Ask::form(Verb::Token, address::TOKEN, &pairs) };
        let granted = wire.persist::<Granted>(&ask, None).await;
        match granted.map_err(|unanswered| self.refusal(unanswered)) {
            Ok(granted) => held.take(&granted, asked_at),
            Err(error) => {
                held.failure = Some(error.clone());
                self.failures.fetch_add(1, Ordering::AcqRel);
                Err(error)
            }
        }
    }

    /// A refused login is never a refused record: 404 here means that this is not the site.
    fn refusal(&self, unanswered: Unanswered) -> SiteError {
        let hidden = |reason: String| match self.script_key.expose() {
            "" => reason,
            key => reason.replace(key, "(hidden)"),
        };
        match SiteError::from(unanswered) {
            SiteError::Login { reason } => SiteError::Login { reason: hidden(reason) },
            SiteError::Refused { status: 400 | 403, reason } => {
                SiteError::Login { reason: hidden(reason) }
            }
            SiteError::Refused { status, .. } => no_site(status),
            SiteError::NotFound { .. } => no_site(404),
            SiteError::Unavailable { reason, after } => {
                SiteError::Unavailable { reason: hidden(reason), after }
            }
        }
    }
}

fn no_site(status: u16) -> SiteError {
    let reason = format!("HTTP {status} where a token is had; check SGH_SITE_URL");
    SiteError::Unavailable { reason, after: None }
}

impl Held {
    fn take(&mut self, granted: &Granted, asked_at: Timestamp) -> Result<Arc<Token>, SiteError> {
        let text = Zeroizing::new(format!("Bearer {}", granted.access_token.as_str()));
        let mut bearer = HeaderValue::from_str(&text).map_err(|_| SiteError::Unavailable {
            reason: "the token that the site gave cannot be sent".to_owned(),
            after: None,
        })?;
        bearer.set_sensitive(true);
        let life = granted.expires_in.as_u64().filter(|life| *life > 0).unwrap_or(LIFE_UNKNOWN);
        #[allow(clippy::cast_precision_loss, reason = "a life of 2^53 seconds is a fault")]
        let life = life.min(86_400) as f64;
        let at = |part: f64| {
            let after = SignedDuration::from_secs_f64(life * part);
            asked_at.checked_add(after).unwrap_or(asked_at)
        };
        self.renew_at = at(RENEW_AT);
        let token = Token { bearer, user: user_of(&granted.access_token), ends_at: at(1.0) };
        self.failure = None;
        Ok(self.token.insert(Arc::new(token)).clone())
    }
}

/// The user in the token's claims. The signature is not checked, for the token came from the
/// site itself and nothing is granted by it; a token of another make has no user.
fn user_of(token: &str) -> Option<EntityRef> {
    let claims = token.split('.').nth(1)?.trim_end_matches('=');
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    EntityRef::from_json(claims.get("user")?)
}

#[cfg(test)]
mod tests;
