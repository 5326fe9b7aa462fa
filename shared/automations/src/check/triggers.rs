//! `on`, `from` and `to`: whether there is what they name, and whether an event can ever fit.

use serde_json::Value;
use sgh_core::config::{Automation, Trigger};
use sgh_core::event::Operation;
use sgh_site::rest::FieldSchema;

use super::codes::listed;
use super::desk::Desk;
use super::fits::found;
use super::sort::Sort;
use crate::values::same;

/// Types that the site sends no deliveries about (webhooks.md section 5).
const SILENT: [&str; 3] = ["ApiUser", "EventLogEntry", "TaskDependency"];

/// Endings of the event types that are told by entity.
const BY_ENTITY: [(&str, Operation); 4] = [
    ("_New", Operation::Create),
    ("_Change", Operation::Update),
    ("_Retirement", Operation::Delete),
    ("_Revival", Operation::Revive),
];

/// Why no event of a trigger can fit, and what to do.
struct Dead {
    what: String,
    fix: &'static str,
}

/// The entity types that its events are about.
pub(super) fn check(desk: &mut Desk<'_>, rule: &Automation) -> Vec<String> {
    projects(desk);
    let mut sources: Vec<String> = Vec::new();
    let mut dead: Vec<Option<Dead>> = Vec::new();
    for trigger in &rule.on {
        let place = format!("on: {trigger}");
        match trigger {
            Trigger::EventType(event_type) => by_entity(desk, &place, event_type),
            Trigger::Entity { entity_type, operation, field } => {
                if !desk.has_kind(&place, entity_type) {
                    continue;
                }
                silent(desk, &place, entity_type);
                if !sources.contains(entity_type) {
                    sources.push(entity_type.clone());
                }
                let known = field.as_ref().map(|field| {
                    desk.field(&place, entity_type, field).map(|known| (field.as_str(), known))
                });
                dead.push(match known {
                    None => without_field(desk, &place, *operation),
                    Some(None) => None,
                    Some(Some((field, known))) => {
                        changed(desk, &place, (entity_type, field, known))
                    }
                });
            }
        }
    }
    let all = dead.len() == rule.on.len() && dead.iter().all(Option::is_some);
    for Dead { what, fix } in dead.into_iter().flatten() {
        if all {
            desk.error(format!("it never runs: {what}"), fix);
        } else {
            desk.warn(what, fix);
        }
    }
    never(desk, rule);
    values(desk, rule);
    sources
}

fn projects(desk: &mut Desk<'_>) {
    for id in desk.rule.projects.iter().flatten() {
        if desk.has_project(*id) == Some(false) {
            desk.warn(
                format!("`projects`: there is no project {id}, or the script may not see it"),
                "write the id of a project that is there; the address of its page holds it",
            );
        }
    }
    if desk.rule.projects.as_ref().is_some_and(|ids| ids.is_empty()) {
        desk.error("`projects` is empty: it never runs", "name a project, or take the key out");
    }
}

fn by_entity(desk: &mut Desk<'_>, place: &str, event_type: &str) {
    let kind = event_type.strip_prefix("Shotgun_");
    let ending = BY_ENTITY.iter().find_map(|(ending, operation)| {
        kind.and_then(|kind| kind.strip_suffix(ending)).map(|kind| (kind, operation.word()))
    });
    if let Some((kind, word)) = ending {
        desk.warn(
            format!("`{place}`: hooks deliver these events by entity and not by event type"),
            format!("write `{kind}/{word}`"),
        );
    }
}

fn silent(desk: &mut Desk<'_>, place: &str, kind: &str) {
    if SILENT.contains(&kind) || kind.ends_with("Connection") {
        desk.error(
            format!("`{place}`: the site sends no deliveries about {kind}, so it never runs"),
            "wait for a change of what it connects",
        );
    }
}

/// A trigger without a field: whether `from` and `to` let anything through.
fn without_field(desk: &mut Desk<'_>, place: &str, operation: Operation) -> Option<Dead> {
    let keys = match (&desk.rule.from, &desk.rule.to) {
        (None, None) => return None,
        (Some(_), Some(_)) => "`from` and `to` ask",
        (Some(_), None) => "`from` asks",
        (None, Some(_)) => "`to` asks",
    };
    if operation == Operation::Update {
        desk.warn(
            format!("`{place}`: {keys} whatever field has changed for its value"),
            format!("name the field: `{}/sg_status_list`", place.trim_start_matches("on: ")),
        );
        return None;
    }
    Some(Dead {
        what: format!("`{place}` is no change of a value, and {keys} for one"),
        fix: "take it into an automation without that key; `if` asks how the entity is",
    })
}

/// A trigger with a field: whether a change of it is told, and has a value.
fn changed(
    desk: &mut Desk<'_>,
    place: &str,
    (kind, field, known): (&str, &str, &FieldSchema),
) -> Option<Dead> {
    let values = [("from", &desk.rule.from), ("to", &desk.rule.to)];
    if let Sort::Computed = Sort::of(known) {
        return Some(Dead {
            what: format!("`{place}`: the site computes `{field}` and tells no change of it"),
            fix: "wait for a change of what it is computed from",
        });
    }
    if let (Sort::Links(_), true) = (Sort::of(known), values.iter().any(|(_, v)| v.is_some())) {
        return Some(Dead {
            what: format!(
                "`{place}`: a change of many links has no value that `from` or `to` could ask for"
            ),
            fix: "take the key out; `if` asks how the entity is",
        });
    }
    if let Sort::Codes(_) = Sort::of(known) {
        for (key, values) in values {
            let fits = values.iter().flatten().filter(|value| found(value, known).is_ok());
            for code in fits.filter_map(Value::as_str) {
                desk.uses(key, kind, field, code);
            }
        }
    }
    None
}

/// Says of each value of `from` and `to` that none of the changed fields can have it.
fn values(desk: &mut Desk<'_>, rule: &Automation) {
    let fields: Vec<(String, &FieldSchema)> = rule
        .on
        .iter()
        .filter_map(|trigger| match trigger {
            Trigger::Entity { entity_type, field: Some(field), .. } => {
                let known = desk.peek(entity_type, field)?;
                Some((format!("{entity_type}.{field}"), known))
            }
            Trigger::Entity { field: None, .. } | Trigger::EventType(_) => None,
        })
        .filter(|(_, known)| !matches!(Sort::of(known), Sort::Links(_) | Sort::Computed))
        .collect();
    let all = rule.on.iter().all(|on| matches!(on, Trigger::Entity { field: Some(_), .. }));
    for (key, values) in [("from", &rule.from), ("to", &rule.to)] {
        for value in values.iter().flatten() {
            let wrong: Option<Vec<_>> =
                fields.iter().map(|(_, known)| found(value, known).err()).collect();
            let first = wrong.and_then(|wrong| wrong.into_iter().next());
            if let (Some(misfit), Some((name, _)), true) = (first, fields.first(), all) {
                desk.error(format!("`{key}`: {name}: {}", misfit.why), misfit.fix);
            }
        }
    }
}

/// Says that no event can ever fit.
fn never(desk: &mut Desk<'_>, rule: &Automation) {
    for (key, values) in [("from", &rule.from), ("to", &rule.to)] {
        if values.as_ref().is_some_and(Vec::is_empty) {
            desk.error(format!("`{key}` is empty: it never runs"), "name a value, or take it out");
        }
    }
    if let (Some(from), Some(to)) = (&rule.from, &rule.to)
        && !from.is_empty()
        && !to.is_empty()
        && !from.iter().any(|from| to.iter().any(|to| !same(from, to)))
    {
        desk.error(
            format!("it never runs: no change is from {} to the same", listed(from)),
            "name another value in `from` or in `to`",
        );
    }
}
