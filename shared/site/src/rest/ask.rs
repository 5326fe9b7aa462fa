//! One request, before it has a token. It has no `Debug`: the body of the login holds the key.

use reqwest::Method;
use serde_json::Value;
use sgh_core::limits::SITE_CALL_TRIES;
use sgh_core::secret::Secret;

use super::Verb;

/// What `_search` insists on: filters as a list of conditions.
const SEARCH_TYPE: &str = "application/vnd+shotgun.api3_array+json";
const JSON_TYPE: &str = "application/json";
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// What a second try does where the first was perhaps taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Nothing: reads, and writes of absolute values.
    Harmless,
    /// It doubles what the first one made.
    Doubles,
}

/// A request.
pub(super) struct Ask {
    pub(super) verb: Verb,
    pub(super) method: Method,
    /// Made by `address`.
    pub(super) path: String,
    /// Content type and bytes.
    pub(super) body: Option<(&'static str, Vec<u8>)>,
    pub(super) tries: u32,
    pub(super) repeat: Repeat,
    /// What is in the body and must not show, even if the site sends it back.
    pub(super) secret: Option<Secret>,
}

impl Ask {
    pub(super) fn get(verb: Verb, path: impl Into<String>) -> Self {
        Self {
            verb,
            method: Method::GET,
            path: path.into(),
            body: None,
            tries: SITE_CALL_TRIES,
            repeat: Repeat::Harmless,
            secret: None,
        }
    }

    pub(super) fn put(verb: Verb, path: impl Into<String>, body: &Value) -> Self {
        let body = Some((JSON_TYPE, body.to_string().into_bytes()));
        Self { method: Method::PUT, body, ..Self::get(verb, path) }
    }

    pub(super) fn post(verb: Verb, path: impl Into<String>, body: &Value) -> Self {
        Self { method: Method::POST, ..Self::put(verb, path, body) }
    }

    /// Its body holds this.
    pub(super) fn holding(self, secret: Option<Secret>) -> Self {
        Self { secret, ..self }
    }

    /// Sent again only where the site surely did not take it.
    pub(super) fn doubling(self) -> Self {
        Self { repeat: Repeat::Doubles, ..self }
    }

    pub(super) fn search(path: impl Into<String>, body: &Value) -> Self {
        let body = Some((SEARCH_TYPE, body.to_string().into_bytes()));
        Self { body, method: Method::POST, ..Self::get(Verb::Search, path) }
    }

    pub(super) fn form(verb: Verb, path: impl Into<String>, pairs: &[(&str, &str)]) -> Self {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let body = Some((FORM_TYPE, form.into_bytes()));
        Self { body, method: Method::POST, ..Self::get(verb, path) }
    }
}
