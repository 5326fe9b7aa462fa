//! `sgh replay` of what the ledger has as failed: said as a table, then queued.

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::json;
use sgh_engine::{Again, Wanted};

use super::stores::Stores;
use super::{bar, many, spinner};
use crate::cli::Replay;
use crate::output::{Output, plain};

/// Events that are listed for people. Ours.
const LISTED: usize = 50;
/// Characters of a reason in the table. Ours.
const REASON_MAX: usize = 120;

pub async fn run(options: &Replay, stores: &Stores, output: Output) -> anyhow::Result<ExitCode> {
    let replay = &stores.replay;
    let now = replay.clock.now();
    let wanted = Wanted {
        events: options.event.clone(),
        delivery: options.delivery,
        automation: options.automation.clone(),
        since: options.since.map(|since| since.before(now)).transpose()?,
        until: options.until.map(|until| until.before(now)).transpose()?,
    };
    let looking = spinner("looking for what failed");
    let found = replay.select(&wanted, |count| looking.set_position(count as u64)).await;
    looking.finish_and_clear();
    let found = found?;
    print(&found, output);
    let to_run: Vec<Again> =
        found.into_iter().filter(|again| !again.automations.is_empty()).collect();
    if to_run.is_empty() {
        output.print("nothing to run again", || json!({"queued": 0, "refused": 0}));
        return Ok(ExitCode::SUCCESS);
    }
    if options.dry_run {
        let text = format!("{} would be run again", many(to_run.len(), "event"));
        output.print(text, || json!({"would_queue": to_run.len()}));
        return Ok(ExitCode::SUCCESS);
    }
    let queueing = bar(to_run.len() as u64, "queueing");
    let sent = replay.send(&to_run, |through| queueing.set_position(through as u64)).await;
    queueing.finish_and_clear();
    let sent = sent?;
    for (event, error) in &sent.refused {
        let why = error.to_string();
        output.print(
            format!("not run again: {}", plain(&why)),
            || json!({"event": event.as_str(), "refused": why}),
        );
    }
    let text = format!(
        "{} put into the queue; a worker runs them and acknowledges their deliveries anew",
        many(sent.queued, "event")
    );
    output.print(text, || json!({"queued": sent.queued, "refused": sent.refused.len()}));
    Ok(if sent.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One row for each automation of each event.
fn print(found: &[Again], output: Output) {
    let rows = found.iter().flat_map(|again| {
        let run = again.automations.iter().map(move |pair| (again, pair, true));
        run.chain(again.left.iter().map(move |pair| (again, pair, false)))
    });
    match output {
        Output::Json => {
            for (again, (automation, why), runs) in rows {
                output.print("", || {
                    json!({
                        "event": again.event.as_str(),
                        "entry": again.event.entry(),
                        "event_type": again.event_type,
                        "entity": again.entity,
                        "failed_at": again.failed_at,
                        "delivery": again.delivery.map(|id| id.to_string()),
                        "automation": automation,
                        "why": why,
                        "runs": runs,
                    })
                });
            }
        }
        Output::Text => {
            let rows: Vec<_> = rows.collect();
            if !rows.is_empty() {
                let cells = rows
                    .iter()
                    .take(LISTED)
                    .map(|(again, (automation, why), runs)| row(again, automation, why, *runs));
                output.tell(table(cells.collect()));
            }
            if rows.len() > LISTED {
                output.tell(format!("... and {} more; --json lists all", rows.len() - LISTED));
            }
        }
    }
}

fn row(again: &Again, automation: &str, why: &str, runs: bool) -> [String; 5] {
    let entity = again.entity.as_ref().map(ToString::to_string).unwrap_or_default();
    let event = again.event.entry().map_or(again.event.to_string(), |entry| entry.to_string());
    let why = if runs { why.to_owned() } else { format!("not run: {why}") };
    let why: String = plain(&why).chars().take(REASON_MAX).collect();
    let event = format!("{event} {}", again.event_type);
    [minute(again.failed_at), plain(&entity), plain(&event), plain(automation), why]
}

fn table(mut rows: Vec<[String; 5]>) -> String {
    rows.insert(0, ["failed", "entity", "event", "automation", "why"].map(str::to_owned));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..4).map(|column| width(column).unwrap_or_default()).collect();
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}  "));
        cells.collect::<String>() + &row[4]
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
