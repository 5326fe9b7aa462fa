//! What the site says: whether our script may log in and makes events, whether the rules fit the
//! site, and whether hooks deliver what they want.

use std::path::Path;

use serde_json::{Value, json};
use sgh_automations::check::Follows;
use sgh_core::config::Config;
use sgh_core::secret::Secret;
use sgh_core::settings::SiteSettings;
use sgh_site::rest::{Hook, RestSite};
use sgh_site::{Condition, Search, Site};

use super::rules::Rules;
use super::{Finding, rules};
use crate::hooks::{Trouble, compare, name, troubles};
use crate::house;
use crate::output::plain;

/// Looks at the site; `config` is sgh.yaml, if it could be read, and where it stands.
pub async fn site(
    settings: SiteSettings<Secret>,
    config: Option<(&Config, &Path)>,
) -> anyhow::Result<Vec<Finding>> {
    let origin = settings.origin.to_string();
    let site = house::site(settings)?;
    if let Err(error) = site.info().await {
        let text = format!("{origin}: {error}; check SGH_SITE_URL; {}", unchecked(config));
        return Ok(vec![Finding::bad("site", text)]);
    }
    let mut findings = vec![Finding::good("site", origin)];
    let script = match site.own_user().await {
        Err(error) => {
            findings.push(Finding::bad("login", format!("{error}; {}", unchecked(config))));
            return Ok(findings);
        }
        Ok(None) => {
            findings.push(Finding::good("login", "accepted"));
            None
        }
        Ok(Some(user)) => {
            findings.push(Finding::good("login", user.to_string()));
            Some(user.id)
        }
    };
    let rules = match config {
        Some((config, file)) => rules::rules(&site, config, file).await,
        None => Rules::default(),
    };
    if let Some(script) = script {
        findings.push(events(&site, script, &rules.follows).await);
    }
    findings.extend(rules.findings);
    match (site.hooks().await, config) {
        (Err(error), _) => findings.push(Finding::bad("hooks", error.to_string())),
        (Ok(_), None) => {}
        (Ok(hooks), Some((config, _))) => {
            findings.extend(hooks.iter().flat_map(in_trouble));
            findings.extend(compare(&hooks, config));
        }
    }
    Ok(findings)
}

/// What keeps a hook from delivering. Any hook of the site is looked at, so it is a warning only.
fn in_trouble(hook: &Hook) -> Vec<Finding> {
    let what = format!("hook `{}`", plain(name(hook)));
    let told = |trouble: Trouble| {
        let text = format!("{}; `sgh hooks doctor` says more", trouble.text());
        Finding::warning(&*what, text)
    };
    troubles(hook).into_iter().map(told).collect()
}

/// What is not looked at where the site does not answer.
fn unchecked(config: Option<(&Config, &Path)>) -> &'static str {
    match config {
        Some(_) => "rules and hooks were not checked",
        None => "hooks were not checked",
    }
}

/// Without "Generate Events" what our script writes makes no event, so no chain goes on.
async fn events(site: &RestSite, script: u64, follows: &[Follows]) -> Finding {
    let field = "generate_event_log_entries";
    let search = Search {
        kind: "ApiUser".to_owned(),
        conditions: vec![Condition::new("id", "is", json!(script))],
        fields: vec![field.to_owned()],
        retired: false,
        sort: None,
    };
    let what = "script's events";
    match site.search(&search).await {
        Err(error) => Finding::warning(what, format!("cannot be read: {error}")),
        Ok(records) => match records.first().and_then(|record| record.fields.get(field)) {
            Some(Value::Bool(true)) => Finding::good(what, "generated"),
            Some(Value::Bool(false)) => Finding {
                details: follows.iter().map(never_follows).collect(),
                ..Finding::warning(
                    what,
                    "the script generates none, so no automation reacts to what another one \
                     wrote; turn \"Generate Events\" on in the script's settings if it should",
                )
            },
            Some(_) | None => Finding::warning(what, "the site does not say whether they are made"),
        },
    }
}

fn never_follows(follows: &Follows) -> String {
    format!("{} does not follow on {}", follows.automations.join(", "), follows.after)
}
