//! The events to follow: one for each trigger and each value that its field can have.

use serde_json::{Value, json};
use sgh_core::config::{Automation, Trigger};
use sgh_core::event::Operation;

use super::state::{Role, State};
use super::walk::{Happened, Start, What};
use crate::check::known::SiteSchema;
use crate::check::sort::Sort;
use crate::status::STATUS;

/// A field that no rule names, for triggers that want any.
const ANY_FIELD: &str = "another field";

pub(super) fn of(automations: &[Automation], schema: &SiteSchema) -> Vec<Start> {
    let mut triggers: Vec<&Trigger> = Vec::new();
    for trigger in automations.iter().flat_map(|automation| &automation.on) {
        if !triggers.contains(&trigger) {
            triggers.push(trigger);
        }
    }
    triggers.into_iter().flat_map(|trigger| of_trigger(automations, trigger, schema)).collect()
}

fn of_trigger(automations: &[Automation], trigger: &Trigger, schema: &SiteSchema) -> Vec<Start> {
    let Trigger::Entity { entity_type, operation, field } = trigger else { return Vec::new() };
    let role = Role::one(entity_type);
    let start = |what: What, known: Option<(&str, &Value)>| {
        let mut state = State::default();
        if let Some((field, value)) = known {
            state.set((role.clone(), field.to_owned()), value.clone());
        }
        Start { happened: Happened { role: role.clone(), what, chain: Vec::new() }, state }
    };
    if *operation != Operation::Update {
        // With any status: it may have been set at the creation.
        let statuses = values(schema, entity_type, STATUS);
        let what = What::Operation(*operation);
        let with = |status: &Value| start(what.clone(), Some((STATUS, status)));
        let mut starts: Vec<Start> = statuses.iter().map(with).collect();
        if starts.is_empty() {
            starts.push(start(what, None));
        }
        return starts;
    }
    let field = field.as_deref().unwrap_or(ANY_FIELD);
    let mut to = values(schema, entity_type, field);
    let named = automations.iter().flat_map(|automation| automation.to.iter().flatten());
    if to.is_empty() {
        to.extend(named.cloned());
        to.push(json!({ "value": 0 }));
    }
    let changed = |to: &Value| {
        let what = What::Changed { field: field.to_owned(), from: None, to: to.clone() };
        start(what, Some((field, to)))
    };
    to.iter().map(changed).collect()
}

/// The values that a field can have, where they can be told.
fn values(schema: &SiteSchema, kind: &str, field: &str) -> Vec<Value> {
    match schema.field(kind, field).map(Sort::of) {
        Some(Sort::Codes(codes)) => codes.iter().map(|code| json!(code)).collect(),
        Some(Sort::Checkbox) => vec![json!(true), json!(false)],
        Some(
            Sort::Text
            | Sort::Number
            | Sort::Date
            | Sort::Moment
            | Sort::Link(_)
            | Sort::Links(_)
            | Sort::Computed
            | Sort::Other,
        )
        | None => Vec::new(),
    }
}
