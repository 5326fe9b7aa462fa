//! The registry and the site of a test: real ones, that count, and that can stop for ever at a
//! certain call, as a process does that is killed there.

use std::sync::Arc;
use std::sync::Mutex;

use async_trait::async_trait;
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_queue::{LedgerError, Registry, WantedFolder};
use sgh_site::{Change, NewRecord, Record, RestSite, Search, Site, SiteError};
use sgh_sqlite::SqliteLedger;
use tokio::sync::{Barrier, Notify};

/// A moment that a run can be cut short at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before folders are registered.
    Registering,
    /// After folders were registered.
    Registered,
    /// Before records of the site are made.
    Creating,
    /// After records of the site were made.
    Created,
}

/// Real ports that count and stop.
pub(crate) struct Ports {
    registry: Arc<SqliteLedger>,
    rest: RestSite,
    stop: Mutex<Option<(Moment, usize)>>,
    reached: Notify,
    meeting: Mutex<Option<Arc<Barrier>>>,
    first_only: Mutex<Option<usize>>,
    /// Searches so far.
    pub searches: Mutex<Vec<Search>>,
    /// Creates so far: how many records of which type.
    pub creates: Mutex<Vec<(String, usize)>>,
    /// Folders that were to be registered so far.
    pub registers: Mutex<usize>,
}

impl Ports {
    pub(crate) fn new(registry: Arc<SqliteLedger>, rest: RestSite) -> Self {
        Self {
            registry,
            rest,
            stop: Mutex::default(),
            reached: Notify::new(),
            meeting: Mutex::default(),
            first_only: Mutex::default(),
            searches: Mutex::default(),
            creates: Mutex::default(),
            registers: Mutex::default(),
        }
    }

    /// Stops for ever when it comes to this moment for the nth time from now.
    pub(crate) fn stop_at(&self, moment: Moment, nth: usize) {
        *self.stop.lock().unwrap() = Some((moment, nth));
    }

    /// Comes back once somebody has stopped.
    pub(crate) async fn stopped(&self) {
        self.reached.notified().await;
    }

    /// Lets nobody register before so many want to.
    pub(crate) fn meet_before_registering(&self, count: usize) {
        *self.meeting.lock().unwrap() = Some(Arc::new(Barrier::new(count)));
    }

    /// Of the next records only the first ones are made, then the site is down.
    pub(crate) fn make_first_only(&self, count: usize) {
        *self.first_only.lock().unwrap() = Some(count);
    }

    /// Takes what was searched for so far: the types.
    pub(crate) fn searched(&self) -> Vec<String> {
        let searches = std::mem::take(&mut *self.searches.lock().unwrap());
        searches.into_iter().map(|search| search.kind).collect()
    }

    /// Takes what was made so far.
    pub(crate) fn created(&self) -> Vec<(String, usize)> {
        std::mem::take(&mut *self.creates.lock().unwrap())
    }

    async fn pass(&self, moment: Moment) {
        {
            let mut stop = self.stop.lock().unwrap();
            match *stop {
                Some((at, 1)) if at == moment => *stop = None,
                Some((at, left)) if at == moment => {
                    *stop = Some((at, left - 1));
                    return;
                }
                Some(_) | None => return,
            }
        }
        self.reached.notify_one();
        std::future::pending::<()>().await;
    }
}

#[async_trait]
impl Registry for Ports {
    async fn registered(
        &self,
        wanted: &[WantedFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        self.registry.registered(wanted).await
    }

    async fn register(
        &self,
        folders: &[RegisteredFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        self.pass(Moment::Registering).await;
        let meeting = self.meeting.lock().unwrap().clone();
        if let Some(meeting) = meeting {
            meeting.wait().await;
        }
        *self.registers.lock().unwrap() += folders.len();
        let taken = self.registry.register(folders).await?;
        self.pass(Moment::Registered).await;
        Ok(taken)
    }

    async fn unregister(&self, folders: &[RegisteredFolder]) -> Result<(), LedgerError> {
        self.registry.unregister(folders).await
    }

    async fn folders_of(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        self.registry.folders_of(entity).await
    }

    async fn forget(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        self.registry.forget(entity).await
    }
}

#[async_trait]
impl Site for Ports {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        self.searches.lock().unwrap().push(search.clone());
        self.rest.search(search).await
    }

    async fn write(&self, changes: &[Change]) -> Result<(), SiteError> {
        self.rest.write(changes).await
    }

    async fn create(&self, records: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        self.pass(Moment::Creating).await;
        let kind = records.first().map(|record| record.kind.clone()).unwrap_or_default();
        self.creates.lock().unwrap().push((kind, records.len()));
        let first_only = self.first_only.lock().unwrap().take();
        if let Some(count) = first_only {
            self.rest.create(&records[..count]).await?;
            return Err(SiteError::Unavailable { reason: "502".into(), after: None });
        }
        let made = self.rest.create(records).await?;
        self.pass(Moment::Created).await;
        Ok(made)
    }

    async fn valid_values(
        &self,
        kind: &str,
        field: &str,
        project: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        self.rest.valid_values(kind, field, project).await
    }

    async fn acknowledge(&self, delivery: DeliveryId, text: &str) -> Result<(), SiteError> {
        self.rest.acknowledge(delivery, text).await
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        self.rest.own_user().await
    }
}
