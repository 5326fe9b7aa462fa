//! Whether the site's hooks deliver what the automations want, and what a hook needs that would.

use std::collections::{BTreeMap, BTreeSet};

use sgh_core::config::{Automation, Config, Trigger};
use sgh_site::rest::{Hook, HookFilter};

use super::delivers::{is_for, is_sending, projects};
use super::needs::{Atom, filters};
use crate::finding::Finding;

/// Whether each automation's events are delivered by some hook.
pub fn compare(hooks: &[Hook], config: &Config) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
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
        let all = in_words(&lacking).into_iter().map(|filter| format!("for all of them: {filter}"));
        finding.details.extend(all);
    }
    findings
}

/// What is said of one automation's events, and which of them no hook delivers.
fn delivered<'a>(hooks: &[Hook], automation: &'a Automation) -> (Finding, Vec<&'a Trigger>) {
    let what = format!("hook for {}", automation.name);
    let mut missing = Vec::new();
    let mut never = Vec::new();
    let mut elsewhere = BTreeMap::new();
    let mut only = BTreeMap::new();
    for trigger in &automation.on {
        let atom = Atom::of(trigger);
        if !atom.is_offered() {
            never.push(trigger.to_string());
            continue;
        }
        let fits = |hook: &&Hook| is_sending(hook) && is_for(hook, &atom);
        let fitting: Vec<&Hook> = hooks.iter().filter(fits).collect();
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
        let text = format!("{}; `sgh hooks create` makes what is missing", said.join("; "));
        let details = in_words(&missing);
        return (Finding { details, ..Finding::bad(what, text) }, missing);
    }
    (partly(what, &only, &never), missing)
}

/// Nothing is missing that a hook could deliver.
fn partly(what: String, only: &BTreeMap<String, BTreeSet<u64>>, never: &[String]) -> Finding {
    if !never.is_empty() {
        let text = format!(
            "the site has no hooks for {}; only the sweep of the event log finds such events",
            never.join(", ")
        );
        return Finding::warning(what, text);
    }
    if only.is_empty() {
        return Finding::good(what, "delivers");
    }
    let said: Vec<String> = only
        .iter()
        .map(|(trigger, ids)| format!("{trigger} only of project {}", listed(ids)))
        .collect();
    let text = format!(
        "hooks deliver {}; name those projects in the automation, or take them off a hook",
        said.join(", ")
    );
    Finding::warning(what, text)
}

fn listed(ids: &BTreeSet<u64>) -> String {
    ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// The filters of hooks that deliver these, as the site's REST API takes them.
fn in_words(triggers: &[&Trigger]) -> Vec<String> {
    let atoms: Vec<Atom> = triggers.iter().map(|trigger| Atom::of(trigger)).collect();
    let line = |filter: HookFilter| {
        let (name, value) = filter.to_json();
        format!("\"{name}\": {value}")
    };
    filters(&atoms).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests;
