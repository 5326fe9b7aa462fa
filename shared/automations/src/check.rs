//! Whether the rules of sgh.yaml fit the site: its entity types, fields, links and status codes,
//! and one another.
//!
//! Pure, as all decisions are: it is handed what is known of the site's schema and answers with
//! what it still has to know, or with what it found. Not here: the asking and the printing, which
//! are `sgh check`'s, and what the reading of the file says already.

mod chain;
mod codes;
mod desk;
mod fits;
mod hidden;
mod known;
mod near;
mod paths;
mod set;
mod sort;
mod statuses;
mod targets;
mod triggers;
mod worth;

use std::collections::BTreeSet;

use sgh_core::config::{Action, Automation, Config};

use desk::Desk;

pub use known::{Ask, SiteSchema};

/// How far a check has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Checked {
    /// These have to be asked of the site first. Never empty.
    Asks(BTreeSet<Ask>),
    /// All that was found.
    Done(Report),
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// In the order of the file.
    pub findings: Vec<Finding>,
    /// Which automations what another one writes sets off.
    pub follows: Vec<Follows>,
}

/// One automation, and those that its writes set off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follows {
    /// What writes.
    pub after: String,
    /// What follows.
    pub automations: Vec<String>,
}

/// Something about one automation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its name.
    pub automation: String,
    /// The line of sgh.yaml it starts at.
    pub line: u64,
    /// How bad it is.
    pub severity: Severity,
    /// What is so.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule, or a part of it, cannot work.
    Error,
    /// It works, but hardly as it is meant.
    Warning,
    /// It is as it may be meant, and somebody may want to know.
    Note,
}

/// Holds all automations against what is known of the site.
#[must_use]
pub fn check(config: &Config, schema: &SiteSchema) -> Checked {
    let named = named(config);
    let mut asks = BTreeSet::new();
    let mut findings = Vec::new();
    for automation in &config.automations {
        let mut desk = Desk::new(schema, &named, automation);
        rule(&mut desk, automation);
        hidden::check(&mut desk);
        let done = desk.done();
        asks.extend(done.asks);
        findings.extend(done.findings);
    }
    if !asks.is_empty() {
        return Checked::Asks(asks);
    }
    let chains = chain::check(&config.automations, schema);
    findings.extend(chains.findings);
    findings.sort_by_key(|finding| (finding.line, finding.severity));
    Checked::Done(Report { findings, follows: chains.follows })
}

fn rule(desk: &mut Desk<'_>, automation: &Automation) {
    let sources = triggers::check(desk, automation);
    match &automation.action {
        Action::MakeFolders(_) => {}
        Action::Set(rule) => set::check(desk, automation, rule, &sources),
        Action::OpenDownstream(rule) => statuses::open_downstream(desk, automation, rule),
        Action::RollUp(rule) => statuses::roll_up(desk, rule),
        Action::PushDown(rule) => statuses::push_down(desk, automation, rule, &sources),
        Action::Emit(rule) => told(desk, &rule.fields, &sources),
        Action::Run(rule) => told(desk, &rule.fields, &sources),
    }
}

/// What code outside is told of the changed entity.
fn told(desk: &mut Desk<'_>, fields: &[String], sources: &[String]) {
    for field in fields {
        paths::leaves(desk, &format!("fields: {field}"), sources, field);
    }
}

/// Entity types that the file names somewhere: of all that a link may lead to, these are meant.
fn named(config: &Config) -> BTreeSet<String> {
    use sgh_core::config::{Target, Trigger};
    let mut named = BTreeSet::new();
    for automation in &config.automations {
        for trigger in &automation.on {
            if let Trigger::Entity { entity_type, .. } = trigger {
                named.insert(entity_type.clone());
            }
        }
        match &automation.action {
            Action::Set(rule) => match &rule.target {
                Target::Itself => {}
                Target::Link(hops) => named.extend(hops.iter().filter_map(|hop| hop.kind.clone())),
                Target::Found(find) => _ = named.insert(find.kind.clone()),
            },
            Action::RollUp(rule) => {
                named.extend(rule.parents.iter().cloned());
                named.insert(rule.children.kind.clone());
            }
            Action::PushDown(rule) => _ = named.insert(rule.children.kind.clone()),
            Action::OpenDownstream(_)
            | Action::MakeFolders(_)
            | Action::Emit(_)
            | Action::Run(_) => {}
        }
    }
    named
}

#[cfg(test)]
mod tests;
