//! Whose status an event may change: the parent of the child it is about, and the former one; or
//! the parent itself.

use std::collections::BTreeSet;

use serde_json::Value;
use sgh_core::config::RollUp;
use sgh_core::event::{Event, EventKind, Operation};
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{Facts, Read};

use crate::names::{called, naming_fields};
use crate::present::entity;
use crate::stop::{Stop, skip};
use crate::values::links_of;

/// Parents to look at.
pub(super) struct Parents {
    /// They are of the right type.
    pub meant: BTreeSet<EntityRef>,
    /// Why others are not.
    pub left: Vec<String>,
}

pub(super) fn of(rule: &RollUp, event: &Event, facts: &Facts) -> Result<Parents, Stop> {
    let entity = entity(event)?;
    if entity.kind != rule.children.kind {
        return if rule.parents.contains(&entity.kind) {
            Ok(Parents { meant: BTreeSet::from([entity.clone()]), left: Vec::new() })
        } else {
            skip(format!("{entity} is neither a {} nor {}", rule.children.kind, kinds(rule)))
        };
    }
    let child = child(rule, event, entity, facts)?;
    let link = rule.children.link.as_str();
    let mut found: BTreeSet<EntityRef> =
        links_of(child.and_then(|child| child.fields.get(link))).collect();
    found.extend(former(event, link, facts)?);
    let name = child.map_or_else(|| entity.to_string(), called);
    if found.is_empty() {
        return match child {
            Some(_) => skip(format!("{name} has no {link}")),
            None => skip(format!("{name} is deleted or not visible")),
        };
    }
    let (meant, other): (BTreeSet<_>, BTreeSet<_>) =
        found.into_iter().partition(|parent| rule.parents.contains(&parent.kind));
    let why = |parent| format!("{name} is on {parent}; only {} counts", kinds(rule));
    Ok(Parents { meant, left: other.into_iter().map(why).collect() })
}

/// The child as it is now. One that was deleted is looked for among the retired, for its event
/// does not say where it was.
fn child<'a>(
    rule: &RollUp,
    event: &Event,
    entity: &EntityRef,
    facts: &'a Facts,
) -> Result<Option<&'a Record>, Stop> {
    let fields = naming_fields(&entity.kind).into_iter().chain([rule.children.link.as_str()]);
    let live = Read::of_ids(&entity.kind, [entity.id], fields);
    let deleted = matches!(event.kind, EventKind::Entity { operation: Operation::Delete, .. });
    if deleted {
        let retired = Read { retired: true, ..live.clone() };
        if let Some(child) = facts.gather(&retired)?.first() {
            return Ok(Some(child));
        }
    }
    Ok(facts.gather(&live)?.first().copied())
}

/// Where the child was before this event took it away.
fn former(event: &Event, link: &str, facts: &Facts) -> Result<Vec<EntityRef>, Stop> {
    if event.attribute.as_deref() != Some(link) {
        return Ok(Vec::new());
    }
    let of = |meta: &dyn Fn(&str) -> Option<Value>| -> Option<Vec<EntityRef>> {
        let before = meta("old_value").or_else(|| meta("removed"))?;
        Some(links_of(Some(&before)).collect())
    };
    if let Some(found) = of(&|key| event.meta.get(key).cloned()) {
        return Ok(found);
    }
    // An event whose values were left out for their size has them in the event log.
    let Some(entry) = event.entry else { return Ok(Vec::new()) };
    let rows = facts.gather(&Read::of_ids("EventLogEntry", [entry], ["meta"]))?;
    let meta = rows.first().and_then(|row| row.fields.get("meta"));
    Ok(meta.and_then(|meta| of(&|key| meta.get(key).cloned())).unwrap_or_default())
}

fn kinds(rule: &RollUp) -> String {
    rule.parents.join(" or ")
}
