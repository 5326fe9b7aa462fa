//! `sgh check`: everything that has to be right before a delivery comes, each with its fix.

mod hooks;
mod local;
mod programs;
mod rules;
mod site;

use std::process::ExitCode;

use serde_json::json;
use sgh_settings::Environment;

use crate::output::Output;

/// What one check found.
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// How it is.
    pub state: State,
    /// What is in it, line by line, where people want to see that.
    pub details: Vec<String>,
}

/// How something is.
pub enum State {
    /// As it should be; the text says what was seen.
    Good(String),
    /// It works, but somebody should know.
    Warning(String),
    /// It does not work; the text says why, and the fix.
    Bad(String),
}

impl Finding {
    fn good(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self { what: what.into(), state: State::Good(text.into()), details: Vec::new() }
    }

    fn warning(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self { what: what.into(), state: State::Warning(text.into()), details: Vec::new() }
    }

    fn bad(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self { what: what.into(), state: State::Bad(text.into()), details: Vec::new() }
    }
}

pub async fn run(environment: &Environment, output: Output) -> anyhow::Result<ExitCode> {
    let settings = match sgh_settings::serve(environment, None).await {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems.all() {
                let text = format!("{}; {}", problem.what, problem.fix);
                print(&Finding::bad(problem.setting, text), output);
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    print(&Finding::good("settings", "complete"), output);
    print(&local::tokens(&settings.tokens), output);
    let mut bad = false;
    let mut tell = |finding: Finding| {
        bad |= matches!(finding.state, State::Bad(_));
        print(&finding, output);
    };
    tell(local::queue(&settings.worker.queue).await);
    tell(local::ledger(&settings.worker).await);
    let config = match crate::house::config(&settings.worker.config) {
        Ok(config) => {
            let text = format!("{} automation(s)", config.automations.len());
            tell(Finding::good(settings.worker.config.display().to_string(), text));
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

fn print(finding: &Finding, output: Output) {
    let (mark, word, text) = match &finding.state {
        State::Good(text) => ("ok  ", "ok", text),
        State::Warning(text) => ("warn", "warning", text),
        State::Bad(text) => ("FAIL", "failed", text),
    };
    let details: String = finding.details.iter().map(|line| format!("\n      {line}")).collect();
    output.print(format!("{mark}  {}: {text}{details}", finding.what), || {
        let bare = |line: &String| anstream::adapter::strip_str(line).to_string();
        let details: Vec<String> = finding.details.iter().map(bare).collect();
        json!({"check": finding.what, "state": word, "text": text, "details": details})
    });
}
