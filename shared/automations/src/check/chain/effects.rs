//! What an automation writes when something has happened to an imagined entity.

use serde_json::{Value, json};
use sgh_core::config::{Action, Conditions, Links, OpenDownstream, PushDown, RollUp, Set, Worth};

use super::roles::{parents, targets};
use super::state::{Place, Role, State};
use super::walk::{Happened, What};
use crate::check::known::SiteSchema;
use crate::status::STATUS;
use crate::values::{key, same};

/// A write.
pub(super) type Write = (Place, Value);

/// What an automation writes. `own` says that one before it has changed the field that the event
/// is about.
pub(super) fn of(
    action: &Action,
    schema: &SiteSchema,
    happened: &Happened,
    own: bool,
    state: &mut State,
) -> Vec<Write> {
    let source = &happened.role;
    match action {
        Action::Set(rule) if own || !overtaken(happened, state) => set(rule, schema, source, state),
        Action::PushDown(rule) if own || !overtaken(happened, state) => {
            push_down(rule, source, state)
        }
        Action::OpenDownstream(rule) => open_downstream(rule, source, state),
        Action::RollUp(rule) => roll_up(rule, schema, source, state),
        Action::Set(_)
        | Action::PushDown(_)
        | Action::MakeFolders(_)
        | Action::Emit(_)
        | Action::Run(_) => Vec::new(),
    }
}

/// Whether the field has another value by now.
fn overtaken(happened: &Happened, state: &State) -> bool {
    match &happened.what {
        What::Operation(_) => false,
        What::Changed { field, to, .. } => {
            state.known(&(happened.role.clone(), field.clone())).is_some_and(|now| !same(now, to))
        }
    }
}

fn status_of(role: &Role) -> Place {
    (role.clone(), STATUS.to_owned())
}

fn code<'a>(state: &'a State, role: &Role) -> Option<&'a str> {
    state.known(&status_of(role))?.as_str()
}

fn fulfilled(conditions: &Conditions, role: &Role, state: &mut State) -> bool {
    conditions.iter().all(|(path, values)| state.suppose(&(role.clone(), path.clone()), values))
}

fn set(rule: &Set, schema: &SiteSchema, source: &Role, state: &mut State) -> Vec<Write> {
    if !fulfilled(&rule.only_if, source, state) {
        return Vec::new();
    }
    let mut writes = Vec::new();
    for target in targets(schema, rule, source) {
        let has = |field: &String| schema.field(&target.kind, field).is_some();
        if !rule.fields.keys().all(has) || !fulfilled(&rule.conditions, &target, state) {
            continue;
        }
        for (field, worth) in &rule.fields {
            let place = (target.clone(), field.clone());
            if let Some(value) = new(worth, &place, source, state) {
                writes.push((place, value));
            }
        }
    }
    writes
}

/// What a field gets; nothing where the rule leaves it alone.
fn new(worth: &Worth, place: &Place, source: &Role, state: &mut State) -> Option<Value> {
    let ours = |field: &str| (source.clone(), field.to_owned());
    Some(match worth {
        Worth::Fixed(value) => value.clone(),
        // Each event has a time of its own.
        Worth::Now => state.make_up("moment"),
        Worth::Today(_) => json!({ "day": "today" }),
        Worth::Mapped(table) => table.get(&key(state.known(&ours(&place.1))?)?)?.clone(),
        Worth::Copied(path) => state.some_value(&ours(path)),
        Worth::Source => json!({ "link": format!("{source:?}") }),
        Worth::Added(links) => linked(state.known(place), links, true),
        Worth::Removed(links) => linked(state.known(place), links, false),
    })
}

/// A field of many links, of which it is known that some are among them or are not.
fn linked(now: Option<&Value>, links: &Links, among: bool) -> Value {
    let which = match links {
        Links::Field(path) => path.clone(),
        Links::Fixed(links) => format!("{links:?}"),
    };
    let known = now.and_then(|now| now.get("links")).cloned();
    let mut known = known.unwrap_or_else(|| json!({}));
    known[which] = json!(among);
    json!({ "links": known })
}

fn open_downstream(rule: &OpenDownstream, source: &Role, state: &mut State) -> Vec<Write> {
    let opens =
        |code: &str| [&rule.done, &rule.skip, &rule.started].iter().any(|codes| codes.has(code));
    // What a second task opens would be a third one, of which nothing follows that is new.
    if source.other || !code(state, source).is_some_and(opens) {
        return Vec::new();
    }
    let place = status_of(&source.near(&source.kind));
    let waiting: Vec<Value> = rule.waiting.iter().map(Value::from).collect();
    if !state.suppose(&place, &waiting) {
        return Vec::new();
    }
    vec![(place, Value::from(rule.ready.as_str()))]
}

fn push_down(rule: &PushDown, source: &Role, state: &mut State) -> Vec<Write> {
    let Some(code) = code(state, source).filter(|code| rule.values.has(code)) else {
        return Vec::new();
    };
    let place = status_of(&source.near(&rule.children.kind));
    let kept = |now: &Value| now.as_str().is_some_and(|now| rule.keep.has(now));
    if state.surely(&place, kept) {
        return Vec::new();
    }
    vec![(place, Value::from(code))]
}

fn roll_up(rule: &RollUp, schema: &SiteSchema, source: &Role, state: &mut State) -> Vec<Write> {
    let families: Vec<(Role, Role)> = if source.kind == rule.children.kind {
        let parents = parents(schema, &rule.children, &rule.parents, source);
        parents.into_iter().map(|parent| (parent, source.clone())).collect()
    } else if rule.parents.contains(&source.kind) {
        vec![(source.clone(), source.near(&rule.children.kind))]
    } else {
        Vec::new()
    };
    let write = |(parent, child): (Role, Role)| {
        let to = verdict(rule, &parent, &child, state)?;
        Some((status_of(&parent), Value::from(to)))
    };
    families.into_iter().filter_map(write).collect()
}

/// The status that a parent gets from its one child.
fn verdict(rule: &RollUp, parent: &Role, child: &Role, state: &mut State) -> Option<String> {
    let place = status_of(parent);
    let kept = |now: &Value| now.as_str().is_some_and(|now| rule.keep.has(now));
    let code = code(state, child)?;
    if state.surely(&place, kept) || rule.skip.has(code) {
        return None;
    }
    let holds = rule.all.iter().chain(&rule.any).find(|(_, codes)| codes.has(code));
    if let Some((to, _)) = holds {
        return Some(to.clone());
    }
    let done: Vec<Value> = rule.all.iter().map(|(to, _)| Value::from(to.as_str())).collect();
    let reopen = rule.reopen.clone()?;
    state.suppose(&place, &done).then_some(reopen)
}
