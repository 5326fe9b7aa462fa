//! `sgh hooks`: the site's hooks, and keeping ours alive.

mod create;
mod doctor;
mod list;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use sgh_core::config::Config;
use sgh_core::limits::SITE_CONCURRENCY;
use sgh_core::settings::Lookup;
use sgh_settings::Environment;
use sgh_site::SiteError;
use sgh_site::rest::{Hook, HookDeliveries, RestSite};

use crate::cli::Hooks;
use crate::hooks::{DAY, Fares, Judged};
use crate::house;
use crate::output::{Output, plain};

/// Where sgh.yaml is looked for when nothing says where it is.
const CONFIG_HERE: &str = "sgh.yaml";
/// Deliveries in one page. The site's default.
const PAGE_SIZE: usize = 500;

pub async fn run(
    command: &Hooks,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    match command {
        Hooks::List => list::run(&site(environment).await?, output).await,
        Hooks::Create(options) => create::run(options, environment, output).await,
        Hooks::Test(options) => test::run(options, environment, output).await,
        Hooks::Doctor(options) => doctor::run(options, environment, output).await,
    }
}

async fn site(environment: &Environment) -> anyhow::Result<RestSite> {
    house::site(sgh_settings::site(environment, None).await?)
}

fn config(named: Option<&Path>, environment: &Environment) -> anyhow::Result<Config> {
    let set = environment.text("SGH_CONFIG").filter(|text| !text.is_empty()).map(PathBuf::from);
    let file = named.map(Path::to_owned).or(set).unwrap_or_else(|| PathBuf::from(CONFIG_HERE));
    house::config(&file)
}

/// What is wrong with an address that somebody typed.
fn bad_url(why: String) -> anyhow::Error {
    anyhow::anyhow!("--url: {why}")
}

/// How each hook fared within the last day; of at most so many pages of its deliveries.
async fn fared(site: &RestSite, hooks: Vec<Hook>, pages_max: usize, now: Timestamp) -> Vec<Judged> {
    let bar = bar(hooks.len(), "reading deliveries");
    let calls = hooks.into_iter().map(|hook| async {
        let found = deliveries(site, &hook, pages_max, now).await;
        bar.inc(1);
        let fares = found.map(|found| Fares::of(&found, now));
        Judged { hook, fares: fares.map_err(|error| plain(&error.to_string())) }
    });
    let judged = stream::iter(calls).buffered(SITE_CONCURRENCY).collect().await;
    bar.finish_and_clear();
    judged
}

/// The deliveries of the last day; where there are none, what else the site still has.
async fn deliveries(
    site: &RestSite,
    hook: &Hook,
    pages_max: usize,
    now: Timestamp,
) -> Result<HookDeliveries, SiteError> {
    let of_day = site.deliveries(&hook.id, Some(now - DAY), (pages_max, PAGE_SIZE)).await?;
    if !of_day.rows.is_empty() {
        return Ok(of_day);
    }
    let older = site.deliveries(&hook.id, None, (1, PAGE_SIZE)).await?;
    Ok(HookDeliveries { is_cut: false, ..older })
}

/// Shown where stderr is a terminal.
fn bar(all: usize, message: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(all as u64).with_style(style).with_message(message)
}
