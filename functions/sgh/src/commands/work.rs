//! `sgh work`: a worker that polls the queue, e.g. beside storage that Lambda cannot reach.

use std::process::ExitCode;

use serde_json::json;
use sgh_engine::{Report, Worked};
use sgh_settings::Environment;

use crate::cli::Work;
use crate::house::House;
use crate::output::Output;
use crate::pump::Pump;
use crate::scrape;
use crate::stop::{STOP_TIMEOUT, Stop};

pub async fn run(
    options: &Work,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let settings = sgh_settings::worker(environment, None).await?;
    let mut stop = Stop::at_signal()?;
    let scrape = scrape::open(options.metrics, &settings.queue).await?;
    let House { queue, engine } = House::build(settings, environment, stop.clone()).await?;
    scrape::start(scrape, output, stop.clone())?;
    let pump = Pump { queue, engine };
    let tell = |report: &Report| report.events.iter().for_each(|event| print(event, output));
    if options.until_empty {
        tokio::select! {
            drained = pump.drain(tell) => drained?,
            // What is under way by then comes back by itself.
            () = stop.wait_and(STOP_TIMEOUT) => {}
        }
    } else {
        pump.run(stop, tell).await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what became of one event: its acknowledgement, under its name.
pub fn print(event: &Worked, output: Output) {
    let delivery = event.delivery.map(|id| id.to_string());
    let name = event.event.as_ref().map_or("unreadable", |key| key.as_str());
    let text =
        format!("{} {name}\n  {}", event.event_type, event.acknowledgement.replace('\n', "\n  "));
    output.print(text, || {
        json!({
            "event": name,
            "event_type": event.event_type,
            "delivery": delivery,
            "acknowledgement": event.acknowledgement,
            "automations": event.endings,
        })
    });
}
