//! Everything the sweeper is made of, built once.

use std::sync::Arc;

use anyhow::bail;
use sgh_aws::{DynamoLedger, Patience, SqsQueue, aws_config, region_of_queue};
use sgh_core::clock::SystemClock;
use sgh_core::settings::{LedgerAddress, QueueAddress, SweeperSettings};
use sgh_settings::Environment;
use sgh_site::rest::{RestSettings, RestSite};
use sgh_sweep::Sweep;
use sgh_telemetry::Format;

/// Reads the settings and builds the sweep from them.
///
/// # Errors
/// All that is wrong with the settings, or the first thing that cannot be built.
pub async fn build() -> anyhow::Result<Sweep> {
    let environment = Environment::of_process();
    let SweeperSettings { worker, ordering } = sgh_settings::sweeper(&environment, None).await?;
    let (QueueAddress::Sqs(url), LedgerAddress::DynamoDb(table)) = (&worker.queue, &worker.ledger)
    else {
        bail!(
            "SGH_QUEUE and SGH_LEDGER: the sweeper function needs `sqs:<queue url>` and \
             `dynamodb:<table>`; `sgh serve` and `sgh sweep` take `sqlite:<path>` too"
        );
    };
    let Some(function) = environment.lambda_function() else {
        bail!("this is a Lambda function: run it with `cargo lambda watch`, or run `sgh sweep`");
    };
    sgh_telemetry::start(&worker.log, Format::Json { function })?;
    let aws = aws_config(Patience::WORKER, region_of_queue(url)).await;
    let ledger = Arc::new(DynamoLedger::new(&aws, table));
    Ok(Sweep {
        // Also one with `run`, which only `sgh work` can: what it wants goes into the queue.
        config: Arc::new(sgh_settings::studio(&worker.config)?),
        queue: Arc::new(SqsQueue::new(&aws, url)),
        seen: ledger.clone(),
        record: ledger,
        clock: Arc::new(SystemClock),
        site_host: worker.site.origin.host().to_owned(),
        site: Arc::new(RestSite::new(RestSettings::new(worker.site))?),
        ordering,
    })
}
