//! `sgh replay --automation X` where X is halted: it goes on from where it stopped, in order, and
//! is live again once nothing of it waits.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use serde_json::json;
use sgh_engine::{Patience, Resumed};
use sgh_queue::halts::Halt;

use super::many;
use super::stores::Stores;
use crate::cli::Replay;
use crate::output::{Output, plain};
use crate::stop::Stop;

/// A look at the ledger is one read and a few more. Without any progress for so long a worker
/// does not run: what has to wait for the site comes back within this time. Ours.
const PATIENCE: Patience =
    Patience { look_every: Duration::from_millis(500), at_most: Duration::from_secs(360) };

/// Has an automation go on; `None` if it is not halted.
pub async fn run(
    options: &Replay,
    stores: &Stores,
    output: Output,
) -> anyhow::Result<Option<ExitCode>> {
    let Some(name) = &options.automation else { return Ok(None) };
    let replay = &stores.replay;
    let Some(standing) = replay.halt(name).await? else { return Ok(None) };
    if !replay.may_halt(name) {
        if !options.dry_run {
            // What waits is in the ledger, as failed: it is run again like anything that failed.
            replay.forget_halt(name).await?;
        }
        return Ok(None);
    }
    let others = options.delivery.is_some() || options.since.is_some() || options.until.is_some();
    if others || !options.event.is_empty() {
        bail!("{name} is halted, and what waits runs in its order: leave out the other selectors");
    }
    tell(name, &standing.halt, output);
    if options.dry_run {
        return Ok(Some(ExitCode::SUCCESS));
    }
    let mut stop = Stop::at_signal()?;
    let bar = super::bar(standing.halt.waiting() as u64, "running what waits");
    let progress = |through: usize, waiting: usize| {
        bar.set_length((through + waiting) as u64);
        bar.set_position(through as u64);
    };
    let resumed = tokio::select! {
        resumed = replay.resume(name, PATIENCE, progress) => Some(resumed),
        () = stop.wait() => None,
    };
    bar.finish_and_clear();
    ended(name, resumed.transpose()?, output).map(Some)
}

fn tell(name: &str, halt: &Halt, output: Output) {
    let Halt { since, about, why, .. } = halt;
    let waiting = halt.waiting();
    let text = format!(
        "{} is halted since {} by {}: {}\n{} of it in order",
        plain(name),
        since.strftime("%Y-%m-%d %H:%M UTC"),
        plain(about),
        plain(why),
        if waiting == 1 { "1 event waits".to_owned() } else { format!("{waiting} events wait") },
    );
    output.print(text, || {
        json!({
            "automation": name, "halted_since": since, "event": halt.event.as_str(),
            "about": about, "why": why, "waiting": waiting, "lines": halt.lines,
        })
    });
}

fn ended(name: &str, resumed: Option<Resumed>, output: Output) -> anyhow::Result<ExitCode> {
    let again = "run the command again to go on";
    let (text, json, code) = match resumed {
        Some(Resumed::Live { through }) => (
            format!("{} run in order; {name} is live again", many(through, "event")),
            json!({"automation": name, "ended": "live", "run": through}),
            ExitCode::SUCCESS,
        ),
        Some(Resumed::NotHalted) => (
            format!("{name} is live: somebody else has had it go on"),
            json!({"automation": name, "ended": "live", "run": 0}),
            ExitCode::SUCCESS,
        ),
        Some(Resumed::Failed { at, waiting, through }) => {
            let failed = at.iter().map(|(event, why)| format!("\n  {event}: {}", plain(why)));
            (
                format!(
                    "{} run; it failed again, the halt stands, {} not run:{}",
                    many(through, "event"),
                    many(waiting, "event"),
                    failed.collect::<String>()
                ),
                json!({
                    "automation": name, "ended": "failed", "run": through, "waiting": waiting,
                    "failed": at.iter().map(|(event, why)| {
                        json!({"event": event.as_str(), "why": why})
                    }).collect::<Vec<_>>(),
                }),
                ExitCode::FAILURE,
            )
        }
        Some(Resumed::Stuck { waiting, through }) => (
            format!(
                "{} run; {} wait and no worker takes them: is `sgh serve`, `sgh work` or the \
                 worker function running? The halt stands; {again}",
                many(through, "event"),
                many(waiting, "event"),
            ),
            json!({"automation": name, "ended": "waiting", "run": through, "waiting": waiting}),
            ExitCode::FAILURE,
        ),
        None => (
            format!("stopped; the halt stands, and what waits is kept; {again}"),
            json!({"automation": name, "ended": "stopped"}),
            ExitCode::FAILURE,
        ),
    };
    output.print(plain_lines(&text), || json);
    Ok(code)
}

/// Names and reasons are plain already; the line ends are ours.
fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}
