//! `sgh serve`: door, queue and worker in one process.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;
use sgh_core::settings::{Ordering, WebhookSecrets};
use sgh_door::Door;
use sgh_queue::Keep;
use sgh_settings::Environment;
use tokio::net::TcpListener;

use crate::cli::Serve;
use crate::house::{House, clock, sweep_stores};
use crate::http;
use crate::output::Output;
use crate::pump::Pump;
use crate::scrape;
use crate::stop::{STOP_TIMEOUT, Stop};
use crate::sweeping;

pub async fn run(
    options: &Serve,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let settings = sgh_settings::serve(environment, None).await?;
    let mut stop = Stop::at_signal()?;
    let scrape = scrape::open(options.metrics, &settings.worker.queue).await?;
    let stores = match options.no_sweep {
        true => None,
        false => Some(sweep_stores(&settings.worker.ledger, &settings.worker.queue).await?),
    };
    let house = House::build(settings.worker, environment, stop.clone()).await?;
    let sweep = stores.map(|stores| house.sweep(stores, settings.ordering));
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("cannot listen at {}; choose another --listen", options.listen))?;
    let url = format!("http://{}/", listener.local_addr()?);
    let door = door(&settings.tokens, settings.ordering, house.queue.clone())?;
    output.print(format!("listening at {url}"), || json!({"listening": url}));
    scrape::start(scrape, output, stop.clone())?;
    if let Some(sweep) = sweep {
        let stop = stop.clone();
        // What becomes of it is no reason to end: deliveries come in and are worked without it.
        tokio::spawn(async move { sweeping::keep_on(&sweep, stop).await });
    }
    let pump = Pump { queue: house.queue, engine: house.engine };
    let working = tokio::spawn({
        let stop = stop.clone();
        async move { pump.run(stop, |_| {}).await }
    });
    // Deliveries that nobody works must not be answered 200 for long: if the worker breaks, we
    // end, and a supervisor starts us again.
    let working = async { working.await.context("the worker broke; the log says why") };
    let serving = http::serve(listener, door, stop.clone());
    let both = async { tokio::try_join!(serving, working) };
    tokio::select! {
        ended = both => drop(ended?),
        // What is still under way comes back by itself at the next start.
        () = stop.wait_and(STOP_TIMEOUT) => tracing::warn!("not everything was through in time; it comes back"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The same door as the receiver's, in front of this queue.
pub fn door(
    tokens: &WebhookSecrets,
    ordering: Ordering,
    queue: Arc<dyn Keep>,
) -> anyhow::Result<Arc<Door>> {
    let door = Door::new(tokens, ordering, queue, clock());
    Ok(Arc::new(door.context("SGH_WEBHOOK_SECRETS: there is no token")?))
}
