//! What the site says of itself: its version and its webhooks. For `sgh check` and `sgh hooks`; no
//! delivery needs any of it. Not here: its entity types and their fields (`schema`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::ask::Ask;
use super::{RestSite, Verb, address};
use crate::SiteError;

/// Webhooks in one page, and pages. Ours: sites have a few dozen.
const HOOKS_PAGE_SIZE: usize = 100;
const HOOKS_PAGES_MAX: usize = 50;

/// A webhook of the site. Which fields there are is not documented, so they are kept as they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    /// Its id, a UUID.
    pub id: String,
    /// Everything else by name: `name`, `url`, `status`, `entity_types`, `event_type`,
    /// `projects`, `is_token_set`, `batch_deliveries`, ...
    pub fields: BTreeMap<String, Value>,
}

impl Hook {
    /// A field that is a text, e.g. `name`, `url`, `status`.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }
}

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

    /// All webhooks of the site.
    ///
    /// # Errors
    /// See [`SiteError`].
    pub async fn hooks(&self) -> Result<Vec<Hook>, SiteError> {
        let mut hooks: Vec<Hook> = Vec::new();
        for number in 1..=HOOKS_PAGES_MAX {
            let path = address::page(address::HOOKS, HOOKS_PAGE_SIZE, number);
            let page: Data<Vec<Map<String, Value>>> =
                self.call(&Ask::get(Verb::Describe, path)).await?;
            let size = page.data.len();
            // A site that takes no pages here would give the same ones for ever.
            let known = hooks.len();
            for hook in page.data.into_iter().filter_map(hook) {
                if !hooks.iter().any(|other| other.id == hook.id) {
                    hooks.push(hook);
                }
            }
            if size == 0 || hooks.len() == known {
                break;
            }
        }
        Ok(hooks)
    }
}

/// Fields may stand beside the id or, as in records, under `attributes`.
fn hook(mut record: Map<String, Value>) -> Option<Hook> {
    let id = record.remove("id")?.as_str()?.to_owned();
    if let Some(Value::Object(attributes)) = record.remove("attributes") {
        record.extend(attributes);
    }
    Some(Hook { id, fields: record.into_iter().collect() })
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

    #[tokio::test]
    async fn hooks_are_listed_in_either_shape_and_once() {
        let site = TestSite::start().await;
        let hooks = json!({"data": [
            {"id": "a", "name": "flat", "status": "active"},
            {"id": "b", "type": "hook", "attributes": {"name": "nested", "projects": [1]}},
            {"name": "without id"},
        ]});
        site.answers("GET", "/api/v1.1/webhook/hooks", 200, hooks).await;
        let hooks = site.rest.hooks().await.expect("hooks");
        let names: Vec<_> = hooks.iter().map(|hook| hook.text("name")).collect();
        assert_eq!(names, [Some("flat"), Some("nested")]);
        assert_eq!(hooks[1].fields["projects"], json!([1]));
        // This site gives the same page for ever, and is asked for no third.
        let sent = site.sent("/hooks").await;
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[1].url.query(), Some("page%5Bsize%5D=100&page%5Bnumber%5D=2"));
    }
}
