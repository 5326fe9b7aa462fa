//! The disk: a folder for every shot that was made, whole, and nothing else.

use std::collections::BTreeSet;

use sgh_core::ids::EntityRef;

use crate::world::World;

/// Every shot that was made has its folders, and nothing else is there.
pub(super) fn of_every_shot(world: &World) {
    let Some(home) = &world.home else { return };
    let site = world.site.lock().unwrap();
    let mut expect: BTreeSet<String> = BTreeSet::new();
    for entry in &site.log {
        let shot = EntityRef::from_json(&entry.fields["entity"]);
        let is_new = entry.fields["event_type"] == "Shotgun_Shot_New";
        let Some(shot) = shot.filter(|_| is_new) else { continue };
        let project = EntityRef::from_json(site.get(&shot, "project")).map_or(0, |of| of.id);
        let folder = format!("film{project}/sequences/SQ{project}/SH{}", shot.id);
        let pieces: Vec<&str> = folder.split('/').collect();
        for count in 1..=pieces.len() {
            expect.insert(pieces[..count].join("/"));
        }
        expect.insert(format!("{folder}/plates"));
    }
    let disk: BTreeSet<String> = home.disk().into_iter().collect();
    let missing: Vec<&String> = expect.difference(&disk).collect();
    let more: Vec<&String> = disk.difference(&expect).collect();
    if !missing.is_empty() || !more.is_empty() {
        world.wrong(format!("on the disk {missing:?} are missing, and {more:?} too many"));
    }
}
