//! What the site says of itself: its version. For `sgh check`; no delivery needs any of it. Not
//! here: its entity types and their fields (`schema`), and its webhooks (`hooks`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::ask::Ask;
use super::{RestSite, Verb, address};
use crate::SiteError;

#[derive(Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
}

impl RestSite {
    /// What the site says to anybody: its version and way of login. Needs no token.
    ///
    /// # Errors
    /// See [`SiteError`].
    pub async fn info(&self) -> Result<BTreeMap<String, Value>, SiteError> {
        let ask = Ask::get(Verb::Describe, address::INFO);
        let answer: Data<BTreeMap<String, Value>> = self.wire.persist(&ask, None).await?;
        Ok(answer.data)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::rest::test_site::TestSite;

    #[tokio::test]
    async fn the_site_tells_its_version_without_a_token() {
        let site = TestSite::start_without_login().await;
        let info = json!({"data": {"shotgun_version": "v8.80", "api_version": "v1.1"}});
        site.answers("GET", "/api/v1.1/", 200, info).await;
        let info = site.rest.info().await.expect("info");
        assert_eq!(info["shotgun_version"], "v8.80");
        let sent = site.sent("/").await;
        assert_eq!(sent.len(), 1);
        assert!(!sent[0].headers.contains_key("authorization"));
    }
}
