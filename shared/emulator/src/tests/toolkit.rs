//! What Toolkit writes when it has made folders: locations in one batch, then a row of the log.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::receiver::Receiver;
use super::{JSON, Stand, code, detail};
use crate::NewHook;

const BATCH: &str = "POST /api/v1.1/entity/_batch";
const LOG: &str = "POST /api/v1.1/entity/event_log_entries";

/// A create as Toolkit sends it.
fn location(stand: &Stand, project: &EntityRef, shot: &EntityRef, path: &str) -> Value {
    let configuration = stand.site.records("PipelineConfiguration")[0].entity.clone();
    json!({"request_type": "create", "entity": "FilesystemLocation", "data": {
        "project": project,
        "created_by": stand.by,
        "entity": {"type": shot.kind, "id": shot.id, "name": "SH010"},
        "linked_entity_type": shot.kind,
        "linked_entity_id": shot.id,
        "code": "SH010",
        "is_primary": true,
        "pipeline_configuration": configuration,
        "configuration_metadata": "{\"type\": \"shotgun_entity\"}",
        "path": {"local_path": path, "name": "[primary] /sequences/SH010"},
    }})
}

fn configured(stand: &Stand, project: &EntityRef) -> EntityRef {
    let paths = json!({"code": "Primary", "project": project, "linux_path": "/mnt/config",
        "plugin_ids": "basic.*", "descriptor": "sgtk:descriptor:dev"});
    stand.make("PipelineConfiguration", paths)
}

#[tokio::test]
async fn locations_are_made_in_one_batch_and_show_their_path_on_each_platform() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let configuration = configured(&stand, &filled.project);
    let [first, second] = &filled.shots;
    let at = |shot, path| location(&stand, &filled.project, shot, path);
    let requests = json!({"requests": [
        at(first, "/mnt/projects/big_film/SH010"), at(second, "P:\\projects\\big_film\\SH020"),
    ]});
    let (status, answer) = stand.call(BATCH, JSON, &requests).await;
    assert_eq!(status, 200, "{answer}");
    let ids: Vec<u64> =
        [0, 1].map(|place| answer["data"][place]["data"]["id"].as_u64().unwrap()).into();
    let found = stand.found("filesystem_locations", json!([["entity", "is", first]])).await;
    assert_eq!(found, [ids[0]]);
    let read = |id: u64| format!("/api/v1.1/entity/filesystem_locations/{id}");
    let (_, made) = stand.get(&read(ids[0])).await;
    let (attributes, links) = (&made["data"]["attributes"], &made["data"]["relationships"]);
    let storage = stand.site.records("LocalStorage")[0].entity.clone();
    assert_eq!(
        attributes["path"],
        json!({
            "link_type": "local", "name": "[primary] /sequences/SH010", "content_type": null,
            "local_storage": {"type": "LocalStorage", "id": storage.id, "name": "primary"},
            "relative_path": "big_film/SH010",
            "local_path": "/mnt/projects/big_film/SH010",
            "local_path_linux": "/mnt/projects/big_film/SH010",
            "local_path_mac": "/Volumes/projects/big_film/SH010",
            "local_path_windows": "P:\\projects\\big_film\\SH010",
        })
    );
    assert_eq!(attributes["configuration_metadata"], "{\"type\": \"shotgun_entity\"}");
    assert_eq!(attributes["is_primary"], true);
    assert_eq!(links["entity"]["data"]["name"], "SH010");
    assert_eq!(links["pipeline_configuration"]["data"]["id"], configuration.id);
    assert_eq!(links["created_by"]["data"]["type"], "HumanUser");
    let (_, other) = stand.get(&read(ids[1])).await;
    let path = &other["data"]["attributes"]["path"];
    assert_eq!(path["local_path_linux"], "/mnt/projects/big_film/SH020");
}

#[tokio::test]
async fn a_path_in_no_storage_refuses_the_whole_batch() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    configured(&stand, &filled.project);
    let at = |path| location(&stand, &filled.project, &filled.shots[0], path);
    let requests = json!({"requests": [
        at("/mnt/projects/a"), at("/mnt/projects_old/b"), at("/mnt/projects/c"),
    ]});
    let (status, answer) = stand.call(BATCH, JSON, &requests).await;
    assert_eq!((status, code(&answer)), (400, 104), "{answer}");
    assert!(detail(&answer).contains("/mnt/projects_old/b"), "{answer}");
    assert_eq!(stand.site.records("FilesystemLocation").len(), 0);
    stand.site.put_storage("old", "/mnt/projects_old/").unwrap();
    stand.site.put_storage("primary", "/srv/film").unwrap();
    let requests = json!({"requests": [at("/srv/film"), at("/mnt/projects_old/b")]});
    assert_eq!(stand.call(BATCH, JSON, &requests).await.0, 200);
    let made = stand.site.records("FilesystemLocation");
    let storage = |place: usize| &made[place].fields["path"]["local_storage"]["name"];
    assert_eq!((storage(0), storage(1)), (&json!("primary"), &json!("old")));
    assert_eq!(stand.call(BATCH, JSON, &json!({"requests": [at("/mnt/projects/a")]})).await.0, 400);
}

#[tokio::test]
async fn a_file_can_be_named_within_a_storage_or_on_the_web() {
    let stand = Stand::new().await;
    let project = stand.fill().project;
    let call = "POST /api/v1/entity/published_files";
    let file = |path: Value| json!({"code": "a", "project": project, "path": path});
    let storage = stand.site.records("LocalStorage")[1].entity.clone();
    for (path, shown) in [
        (json!({"relative_path": "a/b.exr", "local_storage": storage}), "/mnt/renders/a/b.exr"),
        (
            json!({"relative_path": "b.exr", "local_storage":
                {"type": "LocalStorage", "name": "primary"}}),
            "/mnt/projects/b.exr",
        ),
    ] {
        let (status, answer) = stand.call(call, JSON, &file(path)).await;
        let path = &answer["data"]["attributes"]["path"];
        assert_eq!((status, &path["local_path_linux"]), (201, &json!(shown)), "{answer}");
        assert_eq!(path["name"], "b.exr");
    }
    let web = json!({"url": "https://studio.example/a", "name": "a"});
    let (status, answer) = stand.call(call, JSON, &file(web)).await;
    assert_eq!(status, 201);
    assert_eq!(answer["data"]["attributes"]["path"]["link_type"], "web");
    let none = json!({"relative_path": "a", "local_storage": {"type": "LocalStorage", "id": 99}});
    for wrong in [json!({}), json!("/mnt/projects/a"), json!({"relative_path": "a"}), none] {
        let (status, answer) = stand.call(call, JSON, &file(wrong.clone())).await;
        assert_eq!((status, code(&answer)), (400, 104), "{wrong}");
    }
}

#[tokio::test]
async fn a_row_that_a_script_writes_is_found_in_the_log_and_delivered_to_its_hooks() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    let filled = stand.fill();
    let configuration = configured(&stand, &filled.project);
    for event_type in ["Toolkit_Folders_Create", "Toolkit_Folders_Delete"] {
        stand.site.add_hook(&NewHook::on_event_type(&receiver.url, event_type)).unwrap();
    }
    let last = stand.site.records("EventLogEntry").last().unwrap().entity.id;
    let meta = json!({"core_api_version": "v0.24.0", "sg_folder_ids": [7, 8]});
    let row = |event_type: &str| {
        json!({"event_type": event_type, "project": filled.project, "entity": configuration,
            "description": "Toolkit v0.24.0: Created folders on disk for Shots with id: 1",
            "meta": meta})
    };
    let (status, made) = stand.call(LOG, JSON, &row("Toolkit_Folders_Create")).await;
    assert_eq!((status, made["data"]["id"].as_u64()), (201, Some(last + 1)), "{made}");
    assert_eq!(made["data"]["relationships"]["user"]["data"]["type"], "ApiUser");
    stand.call(LOG, JSON, &row("Studio_Else")).await;
    let types = json!(["Toolkit_Folders_Create", "Toolkit_Folders_Delete"]);
    let wanted = |project: &EntityRef, after: u64| {
        json!([
            ["event_type", "in", types],
            ["id", "greater_than", after],
            ["project", "is", project]
        ])
    };
    let found = stand.found("event_log_entries", wanted(&filled.project, last)).await;
    assert_eq!(found, [last + 1]);
    let later = stand.found("event_log_entries", wanted(&filled.project, last + 1)).await;
    assert_eq!(later, [0; 0]);
    let other = stand.make("Project", json!({"name": "Other"}));
    assert_eq!(stand.found("event_log_entries", wanted(&other, last)).await, [0; 0]);
    stand.site.deliveries_answered().await;
    let [got] = &receiver.got()[..] else { panic!("one POST") };
    let data = &got.json()["data"];
    assert_eq!(data["event_type"], "Toolkit_Folders_Create");
    assert_eq!(data["event_log_entry_id"], last + 1);
    assert_eq!((&data["meta"], &data["operation"]), (&meta, &Value::Null));
    assert_eq!(data["entity"], json!(configuration));
}
