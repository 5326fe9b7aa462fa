//! The site's webhooks: listing, making, changing and testing them. For `sgh check` and
//! `sgh hooks`; no delivery needs any of it.
//!
//! Any script sees every hook of the site, so nothing of a hook is a secret but its token, which
//! the site never shows again. Not here: which hooks there should be, and what was delivered
//! (`deliveries`).

mod fields;

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::describe::Data;
use super::{RestSite, Verb, address};
use crate::SiteError;

pub use fields::{EntityTypes, HookFields, HookFilter};

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

    /// A field that is yes or no, e.g. `is_token_set`, `batch_deliveries`.
    #[must_use]
    pub fn flag(&self, field: &str) -> Option<bool> {
        self.fields.get(field)?.as_bool()
    }
}

impl RestSite {
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

    /// One webhook.
    ///
    /// # Errors
    /// See [`SiteError`]; not found if there is none with this id.
    pub async fn hook(&self, id: &str) -> Result<Hook, SiteError> {
        let ask = Ask::get(Verb::Describe, address::hook(id)?);
        answered(self.call::<Data<Map<String, Value>>>(&ask).await?)
    }

    /// Makes a webhook. It is sent again only where the site surely did not take it.
    ///
    /// # Errors
    /// See [`SiteError`]. Where the hook may have been made all the same, the reason says so: list
    /// the hooks before asking again.
    pub async fn create_hook(&self, fields: &HookFields) -> Result<Hook, SiteError> {
        let ask = Ask::post(Verb::Create, address::HOOKS, &fields.to_json()).doubling();
        let ask = ask.holding(fields.token.clone());
        answered(self.call::<Data<Map<String, Value>>>(&ask).await?)
    }

    /// Changes the given fields of a webhook and leaves all others.
    ///
    /// # Errors
    /// See [`SiteError`].
    pub async fn update_hook(&self, id: &str, fields: &HookFields) -> Result<Hook, SiteError> {
        let ask = Ask::put(Verb::Update, address::hook(id)?, &fields.to_json());
        let ask = ask.holding(fields.token.clone());
        answered(self.call::<Data<Map<String, Value>>>(&ask).await?)
    }

    /// Asks the site to test the connection of a webhook. That it says yes means nothing: it says
    /// so for an id that no hook has. What came of it stands in the hook's deliveries.
    ///
    /// # Errors
    /// See [`SiteError`].
    pub async fn test_connection(&self, id: &str) -> Result<(), SiteError> {
        // A second test does no harm.
        let path = format!("{}/test_connection", address::hook(id)?);
        let ask = Ask::post(Verb::Describe, path, &json!({}));
        self.call::<IgnoredAny>(&ask).await.map(|_| ())
    }
}

fn answered(answer: Data<Map<String, Value>>) -> Result<Hook, SiteError> {
    let reason = "it answered a hook without an id".to_owned();
    hook(answer.data).ok_or(SiteError::Unavailable { reason, after: None })
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
mod tests;
