//! `sgh sweep`: finds in the site's event log what was never delivered, and queues it.

mod print;

use std::process::ExitCode;

use anyhow::ensure;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use sgh_settings::Environment;
use sgh_sweep::{Begin, End, Missing, Report, Sweep};

use crate::cli::Sweep as Options;
use crate::house;
use crate::output::Output;

/// How often a sweep that is to go back begins again because another one was just saving.
const BEGINNINGS_MAX: usize = 5;

/// What a sweep came to.
struct Ran {
    since: Option<Timestamp>,
    is_dry: bool,
    report: Report,
    /// What a dry run found.
    missing: Vec<Missing>,
}

impl Ran {
    /// Whether another sweep was faster before this one had gone back to where it was told to.
    fn came_to_nothing(&self) -> bool {
        self.since.is_some()
            && self.report.entries == 0
            && self.report.ended == Some(End::Overtaken)
    }
}

pub async fn run(
    options: &Options,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let sweep = house::sweep(sgh_settings::sweeper(environment, None).await?).await?;
    let now = sweep.clock.now();
    let since = options.since.map(|since| since.before(now)).transpose()?;
    ensure!(since.is_none_or(|since| since < now), "--since is not in the past");
    let mut ran =
        Ran { since, is_dry: options.dry_run, report: Report::default(), missing: Vec::new() };
    for _ in 0..BEGINNINGS_MAX {
        sweep_once(&sweep, &mut ran).await?;
        if !ran.came_to_nothing() {
            break;
        }
    }
    output.print(print::text(&ran), || print::json(&ran));
    Ok(if ran.came_to_nothing() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn sweep_once(sweep: &Sweep, ran: &mut Ran) -> anyhow::Result<()> {
    let begin = ran.since.map_or(Begin::AtRecord, Begin::Since);
    let bar = bar();
    let (now, mut first) = (sweep.clock.now(), ran.since);
    let mut progress = |report: &Report| {
        bar.set_message(format!(
            "reading the event log: {} entries, {} missing",
            report.entries, report.queued
        ));
        if let Some(at) = report.through_at {
            let first = *first.get_or_insert(at);
            let seconds = |to: Timestamp| to.duration_since(first).as_secs().max(0).unsigned_abs();
            bar.set_length(seconds(now));
            bar.set_position(seconds(at));
        }
    };
    let until = Timestamp::MAX;
    let swept = if ran.is_dry {
        ran.missing.clear();
        let mut found = |missing| ran.missing.push(missing);
        sweep.look(begin, until, &mut found, &mut progress).await
    } else {
        sweep.run(begin, until, &mut progress).await
    };
    bar.finish_and_clear();
    ran.report = swept?;
    Ok(())
}

/// Shown where stderr is a terminal.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
