//! The HTTP door as a Lambda function: translates an HTTP event for the door and its answer back.
//! What is decided is decided in `sgh-door`.

mod event;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use sgh_aws::{Patience, SqsQueue, aws_config, region_of_queue};
use sgh_core::clock::SystemClock;
use sgh_core::settings::QueueAddress;
use sgh_door::Door;
use sgh_settings::Environment;
use sgh_telemetry::Format;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "there may be no log yet")]
            {
                eprintln!("{error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let environment = Environment::of_process();
    let settings = sgh_settings::receiver(&environment, None).await?;
    let QueueAddress::Sqs(url) = &settings.queue else {
        bail!(
            "SGH_QUEUE: the receiver keeps in SQS, set `sqs:<queue url>`; `sgh serve` keeps in SQLite"
        );
    };
    let Some(function) = environment.lambda_function() else {
        bail!("this is a Lambda function: run it with `cargo lambda watch`, or run `sgh serve`");
    };
    sgh_telemetry::start(&settings.log, Format::Json { function })?;
    let aws = aws_config(Patience::DOOR, region_of_queue(url)).await;
    let queue = Arc::new(SqsQueue::new(&aws, url));
    let door = Door::new(&settings.tokens, settings.ordering, queue, Arc::new(SystemClock))
        .context("SGH_WEBHOOK_SECRETS: there is no token")?;
    let door = &door;
    let handler = service_fn(move |event| answer(door, event));
    lambda_runtime::run(handler).await.map_err(anyhow::Error::from_boxed)
}

async fn answer(door: &Door, event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event::response(door.answer(event::request(event.payload)).await))
}
