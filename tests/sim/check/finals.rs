//! How the site stands at the end, where what it has to be is well defined whatever came in
//! between: every rule decides on the present, so the last change of people decides the rest.

use sgh_core::ids::EntityRef;
use sgh_core::limits::CHAIN_DEPTH_MAX;
use sgh_core::settings::Ordering;

use crate::people::is_driven;
use crate::site::SiteState;
use crate::world::World;

/// Compares; what a worker wrote whose claim was over may stand against it (the site has no
/// conditional write).
fn expect(world: &World, site: &SiteState, of: &EntityRef, field: &str, value: &str, why: &str) {
    let now = site.get(of, field).as_str().unwrap_or_default();
    if now != value && !site.written_late.contains_key(of) {
        world.wrong(format!("{of} ends with {field} {now} and not {value}: {why}"));
    }
}

/// Labels, tasks, shots and assets.
pub(super) fn statuses(world: &World) {
    let site = world.site.lock().unwrap();
    for version in site.of_kind("Version") {
        expect(world, &site, version, "sg_label", site.status(version), "its status");
    }
    // Groups by entity are worked side by side, so what depends on more than one is not defined.
    if world.knobs.ordering == Ordering::Entity {
        return;
    }
    for version in site.of_kind("Version") {
        let task = EntityRef::from_json(site.get(version, "sg_task"));
        let Some(task) = task.filter(is_driven) else { continue };
        let codes = [("rev", "rev"), ("ip", "ip"), ("apr", "fin")];
        if let Some((_, code)) = codes.iter().find(|(from, _)| *from == site.status(version)) {
            expect(world, &site, &task, "sg_status_list", code, "its version");
        }
    }
    for task in site.of_kind("Task").filter(|task| site.status(task) == "wtg") {
        let upstream = site.links(task, "upstream_tasks");
        if upstream.iter().all(|up| site.status(up) == "fin") {
            world.wrong(format!("{task} waits although {upstream:?} are done"));
        }
    }
    for shot in site.of_kind("Shot") {
        let tasks = site.tasks_of(shot);
        let codes: Vec<&str> = tasks.iter().map(|task| site.status(task)).collect();
        if codes.is_empty() || codes == ["rdy", "wtg", "wtg"] {
            continue;
        }
        let all = codes.iter().all(|code| *code == "fin");
        let why = format!("its tasks are at {codes:?}");
        expect(world, &site, shot, "sg_status_list", if all { "fin" } else { "ip" }, &why);
    }
    for asset in site.of_kind("Asset") {
        let code = site.status(asset);
        for task in site.tasks_of(asset).iter().filter(|_| ["hld", "omt"].contains(&code)) {
            expect(world, &site, task, "sg_status_list", code, "its asset");
        }
    }
}

/// A ring of our own writes ends, each time somebody sets it off.
pub(super) fn ring(world: &World) {
    let knobs = &world.knobs;
    // What made a write is remembered for an hour, in the ledger.
    if knobs.clock_jumps > 0 || knobs.ledger_lost {
        return;
    }
    let site = world.site.lock().unwrap();
    let flips = site.our_writes.iter().filter(|((_, field), _)| field == "sg_flip");
    let writes: u64 = flips.map(|(_, count)| count).sum();
    // Of two chains at one field the later one says how deep the next write is: so each time that
    // somebody sets it off, each chain that is under way may begin anew.
    let flips = *world.flips.lock().unwrap();
    let most = flips * (flips + 1) / 2 * u64::from(CHAIN_DEPTH_MAX);
    if writes > most {
        world.wrong(format!("a ring wrote {writes} times, and {most} is the most"));
    }
}
