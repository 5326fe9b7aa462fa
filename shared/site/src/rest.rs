//! The site over its REST API: the one implementation of [`Site`] that leaves the process.
//!
//! What it means to be sure of: every URL is the configured origin, a fixed path and validated
//! segments, so nothing that a delivery holds can choose where a token goes; redirects are not
//! followed; neither token nor key shows in an error, a log line or `Debug`; and a call whose
//! repeat does harm is only repeated where the site surely did not take it. Not here: what to read
//! and what to write.

mod address;
mod ask;
mod calls;
mod client;
mod create;
mod deliveries;
mod describe;
mod hooks;
mod login;
mod patience;
mod refusal;
mod schema;
mod search;
mod verdict;
mod wire;
mod write;

#[cfg(test)]
mod test_site;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::json;
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_core::limits::SITE_CALL_TIMEOUT;
use sgh_core::secret::Secret;
use sgh_core::settings::{SiteOrigin, SiteSettings};

use crate::SiteError;
use crate::port::{Change, NewRecord, Record, Search, Site};

use ask::Ask;
use login::Login;
use verdict::Unanswered;
use wire::Wire;

pub use calls::{Calls, Verb};
pub use deliveries::{HookDeliveries, HookDelivery};
pub use hooks::{EntityTypes, Hook, HookFields, HookFilter};
pub use schema::{EntityType, FieldSchema};

/// How to reach the site.
pub struct RestSettings {
    /// The one origin that is ever called.
    pub origin: SiteOrigin,
    /// The name of our script.
    pub script_name: String,
    /// Its key.
    pub script_key: Secret,
    /// When a token has to be renewed.
    pub clock: Arc<dyn Clock>,
    /// How long one try may take.
    pub call_timeout: Duration,
    /// How long the connection of one try may take.
    pub connect_timeout: Duration,
    /// The pause before the second try, at most; doubled for each further one. Zero in tests.
    pub back_off_first: Duration,
}

/// Time for a connection. Ours: the site answers within 0.2 s from anywhere near it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest pause before the second try. Ours.
const BACK_OFF_FIRST: Duration = Duration::from_millis(400);

impl RestSettings {
    /// The usual times, and the system's clock.
    #[must_use]
    pub fn new(site: SiteSettings<Secret>) -> Self {
        Self {
            origin: site.origin,
            script_name: site.script_name,
            script_key: site.script_key,
            clock: Arc::new(SystemClock),
            call_timeout: SITE_CALL_TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            back_off_first: BACK_OFF_FIRST,
        }
    }
}

/// A client of one site. Build it once: it holds the connections and the token.
pub struct RestSite {
    wire: Wire,
    login: Login,
}

impl fmt::Debug for RestSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestSite").field("origin", &self.wire.origin()).finish_non_exhaustive()
    }
}

impl RestSite {
    /// A client; nothing is called yet.
    ///
    /// # Errors
    /// TLS cannot be set up, which is a matter of the machine's certificates.
    pub fn new(settings: RestSettings) -> Result<Self, SiteError> {
        let wire = Wire::new(&settings)?;
        let login = Login::new(settings.script_name, settings.script_key, settings.clock);
        Ok(Self { wire, login })
    }

    /// The requests that were sent so far, repeats included.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.wire.calls()
    }

    /// One call with our token; the token is renewed once if the site refuses it.
    async fn call<T: DeserializeOwned>(&self, ask: &Ask) -> Result<T, SiteError> {
        let token = self.login.token(&self.wire).await?;
        match self.wire.persist(ask, Some(token.bearer())).await {
            Err(Unanswered::Unauthorised { .. }) => {}
            Err(Unanswered::Failed(error)) => return Err(error),
            Ok(answer) => return Ok(answer),
        }
        let token = self.login.renew(&self.wire, &token).await?;
        self.wire.persist(ask, Some(token.bearer())).await.map_err(SiteError::from)
    }
}

#[async_trait]
impl Site for RestSite {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        self.search_all_pages(search).await
    }

    async fn search_first(&self, search: &Search, most: usize) -> Result<Vec<Record>, SiteError> {
        self.search_one_page(search, most).await
    }

    async fn write(&self, changes: &[Change]) -> Result<(), SiteError> {
        self.write_all(changes).await
    }

    async fn create(&self, records: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        self.create_all(records).await
    }

    async fn valid_values(
        &self,
        kind: &str,
        field: &str,
        project: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        let field = self.schema_field(kind, field, project).await?;
        Ok(field.usable_values().map(str::to_owned).collect())
    }

    async fn acknowledge(&self, delivery: DeliveryId, text: &str) -> Result<(), SiteError> {
        let body = json!({ "acknowledgement": text });
        let ask = Ask::put(Verb::Acknowledge, address::delivery(delivery), &body);
        self.call::<serde::de::IgnoredAny>(&ask).await.map(|_| ())
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        Ok(self.login.token(&self.wire).await?.user().cloned())
    }
}
