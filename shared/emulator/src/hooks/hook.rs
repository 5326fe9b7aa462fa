//! A hook: an address, what it subscribes to, and how it fares.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Subscription;
use crate::events::{NewEvent, time};
use crate::refusal::Refusal;
use crate::schema::Schema;

/// How a hook fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookStatus {
    /// It gets deliveries.
    Active,
    /// It gets deliveries, and some of the last 24 hours failed.
    Unstable,
    /// Too many failed: it gets none until somebody enables it again.
    Failed,
    /// Somebody switched it off.
    Disabled,
}

impl HookStatus {
    /// The site's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Unstable => "unstable",
            Self::Failed => "failed",
            Self::Disabled => "disabled",
        }
    }
}

/// A hook to be made.
#[derive(Clone)]
pub struct NewHook {
    /// What is sent to the site to make it, as in REST.
    sent: Value,
}

impl NewHook {
    /// A hook on entities, e.g. `{"Shot": {"create": [], "update": ["sg_status_list"]}}`.
    #[must_use]
    pub fn on_entities(url: &str, entity_types: &Value) -> Self {
        Self { sent: json!({"url": url, "entity_types": entity_types}) }
    }

    /// A hook on one custom event type.
    #[must_use]
    pub fn on_event_type(url: &str, event_type: &str) -> Self {
        Self { sent: json!({"url": url, "event_type": event_type}) }
    }

    /// Its name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.sent["name"] = json!(name);
        self
    }

    /// The token its deliveries are signed with.
    #[must_use]
    pub fn signed_with(mut self, token: &str) -> Self {
        self.sent["token"] = json!(token);
        self
    }

    /// Only events of these projects.
    #[must_use]
    pub fn in_projects(mut self, projects: &[u64]) -> Self {
        self.sent["projects"] = json!(projects);
        self
    }

    /// Several deliveries in one body.
    #[must_use]
    pub fn batched(mut self) -> Self {
        self.sent["batch_deliveries"] = json!(true);
        self
    }

    pub(crate) fn sent(&self) -> &Value {
        &self.sent
    }
}

impl fmt::Debug for NewHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewHook").field("url", &self.sent["url"]).finish_non_exhaustive()
    }
}

/// A hook as the site keeps it. Its token is never shown.
#[derive(Clone)]
pub struct Hook {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where deliveries are posted to.
    pub url: String,
    /// How it fares.
    pub status: HookStatus,
    /// Projects it is limited to; none for the whole site.
    pub projects: BTreeSet<u64>,
    /// Whether several deliveries come in one body.
    pub batch_deliveries: bool,
    /// Deliveries so far.
    pub num_deliveries: u64,
    pub(super) subscription: Subscription,
    pub(super) token: Option<String>,
    pub(super) validate_ssl_cert: bool,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) waiting: VecDeque<Uuid>,
    pub(super) is_sending: bool,
    pub(super) failures: VecDeque<Timestamp>,
}

impl Hook {
    pub(super) fn parse(sent: &Value, schema: &Schema, at: Timestamp) -> Result<Self, Refusal> {
        let edit = Edit::parse(sent, schema)?;
        let missing = |what| Refusal::request(format!("{what} is missing"));
        let url = edit.url.clone().ok_or_else(|| missing("url"))?;
        let subscription = edit.subscription.clone();
        let subscription = subscription.ok_or_else(|| missing("entity_types or event_type"))?;
        let mut hook = Self {
            id: Uuid::new_v4(),
            name: String::new(),
            description: String::new(),
            url,
            status: HookStatus::Active,
            projects: BTreeSet::new(),
            batch_deliveries: false,
            num_deliveries: 0,
            subscription,
            token: None,
            validate_ssl_cert: true,
            created_at: at,
            updated_at: at,
            waiting: VecDeque::new(),
            is_sending: false,
            failures: VecDeque::new(),
        };
        edit.apply(&mut hook, at);
        Ok(hook)
    }

    pub(super) fn wants(&self, event: &NewEvent) -> bool {
        let in_project = self.projects.is_empty()
            || event.project.as_ref().is_some_and(|project| self.projects.contains(&project.id));
        in_project && self.subscription.wants(event)
    }

    /// As REST shows it.
    pub(crate) fn to_json(&self) -> Value {
        let (entity_types, event_type) = self.subscription.to_json();
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "url": self.url,
            "status": self.status.word(),
            "entity_types": entity_types,
            "event_type": event_type,
            "projects": self.projects,
            "num_deliveries": self.num_deliveries,
            "is_token_set": self.token.is_some(),
            "validate_ssl_cert": self.validate_ssl_cert,
            "batch_deliveries": self.batch_deliveries,
            "created_at": time::seconds(self.created_at),
            "updated_at": time::seconds(self.updated_at),
        })
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hook({})", self.to_json())
    }
}

/// The fields of a hook that were sent. Unknown ones are ignored, as the site does.
pub(super) struct Edit {
    url: Option<String>,
    subscription: Option<Subscription>,
    sent: Value,
}

impl Edit {
    pub(super) fn parse(sent: &Value, schema: &Schema) -> Result<Self, Refusal> {
        if sent.as_object().is_none_or(serde_json::Map::is_empty) {
            return Err(Refusal::request("an object with at least one field is expected"));
        }
        let url = sent.get("url").map(|url| {
            let is_valid = |url: &&str| url::Url::parse(url).is_ok_and(|url| url.has_host());
            let url = url.as_str().filter(is_valid).map(str::to_owned);
            url.ok_or_else(|| Refusal::request("url is not valid"))
        });
        if !matches!(sent["status"].as_str(), None | Some("active" | "disabled")) {
            return Err(Refusal::request("status is not valid; set active or disabled"));
        }
        let subscription = Subscription::parse(sent, schema)?;
        Ok(Self { url: url.transpose()?, subscription, sent: sent.clone() })
    }

    pub(super) fn apply(self, hook: &mut Hook, at: Timestamp) {
        let text = |name: &str| self.sent[name].as_str().map(str::to_owned);
        let flag = |name: &str| self.sent[name].as_bool();
        hook.updated_at = at;
        hook.name = text("name").unwrap_or_else(|| std::mem::take(&mut hook.name));
        hook.description = text("description").unwrap_or_else(|| hook.description.clone());
        hook.batch_deliveries = flag("batch_deliveries").unwrap_or(hook.batch_deliveries);
        hook.validate_ssl_cert = flag("validate_ssl_cert").unwrap_or(hook.validate_ssl_cert);
        if let Some(token) = text("token") {
            hook.token = Some(token).filter(|token| !token.is_empty());
        }
        if let Some(projects) = self.sent["projects"].as_array() {
            hook.projects = projects.iter().filter_map(Value::as_u64).collect();
        }
        match self.sent["status"].as_str() {
            Some("disabled") => hook.status = HookStatus::Disabled,
            Some(_) => {
                hook.status = HookStatus::Active;
                hook.failures.clear();
            }
            None => {}
        }
        hook.url = self.url.unwrap_or_else(|| std::mem::take(&mut hook.url));
        if let Some(subscription) = self.subscription {
            hook.subscription = subscription;
        }
    }
}
