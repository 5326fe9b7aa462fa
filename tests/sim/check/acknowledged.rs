//! Whatever the site has a 200 for is acknowledged with how it ended, or is a dead letter.

use sgh_core::limits::{ACKNOWLEDGEMENT_SITE_MAX, RECEIVES_MAX};
use sgh_queue::DeadLetter;

use crate::queue::about;
use crate::site::Delivery;
use crate::world::World;

/// Before anybody cleans up.
pub(crate) fn all_that_was_accepted(world: &World, letters: &[DeadLetter]) {
    for letter in letters.iter().filter(|letter| letter.reason.is_empty()) {
        world.wrong(format!("dead letter {} has no reason", letter.message_id));
    }
    let dead: Vec<String> = letters.iter().filter_map(|letter| about(&letter.message).1).collect();
    let kept = world.queue.kept();
    let site = world.site.lock().unwrap();
    for (id, delivery) in site.deliveries.iter().filter(|(_, delivery)| delivery.accepted) {
        let name = id.to_string();
        // An acknowledgement that the site did not take five times is given up.
        let given_up = || {
            let its = kept.iter().filter(|kept| kept.delivery.as_ref() == Some(&name));
            its.filter_map(|kept| kept.finished_at).any(|at| at >= RECEIVES_MAX)
        };
        match &delivery.acknowledgement {
            Some(text) => well_formed(world, delivery.entry, text),
            None if dead.contains(&name) || given_up() => {}
            None => world.wrong(format!(
                "event {} was accepted as delivery {name}, and nothing is said of it",
                delivery.entry
            )),
        }
    }
}

fn well_formed(world: &World, entry: u64, text: &str) {
    let first = text.lines().next().unwrap_or_default();
    if !["done", "skipped", "failed"].contains(&first) || text.len() > ACKNOWLEDGEMENT_SITE_MAX {
        world.wrong(format!("event {entry} was acknowledged with `{text}`"));
    }
}

/// After somebody has cleaned up.
pub(crate) fn all_ended_well(world: &World) {
    for letter in world.queue.take_dead() {
        let (entry, _) = about(&letter.message);
        if entry > 0 {
            world.wrong(format!("event {entry} is a dead letter again: {}", letter.reason));
        }
    }
    let site = world.site.lock().unwrap();
    let accepted = || site.deliveries.values().filter(|one| one.accepted);
    let text = |of: &Delivery| of.acknowledgement.clone().unwrap_or_default();
    let is_good = |text: &str| text.starts_with("done") || text.starts_with("skipped");
    let is_mended = |of: &Delivery| {
        of.entry > 0
            && site.deliveries.values().any(|one| one.entry == of.entry && is_good(&text(one)))
    };
    for delivery in accepted() {
        let text = text(delivery);
        // What is no event may be a dead letter only: where it says in its body which delivery it
        // is, nobody can read that.
        let is_well = match delivery.is_poison {
            true => text.is_empty() || text.starts_with("failed"),
            // What failed by one hook's delivery may have been mended by the other's.
            false => is_good(&text) || (text.starts_with("failed") && is_mended(delivery)),
        };
        if !is_well {
            world.wrong(format!("the last word on event {} is: {text}", delivery.entry));
        }
    }
}
