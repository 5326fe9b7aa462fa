//! Adds up what was decided, automation by automation and write by write.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};
use sgh_automations::Planned;
use sgh_automations::matching;
use sgh_automations::names::called;
use sgh_automations::values::{same, shown};
use sgh_core::config::Config;
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;

use super::SOON;
use super::afterwards::{Afterwards, Who, afterwards};
use super::decided::{Wanted, Would};
use super::past::Past;
use super::report::{Doubt, OfAutomation, Simulated, Tally, WouldWrite};

/// The sums so far.
pub(super) struct Tallies {
    config: Arc<Config>,
    us: Option<EntityRef>,
    of: BTreeMap<usize, Tally>,
    writes: Vec<WouldWrite>,
    /// The last write of a field: its place, and how many changes of the field came before it.
    last: HashMap<(EntityRef, String), (usize, usize)>,
}

impl Tallies {
    pub(super) fn new(config: Arc<Config>, places: Vec<usize>, us: Option<EntityRef>) -> Self {
        let tally = |place: usize| {
            let rule = &config.automations[place];
            let of = OfAutomation {
                name: rule.name.clone(),
                dry_run: rule.dry_run,
                ..OfAutomation::default()
            };
            (place, Tally { of, ..Tally::default() })
        };
        let of = places.into_iter().map(tally).collect();
        Self { config, us, of, writes: Vec::new(), last: HashMap::new() }
    }

    /// Adds what was decided for an event.
    pub(super) fn add(&mut self, past: &Past, wanted: &Wanted, all: Vec<Would>) {
        let mut written: HashMap<(EntityRef, String), Value> = HashMap::new();
        for (place, would) in wanted.by.iter().zip(all) {
            let Some(tally) = self.of.get_mut(place) else { continue };
            tally.of.events += 1;
            match would {
                Would::Skip(why) => tally.skip(&why),
                Would::Fail(why) => tally.fail(&why),
                Would::Act(what) => tally.deed(what),
                Would::Make(count) => {
                    tally.of.would += 1;
                    tally.of.directories += count as u64;
                }
                Would::Write(planned) => {
                    tally.of.would += 1;
                    for planned in planned {
                        self.write(past, wanted, *place, &planned, &mut written);
                    }
                }
            }
        }
    }

    fn write(
        &mut self,
        past: &Past,
        wanted: &Wanted,
        place: usize,
        planned: &Planned,
        written: &mut HashMap<(EntityRef, String), Value>,
    ) {
        let entity = &planned.change.entity;
        let then = past.whole(entity, wanted.entry);
        for (field, to) in &planned.change.fields {
            let key = (entity.clone(), field.clone());
            let turns = past.history.turns(entity, field);
            let turn = turns.partition_point(|turn| turn.entry <= wanted.entry);
            if self.is_repeat(&key, turn, to) {
                if let Some(tally) = self.of.get_mut(&place) {
                    tally.of.writes.repeats += 1;
                }
                continue;
            }
            let now = then.as_ref().and_then(|record| record.fields.get(field)).cloned();
            let from = written.insert(key.clone(), to.clone()).or(now);
            let moment = (wanted.entry, wanted.at);
            let after = afterwards(past, (entity, field), to, moment, self.us.as_ref());
            if let Some(tally) = self.of.get_mut(&place) {
                tally.of.writes.add(&after);
            }
            let name = then.as_ref().map_or_else(|| entity.to_string(), called);
            let what = match (planned.change.fields.len(), &from) {
                (1, _) => planned.what.clone(),
                (_, Some(from)) => format!("{name}: {field} {} -> {}", shown(from), shown(to)),
                (_, None) => format!("{name}: {field} -> {}", shown(to)),
            };
            self.last.insert(key, (self.writes.len(), turn));
            self.writes.push(WouldWrite {
                automation: self.config.automations[place].name.clone(),
                entity: entity.clone(),
                name,
                what,
                field: field.clone(),
                from: from.clone(),
                to: to.clone(),
                entry: wanted.entry,
                event_type: wanted.event.event_type.clone(),
                at: wanted.at,
                afterwards: after,
                leads_to: self.leads_to(&wanted.event, entity, field, from.as_ref(), to),
                repeats: 0,
            });
        }
    }

    /// Whether the field would have this value already, from an event before: nobody has changed
    /// it since. Then the first event counts, and this one is noted with it.
    fn is_repeat(&mut self, key: &(EntityRef, String), turn: usize, to: &Value) -> bool {
        let Some((write, at)) = self.last.get(key) else { return false };
        match self.writes.get_mut(*write) {
            Some(write) if *at == turn && same(&write.to, to) => {
                write.repeats += 1;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Automations that would want the event of a write.
    fn leads_to(
        &self,
        event: &Event,
        entity: &EntityRef,
        field: &str,
        from: Option<&Value>,
        to: &Value,
    ) -> Vec<String> {
        let kind = if to.is_string() { "status_list" } else { "" };
        let next = json!({
            "event_type": format!("Shotgun_{}_Change", entity.kind), "entity": entity,
            "project": event.project, "attribute_name": field, "user": self.us,
            "meta": {"old_value": from, "new_value": to, "field_data_type": kind},
        });
        let Ok(next) = Event::read(next.to_string().as_bytes()) else { return Vec::new() };
        let wants =
            self.config.automations.iter().filter(|rule| matching::wants(rule, &next).is_ok());
        wants.map(|rule| rule.name.clone()).collect()
    }

    /// All of it.
    pub(super) fn done(self, past: &Past, entries: u64, events: u64) -> Simulated {
        let automations = self.of.into_values().map(Tally::done).collect();
        Simulated { automations, writes: self.writes, entries, events, doubts: doubts(past) }
    }
}

impl super::report::Writes {
    fn add(&mut self, after: &Afterwards) {
        self.all += 1;
        let count = match after {
            Afterwards::Same { by: Who::Us, .. } => &mut self.ours,
            Afterwards::Same { after: Some(after), .. } if *after <= SOON => &mut self.same_soon,
            Afterwards::Same { .. } => &mut self.same_later,
            Afterwards::Other { .. } => &mut self.other,
            Afterwards::Untouched => &mut self.untouched,
        };
        *count += 1;
    }
}

fn doubts(past: &Past) -> Vec<Doubt> {
    let doubts = [
        (
            "silent_changes",
            past.history.silent as usize,
            "changes whose values the log does not say: the field is taken as it is now",
        ),
        (
            "gaps",
            past.gaps(),
            "values that the log does not explain: a script without `Generate Events` changed \
             them, and when is not known",
        ),
        (
            "hidden",
            past.hidden(),
            "entities that the site does not show, live or retired: what rests on them is skipped",
        ),
        (
            "retired",
            past.history.retired_count(),
            "entities that were deleted since: the site no longer shows links to them, so what was \
             linked to them may be missing",
        ),
        (
            "moved_through",
            past.moved_through(),
            "fields that are read through a link which has led elsewhere since: taken as they are \
             now",
        ),
    ];
    let doubt = |(kind, count, text)| Doubt { kind, count: count as u64, text };
    doubts.into_iter().filter(|(_, count, _)| *count > 0).map(doubt).collect()
}
