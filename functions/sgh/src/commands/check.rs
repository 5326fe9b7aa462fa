//! `sgh check`: everything that has to be right before a delivery comes, each with its fix.

mod local;
mod programs;
mod rules;
mod site;

use std::process::ExitCode;

use sgh_settings::Environment;

use crate::finding::Finding;
use crate::output::Output;

pub async fn run(environment: &Environment, output: Output) -> anyhow::Result<ExitCode> {
    let settings = match sgh_settings::serve(environment, None).await {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems.all() {
                let text = format!("{}; {}", problem.what, problem.fix);
                Finding::bad(problem.setting, text).print(output);
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    Finding::good("settings", "complete").print(output);
    local::tokens(&settings.tokens).print(output);
    let mut bad = false;
    let mut tell = |finding: Finding| {
        bad |= finding.is_bad();
        finding.print(output);
    };
    tell(local::queue(&settings.worker.queue).await);
    tell(local::ledger(&settings.worker).await);
    let config = match crate::house::config(&settings.worker.config) {
        Ok(config) => {
            for (file, names) in super::config::by_file(&config, &settings.worker.config) {
                let text = format!("{} automation(s)", names.len());
                tell(Finding::good(file.display().to_string(), text));
            }
            local::folders(&config).into_iter().for_each(&mut tell);
            programs::programs(&config, environment).into_iter().for_each(&mut tell);
            Some(config)
        }
        Err(error) => {
            tell(Finding::bad("sgh.yaml", format!("{error:#}")));
            None
        }
    };
    let file = settings.worker.config;
    let config = config.as_ref().map(|config| (config, file.as_path()));
    site::site(settings.worker.site, config).await?.into_iter().for_each(&mut tell);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
