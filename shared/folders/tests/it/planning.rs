//! Plans: how many reads, in which order, and what is refused before anything is made.

use serde_json::json;
use sgh_folders::plan::{Note, Owner, Request, What};
use sgh_folders::{FolderError, Plan};

use crate::studio::{PROJECT, Studio, entity, paths};

fn kind(result: Result<Plan, FolderError>) -> &'static str {
    result.expect_err("refused").kind()
}

#[test]
fn a_shot_is_planned_with_its_parents_and_its_steps_in_tree_order() {
    let mut studio = Studio::film();
    studio.add_shot(1, "s 1");
    let plan = studio.plan("Shot", &[1]).expect("a plan");
    let shot = "film/sequences/SQ/s-1";
    assert_eq!(
        paths(&plan),
        [
            "film".to_owned(),
            "film/editorial".to_owned(),
            "film/sequences".to_owned(),
            "film/sequences/SQ".to_owned(),
            shot.to_owned(),
            format!("{shot}/notes.txt"),
            format!("{shot}/anim"),
            format!("{shot}/anim/publish"),
            format!("{shot}/anim/work"),
            format!("{shot}/light"),
            format!("{shot}/light/publish"),
            format!("{shot}/light/work"),
            format!("{shot}/plates"),
        ]
    );
    assert_eq!(plan.folders(), 12);
    let What::Folder(Owner::Entity(named)) = &plan.items()[4].what else { panic!("no shot") };
    assert_eq!((named.entity.to_string().as_str(), named.name.as_str()), ("Shot 1", "s 1"));
}

#[test]
fn the_number_of_reads_is_the_same_for_one_shot_and_for_a_thousand() {
    let mut studio = Studio::film();
    for id in 1..=1000 {
        studio.add_shot(id, &format!("s{id:04}"));
    }
    let one = studio.plan("Shot", &[1]).expect("a plan");
    let reads = studio.reads;
    assert_eq!(reads, 5, "shots, sequences, projects, tasks, steps");
    let ids: Vec<u64> = (1..=1000).collect();
    let all = studio.plan("Shot", &ids).expect("a plan");
    assert_eq!(studio.reads, reads);
    assert_eq!(all.folders(), 4 + 1000 * (one.folders() - 4));
}

#[test]
fn what_comes_with_many_parents_is_read_at_once() {
    let sequence = entity("Sequence", "code", "project", "project");
    let shot = entity("Shot", "code", "sg_sequence", "sequence") + "create_with_parent: true\n";
    let mut studio = Studio::new(&[
        ("project.yml", PROJECT),
        ("project/sequence.yml", &(sequence + "create_with_parent: true\n")),
        ("project/sequence/shot.yml", &shot),
        ("project/sequence/shot/", ""),
    ]);
    studio.add(json!({"type": "Project", "id": 1, "tank_name": "film"}));
    let project = json!({"type": "Project", "id": 1});
    for id in 1..=30 {
        let code = format!("q{id}");
        studio.add(json!({"type": "Sequence", "id": id, "code": code, "project": project}));
        for n in 0..3 {
            studio.add(json!({
                "type": "Shot", "id": id * 10 + n, "code": format!("s{n}"),
                "sg_sequence": {"type": "Sequence", "id": id},
            }));
        }
    }
    let plan = studio.plan("Project", &[1]).expect("a plan");
    assert_eq!(plan.folders(), 1 + 30 + 90);
    assert_eq!(studio.reads, 3);
}

#[test]
fn one_bad_entity_of_many_refuses_all() {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    studio.add_shot(2, "s2");
    assert_eq!(kind(studio.plan("Shot", &[1, 2, 999])), "entity.not_found");
    studio.add_shot(3, "");
    assert_eq!(kind(studio.plan("Shot", &[1, 3])), "name.invalid");
    studio.add_shot(4, &"x".repeat(256));
    assert_eq!(kind(studio.plan("Shot", &[1, 4])), "os.ENAMETOOLONG");
    studio.add(json!({"type": "Shot", "id": 5, "code": "s5", "sg_sequence": null}));
    let error = studio.plan("Shot", &[1, 5]).expect_err("refused");
    assert_eq!(error.kind(), "link.blank_field");
    assert!(error.to_string().starts_with("Shot `s5` (id 5) has no sg_sequence"), "{error}");
}

#[test]
fn two_entities_for_one_folder_are_refused_with_both_names() {
    let mut studio = Studio::film();
    studio.add_shot(1, "A 1");
    studio.add_shot(2, "A-1");
    let error = studio.plan("Shot", &[1, 2]).expect_err("refused");
    assert_eq!(error.kind(), "conflict.concurrent");
    let text = error.to_string();
    assert!(text.contains("Shot `A 1` (id 1)") && text.contains("Shot `A-1` (id 2)"), "{text}");
    studio.add_shot(3, "a 1");
    assert_eq!(kind(studio.plan("Shot", &[1, 3])), "conflict.case");
    assert!(studio.plan("Shot", &[1]).is_ok());
}

#[test]
fn a_project_that_would_lead_elsewhere_is_refused() {
    let tank_name = |name: &str| {
        let mut studio = Studio::new(&[("project.yml", PROJECT), ("project/a/", "")]);
        studio.add(json!({"type": "Project", "id": 1, "name": "P", "tank_name": name}));
        studio.plan("Project", &[1])
    };
    for bad in ["..", "../x", "a/../../b", "/etc", "a/", "a//b", ".", "a/./b", ""] {
        assert_eq!(kind(tank_name(bad)), "name.invalid", "{bad:?}");
    }
    for bad in ["a b", "a\\..\\b", "a:b", "a\0b", "film$HOME"] {
        assert_eq!(kind(tank_name(bad)), "path.outside_roots", "{bad:?}");
    }
    assert_eq!(paths(&tank_name("a/b.c").expect("a plan")), ["a", "a/b.c", "a/b.c/a"]);
}

#[test]
fn limits_are_kept() {
    let mut studio = Studio::new(&[("project.yml", PROJECT), ("project/", "")]);
    let deep = vec!["d"; 65].join("/");
    studio.add(json!({"type": "Project", "id": 1, "name": "P", "tank_name": deep}));
    assert_eq!(kind(studio.plan("Project", &[1])), "limit.depth");
    let files: Vec<String> = (0..200).map(|n| format!("project/shot/f{n}/")).collect();
    let shot = entity("Shot", "code", "project", "project");
    let mut all: Vec<(&str, &str)> = files.iter().map(|file| (file.as_str(), "")).collect();
    all.extend([("project.yml", PROJECT), ("project/shot.yml", shot.as_str())]);
    let mut studio = Studio::new(&all);
    studio.add(json!({"type": "Project", "id": 1, "tank_name": "film"}));
    for id in 1..=500 {
        let project = json!({"type": "Project", "id": 1});
        studio.add(json!({"type": "Shot", "id": id, "code": format!("s{id}"), "project": project}));
    }
    let ids: Vec<u64> = (1..=500).collect();
    assert_eq!(kind(studio.plan("Shot", &ids)), "limit.folders");
    assert!(studio.plan("Shot", &ids[..400]).is_ok());
}

#[test]
fn a_shot_that_leads_to_no_project_does_not_take_every_project() {
    let shot = "type: shotgun_entity\nentity_type: Shot\nname: code\nfilters: []\n";
    let mut studio =
        Studio::new(&[("project.yml", PROJECT), ("project/shot.yml", shot), ("project/shot/", "")]);
    studio.add(json!({"type": "Project", "id": 1, "tank_name": "film"}));
    studio.add(json!({"type": "Project", "id": 2, "tank_name": "other"}));
    studio.add(
        json!({"type": "Shot", "id": 1, "code": "s1", "project": {"type": "Project", "id": 1}}),
    );
    assert_eq!(kind(studio.plan("Shot", &[1])), "link.no_project");
}

#[test]
fn what_makes_nothing_says_why() {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    studio.add(json!({"type": "Task", "id": 90, "content": "alone", "entity": null}));
    let plan = studio.plan("Task", &[90, 91]).expect("a plan");
    assert!(plan.is_empty());
    assert_eq!(plan.notes(), [Note::NoTask { task: 91 }, Note::TaskOnNothing { task: 90 }]);
    let plan = studio.plan("Asset", &[7]).expect("a plan");
    assert_eq!(plan.notes(), [Note::NoLevel { kind: "Asset".to_owned() }]);
    assert!(studio.plan("Shot", &[]).expect("a plan").is_empty());
    assert_eq!(kind(studio.plan("Step", &[1])), "request.step");
}

#[test]
fn a_task_stands_for_its_entity() {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    let by_task = studio.plan("Task", &[3]).expect("a plan");
    let by_shot = studio.plan("Shot", &[1]).expect("a plan");
    assert_eq!(by_task, by_shot);
}

#[test]
fn a_workspace_needs_an_engine_and_a_user() {
    let mut studio = Studio::new(&[
        ("project.yml", PROJECT),
        ("project/user.yml", "type: user_workspace\nname: login\n"),
        ("project/user/", ""),
    ]);
    studio.add(json!({"type": "Project", "id": 1, "tank_name": "film"}));
    studio.add(json!({"type": "HumanUser", "id": 5, "login": "jane", "name": "Jane"}));
    assert_eq!(paths(&studio.plan("Project", &[1]).expect("a plan")), ["film"]);
    let mut request = Request {
        kind: "Project".to_owned(),
        ids: vec![1],
        engine: Some("tk-maya".to_owned()),
        ..Request::default()
    };
    assert_eq!(kind(studio.plan_for(&request)), "user.not_found");
    request.user = Some(sgh_core::ids::EntityRef::new("HumanUser", 5));
    assert_eq!(paths(&studio.plan_for(&request).expect("a plan")), ["film", "film/jane"]);
}

#[test]
fn a_static_folder_can_be_tied_to_what_its_entity_is() {
    let mut studio = Studio::new(&[
        ("project.yml", PROJECT),
        ("project/shot.yml", &entity("Shot", "code", "project", "project")),
        (
            "project/shot/fx.yml",
            "type: static\nconstrain_by_entity: $shot\n\
             constraints: [{path: sg_kind, relation: is, values: [fx]}]\n",
        ),
        ("project/shot/fx/", ""),
    ]);
    let project = json!({"type": "Project", "id": 1});
    studio.add(json!({"type": "Project", "id": 1, "tank_name": "film"}));
    for (id, sort) in [(1, "fx"), (2, "roto")] {
        let code = format!("s{id}");
        studio.add(
            json!({"type": "Shot", "id": id, "code": code, "sg_kind": sort, "project": project}),
        );
    }
    let plan = studio.plan("Shot", &[1, 2]).expect("a plan");
    assert_eq!(paths(&plan), ["film", "film/s1", "film/s1/fx", "film/s2"]);
}

#[test]
fn a_folder_that_would_also_be_a_file_is_refused() {
    let mut studio = Studio::new(&[
        ("project.yml", PROJECT),
        ("project/shot.yml", &entity("Shot", "{code}.txt", "project", "project")),
        ("project/shot/", ""),
        ("project/s1.txt", "a file"),
    ]);
    let project = json!({"type": "Project", "id": 1});
    studio.add(json!({"type": "Project", "id": 1, "tank_name": "film"}));
    studio.add(json!({"type": "Shot", "id": 1, "code": "s1", "project": project}));
    assert_eq!(kind(studio.plan("Shot", &[1])), "conflict.file");
}
