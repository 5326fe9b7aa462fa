//! Everything the worker is made of, built once.

use std::sync::Arc;

use anyhow::{Context, bail};
use sgh_aws::{DynamoLedger, EventBridge, Patience, SqsQueue, aws_config, region_of_queue};
use sgh_core::clock::SystemClock;
use sgh_core::settings::{LedgerAddress, QueueAddress};
use sgh_engine::{Engine, FolderKit, Outside, Rules};
use sgh_settings::Environment;
use sgh_site::rest::{RestSettings, RestSite};
use sgh_telemetry::Format;

/// The worker's parts.
pub struct House {
    /// Where messages come from, and go back to.
    pub queue: SqsQueue,
    /// What works them.
    pub engine: Engine,
}

impl House {
    /// Reads the settings and builds everything from them.
    ///
    /// # Errors
    /// All that is wrong with the settings, or the first thing that cannot be built.
    pub async fn build() -> anyhow::Result<Self> {
        let environment = Environment::of_process();
        let settings = sgh_settings::worker(&environment, None).await?;
        let (QueueAddress::Sqs(url), LedgerAddress::DynamoDb(table)) =
            (&settings.queue, &settings.ledger)
        else {
            bail!(
                "SGH_QUEUE and SGH_LEDGER: the worker function needs `sqs:<queue url>` and \
                 `dynamodb:<table>`; `sgh serve` and `sgh work` take `sqlite:<path>` too"
            );
        };
        let Some(function) = environment.lambda_function() else {
            bail!("this is a Lambda function: run it with `cargo lambda watch`, or run `sgh work`");
        };
        sgh_telemetry::start(&settings.log, Format::Json { function })?;
        let aws = aws_config(Patience::WORKER, region_of_queue(url)).await;
        let (queue, ledger) = (SqsQueue::new(&aws, url), Arc::new(DynamoLedger::new(&aws, table)));
        let config = sgh_settings::studio(&settings.config)?;
        config.without_programs()?;
        let folders = config.folders.as_ref().map(|folders| {
            let place = || format!("`folders.schema` in sgh.yaml, {}", folders.schema.display());
            FolderKit::read(folders).map(Arc::new).with_context(place)
        });
        let folders = folders.transpose()?;
        let engine = Engine {
            site_host: settings.site.origin.host().to_owned(),
            rules: Rules {
                config: Arc::new(config),
                folders,
                site: Arc::new(RestSite::new(RestSettings::new(settings.site))?),
            },
            registry: ledger.clone(),
            ledger,
            clock: Arc::new(SystemClock),
            outside: Outside { bus: Some(Arc::new(EventBridge::new(&aws))), programs: None },
        };
        Ok(Self { queue, engine })
    }
}
