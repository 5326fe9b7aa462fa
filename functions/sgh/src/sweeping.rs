//! The sweep beside the door of `sgh serve`: every minute, and whatever becomes of it, serving
//! goes on.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use anyhow::anyhow;
use futures_util::FutureExt as _;
use jiff::Timestamp;
use sgh_sweep::{Begin, Report, Sweep};
use tracing::{error, info};

use crate::stop::Stop;

/// Pause between two sweeps. Ours: the schedule of the sweeper function.
const PAUSE: Duration = Duration::from_secs(60);

/// Sweeps until it is time to stop; the first sweep there ever is begins at the present. A sweep
/// that is under way then is dropped: the next one goes on where it was.
pub async fn keep_on(sweep: &Sweep, mut stop: Stop) {
    tokio::select! {
        () = over_and_over(sweep) => {}
        () = stop.wait() => {}
    }
}

async fn over_and_over(sweep: &Sweep) {
    let mut failures = 0_u64;
    loop {
        match once(sweep).await {
            Ok(report) => {
                if failures > 0 {
                    info!(failures, "the event log is swept again; nothing of it was missed");
                }
                if report.first {
                    info!("the first sweep of the event log: it begins here");
                }
                failures = 0;
            }
            Err(why) => {
                failures += 1;
                // Which it is, and what to do, is in its causes.
                let why = format!("{why:#}");
                error!(why, failures, "the event log was not swept; trying again in {PAUSE:?}");
            }
        }
        // The schedule itself: nothing says that the event log has grown. A stop drops it.
        tokio::time::sleep(PAUSE).await;
    }
}

async fn once(sweep: &Sweep) -> anyhow::Result<Report> {
    let mut progress = |_: &Report| ();
    let swept = AssertUnwindSafe(sweep.run(Begin::AtRecord, Timestamp::MAX, &mut progress));
    let swept = swept.catch_unwind().await;
    Ok(swept.map_err(|_| anyhow!("the sweep broke; please report it"))??)
}
