//! The queue's worker as a Lambda function: translates an SQS event for the engine, and what is to
//! become of each message back. What is decided is decided in `sgh-engine`.

mod event;
mod house;

use std::process::ExitCode;

use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use sgh_engine::{Settle, settle};
use sgh_queue::Owner;

use event::{Failures, QueueEvent};
use house::House;

#[tokio::main]
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
    let house = House::build().await?;
    let house = &house;
    let handler = service_fn(move |event| work(house, event));
    lambda_runtime::run(handler).await.map_err(anyhow::Error::from_boxed)
}

async fn work(house: &House, event: LambdaEvent<QueueEvent>) -> Result<Failures, Error> {
    // The request id is this invocation's alone: Lambda's own retries have others.
    let owner = Owner(event.context.request_id.clone());
    let deadline = i64::try_from(event.context.deadline).unwrap_or(i64::MAX);
    let deadline = Timestamp::from_millisecond(deadline).unwrap_or(Timestamp::MAX);
    let report = house.engine.work(event.payload.received(), &owner, deadline).await;
    Ok(Failures::of(settle(&house.queue, &report, Settle::ByLambda).await))
}
