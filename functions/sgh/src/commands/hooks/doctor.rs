//! `sgh hooks doctor`: what is wrong with our hooks, and what mends it.

use std::process::ExitCode;

use sgh_settings::Environment;

use super::{config, fared, site};
use crate::cli::HooksDoctor;
use crate::finding::Finding;
use crate::hooks::{judge, needs, ours, receiver};
use crate::house::clock;
use crate::output::Output;

/// Pages of deliveries of one hook. Ours: 20 000 deliveries a day.
const PAGES_MAX: usize = 40;

pub async fn run(
    options: &HooksDoctor,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let url = options.url.as_deref().map(receiver).transpose().map_err(super::bad_url)?;
    let config = config(options.config.as_deref(), environment)?;
    let site = site(environment).await?;
    let all = site.hooks().await?;
    let found = ours(&all, url.as_deref(), &needs(&config));
    let text =
        format!("{} of the site's {}: {}", found.hooks.len(), all.len(), found.told.because());
    Finding::good("our hooks", text).print(output);
    let now = clock().now();
    let judged = fared(&site, found.hooks, PAGES_MAX, now).await;
    let findings = judge(&judged, &config, now);
    findings.iter().for_each(|finding| finding.print(output));
    let is_bad = findings.iter().any(Finding::is_bad);
    Ok(if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
