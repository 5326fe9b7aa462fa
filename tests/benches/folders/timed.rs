//! A registry whose time is told apart, or one that knows nothing and takes none.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_queue::{LedgerError, Registry, WantedFolder};
use sgh_sqlite::SqliteLedger;

/// How long the registry was asked, and written to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    pub asked: Duration,
    pub written: Duration,
}

/// Without an inner registry it is empty for ever.
pub struct Timed {
    inner: Option<Arc<SqliteLedger>>,
    took: Mutex<Took>,
}

impl Timed {
    pub fn new(inner: Option<SqliteLedger>) -> Self {
        Self { inner: inner.map(Arc::new), took: Mutex::default() }
    }

    /// How long it took since this was called last.
    pub fn taken(&self) -> Took {
        std::mem::take(&mut *self.took.lock().unwrap())
    }
}

#[async_trait]
impl Registry for Timed {
    async fn registered(
        &self,
        wanted: &[WantedFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let Some(inner) = &self.inner else { return Ok(Vec::new()) };
        let start = Instant::now();
        let found = inner.registered(wanted).await;
        self.took.lock().unwrap().asked += start.elapsed();
        found
    }

    async fn register(
        &self,
        folders: &[RegisteredFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let Some(inner) = &self.inner else { return Ok(Vec::new()) };
        let start = Instant::now();
        let taken = inner.register(folders).await;
        self.took.lock().unwrap().written += start.elapsed();
        taken
    }

    async fn unregister(&self, _: &[RegisteredFolder]) -> Result<(), LedgerError> {
        panic!("nobody takes anything back here");
    }

    async fn folders_of(&self, _: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        panic!("nobody lists anything here");
    }

    async fn forget(&self, _: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        panic!("nobody forgets anything here");
    }
}
