//! What people in the studio do, one change after the other.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use crate::site::{Happening, ann, link};
use crate::studio::CUSTOM;
use crate::world::World;

/// Tasks of a shot, one waiting for the other. The first is driven by a version in every other
/// shot, and by people in the rest.
const TASKS: u64 = 3;

/// Everything there is before the first change.
pub(crate) fn settle_in(world: &World) {
    let mut site = world.site.lock().unwrap();
    for project in 1..=world.knobs.projects {
        let name = format!("film{project}");
        let of = site.put("Project", project, json!({"name": name, "tank_name": name}));
        site.entities.get_mut(&of).expect("there").insert("project".into(), link(&of));
        let sequence = json!({"code": format!("SQ{project}"), "project": link(&of)});
        let sequence = site.put("Sequence", project, sequence);
        for nth in 0..world.knobs.shots {
            let id = project * 100 + nth;
            let shot = json!({"code": format!("SH{id}"), "sg_status_list": "wtg",
                "project": link(&of), "sg_sequence": link(&sequence)});
            let shot = site.put("Shot", id, shot);
            let asset = json!({"code": format!("AS{id}"), "sg_status_list": "act",
                "project": link(&of)});
            let asset = site.put("Asset", id, asset);
            for task in 0..TASKS {
                let id = id * 10 + task;
                let one = |id: u64| json!([link(&EntityRef::new("Task", id))]);
                let none = json!([]);
                let (up, down) = match task {
                    0 => (none, one(id + 1)),
                    1 => (one(id - 1), one(id + 1)),
                    _ => (one(id - 1), none),
                };
                let status = if task == 0 { "rdy" } else { "wtg" };
                site.put(
                    "Task",
                    id,
                    json!({"content": format!("T{task}"),
                    "sg_status_list": status, "entity": link(&shot), "project": link(&of),
                    "upstream_tasks": up, "downstream_tasks": down}),
                );
            }
            site.put(
                "Task",
                id * 10 + 9,
                json!({"content": "Model", "sg_status_list": "rdy",
                "entity": link(&asset), "project": link(&of), "upstream_tasks": [],
                "downstream_tasks": []}),
            );
            let task = EntityRef::new("Task", id * 10);
            let drives = if is_driven(&task) { link(&task) } else { Value::Null };
            site.put(
                "Version",
                id,
                json!({"code": format!("V{id}"), "sg_status_list": "na",
                "sg_label": "na", "sg_flip": "none", "sg_task": drives, "project": link(&of)}),
            );
        }
    }
}

/// Whether a version decides how a task stands; then people do not.
pub(crate) fn is_driven(task: &EntityRef) -> bool {
    task.id.is_multiple_of(20)
}

/// All that people do in a run.
pub(crate) async fn work(world: &World) {
    for _ in 0..world.knobs.changes {
        tokio::time::sleep(world.people.millis(10, world.knobs.pause_ms)).await;
        one_change(world);
    }
}

fn one_change(world: &World) {
    let dice = &world.people;
    let at = world.moment();
    let mut site = world.site.lock().unwrap();
    let pick = |site: &crate::site::SiteState, kind: &str| {
        let all: Vec<EntityRef> = site.of_kind(kind).cloned().collect();
        dice.pick(&all).cloned()
    };
    let chosen = dice.below(100);
    let (kind, codes): (&str, &[&str]) = match chosen {
        0..50 => ("Task", &["ip", "rev", "fin", "fin"]),
        50..75 => ("Version", &["rev", "ip", "apr", "apr"]),
        75..85 => ("Asset", &["act", "hld", "omt"]),
        85..88 => {
            let Some(version) = pick(&site, "Version") else { return };
            let code = if dice.chance(500) { "a" } else { "b" };
            if site.set(&version, "sg_flip", &json!(code), &ann(), &at) {
                *world.flips.lock().unwrap() += 1;
            }
            return;
        }
        88..94 => {
            let Some(of) = pick(&site, "Version") else { return };
            let (event_type, meta) = (CUSTOM, json!({"by": "a script"}));
            let (of, by, field, is_told) = (&of, &ann(), None, false);
            site.happens(&Happening { event_type, of, by, field, meta, is_told }, &at);
            return;
        }
        94..98 => return new_shot(world, &mut site),
        98 => return site.sends_service_event("Test_Connection", &at),
        _ => return site.sends_poison(&at),
    };
    let Some(of) = pick(&site, kind) else { return };
    let is_ours = is_driven(&of) || of.id % 10 == 9 || site.status(&of) == "wtg";
    if kind == "Task" && is_ours {
        return;
    }
    let code = dice.pick(codes).copied().unwrap_or_default();
    site.set(&of, "sg_status_list", &json!(code), &ann(), &at);
    world.note(|| format!("people: {of} to {code}"));
}

fn new_shot(world: &World, site: &mut crate::site::SiteState) {
    let project = world.people.between(1, world.knobs.projects);
    let id = 5000 + site.of_kind("Shot").count() as u64;
    let sequence = link(&EntityRef::new("Sequence", project));
    let project = link(&EntityRef::new("Project", project));
    let fields = json!({"code": format!("SH{id}"), "sg_status_list": "wtg", "project": project,
        "sg_sequence": sequence});
    let of = &site.put("Shot", id, fields);
    let meta = json!({"type": "new_entity", "entity_type": "Shot", "entity_id": id});
    let (event_type, by, field, is_told) = ("Shotgun_Shot_New", &ann(), None, true);
    site.happens(&Happening { event_type, of, by, field, meta, is_told }, &world.moment());
}
