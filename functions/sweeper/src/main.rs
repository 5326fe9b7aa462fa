//! The sweep of the site's event log as a Lambda function: invoked by a schedule, it sweeps for as
//! long as it has. What is missing is decided in `sgh-sweep`.

mod house;

use std::process::ExitCode;

use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::de::IgnoredAny;
use sgh_sweep::{Begin, Report, Sweep};
use tracing::{error, info};

/// Time left for the portion that is under way when the sweep is to end. Ours: three tries of one
/// call to the site.
const RESERVE: SignedDuration = SignedDuration::from_secs(40);
/// Time for an invocation that has no deadline. Ours.
const INVOCATION_TIME: SignedDuration = SignedDuration::from_secs(90);

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
    let sweep = house::build().await?;
    let sweep = &sweep;
    let handler = service_fn(move |event| answer(sweep, event));
    lambda_runtime::run(handler).await.map_err(anyhow::Error::from_boxed)
}

async fn answer(sweep: &Sweep, event: LambdaEvent<IgnoredAny>) -> Result<Report, Error> {
    let until = until(event.context.deadline, sweep.clock.now());
    let swept = sweep.run(Begin::AtRecord, until, &mut |_| ()).await;
    match swept {
        Ok(report) => {
            if report.first {
                info!("the first sweep of the event log: it begins here");
            }
            Ok(report)
        }
        Err(why) => {
            let why = format!("{:#}", anyhow::Error::from(why));
            error!(why, "the event log was not swept; the next sweep goes on where this one was");
            Err(why.into())
        }
    }
}

/// When to take in nothing more. A runtime on somebody's desk may give a deadline that is over
/// already; Lambda never does.
fn until(deadline_ms: u64, now: Timestamp) -> Timestamp {
    let deadline = i64::try_from(deadline_ms).ok();
    let deadline = deadline.and_then(|given| Timestamp::from_millisecond(given).ok());
    let deadline = deadline.filter(|deadline| *deadline > now).unwrap_or(now + INVOCATION_TIME);
    now.max(deadline.checked_sub(RESERVE).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_ends_well_before_its_function_has_to() {
        let now = Timestamp::from_millisecond(1_000_000).expect("a time");
        let after = |ms: i64| Timestamp::from_millisecond(1_000_000 + ms).expect("a time");
        assert_eq!(until(1_090_000, now), after(50_000));
        assert_eq!(until(1_015_000, now), now, "one portion, however little time there is");
        assert_eq!(until(999_999, now), after(50_000));
        assert_eq!(until(u64::MAX, now), after(50_000));
    }
}
