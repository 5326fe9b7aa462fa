//! The stores that a replay needs, opened as what they are: no worker looks through a ledger, or
//! through dead letters.

use std::sync::Arc;

use anyhow::Context;
use sgh_core::secret::Secret;
use sgh_core::settings::{LedgerAddress, QueueAddress, SweeperSettings};
use sgh_engine::Replay;
use sgh_queue::{DeadLetters, Failures, Keep, Ledger};
use sgh_sqlite::{SqliteLedger, SqliteQueue};

use crate::house::{self, clock, sqs};

/// What a replay works with.
pub struct Stores {
    pub replay: Replay,
    queue: Opened,
}

/// The queue.
#[derive(Clone)]
enum Opened {
    Sqs(sgh_aws::SqsQueue),
    Sqlite(SqliteQueue),
}

impl Stores {
    /// Opens everything.
    ///
    /// # Errors
    /// The first part that cannot be opened, with the fix.
    pub async fn open(settings: SweeperSettings<Secret>) -> anyhow::Result<Self> {
        let SweeperSettings { worker, ordering } = settings;
        let queue = match &worker.queue {
            QueueAddress::Sqs(url) => Opened::Sqs(sqs(url).await),
            QueueAddress::Sqlite(path) => {
                Opened::Sqlite(SqliteQueue::open(path, clock()).context("SGH_QUEUE")?)
            }
        };
        let (ledger, failures): (Arc<dyn Ledger>, Arc<dyn Failures>) = match &worker.ledger {
            LedgerAddress::DynamoDb(table) => {
                let ledger = Arc::new(house::dynamo(table, Some(&worker.queue)).await);
                (ledger.clone(), ledger)
            }
            LedgerAddress::Sqlite(path) => {
                let ledger = Arc::new(SqliteLedger::open(path).context("SGH_LEDGER")?);
                (ledger.clone(), ledger)
            }
        };
        let keep: Arc<dyn Keep> = match queue.clone() {
            Opened::Sqs(queue) => Arc::new(queue),
            Opened::Sqlite(queue) => Arc::new(queue),
        };
        let replay = Replay {
            ledger,
            failures,
            queue: keep,
            config: Arc::new(house::config(&worker.config)?),
            site_host: worker.site.origin.host().to_owned(),
            site: Arc::new(house::site(worker.site)?),
            ordering,
            clock: clock(),
            run: uuid::Uuid::new_v4().to_string(),
        };
        Ok(Self { replay, queue })
    }

    /// A look through the dead letters.
    ///
    /// # Errors
    /// The queue cannot be asked, or has none.
    pub async fn dead(&self) -> anyhow::Result<Box<dyn DeadLetters>> {
        Ok(match &self.queue {
            Opened::Sqs(queue) => Box::new(queue.dead().await?),
            Opened::Sqlite(queue) => Box::new(queue.dead()),
        })
    }
}
