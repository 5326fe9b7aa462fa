//! From settings to the parts they name: queue, ledger, site, engine. All commands build here.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use sgh_aws::{DynamoLedger, EventBridge, Patience, SqsQueue, aws_config, region_of_queue};
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::config::{Action, Config};
use sgh_core::secret::Secret;
use sgh_core::settings::{
    DirectorySettings, LedgerAddress, Ordering, QueueAddress, SiteSettings, SweeperSettings,
    WorkerSettings,
};
use sgh_engine::{Bus, Directories, Engine, FolderKit, Outside, Rules};
use sgh_queue::{Ledger, Queue, Registry, Seen, SweepRecord};
use sgh_settings::Environment;
use sgh_site::rest::{RestSettings, RestSite};
use sgh_sqlite::{SqliteLedger, SqliteQueue};
use sgh_sweep::Sweep;

use crate::program::Processes;
use crate::stop::Stop;

/// Everything that works deliveries.
pub struct House {
    /// Where deliveries are kept.
    pub queue: Arc<dyn Queue>,
    /// What works them.
    pub engine: Arc<Engine>,
}

impl House {
    /// Builds everything from settings. Programs of the studio get a little of the environment,
    /// and are ended when it is time to stop.
    ///
    /// # Errors
    /// The first part that cannot be built, with the fix.
    pub async fn build(
        settings: WorkerSettings<Secret>,
        environment: &Environment,
        stop: Stop,
    ) -> anyhow::Result<Self> {
        let queue = queue(&settings.queue).await?;
        let (ledger, registry) = ledger(&settings.ledger, Some(&settings.queue)).await?;
        let config = config(&settings.config)?;
        let site_host = settings.site.origin.host().to_owned();
        let site = site(settings.site)?;
        let outside = Outside {
            bus: bus(&config, &settings.queue).await,
            programs: Some(Arc::new(Processes::new(&config, environment, stop)?)),
        };
        let engine = Engine {
            rules: Rules {
                folders: folders(&config)?,
                config: Arc::new(config),
                site: Arc::new(site),
            },
            site_host,
            ledger,
            registry,
            clock: clock(),
            outside,
        };
        Ok(Self { queue, engine: Arc::new(engine) })
    }

    /// The sweep of the event log for what is worked here.
    pub fn sweep(&self, (seen, record): SweepStores, ordering: Ordering) -> Sweep {
        let engine = &self.engine;
        Sweep {
            config: engine.rules.config.clone(),
            site: engine.rules.site.clone(),
            queue: self.queue.clone(),
            seen,
            record,
            clock: engine.clock.clone(),
            site_host: engine.site_host.clone(),
            ordering,
        }
    }
}

/// What the sweep asks of the ledger, and where its record is.
pub type SweepStores = (Arc<dyn Seen>, Arc<dyn SweepRecord>);

/// Builds the sweep of the event log by itself.
///
/// # Errors
/// The first part that cannot be built, with the fix.
pub async fn sweep(settings: SweeperSettings<Secret>) -> anyhow::Result<Sweep> {
    let SweeperSettings { worker, ordering } = settings;
    let (seen, record) = sweep_stores(&worker.ledger, &worker.queue).await?;
    Ok(Sweep {
        config: Arc::new(config(&worker.config)?),
        site_host: worker.site.origin.host().to_owned(),
        site: Arc::new(site(worker.site)?),
        queue: queue(&worker.queue).await?,
        seen,
        record,
        clock: clock(),
        ordering,
    })
}

/// Opens what the sweep needs of the ledger.
///
/// # Errors
/// The database cannot be opened.
pub async fn sweep_stores(
    address: &LedgerAddress,
    queue: &QueueAddress,
) -> anyhow::Result<SweepStores> {
    Ok(match address {
        LedgerAddress::DynamoDb(table) => {
            let aws = aws_config(Patience::WORKER, region_of(Some(queue))).await;
            let ledger = Arc::new(DynamoLedger::new(&aws, table));
            (ledger.clone(), ledger)
        }
        LedgerAddress::Sqlite(path) => {
            let ledger = Arc::new(SqliteLedger::open(path).context("SGH_LEDGER")?);
            (ledger.clone(), ledger)
        }
    })
}

/// The time of this process.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// A queue of SQS.
pub async fn sqs(url: &str) -> SqsQueue {
    SqsQueue::new(&aws_config(Patience::WORKER, region_of_queue(url)).await, url)
}

/// The buses of EventBridge, where an automation needs one: finding out how AWS is reached may
/// take seconds. One without region or credentials says so to whoever needs it.
async fn bus(config: &Config, queue: &QueueAddress) -> Option<Arc<dyn Bus>> {
    let mut automations = config.automations.iter();
    if !automations.any(|automation| matches!(automation.action, Action::Emit(_))) {
        return None;
    }
    let aws = aws_config(Patience::WORKER, region_of(Some(queue))).await;
    Some(Arc::new(EventBridge::new(&aws)))
}

/// What is asked for without a region of its own is looked for where the queue is.
fn region_of(queue: Option<&QueueAddress>) -> Option<&str> {
    match queue {
        Some(QueueAddress::Sqs(url)) => region_of_queue(url),
        Some(QueueAddress::Sqlite(_)) | None => None,
    }
}

/// Opens the queue.
///
/// # Errors
/// The database cannot be opened.
pub async fn queue(address: &QueueAddress) -> anyhow::Result<Arc<dyn Queue>> {
    Ok(match address {
        QueueAddress::Sqs(url) => Arc::new(sqs(url).await),
        QueueAddress::Sqlite(path) => {
            Arc::new(SqliteQueue::open(path, clock()).context("SGH_QUEUE")?)
        }
    })
}

/// A ledger of DynamoDB, looked for where the queue is unless the environment names a region.
pub async fn dynamo(table: &str, queue: Option<&QueueAddress>) -> DynamoLedger {
    DynamoLedger::new(&aws_config(Patience::WORKER, region_of(queue)).await, table)
}

/// Opens the ledger and the registry of folders, which are kept in one place. A table of DynamoDB
/// is looked for where the queue is, unless the environment names a region.
///
/// # Errors
/// The database cannot be opened.
pub async fn ledger(
    address: &LedgerAddress,
    queue: Option<&QueueAddress>,
) -> anyhow::Result<(Arc<dyn Ledger>, Arc<dyn Registry>)> {
    Ok(match address {
        LedgerAddress::DynamoDb(table) => {
            let aws = aws_config(Patience::WORKER, region_of(queue)).await;
            let ledger = Arc::new(DynamoLedger::new(&aws, table));
            (ledger.clone(), ledger)
        }
        LedgerAddress::Sqlite(path) => {
            let ledger = Arc::new(SqliteLedger::open(path).context("SGH_LEDGER")?);
            (ledger.clone(), ledger)
        }
    })
}

/// Builds what makes directories by hand.
///
/// # Errors
/// The first part that cannot be built, with the fix.
pub async fn directories(settings: DirectorySettings<Secret>) -> anyhow::Result<Directories> {
    let (_, registry) = ledger(&settings.ledger, None).await?;
    let kit = folders(&config(&settings.config)?)?;
    let kit = kit.context("sgh.yaml has no `folders:`: name a schema and roots there")?;
    Ok(Directories { kit, registry, site: Arc::new(site(settings.site)?), clock: clock() })
}

/// Reads sgh.yaml and the files of the teams beside it.
///
/// # Errors
/// It cannot be read, or something in it cannot be meant.
pub fn config(path: &Path) -> anyhow::Result<Config> {
    Ok(sgh_settings::studio(path)?)
}

/// Reads the schema that sgh.yaml names, if it names one.
///
/// # Errors
/// The schema cannot be used.
pub fn folders(config: &Config) -> anyhow::Result<Option<Arc<FolderKit>>> {
    let Some(folders) = &config.folders else { return Ok(None) };
    let place = || format!("`folders.schema` in sgh.yaml, {}", folders.schema.display());
    Ok(Some(Arc::new(FolderKit::read(folders).with_context(place)?)))
}

/// A client of the site.
///
/// # Errors
/// TLS cannot be set up.
pub fn site(settings: SiteSettings<Secret>) -> anyhow::Result<RestSite> {
    Ok(RestSite::new(RestSettings::new(settings))?)
}
