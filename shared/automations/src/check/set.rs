//! `do: set`: whose fields, and what they get.

use serde_json::Value;
use sgh_core::config::{Automation, Set, Target, Trigger, Worth};

use super::codes::{Of, conditions, editable, listed};
use super::desk::Desk;
use super::{paths, targets, worth};
use crate::values::{key, same};

pub(super) fn check(desk: &mut Desk<'_>, rule: &Automation, set: &Set, sources: &[String]) {
    conditions(desk, "if", &set.only_if, sources, Of::Each);
    overtaken(desk, rule, set);
    nothing_to_map(desk, rule, set);
    nothing_to_change(desk, set);
    let targets = targets::of(desk, set, sources);
    for (field, worth) in &set.fields {
        worth::of_source(desk, field, worth, sources);
    }
    let Some(targets) = targets else { return };
    let asked = targets.kinds.iter().filter(|kind| desk.fields("target", kind).is_some());
    if asked.count() < targets.kinds.len() {
        return;
    }
    if targets.all {
        conditions(desk, "where", &set.conditions, &targets.kinds, Of::One);
    }
    let kinds = targets::eligible(desk, set, &targets.kinds);
    let of = if set.target == Target::Itself { Of::Each } else { Of::Part };
    for (field, worth) in &set.fields {
        let place = format!("{}: {field}", worth::word(worth));
        let on = if targets.all {
            paths::having(desk, &place, &targets.kinds, field)
        } else {
            let known = targets.kinds.iter();
            known.filter_map(|kind| Some((kind.clone(), desk.peek(kind, field)?))).collect()
        };
        editable(desk, &place, field, &on);
        let on: Vec<_> = on.into_iter().filter(|(kind, _)| kinds.contains(kind)).collect();
        worth::of_target(desk, (&place, field), worth, (&on, of), sources);
    }
}

/// Whether all its events are changes of one field.
fn only_of(rule: &Automation, field: &str) -> bool {
    rule.on.iter().all(|trigger| match trigger {
        Trigger::Entity { field: Some(changed), .. } => changed == field,
        Trigger::Entity { field: None, .. } | Trigger::EventType(_) => false,
    })
}

/// `to` says what the field has become, and `if` that it has another value.
fn overtaken(desk: &mut Desk<'_>, rule: &Automation, set: &Set) {
    let Some(to) = &rule.to else { return };
    for (field, values) in set.only_if.iter().filter(|(field, _)| only_of(rule, field)) {
        if !to.iter().any(|to| values.iter().any(|value| same(to, value))) {
            desk.error(
                format!(
                    "it never runs: `to` asks for `{field}` {}, and `if` for {}",
                    listed(to),
                    listed(values)
                ),
                "let both name the same value, or take one out",
            );
        }
    }
}

/// `to` names values that `map` has no line for.
fn nothing_to_map(desk: &mut Desk<'_>, rule: &Automation, set: &Set) {
    let Some(to) = &rule.to else { return };
    for (field, worth) in set.fields.iter().filter(|(field, _)| only_of(rule, field)) {
        let Worth::Mapped(table) = worth else { continue };
        let mapped = |value: &Value| key(value).is_some_and(|key| table.contains_key(&key));
        if !to.is_empty() && !to.iter().any(mapped) {
            desk.error(
                format!(
                    "it never sets anything: `to` asks for {}, which `map: {field}` does not name",
                    listed(to)
                ),
                "take `to` out, for `map` alone says which values count",
            );
        }
    }
}

/// `where` lets only those through that have the values already.
fn nothing_to_change(desk: &mut Desk<'_>, set: &Set) {
    let has_already = |field: &String, worth: &Worth| match worth {
        Worth::Fixed(value) => set
            .conditions
            .get(field)
            .is_some_and(|values| values.iter().all(|known| same(known, value))),
        Worth::Now
        | Worth::Today(_)
        | Worth::Mapped(_)
        | Worth::Copied(_)
        | Worth::Source
        | Worth::Added(_)
        | Worth::Removed(_) => false,
    };
    if set.fields.iter().all(|(field, worth)| has_already(field, worth)) {
        desk.error(
            "it never changes anything: `where` asks for the values that `values` sets",
            "name in `where` what the target has before",
        );
    }
}
