//! Sends requests: bounded in time, size and number at once, and again where that may help.
//! Not here: where the token comes from.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response};
use serde::de::DeserializeOwned;
use sgh_core::clock::Clock;
use sgh_core::limits::SITE_CONCURRENCY;
use sgh_core::secret::Secret;
use sgh_telemetry::figures;
use tokio::sync::Semaphore;

use super::ask::{Ask, Repeat};
use super::calls::{Calls, Counters};
use super::verdict::{PERHAPS_DONE, Passing, Taken, Try, UNREADABLE, Unanswered, causes, refused};
use super::{RestSettings, patience, refusal};
use crate::SiteError;

/// The largest answer that is read. Ours: a page of 500 records has some hundred kilobytes.
const ANSWER_SIZE_MAX: usize = 32 * 1024 * 1024;

pub(super) struct Wire {
    client: Client,
    origin: String,
    permits: Semaphore,
    clock: Arc<dyn Clock>,
    back_off_first: Duration,
    counters: Counters,
}

impl Wire {
    pub(super) fn new(settings: &RestSettings) -> Result<Self, SiteError> {
        let no_client = |error| {
            let reason = format!(
                "TLS cannot be set up: {}; install CA certificates or set SSL_CERT_FILE",
                causes(&error)
            );
            SiteError::Unavailable { reason, after: None }
        };
        let client = super::client::client(settings).map_err(no_client)?;
        let origin = settings.origin.as_str().to_owned();
        Ok(Self {
            client,
            origin,
            permits: Semaphore::new(SITE_CONCURRENCY),
            clock: settings.clock.clone(),
            back_off_first: settings.back_off_first,
            counters: Counters::default(),
        })
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn calls(&self) -> Calls {
        self.counters.read()
    }

    /// Sends until there is an answer, a final refusal, or the tries are used up.
    pub(super) async fn persist<T: DeserializeOwned>(
        &self,
        ask: &Ask,
        bearer: Option<&HeaderValue>,
    ) -> Result<T, Unanswered> {
        let mut failed = 0;
        loop {
            let passing = match self.attempt(ask, bearer).await {
                Try::Answered(body) => match parse(&body) {
                    Ok(answer) => return Ok(answer),
                    Err(reason) => {
                        figures::SITE_ERROR.record(1.0, [UNREADABLE]);
                        Passing::unknown(UNREADABLE, reason)
                    }
                },
                Try::Passing(passing) => passing,
                Try::Over(unanswered) => return Err(unanswered),
            };
            failed += 1;
            let harmful = ask.repeat == Repeat::Doubles && passing.taken == Taken::Perhaps;
            let tries = if harmful { 1 } else { ask.tries };
            let Passing { reason, after, .. } = passing;
            let random = patience::random();
            let pause = patience::pause(failed, tries, self.back_off_first, after, random);
            tracing::debug!(verb = ask.verb.word(), failed, %reason, ?pause, "the site failed");
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
                continue;
            }
            let reason = if harmful { format!("{reason}; {PERHAPS_DONE}") } else { reason };
            return Err(Unanswered::Failed(SiteError::Unavailable { reason, after }));
        }
    }

    async fn attempt(&self, ask: &Ask, bearer: Option<&HeaderValue>) -> Try {
        // The semaphore is never closed; if it were, nothing would be limited, but all would work.
        let _permit = self.permits.acquire().await.ok();
        self.counters.count(ask.verb);
        let begun = tokio::time::Instant::now();
        let tried = self.send(ask, bearer).await;
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        figures::SITE_REQUEST.record(took, [ask.verb.word()]);
        if let Some(reason) = tried.fault(ask.verb) {
            figures::SITE_ERROR.record(1.0, [reason]);
        }
        tried
    }

    async fn send(&self, ask: &Ask, bearer: Option<&HeaderValue>) -> Try {
        let url = format!("{}{}", self.origin, ask.path);
        let mut request = self.client.request(ask.method.clone(), url);
        request = request.header(reqwest::header::ACCEPT, "application/json");
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, bearer);
        }
        if let Some((content_type, body)) = &ask.body {
            request = request.header(CONTENT_TYPE, *content_type).body(body.clone());
        }
        match request.send().await {
            Ok(response) => self.judge(ask, bearer, response).await,
            Err(error) => Try::Passing(Passing::no_answer(&error)),
        }
    }

    async fn judge(&self, ask: &Ask, bearer: Option<&HeaderValue>, response: Response) -> Try {
        let status = response.status();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let after = header(RETRY_AFTER.as_str())
            .and_then(|text| patience::retry_after(text, self.clock.now()));
        let request_id = header("x-request-id").map(refusal::clean).unwrap_or_default();
        let body = match bounded(response).await {
            Ok(body) => body,
            Err(passing) => return Try::Passing(passing),
        };
        tracing::debug!(verb = ask.verb.word(), status = status.as_u16(), request_id, "the site");
        if status.is_success() {
            return Try::Answered(body);
        }
        let token = bearer.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = token.strip_prefix("Bearer ").unwrap_or(token);
        let secret = ask.secret.as_ref().map_or("", Secret::expose);
        let reason = refusal::reason(status.as_u16(), &body, &[token, secret]);
        refused(status, reason, after)
    }
}

/// An empty body counts as `null`. The words of serde_json would show what it found.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let body = if body.is_empty() { b"null" } else { body };
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("the answer is not the JSON it should be, at line {line} column {column}")
    })
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, Passing> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > ANSWER_SIZE_MAX => {
                let reason = format!("the answer is larger than {ANSWER_SIZE_MAX} bytes");
                return Err(Passing::unknown(UNREADABLE, reason));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(Passing::no_answer(&error)),
        }
    }
}

#[cfg(test)]
mod tests;
