//! What is to be made or changed so that our hooks deliver what sgh.yaml needs, and what is only
//! told. A plan that was carried out leaves nothing for the next.

use std::collections::{BTreeMap, BTreeSet};

use sgh_core::secret::Secret;
use sgh_site::rest::{EntityTypes, Hook, HookFields, HookFilter};

use super::delivers::{filter, filter_words, is_for, projects};
use super::name;
use super::needs::{Atom, Need, filters};
use super::ours::MARK;
use super::trouble::{Trouble, troubles};

/// What hooks that we make are called.
const NAME: &str = "shotgrid-hooks";

/// One thing to do, or to tell.
#[derive(Debug, Clone)]
pub enum Step {
    /// Make a hook.
    Create {
        /// What it is made of.
        fields: Box<HookFields>,
    },
    /// Change a hook of ours.
    Update {
        /// Its id.
        id: String,
        /// What people call it.
        name: String,
        /// What changes.
        fields: Box<HookFields>,
        /// Why.
        why: String,
    },
    /// Nothing is done, and somebody has to know.
    Tell {
        /// What it is about: a hook, or an event.
        what: String,
        /// What is wrong, and what mends it.
        why: String,
        /// Whether something that sgh.yaml wants is not delivered because of it, and could be.
        is_needed: bool,
    },
}

/// What is to be done.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// In this order.
    pub steps: Vec<Step>,
}

/// How hooks are made.
#[derive(Debug, Clone)]
pub struct Making {
    /// Where they post to.
    pub url: String,
    /// What deliveries are signed with; `None` leaves them unsigned.
    pub token: Option<Secret>,
    /// Whether hooks that are there are changed too.
    pub update: bool,
}

/// What is to be done so that hooks of one address deliver this.
pub fn plan(hooks: &[Hook], needs: &[Need], making: &Making) -> Plan {
    let mut steps = Vec::new();
    let mut lacking: BTreeMap<BTreeSet<u64>, Vec<&Atom>> = BTreeMap::new();
    for need in needs {
        if !need.what.is_offered() {
            let why = "the site has no hooks for it; only the sweep of the event log finds it";
            let (what, why) = (need.what.to_string(), why.to_owned());
            steps.push(Step::Tell { what, why, is_needed: false });
            continue;
        }
        if let Some(projects) = left(hooks, need) {
            lacking.entry(projects).or_default().push(&need.what);
        }
    }
    let mut more: BTreeMap<&str, EntityTypes> = BTreeMap::new();
    let mut made = Vec::new();
    for (of_projects, atoms) in lacking {
        for wanted in filters(atoms) {
            let there = match &wanted {
                HookFilter::EntityTypes(types) => {
                    with_entities(hooks, &of_projects).zip(Some(types))
                }
                HookFilter::EventType(_) => None,
            };
            match there {
                Some((hook, types)) => _ = more.insert(&hook.id, types.clone()),
                None => made.push(create(making, wanted, of_projects.clone())),
            }
        }
    }
    for hook in hooks {
        steps.extend(mend(hook, more.remove(hook.id.as_str()), making));
    }
    steps.extend(made);
    Plan { steps }
}

/// The projects of which no hook is for this, whatever its status: one that is off is enabled
/// again and not made twice. `None` if nothing is left; an empty set is the whole site.
fn left(hooks: &[Hook], need: &Need) -> Option<BTreeSet<u64>> {
    let fitting = || hooks.iter().filter(|hook| is_for(hook, &need.what));
    if fitting().any(|hook| projects(hook).is_empty()) {
        return None;
    }
    let Some(wanted) = &need.projects else { return Some(BTreeSet::new()) };
    let within: BTreeSet<u64> = fitting().flat_map(projects).collect();
    let left: BTreeSet<u64> = wanted.difference(&within).copied().collect();
    (!left.is_empty()).then_some(left)
}

/// The first hook on entities of just these projects.
fn with_entities<'h>(hooks: &'h [Hook], of_projects: &BTreeSet<u64>) -> Option<&'h Hook> {
    let fits = |hook: &&Hook| {
        matches!(filter(hook), Some(HookFilter::EntityTypes(_))) && projects(hook) == *of_projects
    };
    hooks.iter().find(fits)
}

fn create(making: &Making, wanted: HookFilter, of_projects: BTreeSet<u64>) -> Step {
    let name = match &wanted {
        HookFilter::EntityTypes(_) => NAME.to_owned(),
        HookFilter::EventType(event_type) => format!("{NAME}: {event_type}"),
    };
    Step::Create {
        fields: Box::new(HookFields {
            url: Some(making.url.clone()),
            name: Some(name),
            description: Some(format!("Made by `{MARK}` for what sgh.yaml wants.")),
            filter: Some(wanted),
            projects: (!of_projects.is_empty()).then_some(of_projects),
            token: making.token.clone(),
            batch_deliveries: Some(true),
            enabled: None,
        }),
    }
}

/// What a hook that is there lacks: done with `update`, else told.
fn mend(hook: &Hook, more: Option<EntityTypes>, making: &Making) -> Vec<Step> {
    let mut fields = HookFields::default();
    let (mut why, mut steps) = (Vec::new(), Vec::new());
    if let (Some(more), Some(HookFilter::EntityTypes(there))) = (more, filter(hook)) {
        let lacks = HookFilter::EntityTypes(more.clone());
        why.push(format!("it lacks {}", filter_words(&lacks)));
        fields.filter = Some(HookFilter::EntityTypes(joined(there, more)));
    }
    let what = format!("hook `{}`", name(hook));
    let tell = |why: String| Step::Tell { what: what.clone(), why, is_needed: true };
    for trouble in troubles(hook) {
        match &trouble {
            Trouble::Unsigned if making.token.is_some() => {
                fields.token.clone_from(&making.token);
                why.push("it has no secret token".to_owned());
            }
            Trouble::Failed => {
                fields.enabled = Some(true);
                why.push("the site stopped it after too many failures".to_owned());
            }
            // Who switched it off had a reason.
            Trouble::Off(_) => steps.push(tell(format!("{}; {}", trouble.text(), trouble.fix()))),
            Trouble::Unsigned | Trouble::Unstable => {}
        }
    }
    if making.update && hook.flag("batch_deliveries") == Some(false) {
        fields.batch_deliveries = Some(true);
        why.push("it sends every event by itself".to_owned());
    }
    if why.is_empty() {
        return steps;
    }
    let why = why.join("; ");
    if making.update {
        let (id, name) = (hook.id.clone(), name(hook).to_owned());
        steps.push(Step::Update { id, name, fields: Box::new(fields), why });
    } else {
        steps.push(tell(format!("{why}; run it again with --update")));
    }
    steps
}

/// Both filters in one. No field stands for all of them.
fn joined(mut there: EntityTypes, more: EntityTypes) -> EntityTypes {
    for (kind, operations) in more {
        let known = there.entry(kind).or_default();
        for (operation, fields) in operations {
            match known.get_mut(&operation) {
                Some(had) if had.is_empty() || fields.is_empty() => had.clear(),
                Some(had) => had.extend(fields),
                None => _ = known.insert(operation, fields),
            }
        }
    }
    there
}

#[cfg(test)]
mod tests;
