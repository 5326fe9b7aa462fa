//! What Toolkit on artists' machines is told, and what it had registered before.

use std::collections::BTreeMap;

use sgh_core::folder::{FolderPath, RegisteredFolder};

use super::*;

/// A record of a folder, as Toolkit itself makes it.
fn located(studio: &Studio, of: &EntityRef, name: &str, path: &str) -> EntityRef {
    let local_path = studio.storage().join(path).display().to_string();
    studio.make("FilesystemLocation", json!({
        "project": studio.project, "entity": of, "code": name, "is_primary": true,
        "linked_entity_type": of.kind, "linked_entity_id": of.id,
        "configuration_metadata": "{}", "path": {"local_path": local_path, "name": "[primary] "},
    }))
}

#[tokio::test]
async fn a_new_shot_is_told_folder_by_folder_as_toolkit_tells_it() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    let step = studio.step_of(&shot, "anim");
    let told = studio.told_of("New", &shot).await;
    assert!(told.starts_with("done: 9 directories made"), "{told}");
    let sequence = json!({
        "type": "shotgun_entity", "entity_type": "Sequence", "name": "code",
        "filters": [{"path": "project", "relation": "is", "values": ["$project"]}],
    });
    let of_shot = json!({
        "type": "shotgun_entity", "entity_type": "Shot", "name": "code",
        "filters": [{"path": "sg_sequence", "relation": "is", "values": ["$sequence"]}],
    });
    let of_step = json!({"type": "shotgun_step", "name": "short_name"});
    let of_project = json!({"type": "project", "root_name": "primary"});
    let expect = [
        (&studio.project, "Film", "film", "", of_project),
        (&studio.sequence, "SQ010", "film/sequences/SQ010", "/sequences/SQ010", sequence),
        (&shot, "SH010", "film/sequences/SQ010/SH010", "/sequences/SQ010/SH010", of_shot),
        (
            &step,
            "anim",
            "film/sequences/SQ010/SH010/steps/anim",
            "/sequences/SQ010/SH010/steps/anim",
            of_step,
        ),
    ];
    let records = studio.site.records("FilesystemLocation");
    assert_eq!(records.len(), expect.len());
    for (record, (entity, name, path, shown, metadata)) in records.iter().zip(expect) {
        let field = |name: &str| &record.fields[name];
        let id = |name: &str| EntityRef::from_json(field(name));
        assert_eq!(id("entity").as_ref(), Some(entity));
        assert_eq!(id("project").as_ref(), Some(&studio.project), "{name}");
        assert_eq!(id("created_by"), Some(studio.site.coordinator()), "{name}");
        assert_eq!(field("linked_entity_type"), &json!(entity.kind));
        assert_eq!(field("linked_entity_id"), &json!(entity.id));
        assert_eq!(field("is_primary"), &json!(true), "{name}");
        assert_eq!(field("pipeline_configuration"), &Value::Null, "{name}");
        assert_eq!(field("code"), name);
        let local_path = studio.storage().join(path).display().to_string();
        assert_eq!(field("path")["local_path"], local_path);
        assert_eq!(field("path")["name"], format!("[primary] {shown}"));
        let read: Value = serde_json::from_str(field("configuration_metadata").as_str().unwrap())
            .expect("the metadata are JSON in a text");
        assert_eq!(read, metadata, "{name}");
    }
    let registered = studio.ports.folders_of(&shot).await.unwrap();
    assert_eq!(registered[0].location, Some(records[2].entity.id), "and it is remembered");
}

#[tokio::test]
async fn one_event_names_the_records_and_whoever_wanted_them() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    studio.told_of("New", &shot).await;
    let ids: Vec<u64> = studio
        .site
        .records("FilesystemLocation")
        .into_iter()
        .map(|record| record.entity.id)
        .collect();
    assert_eq!(studio.told_ids(), [ids]);
    let rows = studio.site.records("EventLogEntry");
    let event = rows.iter().find(|row| row.fields["event_type"] == "Toolkit_Folders_Create");
    let event = &event.expect("an event").fields;
    assert_eq!(EntityRef::from_json(&event["project"]).as_ref(), Some(&studio.project));
    assert_eq!(EntityRef::from_json(&event["user"]), Some(studio.site.coordinator()));
    let description = event["description"].as_str().unwrap();
    let asked = format!(": Created folders on disk for Shots with id: {}", shot.id);
    assert!(description.ends_with(&asked), "{description}");
}

#[tokio::test]
async fn the_second_run_writes_nothing_and_asks_only_what_the_plan_needs() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    studio.step_of(&shot, "anim");
    studio.told_of("New", &shot).await;
    let of_plan = ["Shot", "Sequence", "Project", "Step", "Task"];
    let mut first = studio.ports.searched();
    first.retain(|kind| !of_plan.contains(&kind.as_str()));
    assert_eq!(first, ["LocalStorage", "FilesystemLocation", "FilesystemLocation"]);
    assert_eq!(
        studio.ports.created(),
        [("FilesystemLocation".to_owned(), 4), ("EventLogEntry".to_owned(), 1)]
    );
    let log = studio.site.records("EventLogEntry").len();
    *studio.ports.registers.lock().unwrap() = 0;
    let told = studio.told_of("New", &shot).await;
    assert!(told.starts_with("skipped: all there already, 9 directories: "), "{told}");
    let mut second = studio.ports.searched();
    assert!(second.len() <= 5, "{second:?}");
    second.retain(|kind| !of_plan.contains(&kind.as_str()));
    assert_eq!(second, [""; 0]);
    assert_eq!(studio.ports.created(), []);
    assert_eq!(studio.site.records("EventLogEntry").len(), log);
    assert_eq!(*studio.ports.registers.lock().unwrap(), 0);
}

#[tokio::test]
async fn the_number_of_searches_is_the_same_for_one_shot_and_for_fifty() {
    let studio = Studio::with_toolkit();
    let one = studio.shot("SH000");
    studio.step_of(&one, "anim");
    studio.create(&[&one]).await.expect("made");
    let few = studio.ports.searched().len();
    let shots: Vec<EntityRef> = (1..=50).map(|n| studio.shot(&format!("SH{n:03}"))).collect();
    shots.iter().for_each(|shot| drop(studio.step_of(shot, "anim")));
    studio.create(&shots.iter().collect::<Vec<_>>()).await.expect("made");
    // How the storages are spelled is known by now.
    assert_eq!(studio.ports.searched().len(), few - 1);
    assert_eq!(studio.locations().len(), 2 + 2 * 51);
}

#[tokio::test]
async fn what_toolkit_registered_before_us_is_adopted_and_not_doubled() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    let ids = [
        located(&studio, &studio.project, "Film", "film"),
        located(&studio, &studio.sequence, "SQ010", "film/sequences/SQ010"),
        located(&studio, &shot, "SH010", "film/sequences/SQ010/SH010"),
    ];
    let told = studio.told_of("New", &shot).await;
    assert!(told.starts_with("done: 7 directories made"), "{told}");
    assert_eq!(studio.locations().len(), 3);
    let registered = studio.ports.folders_of(&shot).await.unwrap();
    assert_eq!(registered[0].location, Some(ids[2].id));
    studio.ports.created();
    studio.told_of("New", &shot).await;
    assert_eq!(studio.ports.created(), [], "adopted for good");
}

#[tokio::test]
async fn what_toolkit_registered_for_somebody_else_is_refused() {
    let studio = Studio::with_toolkit();
    let other = studio.shot("SH010");
    located(&studio, &other, "SH010", "film/sequences/SQ010/SH010");
    studio.site.retire(&other, &studio.site.coordinator()).unwrap();
    let shot = studio.shot("SH010");
    let told = studio.told_of("New", &shot).await;
    let belongs = format!("belongs to Shot `SH010` (id {})", other.id);
    assert!(told.starts_with("failed: ") && told.contains(&belongs), "{told}");
    assert_eq!(studio.disk(), [""; 0]);
    assert_eq!(studio.registered(&shot).await, [""; 0]);
}

#[tokio::test]
async fn what_toolkit_registered_under_another_name_is_refused() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    located(&studio, &shot, "SH001", "film/sequences/SQ010/SH001");
    let told = studio.told_of("New", &shot).await;
    assert!(told.starts_with("failed: ") && told.contains("called `SH001`"), "{told}");
    assert_eq!(studio.disk(), [""; 0]);
}

#[tokio::test]
async fn what_toolkit_unregistered_after_a_rename_is_made_anew_without_us_being_told() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    studio.step_of(&shot, "anim");
    studio.told_of("New", &shot).await;
    studio.set(&shot, json!({"code": "SH011"}));
    assert!(studio.told_of("Change", &shot).await.starts_with("failed: "));
    let by = studio.site.coordinator();
    for record in studio.site.records("FilesystemLocation") {
        if record.fields["path"]["relative_path"].as_str().unwrap().contains("SH010") {
            studio.site.retire(&record.entity, &by).unwrap();
        }
    }
    let told = studio.told_of("Change", &shot).await;
    assert!(told.starts_with("done: 5 directories made, 4 there already"), "{told}");
    let locations = studio.locations().join("\n");
    assert!(locations.contains("film/sequences/SQ010/SH011/steps/anim Step"), "{locations}");
    assert_eq!(studio.registered(&shot).await, ["film/sequences/SQ010/SH011"]);
}

/// A step stands for folders everywhere: what is gone in one shot is not gone in another.
#[tokio::test]
async fn a_step_that_toolkit_unregistered_in_one_shot_is_kept_in_the_others() {
    let studio = Studio::with_toolkit();
    let shots = ["SH010", "SH020"].map(|code| studio.shot(code));
    let step = studio.step_of(&shots[0], "anim");
    studio.step_of(&shots[1], "anim");
    studio.create(&shots.each_ref()).await.expect("made");
    studio.set(&step, json!({"short_name": "anm"}));
    let records = studio.site.records("FilesystemLocation");
    let gone = records
        .iter()
        .find(|one| one.fields["path"]["relative_path"] == "film/sequences/SQ010/SH010/steps/anim");
    studio.site.retire(&gone.expect("a record").entity, &studio.site.coordinator()).unwrap();
    assert_eq!(studio.create(&[&shots[0]]).await.expect("made").made, 2);
    let registered = studio.registered(&step).await;
    assert_eq!(
        registered,
        ["film/sequences/SQ010/SH010/steps/anm", "film/sequences/SQ010/SH020/steps/anim"]
    );
    let refused = studio.create(&[&shots[1]]).await.expect_err("still registered as anim");
    assert!(refused.to_string().contains("called `anim`"), "{refused}");
}

#[tokio::test]
async fn where_sgh_yaml_does_not_say_so_toolkit_is_neither_asked_nor_told() {
    let studio = Studio::start();
    let shot = studio.shot("SH010");
    located(&studio, &shot, "SH001", "film/sequences/SQ010/SH001");
    studio.told_of("New", &shot).await;
    assert_eq!(studio.ports.created(), []);
    assert!(!studio.ports.searched().contains(&"FilesystemLocation".to_owned()));
    assert_eq!(studio.told_ids(), [[0; 0]; 0]);
}

/// Turned on later: what we made before that is told with the next run.
#[tokio::test]
async fn folders_that_were_made_before_toolkit_was_told_are_told_with_the_next_run() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    let folder = |path: &str, entity: &EntityRef, name: &str| RegisteredFolder {
        at: FolderPath::new("primary", path),
        entity: entity.clone(),
        name: name.to_owned(),
        is_primary: true,
        location: None,
    };
    let before = [
        folder("film", &studio.project, "Film"),
        folder("film/sequences/SQ010", &studio.sequence, "SQ010"),
        folder("film/sequences/SQ010/SH010", &shot, "SH010"),
    ];
    assert_eq!(studio.ports.register(&before).await.unwrap(), []);
    studio.create(&[&shot]).await.expect("made");
    assert_eq!(studio.locations().len(), 3);
    let by_type: BTreeMap<String, usize> = studio.ports.created().into_iter().collect();
    assert_eq!(by_type["FilesystemLocation"], 3);
}
