//! Whether the site's hooks deliver what the automations want, and what a hook needs that would.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sgh_core::config::{Automation, Config, Trigger};
use sgh_site::rest::Hook;

use super::Finding;

/// Whether each automation's events are delivered by some hook.
pub fn compare(hooks: &[Hook], config: &Config) -> Vec<Finding> {
    let mut findings: Vec<Finding> = hooks.iter().filter_map(in_trouble).collect();
    let mut lacking: Vec<&Trigger> = Vec::new();
    let mut last = None;
    for automation in &config.automations {
        let (finding, missing) = delivered(hooks, automation);
        if !missing.is_empty() {
            last = Some((findings.len(), last.map_or(1, |(_, count)| count + 1)));
            lacking.extend(missing);
        }
        findings.push(finding);
    }
    if let Some((place, 2..)) = last
        && let Some(finding) = findings.get_mut(place)
    {
        let all = filters(&lacking).into_iter().map(|filter| format!("for all of them: {filter}"));
        finding.details.extend(all);
    }
    findings
}

/// What is said of one automation's events, and which of them no hook delivers.
fn delivered<'a>(hooks: &[Hook], automation: &'a Automation) -> (Finding, Vec<&'a Trigger>) {
    let what = format!("hook for {}", automation.name);
    let mut missing = Vec::new();
    let mut elsewhere = BTreeMap::new();
    let mut only = BTreeMap::new();
    for trigger in &automation.on {
        let fitting: Vec<&Hook> = hooks.iter().filter(|hook| delivers(hook, trigger)).collect();
        let everywhere = fitting.iter().any(|hook| projects(hook).is_empty());
        let within: BTreeSet<u64> = fitting.iter().flat_map(|hook| projects(hook)).collect();
        match &automation.projects {
            _ if fitting.is_empty() => missing.push(trigger),
            _ if everywhere => {}
            None => _ = only.insert(trigger.to_string(), within),
            Some(wanted) => {
                let not: BTreeSet<u64> = wanted.difference(&within).copied().collect();
                if !not.is_empty() {
                    elsewhere.insert(trigger.to_string(), not);
                }
            }
        }
    }
    let mut said = Vec::new();
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
        said.push(format!("no active hook delivers {}", names.join(", ")));
    }
    said.extend(elsewhere.iter().map(|(trigger, ids)| {
        format!("no active hook delivers {trigger} of project {}", listed(ids))
    }));
    if !said.is_empty() {
        let text = format!("{}; add it to a hook on the site", said.join("; "));
        let details = filters(&missing);
        return (Finding { details, ..Finding::bad(what, text) }, missing);
    }
    if only.is_empty() {
        return (Finding::good(what, "delivers"), missing);
    }
    let said: Vec<String> = only
        .iter()
        .map(|(trigger, ids)| format!("{trigger} only of project {}", listed(ids)))
        .collect();
    let text = format!(
        "hooks deliver {}; name those projects in the automation, or take them off a hook",
        said.join(", ")
    );
    (Finding::warning(what, text), missing)
}

fn listed(ids: &BTreeSet<u64>) -> String {
    ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// The projects that a hook is limited to; none for the whole site.
fn projects(hook: &Hook) -> Vec<u64> {
    let projects = hook.fields.get("projects").and_then(Value::as_array);
    let id = |project: &Value| project.as_u64().or_else(|| project.get("id")?.as_u64());
    projects.into_iter().flatten().filter_map(id).collect()
}

/// The filters of hooks that deliver these, as the site's REST API takes them: one for all that
/// is about entities, and one for each other event type.
fn filters(triggers: &[&Trigger]) -> Vec<String> {
    let mut types: BTreeMap<&str, BTreeMap<&str, Option<BTreeSet<&str>>>> = BTreeMap::new();
    let mut filters = Vec::new();
    for trigger in triggers {
        match trigger {
            Trigger::EventType(event_type) => {
                let filter = format!("\"event_type\": {}", json!(event_type));
                if !filters.contains(&filter) {
                    filters.push(filter);
                }
            }
            Trigger::Entity { entity_type, operation, field } => {
                let operations = types.entry(entity_type).or_default();
                let fields = operations.entry(operation.word()).or_insert(Some(BTreeSet::new()));
                match (field, &mut *fields) {
                    (Some(field), Some(fields)) => _ = fields.insert(field),
                    // All fields: no list of some.
                    (None, _) => *fields = None,
                    (Some(_), None) => {}
                }
            }
        }
    }
    if !types.is_empty() {
        let fields = |(word, fields): (&str, Option<BTreeSet<&str>>)| {
            (word.to_owned(), json!(fields.unwrap_or_default()))
        };
        let types = types.into_iter().map(|(kind, operations)| {
            let operations: Map<String, Value> = operations.into_iter().map(fields).collect();
            (kind.to_owned(), Value::Object(operations))
        });
        let types: Map<String, Value> = types.collect();
        filters.insert(0, format!("\"entity_types\": {}", Value::Object(types)));
    }
    filters
}

fn in_trouble(hook: &Hook) -> Option<Finding> {
    let name = hook.text("name").or_else(|| hook.text("url")).unwrap_or(&hook.id);
    let what = format!("hook `{name}`");
    match hook.text("status") {
        Some("active") | None => {}
        Some("unstable") => {
            let text = "its status is `unstable`: some of its deliveries failed within a day; \
                        after 100 the site stops it";
            return Some(Finding::warning(what, text));
        }
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
    if !matches!(hook.text("status"), None | Some("active" | "unstable")) {
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
mod tests;
