//! A site that can be read and nothing else, and that counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_site::{Change, NewRecord, Record, Search, Site, SiteError};

/// Hands on what reads, refuses what writes.
pub struct ReadOnly {
    site: Arc<dyn Site>,
    searches: AtomicUsize,
}

impl ReadOnly {
    /// This site, without its writes.
    pub fn new(site: Arc<dyn Site>) -> Self {
        Self { site, searches: AtomicUsize::new(0) }
    }

    /// Searches and other questions so far, each with all of its pages.
    #[must_use]
    pub fn searches(&self) -> usize {
        self.searches.load(Ordering::Relaxed)
    }

    fn count(&self) -> &dyn Site {
        self.searches.fetch_add(1, Ordering::Relaxed);
        &*self.site
    }
}

fn refused<T>() -> Result<T, SiteError> {
    let reason = "a simulation writes nothing".to_owned();
    Err(SiteError::Refused { status: 0, reason })
}

#[async_trait]
impl Site for ReadOnly {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        self.count().search(search).await
    }

    async fn search_first(&self, search: &Search, most: usize) -> Result<Vec<Record>, SiteError> {
        self.count().search_first(search, most).await
    }

    async fn write(&self, _: &[Change]) -> Result<(), SiteError> {
        refused()
    }

    async fn create(&self, _: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        refused()
    }

    async fn valid_values(
        &self,
        kind: &str,
        field: &str,
        project: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        self.count().valid_values(kind, field, project).await
    }

    async fn acknowledge(&self, _: DeliveryId, _: &str) -> Result<(), SiteError> {
        refused()
    }

    /// Known from the token: no request.
    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        self.site.own_user().await
    }
}
