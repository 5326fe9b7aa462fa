//! Paths in an acknowledgement, as people can open them.

use std::time::Duration;

use sgh_emulator::Fault;

use super::*;

/// Sets how the site spells the storage.
fn spell(studio: &Studio, fields: Value) {
    let storages = studio.site.records("LocalStorage");
    let primary = storages.iter().find(|one| one.fields["code"] == "primary").unwrap();
    studio.set(&primary.entity, fields);
}

fn here(studio: &Studio, path: &str) -> String {
    studio.storage().join(path).display().to_string()
}

#[tokio::test]
async fn a_path_is_spelled_for_every_system_that_spells_it_in_another_way() {
    let studio = Studio::start();
    spell(
        &studio,
        json!({
            "linux_path": "/mnt/film/", "mac_path": "/Volumes/film", "windows_path": "P:\\film",
        }),
    );
    let told = studio.told_of("New", &studio.shot("SH010")).await;
    let path = "film/sequences/SQ010/SH010";
    assert_eq!(
        told,
        format!(
            "done: 7 directories made: {} (Windows P:\\film\\film\\sequences\\SQ010\\SH010, \
             macOS /Volumes/film/{path}, Linux /mnt/film/{path})",
            here(&studio, path)
        )
    );
}

#[tokio::test]
async fn what_is_spelled_as_here_is_not_said_twice() {
    let studio = Studio::start();
    spell(&studio, json!({"mac_path": null, "windows_path": null}));
    let told = studio.told_of("New", &studio.shot("SH010")).await;
    let path = here(&studio, "film/sequences/SQ010/SH010");
    assert_eq!(told, format!("done: 7 directories made: {path}"));
}

#[tokio::test]
async fn how_it_is_spelled_is_kept_for_an_hour() {
    let studio = Studio::start();
    spell(&studio, json!({"mac_path": null, "windows_path": "P:\\old"}));
    let told = |code: &'static str| {
        let studio = &studio;
        async move { studio.told_of("New", &studio.shot(code)).await }
    };
    assert!(told("SH010").await.contains("P:\\old"));
    spell(&studio, json!({"windows_path": "P:\\new"}));
    studio.ports.searched();
    studio.clock.pass(Duration::from_secs(59 * 60));
    assert!(told("SH020").await.contains("P:\\old"));
    assert!(!studio.ports.searched().contains(&"LocalStorage".to_owned()));
    studio.clock.pass(Duration::from_secs(60));
    assert!(told("SH030").await.contains("P:\\new"));
    assert!(studio.ports.searched().contains(&"LocalStorage".to_owned()));
}

#[tokio::test]
async fn a_site_without_the_storage_or_one_that_does_not_say_leaves_it_out() {
    let search = "POST /entity/local_storages/_search";
    for fault in [
        None,
        Some(Fault::Status { code: 403, retry_after: None }),
        Some(Fault::Status { code: 502, retry_after: None }),
        Some(Fault::Garbage),
    ] {
        let studio = Studio::start();
        match fault {
            Some(fault) => studio.site.plan_fault(search, 9, fault),
            None => spell(&studio, json!({"code": "elsewhere"})),
        }
        let told = studio.told_of("New", &studio.shot("SH010")).await;
        let path = here(&studio, "film/sequences/SQ010/SH010");
        assert_eq!(told, format!("done: 7 directories made: {path}"));
    }
}

#[tokio::test]
async fn toolkit_is_told_the_path_as_the_site_spells_it() {
    let studio = Studio::with_toolkit();
    spell(&studio, json!({"linux_path": "/mnt/film", "mac_path": "/Volumes/film"}));
    studio.told_of("New", &studio.shot("SH010")).await;
    let records = studio.site.records("FilesystemLocation");
    let path = &records[2].fields["path"];
    assert_eq!(path["local_path"], "/mnt/film/film/sequences/SQ010/SH010");
    assert_eq!(path["local_path_mac"], "/Volumes/film/film/sequences/SQ010/SH010");
}
