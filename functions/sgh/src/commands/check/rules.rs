//! Whether the rules of sgh.yaml fit the site's schema: asks what the check needs to know.

use std::collections::BTreeSet;
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use sgh_automations::check::{self, Ask, Checked, Follows, Report, Severity, SiteSchema};
use sgh_core::config::Config;
use sgh_core::limits::SITE_CONCURRENCY;
use sgh_site::rest::{EntityType, FieldSchema, RestSite};
use sgh_site::{Condition, Search, Site, SiteError};

use super::Finding;
use crate::output::plain;

/// Rounds of questions. Ours: each follows a link one further, and no rule follows as many.
const ROUNDS_MAX: usize = 20;

/// What came of the check.
#[derive(Default)]
pub struct Rules {
    /// What people are to see.
    pub findings: Vec<Finding>,
    /// Which automations what another one writes sets off.
    pub follows: Vec<Follows>,
}

/// Holds the rules against the site.
pub async fn rules(site: &RestSite, config: &Config, file: &Path) -> Rules {
    let mut schema = SiteSchema::default();
    let mut asked = 0;
    for _ in 0..ROUNDS_MAX {
        match check::check(config, &schema) {
            Checked::Done(report) => return told(report, config, file, asked),
            Checked::Asks(asks) => {
                let asks = together(asks);
                asked += asks.len();
                if let Err((ask, error)) = answer(site, asks, &mut schema).await {
                    return unknown(&format!("{} cannot be read: {error}", words(&ask)));
                }
            }
        }
    }
    unknown("they lead further through the site's links than this check follows")
}

/// Projects are asked for at once, whichever rules name them.
fn together(asks: BTreeSet<Ask>) -> Vec<Ask> {
    let mut projects = BTreeSet::new();
    let mut others = Vec::new();
    for ask in asks {
        match ask {
            Ask::Projects(ids) => projects.extend(ids),
            Ask::Types | Ask::Fields { .. } => others.push(ask),
        }
    }
    if !projects.is_empty() {
        others.push(Ask::Projects(projects));
    }
    others
}

enum Answer {
    Types(Vec<EntityType>),
    Projects(BTreeSet<u64>),
    Fields(std::collections::BTreeMap<String, FieldSchema>),
}

async fn answer(
    site: &RestSite,
    asks: Vec<Ask>,
    schema: &mut SiteSchema,
) -> Result<(), (Ask, SiteError)> {
    let calls = asks.into_iter().map(|ask| async {
        match answered(site, &ask).await {
            Ok(answer) => Ok((ask, answer)),
            Err(error) => Err((ask, error)),
        }
    });
    let answers: Vec<(Ask, Answer)> =
        stream::iter(calls).buffer_unordered(SITE_CONCURRENCY).try_collect().await?;
    for answer in answers {
        match answer {
            (_, Answer::Types(types)) => schema.learn_types(types),
            (Ask::Projects(asked), Answer::Projects(found)) => {
                schema.learn_projects(&asked, &found);
            }
            (Ask::Fields { kind, project }, Answer::Fields(fields)) => {
                schema.learn_fields(&kind, project, fields);
            }
            (_, Answer::Projects(_) | Answer::Fields(_)) => {}
        }
    }
    Ok(())
}

async fn answered(site: &RestSite, ask: &Ask) -> Result<Answer, SiteError> {
    match ask {
        Ask::Types => site.entity_types(None).await.map(Answer::Types),
        Ask::Fields { kind, project } => {
            site.entity_schema(kind, *project).await.map(Answer::Fields)
        }
        Ask::Projects(ids) => {
            let search = Search {
                kind: "Project".to_owned(),
                conditions: vec![Condition::new("id", "in", json!(ids))],
                fields: vec!["name".to_owned()],
                retired: false,
                sort: None,
            };
            let found = site.search(&search).await?;
            Ok(Answer::Projects(found.into_iter().map(|record| record.entity.id).collect()))
        }
    }
}

fn words(ask: &Ask) -> String {
    match ask {
        Ask::Types => "the site's entity types".to_owned(),
        Ask::Projects(_) => "the site's projects".to_owned(),
        Ask::Fields { kind, project: None } => format!("the fields of {kind}"),
        Ask::Fields { kind, project: Some(id) } => format!("the fields of {kind} in project {id}"),
    }
}

fn unknown(why: &str) -> Rules {
    let text = format!("{why}; they were not checked against the site");
    Rules { findings: vec![Finding::bad("rules", plain(&text))], follows: Vec::new() }
}

fn told(report: Report, config: &Config, file: &Path, asked: usize) -> Rules {
    let mut findings = Vec::new();
    for one in &report.findings {
        // The name tells the file: it stands in one of them.
        let rule = config.automations.iter().find(|rule| rule.name == one.automation);
        let file = rule.map_or(file, |rule| rule.file.as_path());
        let what = format!("{}:{}", file.display(), one.line);
        let text = plain(&format!("automation `{}`: {}; {}", one.automation, one.what, one.fix));
        findings.push(match one.severity {
            Severity::Error => Finding::bad(what, text),
            Severity::Warning => Finding::warning(what, text),
            Severity::Note => Finding::good(what, format!("worth knowing: {text}")),
        });
    }
    let count = |severity| report.findings.iter().filter(|one| one.severity == severity).count();
    if count(Severity::Error) == 0 {
        let but = match count(Severity::Warning) {
            0 => "",
            _ => ", but for the warnings above",
        };
        let text = format!("they fit the site's schema{but} ({asked} questions to the site)");
        let details = report.follows.iter().map(followed).collect();
        findings.push(Finding { details, ..Finding::good("rules", text) });
    }
    Rules { findings, follows: report.follows }
}

fn followed(follows: &Follows) -> String {
    format!("{} sets off {}", follows.after, follows.automations.join(", "))
}
