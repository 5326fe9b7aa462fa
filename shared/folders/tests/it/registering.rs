//! What a plan registers: for whom, in which order, with what Toolkit keeps.

use std::sync::Arc;

use serde_json::json;
use sgh_folders::plan::Request;
use sgh_folders::{Registration, registrations};

use crate::studio::{PROJECT, Studio, entity};

/// `Shot 1 film/s1`, with `-` before it for what is not the entity's own.
fn shown(rows: &[Registration]) -> Vec<String> {
    let own = |row: &Registration| if row.is_primary { "" } else { "-" };
    rows.iter().map(|row| format!("{}{} {}", own(row), row.entity.entity, row.at.path)).collect()
}

#[test]
fn folders_of_entities_are_registered_in_the_order_of_the_request() {
    let mut studio = Studio::film();
    studio.add_shot(1, "b");
    studio.add_shot(2, "a");
    let plan = studio.plan("Shot", &[1, 2, 1]).expect("a plan");
    let rows = registrations(&plan);
    assert_eq!(
        shown(&rows),
        [
            "Project 1 film",
            "Sequence 1 film/sequences/SQ",
            "Shot 1 film/sequences/SQ/b",
            "Step 1 film/sequences/SQ/b/anim",
            "Step 2 film/sequences/SQ/b/light",
            "Shot 2 film/sequences/SQ/a",
            "Step 1 film/sequences/SQ/a/anim",
            "Step 2 film/sequences/SQ/a/light",
        ]
    );
    let shot = &rows[2];
    assert_eq!((shot.at.root.as_str(), shot.entity.name.as_str()), ("primary", "b"));
    assert_eq!(shot.metadata["filters"][0]["values"], json!(["$sequence"]));
    assert_eq!((shot.project.entity.id, shot.project.at.path.as_str()), (1, "film"));
    assert_eq!(rows[0].metadata, Arc::new(json!({"type": "project", "root_name": "primary"})));
    assert!(Arc::ptr_eq(&rows[2].metadata, &rows[5].metadata), "one sidecar is one value");
    assert!(Arc::ptr_eq(&rows[3].entity, &rows[6].entity), "one step is one value");
}

#[test]
fn who_gives_a_part_of_the_name_is_registered_after_all_others() {
    let shot = entity(
        "Shot",
        "{sg_sequence.Sequence.code}_{code}[_{sg_a.Asset.code}]",
        "project",
        "project",
    );
    let mut studio = Studio::new(&[
        ("project.yml", PROJECT),
        ("project/shot.yml", &shot),
        ("project/shot/task.yml", "type: shotgun_task\nname: content\ncreate_with_parent: true\n"),
        ("project/shot/task/", ""),
    ]);
    let link = |kind: &str| json!({"type": kind, "id": 1});
    studio.add(json!({"type": "Project", "id": 1, "name": "Film", "tank_name": "film"}));
    studio.add(json!({"type": "Sequence", "id": 1, "code": "SQ"}));
    studio.add(json!({"type": "Step", "id": 1, "code": "Comp"}));
    for id in [1, 2] {
        let step = if id == 1 { link("Step") } else { json!(null) };
        let (entity, project) = (json!({"type": "Shot", "id": id}), link("Project"));
        studio.add(json!({
            "type": "Shot", "id": id, "code": format!("s{id}"), "project": project,
            "sg_sequence": link("Sequence"),
        }));
        studio.add(json!({
            "type": "Task", "id": id, "content": "t", "entity": entity, "project": project,
            "step": step,
        }));
    }
    let plan = studio.plan("Shot", &[1, 2]).expect("a plan");
    let rows = registrations(&plan);
    assert_eq!(
        shown(&rows),
        [
            "Project 1 film",
            "Shot 1 film/SQ_s1",
            "Task 1 film/SQ_s1/t",
            "Shot 2 film/SQ_s2",
            "Task 2 film/SQ_s2/t",
            "-Sequence 1 film/SQ_s1",
            "-Step 1 film/SQ_s1/t",
            "-Sequence 1 film/SQ_s2",
        ],
        "the empty asset and the task without a step give nobody"
    );
    assert_eq!((rows[5].entity.name.as_str(), rows[6].entity.name.as_str()), ("SQ", "Comp"));
}

#[test]
fn a_workspace_is_its_users_and_says_that_it_waits() {
    let mut studio = Studio::new(&[
        ("project.yml", PROJECT),
        ("project/desk.yml", "type: user_workspace\nname: login\ndefer_creation: false\n"),
        ("project/desk/", ""),
    ]);
    studio.add(json!({"type": "Project", "id": 1, "name": "Film", "tank_name": "film"}));
    studio.add(json!({"type": "HumanUser", "id": 3, "name": "Jane Roe", "login": "jane"}));
    let request = Request {
        kind: "Project".to_owned(),
        ids: vec![1],
        engine: Some("tk-maya".to_owned()),
        user: studio.site.user("jane"),
        ..Request::default()
    };
    let rows = registrations(&studio.plan_for(&request).expect("a plan"));
    assert_eq!(shown(&rows), ["Project 1 film", "HumanUser 3 film/jane"]);
    assert_eq!(rows[1].entity.name, "Jane Roe");
    assert_eq!(rows[1].metadata["defer_creation"], json!(true));
}

#[test]
fn each_storage_has_its_own_folder_of_the_project() {
    let mut studio = Studio::new(&[
        ("project/", ""),
        ("renders.yml", "type: project\nroot_name: fast\n"),
        ("renders/", ""),
    ]);
    let fast = studio.folder.path().join("fast");
    std::fs::create_dir(&fast).expect("a root");
    studio.roots.insert("fast".to_owned(), fast);
    studio.add(json!({"type": "Project", "id": 1, "name": "Film", "tank_name": "a/film"}));
    let rows = registrations(&studio.plan("Project", &[1]).expect("a plan"));
    let places: Vec<String> = rows.iter().map(|row| row.project.at.to_string()).collect();
    assert_eq!(places, ["primary:a/film", "fast:a/film"]);
    assert_eq!(rows[0].metadata["root_name"], "primary", "a project without a sidecar");
}
