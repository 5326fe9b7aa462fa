//! What was found of the automations together, as people read it.

use std::collections::BTreeMap;

use serde_json::Value;
use sgh_core::config::Automation;
use sgh_core::limits::CHAIN_DEPTH_MAX;

use super::state::Place;
use super::walk::{Found, Step};
use crate::check::{Finding, Follows, Severity};
use crate::values::shown;

/// All of it, as findings.
pub(super) fn findings(automations: &[Automation], found: &Found) -> Vec<Finding> {
    let teller = Teller(automations);
    let mut findings = Vec::new();
    findings.extend(found.rings.values().map(|ring| teller.ring(ring)));
    for (numbers, (value, steps)) in &found.taken_back {
        if !found.rings.contains_key(numbers) {
            findings.extend(teller.taken_back(value, steps));
        }
    }
    for ((one, other), (step, before)) in &found.at_odds {
        findings.push(teller.at_odds((*one, *other), step, before));
    }
    let in_a_ring = |a: usize, b: usize| {
        found.rings.keys().any(|numbers| numbers.contains(&a) && numbers.contains(&b))
    };
    for ((one, other), (step, before)) in &found.set_on {
        if !in_a_ring(*one, *other) {
            findings.push(teller.set_on((*one, *other), step, before));
        }
    }
    findings.extend(found.long.first().map(|chain| teller.long(chain)));
    findings
}

/// Knows the automations by their place in sgh.yaml.
struct Teller<'a>(&'a [Automation]);

impl Teller<'_> {
    fn finding(&self, number: usize, severity: Severity, what: String, fix: &str) -> Finding {
        let line = self.0.get(number).map_or(0, |automation| automation.line);
        let automation = self.name(number).to_owned();
        Finding { automation, line, severity, what, fix: fix.to_owned() }
    }

    fn name(&self, number: usize) -> &str {
        self.0.get(number).map_or("", |automation| automation.name.as_str())
    }

    fn way(&self, steps: &[Step]) -> String {
        let set = |step: &Step| {
            let (place, value) = (called(&step.place), of(&step.value));
            format!("`{}` sets {place} to {value}", self.name(step.automation))
        };
        steps.iter().map(set).collect::<Vec<_>>().join(", ")
    }

    fn ring(&self, ring: &[Step]) -> Finding {
        let ring = turned(ring);
        let first = ring.first().map_or(0, |step| step.automation);
        let fix = if ring.iter().all(|step| step.automation == first) {
            "it sets itself off: let `on` name a field that it does not set, or `to` a value that \
             it does not end at"
        } else {
            "let their values agree, or keep one from answering the other with `from`, `to`, `if` \
             or `where`"
        };
        let what = format!("it never comes to rest: {}, and so on", self.way(&ring));
        self.finding(first, Severity::Error, what, fix)
    }

    fn taken_back(&self, value: &Value, steps: &[Step]) -> Option<Finding> {
        let place = called(&steps.last()?.place);
        let what = format!(
            "{place} does not stay at {} when somebody sets it: {}",
            of(value),
            self.way(steps)
        );
        let fix = "let their values agree, or keep one from answering the other";
        Some(self.finding(steps.first()?.automation, Severity::Warning, what, fix))
    }

    fn at_odds(&self, (one, other): (usize, usize), step: &Step, before: &Value) -> Finding {
        let (place, name) = (called(&step.place), self.name(other));
        let (mine, theirs) = (of(before), of(&step.value));
        let what = if before.is_object() {
            format!(
                "it and `{name}` answer the same event: one adds to {place} what the other takes out"
            )
        } else {
            format!(
                "it and `{name}` answer the same event: it sets {place} to {mine}, the other to \
                 {theirs}, and the later one in the file counts"
            )
        };
        let fix = "let one of them be for fewer events, with `to`, `if` or `where`";
        self.finding(one, Severity::Warning, what, fix)
    }

    fn set_on(&self, (one, other): (usize, usize), step: &Step, before: &Value) -> Finding {
        let (place, name) = (called(&step.place), self.name(other));
        let (mine, theirs) = (of(before), of(&step.value));
        let what = format!("where it sets {place} to {mine}, `{name}` sets it on to {theirs}");
        self.finding(one, Severity::Note, what, "nothing has to be done, if that is meant")
    }

    fn long(&self, chain: &[Step]) -> Finding {
        let what = format!(
            "more than {CHAIN_DEPTH_MAX} writes may follow from one change: {}",
            self.way(chain)
        );
        let first = chain.first().map_or(0, |step| step.automation);
        let fix = "what comes after them is not made; let fewer automations do it";
        self.finding(first, Severity::Warning, what, fix)
    }
}

/// Which automations each one sets off.
pub(super) fn follows(automations: &[Automation], found: &Found) -> Vec<Follows> {
    let mut after: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (one, other) in &found.follows {
        let name = automations.get(*other).map(|automation| automation.name.clone());
        after.entry(*one).or_default().extend(name);
    }
    let named = |(one, names): (usize, Vec<String>)| {
        let after = automations.get(one)?.name.clone();
        Some(Follows { after, automations: names })
    };
    after.into_iter().filter_map(named).collect()
}

/// A ring from its first automation in the file on.
fn turned(ring: &[Step]) -> Vec<Step> {
    let first = ring.iter().enumerate().min_by_key(|(_, step)| step.automation);
    let at = first.map_or(0, |(at, _)| at);
    ring[at..].iter().chain(&ring[..at]).cloned().collect()
}

fn called((role, field): &Place) -> String {
    let other = if role.other { "another " } else { "" };
    format!("{other}{}.{field}", role.kind)
}

/// A value; one that was made up stands for any.
fn of(value: &Value) -> String {
    let word = |key: &str| value.get(key).is_some();
    if word("moment") {
        "the present time".to_owned()
    } else if word("day") {
        "today".to_owned()
    } else if word("link") {
        "a link".to_owned()
    } else if value.is_object() {
        "a value".to_owned()
    } else {
        shown(value)
    }
}
