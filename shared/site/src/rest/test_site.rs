//! A site for the tests of this client: it grants tokens and answers what it is told to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sgh_core::clock::Clock;
use sgh_core::secret::Secret;
use sgh_core::settings::{SiteOrigin, SiteSettings};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{RestSettings, RestSite};

pub(crate) const KEY: &str = "canary-key-%&\"";
pub(crate) const TOKEN_PATH: &str = "/api/v1/auth/access_token";

/// A clock that stands still until it is moved.
pub(crate) struct SetClock(Mutex<Timestamp>);

impl SetClock {
    pub(crate) fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().expect("clock");
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("clock")
    }
}

pub(crate) struct TestSite {
    pub(crate) server: MockServer,
    pub(crate) rest: RestSite,
    pub(crate) clock: Arc<SetClock>,
}

impl TestSite {
    /// A site that grants the token `canary-token-1` to `ApiUser 38` for 600 s.
    pub(crate) async fn start() -> Self {
        let site = Self::start_without_login().await;
        site.answers("POST", TOKEN_PATH, 200, granted(1)).await;
        site
    }

    pub(crate) async fn start_without_login() -> Self {
        let server = MockServer::start().await;
        let clock = Arc::new(SetClock(Mutex::new(Timestamp::UNIX_EPOCH)));
        let mut settings = settings(&server.uri());
        settings.clock = clock.clone();
        let rest = RestSite::new(settings).expect("a client");
        Self { server, rest, clock }
    }

    pub(crate) async fn answers(&self, verb: &str, at: &str, status: u16, body: Value) {
        self.answers_with(verb, at, ResponseTemplate::new(status).set_body_json(body), None).await;
    }

    /// Answers the first request that nothing before it answers, and no other.
    pub(crate) async fn answers_once(&self, verb: &str, at: &str, status: u16, body: Value) {
        let answer = ResponseTemplate::new(status).set_body_json(body);
        self.answers_with(verb, at, answer, Some(1)).await;
    }

    pub(crate) async fn answers_with(
        &self,
        verb: &str,
        at: &str,
        answer: ResponseTemplate,
        times: Option<u64>,
    ) {
        let mock = Mock::given(method(verb)).and(path(at)).respond_with(answer);
        let mock = if let Some(times) = times { mock.up_to_n_times(times) } else { mock };
        mock.mount(&self.server).await;
    }

    /// The requests whose path contains this, in order.
    pub(crate) async fn sent(&self, part: &str) -> Vec<Request> {
        let all = self.server.received_requests().await.expect("recorded");
        all.into_iter().filter(|request| request.url.path().contains(part)).collect()
    }
}

/// Settings without pauses.
pub(crate) fn settings(origin: &str) -> RestSettings {
    let mut settings = RestSettings::new(SiteSettings {
        origin: SiteOrigin::parse(origin).expect("an origin"),
        script_name: "hooks & co".into(),
        script_key: Secret::new(KEY),
    });
    settings.back_off_first = Duration::ZERO;
    settings
}

pub(crate) fn token(number: u32) -> String {
    let claims = json!({"user": {"type": "ApiUser", "id": 38}, "jti": number}).to_string();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
    format!("canary-token-{number}.{claims}.s")
}

pub(crate) fn granted(number: u32) -> Value {
    json!({"token_type": "Bearer", "access_token": token(number), "expires_in": 600})
}

pub(crate) fn json_of(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}
