//! `sgh simulate`: what sgh.yaml would have done with the last days of the site's event log.

mod as_json;
mod print;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use sgh_core::config::Config;
use sgh_core::settings::Lookup;
use sgh_engine::{Happened, ReadOnly, Rules, Scope, Simulated, Simulation};
use sgh_settings::Environment;
use sgh_site::Site;
use sgh_sweep::{Logged, Span, entries};

use crate::cli::Simulate;
use crate::house::{self, clock};
use crate::output::Output;

/// Where sgh.yaml is looked for when nothing says where it is.
const CONFIG_HERE: &str = "sgh.yaml";
/// Writes that are listed for people. Ours.
const LISTED: usize = 20;

/// What was simulated, and what it took.
struct Ran {
    since: Timestamp,
    until: Timestamp,
    found: Simulated,
    /// Entries of the log that are no events.
    unreadable: u64,
    /// Searches, each with all of its pages.
    searches: usize,
    took: SignedDuration,
}

pub async fn run(
    options: &Simulate,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let clock = clock();
    let now = clock.now();
    let since = options.since.before(now)?;
    let until = options.until.map(|until| until.before(now)).transpose()?;
    if since >= until.unwrap_or(now) {
        bail!("--since {since} is not before the end of the time, {}", until.unwrap_or(now));
    }
    let config = config(options, environment)?;
    let site = house::site(sgh_settings::site(environment, None).await?)?;
    let site = Arc::new(ReadOnly::new(Arc::new(site)));
    let rules = Rules {
        folders: house::folders(&config)?,
        config: Arc::new(config),
        site: Arc::clone(&site) as Arc<dyn Site>,
    };
    let scope = Scope { until, project: options.project, automation: options.automation.clone() };
    let mut simulation = Simulation::new(rules, scope);
    let unreadable = read(&*site, &mut simulation, since, now).await?;
    let bar = ProgressBar::new(simulation.events() as u64).with_style(style("{pos}/{len}"));
    bar.set_message("deciding");
    let found = simulation.run(&*clock, |done| bar.set_position(done as u64)).await;
    bar.finish_and_clear();
    let ran = Ran {
        since,
        until: until.unwrap_or(now),
        found: found?,
        unreadable,
        searches: site.searches(),
        took: clock.now().duration_since(now),
    };
    let limit = match output {
        Output::Text => options.limit.unwrap_or(LISTED),
        Output::Json => options.limit.unwrap_or(usize::MAX),
    };
    output.print(print::text(&ran, limit), || as_json::of(&ran, limit));
    let fails = ran.found.automations.iter().any(|one| one.failed > 0);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn config(options: &Simulate, environment: &Environment) -> anyhow::Result<Config> {
    let named =
        options.config.clone().or_else(|| environment.text("SGH_CONFIG").map(PathBuf::from));
    let config = house::config(&named.unwrap_or_else(|| PathBuf::from(CONFIG_HERE)))?;
    let names: Vec<&str> = config.automations.iter().map(|rule| rule.name.as_str()).collect();
    match &options.automation {
        Some(name) if !names.contains(&name.as_str()) => {
            bail!("sgh.yaml has no automation `{name}`; it has {}", names.join(", "))
        }
        Some(_) | None => Ok(config),
    }
}

/// Reads the log up to the present. Answers how many entries were no events.
async fn read(
    site: &dyn Site,
    simulation: &mut Simulation,
    since: Timestamp,
    now: Timestamp,
) -> anyhow::Result<u64> {
    let seconds = |to: Timestamp| to.duration_since(since).as_secs().max(0).unsigned_abs();
    let bar = ProgressBar::new(seconds(now)).with_style(style("{percent}%"));
    bar.set_message("reading the event log");
    let mut log = entries(site, Span::Since(since), now).on_page(|progress| {
        bar.set_message(format!("reading the event log: {} entries", progress.entries));
        bar.set_position(progress.at.map(seconds).unwrap_or_default());
    });
    while let Some(page) = log.next_page().await? {
        for Logged { id, created_at, event, is_delivered, .. } in page {
            simulation.take(Happened { entry: id, at: created_at, event, is_delivered })?;
        }
    }
    let unreadable = log.progress().unreadable;
    bar.finish_and_clear();
    Ok(unreadable)
}

/// Shown where stderr is a terminal.
fn style(count: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(&format!("{{msg}} {{wide_bar}} {count} {{eta}}"));
    style.unwrap_or_else(|_| ProgressStyle::default_bar())
}
