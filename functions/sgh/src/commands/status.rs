//! `sgh status`: what the dashboard shows, at a terminal: what waits, what failed, what lags, and
//! whether somebody is needed. It only looks, and may run beside `sgh serve`.

mod ledger;
mod queue;
mod site;
mod span;
mod sweep;

use std::process::ExitCode;

use sgh_settings::Environment;

use crate::finding::Finding;
use crate::house;
use crate::output::Output;

pub async fn run(environment: &Environment, output: Output) -> anyhow::Result<ExitCode> {
    let settings = sgh_settings::worker(environment, None).await?;
    let config = house::config(&settings.config);
    let host = settings.site.origin.host().to_owned();
    let site = house::site(settings.site)?;
    let mut findings = queue::queue(&settings.queue).await;
    let (ledger, place) = ledger::ledger(&settings.ledger, &settings.queue, &host, &config).await;
    findings.extend(ledger);
    findings.extend(site::site(&site, &config, place).await);
    if let Err(error) = &config {
        findings.push(Finding::bad("sgh.yaml", format!("{error:#}")));
    }
    findings.iter().for_each(|finding| finding.print(output));
    let bad = findings.iter().filter(|finding| finding.is_bad()).count();
    if bad > 0 {
        output.tell(format!("\n{bad} of these need somebody"));
    }
    Ok(if bad > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
