//! `sgh explain`: what would happen to a sample, and why not more.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use async_trait::async_trait;
use serde_json::{Value, json};
use sgh_core::event::Event;
use sgh_core::event_log::{EVENT_LOG_ENTRY, EventLogEntry, FIELDS};
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_core::settings::Lookup;
use sgh_engine::{Explained, Explanation, Rules};
use sgh_settings::Environment;
use sgh_site::{Change, Condition, NewRecord, Record, Search, Site, SiteError};

use crate::cli::Explain;
use crate::house::{self, clock};
use crate::output::Output;
use crate::samples;

/// Where sgh.yaml is looked for when nothing says where it is.
const CONFIG_HERE: &str = "sgh.yaml";

pub async fn run(
    options: &Explain,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let rules = rules(options, environment).await?;
    match (options.event, &options.file) {
        (Some(id), _) => of_the_log(&rules, id, output).await,
        (None, Some(file)) => of_sample(&rules, file, output).await,
        (None, None) => bail!("name a sample, or an entry of the event log with --event"),
    }
}

async fn of_sample(rules: &Rules, file: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let mut readable = true;
    for body in samples::bodies(file, clock().now())? {
        for bytes in samples::events(&body) {
            match Event::read(&bytes) {
                Ok(event) => print(&event, &rules.explain(&event).await, output),
                Err(why) => {
                    readable = false;
                    let why = why.to_string();
                    output.print(format!("unreadable: {why}"), || json!({"unreadable": why}));
                }
            }
        }
    }
    Ok(if readable { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn of_the_log(rules: &Rules, id: u64, output: Output) -> anyhow::Result<ExitCode> {
    let entry = entry(&*rules.site, id).await?;
    if !entry.is_delivered() {
        output.tell("the site tells no hook of such an event, so nothing runs for it:");
    }
    let event = entry.event()?;
    print(&event, &rules.explain(&event).await, output);
    Ok(ExitCode::SUCCESS)
}

/// An entry of the site's event log.
async fn entry(site: &dyn Site, id: u64) -> anyhow::Result<EventLogEntry> {
    let search = Search {
        kind: EVENT_LOG_ENTRY.to_owned(),
        conditions: vec![Condition::new("id", "is", json!(id))],
        fields: FIELDS.map(str::to_owned).to_vec(),
        retired: false,
        sort: None,
    };
    let found = site.search(&search).await?.into_iter().next();
    let record = found.with_context(|| {
        format!("the event log has no entry {id}, or the script may not see it")
    })?;
    Ok(EventLogEntry::from_fields(id, record.fields))
}

/// Without a site the filters of the automations are explained all the same.
async fn rules(options: &Explain, environment: &Environment) -> anyhow::Result<Rules> {
    let named =
        options.config.clone().or_else(|| environment.text("SGH_CONFIG").map(PathBuf::from));
    let config = house::config(&named.unwrap_or_else(|| PathBuf::from(CONFIG_HERE)))?;
    let site: Arc<dyn Site> = if environment.text("SGH_SITE_URL").is_some() {
        Arc::new(house::site(sgh_settings::site(environment, None).await?)?)
    } else {
        Arc::new(NoSite)
    };
    Ok(Rules { folders: house::folders(&config)?, config: Arc::new(config), site })
}

fn print(event: &Event, explained: &[Explained], output: Output) {
    let entity = event.entity.as_ref().map(ToString::to_string).unwrap_or_default();
    let head = format!("{} {entity}", event.event_type);
    let lines = explained.iter().map(|one| {
        let (mark, word, text) = words(&one.explanation);
        let dry = if one.dry_run { " (dry run)" } else { "" };
        format!("\n  {mark} {}{dry}: {word}{text}", one.automation)
    });
    let nothing = if explained.is_empty() { "\n  sgh.yaml has no automations" } else { "" };
    let text: String = std::iter::once(head).chain(lines).collect();
    output.print(format!("{text}{nothing}"), || {
        json!({
            "event_type": event.event_type,
            "entity": event.entity,
            "automations": explained.iter().map(as_json).collect::<Vec<Value>>(),
        })
    });
}

fn words(explanation: &Explanation) -> (char, &'static str, &str) {
    match explanation {
        Explanation::Would(text) => ('+', "would do: ", text),
        Explanation::WouldSkip(text) => ('-', "would skip: ", text),
        Explanation::WouldFail(text) => ('!', "would fail: ", text),
        Explanation::NotWanted(text) => (' ', "does not run: ", text),
    }
}

fn as_json(one: &Explained) -> Value {
    let (word, text) = match &one.explanation {
        Explanation::Would(text) => ("done", text),
        Explanation::WouldSkip(text) => ("skipped", text),
        Explanation::WouldFail(text) => ("failed", text),
        Explanation::NotWanted(text) => ("not_wanted", text),
    };
    json!({"automation": one.automation, "dry_run": one.dry_run, "would": word, "why": text})
}

/// Stands where no site is configured: whatever needs it says so.
struct NoSite;

fn not_configured() -> SiteError {
    let reason = "SGH_SITE_URL is not set, so nothing can be read".to_owned();
    SiteError::Unavailable { reason, after: None }
}

#[async_trait]
impl Site for NoSite {
    async fn search(&self, _: &Search) -> Result<Vec<Record>, SiteError> {
        Err(not_configured())
    }

    async fn write(&self, _: &[Change]) -> Result<(), SiteError> {
        Err(not_configured())
    }

    async fn create(&self, _: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        Err(not_configured())
    }

    async fn valid_values(
        &self,
        _: &str,
        _: &str,
        _: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        Err(not_configured())
    }

    async fn acknowledge(&self, _: DeliveryId, _: &str) -> Result<(), SiteError> {
        Err(not_configured())
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        Err(not_configured())
    }
}
