//! What the site says: whether our script may log in, makes events, and whether hooks deliver what
//! the automations want.

use serde_json::{Value, json};
use sgh_core::config::{Config, Trigger};
use sgh_core::secret::Secret;
use sgh_core::settings::SiteSettings;
use sgh_site::rest::{Hook, RestSite};
use sgh_site::{Condition, Search, Site};

use super::Finding;
use crate::house;

pub async fn site(
    settings: SiteSettings<Secret>,
    config: Option<&Config>,
) -> anyhow::Result<Vec<Finding>> {
    let origin = settings.origin.to_string();
    let site = house::site(settings)?;
    if let Err(error) = site.info().await {
        return Ok(vec![Finding::bad("site", format!("{origin}: {error}; check SGH_SITE_URL"))]);
    }
    let mut findings = vec![Finding::good("site", origin)];
    match site.own_user().await {
        Err(error) => {
            findings.push(Finding::bad("login", error.to_string()));
            return Ok(findings);
        }
        Ok(None) => findings.push(Finding::good("login", "accepted")),
        Ok(Some(user)) => {
            findings.push(Finding::good("login", user.to_string()));
            findings.push(events(&site, user.id).await);
        }
    }
    match (site.hooks().await, config) {
        (Err(error), _) => findings.push(Finding::bad("hooks", error.to_string())),
        (Ok(_), None) => {}
        (Ok(hooks), Some(config)) => findings.extend(compare(&hooks, config)),
    }
    Ok(findings)
}

/// Without "Generate Events" what our script writes makes no event, so no chain goes on.
async fn events(site: &RestSite, script: u64) -> Finding {
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
            Some(Value::Bool(false)) => Finding::warning(
                what,
                "the script generates none, so no automation reacts to what another one wrote; \
                 turn \"Generate Events\" on in the script's settings if it should",
            ),
            Some(_) | None => Finding::warning(what, "the site does not say whether they are made"),
        },
    }
}

/// Whether each automation's events are delivered by some hook.
fn compare(hooks: &[Hook], config: &Config) -> Vec<Finding> {
    let mut findings: Vec<Finding> = hooks.iter().filter_map(in_trouble).collect();
    for automation in &config.automations {
        let missing: Vec<String> = automation
            .on
            .iter()
            .filter(|trigger| !hooks.iter().any(|hook| delivers(hook, trigger)))
            .map(ToString::to_string)
            .collect();
        let what = format!("hook for {}", automation.name);
        findings.push(if missing.is_empty() {
            Finding::good(what, "delivers")
        } else {
            let text = format!(
                "no active hook delivers {}; add it to a hook on the site",
                missing.join(", ")
            );
            Finding::bad(what, text)
        });
    }
    findings
}

fn in_trouble(hook: &Hook) -> Option<Finding> {
    let name = hook.text("name").or_else(|| hook.text("url")).unwrap_or(&hook.id);
    let what = format!("hook `{name}`");
    match hook.text("status") {
        Some("active") | None => {}
        Some(status) => {
            let text = format!("its status is `{status}`; it delivers nothing until it is enabled");
            return Some(Finding::warning(what, text));
        }
    }
    let signed = hook.fields.get("is_token_set").and_then(Value::as_bool) != Some(false);
    (!signed).then(|| {
        Finding::warning(what, "it has no secret token, so what it sends is refused as unsigned")
    })
}

fn delivers(hook: &Hook, trigger: &Trigger) -> bool {
    if hook.text("status").is_some_and(|status| status != "active") {
        return false;
    }
    match trigger {
        Trigger::EventType(event_type) => hook.text("event_type") == Some(event_type),
        Trigger::Entity { entity_type, operation, field } => {
            let types = hook.fields.get("entity_types");
            let operation = types
                .and_then(|types| types.get(entity_type))
                .and_then(|operations| operations.get(operation.word()));
            match (operation.and_then(Value::as_array), field) {
                (None, _) => false,
                (Some(fields), Some(field)) => {
                    fields.is_empty() || fields.iter().any(|known| known == field)
                }
                (Some(fields), None) => fields.is_empty(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(fields: Value) -> Hook {
        let Value::Object(fields) = fields else { panic!("no object") };
        Hook { id: "1".into(), fields: fields.into_iter().collect() }
    }

    #[test]
    fn a_hook_delivers_what_its_filter_says() {
        let types = json!({"Shot": {"create": []}, "Task": {"update": ["sg_status_list"]}});
        let active = hook(json!({"status": "active", "entity_types": types}));
        let check = |text: &str, expect| {
            let trigger = Trigger::parse(text).expect(text);
            assert_eq!(delivers(&active, &trigger), expect, "{text}");
            let disabled = hook(json!({"status": "disabled", "entity_types": types}));
            assert!(!delivers(&disabled, &trigger));
        };
        check("Shot/create", true);
        check("Shot/delete", false);
        check("Task/update/sg_status_list", true);
        check("Task/update/entity", false);
        check("Task/update", false);
        check("Note/create", false);
        check("event:X", false);
    }
}
