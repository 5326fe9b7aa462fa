//! What code outside was told of: every event that is for it, and in the order of the queue.
//! That none is told twice without a cause is looked at when it is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::studio::told;
use crate::world::World;

/// Nothing is lost: what was delivered, what was not, and what no hook is told of.
pub(super) fn all_that_is_wanted(world: &World) {
    let rules = told(&world.knobs);
    let heard: BTreeSet<u64> = world.bus.entries().into_iter().collect();
    let site = world.site.lock().unwrap();
    for entry in &site.log {
        let text = |name: &str| entry.fields[name].as_str().unwrap_or_default();
        let (event_type, field) = (text("event_type"), text("attribute_name"));
        let is_for_it = rules.iter().any(|(kind, of)| match *of {
            "" => event_type == *kind,
            of => event_type == format!("Shotgun_{kind}_Change") && field == of,
        });
        if is_for_it && !heard.contains(&entry.id) {
            world.wrong(format!("event {} ({event_type}) was lost", entry.id));
        }
        if !is_for_it && heard.contains(&entry.id) {
            world.wrong(format!("event {} ({event_type}) was told, and nobody asked", entry.id));
        }
    }
}

/// Of events that were in the queue once, each is told behind those before it in its group.
pub(super) fn in_order(world: &World) {
    let mut first: BTreeMap<u64, usize> = BTreeMap::new();
    for (place, entry) in world.bus.entries().into_iter().enumerate() {
        first.entry(entry).or_insert(place);
    }
    let kept = world.queue.kept();
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    for kept in &kept {
        *times.entry(kept.entry).or_default() += 1;
    }
    let mut last: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
    let refused = world.refused.lock().unwrap();
    let is_once = |entry: &u64| times[entry] == 1 && !refused.contains(entry);
    for kept in kept.iter().filter(|kept| is_once(&kept.entry)) {
        let Some(place) = first.get(&kept.entry) else { continue };
        if let Some((before, at)) = last.insert(&kept.group, (kept.entry, *place))
            && at > *place
        {
            world.wrong(format!(
                "event {} of {} was told before {before}, which stands before it",
                kept.entry, kept.group
            ));
        }
    }
}
