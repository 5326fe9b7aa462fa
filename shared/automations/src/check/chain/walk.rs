//! Follows one event through all automations, until nothing more happens or it goes round.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;
use sgh_core::config::{Automation, Trigger};
use sgh_core::event::Operation;
use sgh_core::limits::CHAIN_DEPTH_MAX;

use super::effects;
use super::state::{Place, Role, State};
use crate::check::known::SiteSchema;
use crate::values::same;

/// Events that one start is followed for. Ours: more are the same ones again.
const EVENTS_MAX: usize = 200;
/// Writes in a row that are followed: twice what the engine lets through, so that a whole round
/// of the longest ring is seen.
const FOLLOWED_MAX: usize = 2 * CHAIN_DEPTH_MAX as usize;

/// Something that has happened to an imagined entity.
#[derive(Debug, Clone)]
pub(super) struct Happened {
    pub role: Role,
    pub what: What,
    /// The writes that led here.
    pub chain: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Operation(Operation),
    Changed { field: String, from: Option<Value>, to: Value },
}

/// A write, and whose it was, by its place in sgh.yaml.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub automation: usize,
    pub place: Place,
    pub value: Value,
}

/// An event to follow, and what is known at its time.
pub(super) struct Start {
    pub happened: Happened,
    pub state: State,
}

/// What came of it all. Of many ways to the same thing the first is kept.
#[derive(Default)]
pub(super) struct Found {
    /// Automations that go round, and how.
    pub rings: BTreeMap<BTreeSet<usize>, Vec<Step>>,
    /// More writes in a row than the engine lets through, without going round.
    pub long: Vec<Vec<Step>>,
    /// A value that somebody set and the rules take back: what it was, and the writes up to that.
    pub taken_back: BTreeMap<BTreeSet<usize>, (Value, Vec<Step>)>,
    /// Two that answer the same event with different values of one field.
    pub at_odds: BTreeMap<(usize, usize), (Step, Value)>,
    /// One that sets on what another has set.
    pub set_on: BTreeMap<(usize, usize), (Step, Value)>,
    /// One that another sets off.
    pub follows: BTreeSet<(usize, usize)>,
}

pub(super) fn follow(
    automations: &[Automation],
    schema: &SiteSchema,
    start: Start,
    found: &mut Found,
) {
    let mut state = start.state;
    let first = start.happened.clone();
    let mut queue = VecDeque::from([start.happened]);
    let mut longest: Vec<Step> = Vec::new();
    for _ in 0..EVENTS_MAX {
        let Some(happened) = queue.pop_front() else { break };
        if happened.chain.len() > longest.len() {
            longest.clone_from(&happened.chain);
        }
        if longest.len() >= FOLLOWED_MAX {
            break;
        }
        let written = answer(automations, schema, (&first, &happened), &mut state, found);
        for (place, Written { automation, before }) in written {
            let Some(value) = state.known(&place).cloned() else { continue };
            // One write is made of all of one event; what ends as it was is no change.
            if before.as_ref().is_some_and(|before| same(before, &value)) {
                continue;
            }
            let mut chain = happened.chain.clone();
            chain.push(Step { automation, place: place.clone(), value: value.clone() });
            let what = What::Changed { field: place.1, from: before, to: value };
            queue.push_back(Happened { role: place.0, what, chain });
        }
    }
    too_long(longest, found);
}

/// Who wrote a field last for one event, and what it had before.
struct Written {
    automation: usize,
    before: Option<Value>,
}

/// What all automations write for one event, in their order, each seeing what was written before.
fn answer(
    automations: &[Automation],
    schema: &SiteSchema,
    (first, happened): (&Happened, &Happened),
    state: &mut State,
    found: &mut Found,
) -> BTreeMap<Place, Written> {
    let mut written: BTreeMap<Place, Written> = BTreeMap::new();
    for (number, automation) in automations.iter().enumerate() {
        if !wants(automation, happened, state) {
            continue;
        }
        let own = match &happened.what {
            What::Operation(_) => false,
            What::Changed { field, .. } => {
                written.contains_key(&(happened.role.clone(), field.clone()))
            }
        };
        for (place, value) in effects::of(&automation.action, schema, happened, own, state) {
            let before = state.known(&place).cloned();
            if before.as_ref().is_some_and(|before| same(before, &value)) {
                continue;
            }
            let step = Step { automation: number, place: place.clone(), value: value.clone() };
            let other = written.get(&place).map(|other| other.automation);
            compare((first, happened), other.zip(before.as_ref()), &step, found);
            let mine = Written { automation: number, before };
            written.entry(place.clone()).or_insert(mine).automation = number;
            state.set(place, value);
        }
    }
    written
}

/// Whether an automation is for this.
fn wants(automation: &Automation, happened: &Happened, state: &mut State) -> bool {
    let fits = |trigger: &Trigger| match trigger {
        Trigger::EventType(_) => false,
        Trigger::Entity { entity_type, operation, field } => {
            *entity_type == happened.role.kind
                && match (&happened.what, field) {
                    (What::Operation(done), _) => done == operation,
                    (What::Changed { .. }, None) => *operation == Operation::Update,
                    (What::Changed { field: changed, .. }, Some(field)) => field == changed,
                }
        }
    };
    if !automation.on.iter().any(fits) {
        return false;
    }
    let among = |wanted: &Option<Vec<Value>>, value: Option<&Value>, unknown: bool| {
        let Some(wanted) = wanted else { return true };
        value.map_or(unknown, |value| wanted.iter().any(|one| same(one, value)))
    };
    let (from, to) = match &happened.what {
        What::Operation(_) => (None, None),
        What::Changed { from, to, .. } => (from.as_ref(), Some(to)),
    };
    let changed = to.is_some();
    among(&automation.from, from, changed)
        && among(&automation.to, to, false)
        && state.suppose_project(automation.projects.as_ref())
}

/// Compares a write with what others have written on the way to it, or for the same event.
fn compare(
    (first, happened): (&Happened, &Happened),
    same_event: Option<(usize, &Value)>,
    step: &Step,
    found: &mut Found,
) {
    if let Some(last) = happened.chain.last() {
        found.follows.insert((last.automation, step.automation));
    }
    if let Some((other, before)) = same_event.filter(|(other, _)| *other != step.automation)
        && differ(before, &step.value)
    {
        let pair = (other, step.automation);
        found.at_odds.entry(pair).or_insert_with(|| (step.clone(), before.clone()));
    }
    // What was made up for a value is no more than that: of two such nothing can be said.
    if step.value.is_object() {
        return;
    }
    let earlier = happened.chain.iter().rev().find(|earlier| earlier.place == step.place);
    if let Some(earlier) = earlier.filter(|earlier| earlier.automation != step.automation) {
        let pair = (earlier.automation, step.automation);
        found.set_on.entry(pair).or_insert_with(|| (step.clone(), earlier.value.clone()));
    }
    if let What::Changed { field, to, .. } = &first.what
        && step.place == (first.role.clone(), field.clone())
        && !to.is_object()
        && !happened.chain.is_empty()
        && earlier.is_none()
    {
        let mut way = happened.chain.clone();
        way.push(step.clone());
        let names = way.iter().map(|step| step.automation).collect();
        found.taken_back.entry(names).or_insert_with(|| (to.clone(), way));
    }
}

/// Whether two values surely are not the same: of links, whether some are added and taken out.
fn differ(one: &Value, other: &Value) -> bool {
    match (one.get("links").and_then(Value::as_object), other.get("links")) {
        (Some(one), Some(other)) => {
            one.iter().any(|(links, among)| other.get(links).is_some_and(|other| other != among))
        }
        (_, _) => !one.is_object() && !other.is_object(),
    }
}

/// More writes in a row than the engine lets through go round, or are only many.
fn too_long(chain: Vec<Step>, found: &mut Found) {
    if chain.len() <= usize::from(CHAIN_DEPTH_MAX) {
        return;
    }
    let like = |now: &Step, before: &Step| {
        let same_value = same(&now.value, &before.value) || now.value.is_object();
        now.automation == before.automation && now.place == before.place && same_value
    };
    let round = (1..=chain.len() / 2).find(|size| {
        let (earlier, now) = chain.split_at(chain.len() - size);
        let before = &earlier[earlier.len() - size..];
        now.iter().zip(before).all(|(now, before)| like(now, before))
    });
    match round {
        Some(size) => {
            let ring = chain[chain.len() - size..].to_vec();
            let names = ring.iter().map(|step| step.automation).collect();
            found.rings.entry(names).or_insert(ring);
        }
        None => found.long.push(chain),
    }
}
