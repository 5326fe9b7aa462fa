//! The queue's worker as a Lambda function: translates an SQS event for the engine, and what is to
//! become of each message back. What is decided is decided in `sgh-engine`.

mod event;
mod house;

use std::process::ExitCode;

use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use mimalloc::MiMalloc;
use sgh_engine::{Settle, settle};
use sgh_queue::Owner;

use event::{Failures, QueueEvent};
use house::House;

/// A plan is made of many small texts; the system's allocator spends a third of its time on them.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Time for an invocation that has no deadline. Ours.
const INVOCATION_TIME: SignedDuration = SignedDuration::from_secs(60);

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
    let deadline = deadline(event.context.deadline, house.engine.clock.now());
    let (received, nameless) = event.payload.received();
    let report = house.engine.work(received, &owner, deadline).await;
    let failures = settle(&house.queue, &report, Settle::ByLambda).await;
    if nameless > 0 {
        // Lambda takes out what is not named as failed. So the whole batch comes back: what is
        // done is in the ledger, and is only acknowledged again.
        return Err(format!("{nameless} record(s) without a message id").into());
    }
    Ok(Failures::of(failures))
}

/// When this invocation has to be over. A runtime on somebody's desk may give a time that is over
/// already; Lambda never does.
fn deadline(milliseconds: u64, now: Timestamp) -> Timestamp {
    let given = i64::try_from(milliseconds).ok();
    let given = given.and_then(|given| Timestamp::from_millisecond(given).ok());
    given.filter(|given| *given > now).unwrap_or(now + INVOCATION_TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_is_over_is_none() {
        let now = Timestamp::from_millisecond(1_000_000).expect("a time");
        let after = |ms: i64| Timestamp::from_millisecond(1_000_000 + ms).expect("a time");
        assert_eq!(deadline(1_003_000, now), after(3000));
        assert_eq!(deadline(999_999, now), after(60_000));
        assert_eq!(deadline(u64::MAX, now), after(60_000));
    }
}
