//! A shot that is made on the site ends as directories below the storage.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use tests::lambda::HttpEvent;

use super::Stage;
use crate::studio::{Film, TOKEN};

/// A film whose next shot is told.
async fn stage() -> (Stage, Film) {
    let stage = Stage::start().await;
    let film = stage.studio.film("Night Train");
    stage.hook(&json!({"Shot": {"create": []}}));
    (stage, film)
}

fn shot(stage: &Stage, film: &Film, code: &str) -> EntityRef {
    let Film { project, sequence, .. } = film;
    stage.studio.make("Shot", json!({"code": code, "project": project, "sg_sequence": sequence}))
}

#[tokio::test]
async fn a_new_shot_has_its_directories_and_its_delivery_says_which() {
    let (stage, film) = stage().await;
    shot(&stage, &film, "SQ010_0020");
    stage.drain().await;
    let made = stage.studio.storage().join("night_train/sequences/SQ010/SQ010_0020");
    for folder in ["plates", "publish", "render", "work"] {
        assert!(made.join(folder).is_dir(), "{folder}");
    }
    let told = stage.told();
    let counted = "done\nmake-folders: done: ";
    assert!(told[0].starts_with(counted) && told[0].contains(" directories made"), "{told:?}");
    let root = stage.studio.storage().display().to_string();
    assert!(told[0].contains("night_train"), "{told:?} names none of {root}");
}

#[tokio::test]
async fn directories_that_are_there_are_left_alone() {
    let (stage, film) = stage().await;
    shot(&stage, &film, "SQ010_0020");
    stage.drain().await;
    let kept = stage.studio.storage().join("night_train/sequences/SQ010/SQ010_0020/work/scene.nk");
    std::fs::write(&kept, "an artist's").unwrap();
    // The same shot is told of once more, as another event.
    let delivery = stage.deliveries().remove(0);
    let mut body: Value = serde_json::from_str(&delivery.request_body).unwrap();
    body["data"]["event_log_entry_id"] = json!(9_999_999);
    let event = HttpEvent::post(body.to_string().as_bytes()).signed(TOKEN);
    assert_eq!(stage.post(&event).await, (200, "kept".to_owned()));
    stage.drain().await;
    let told = stage.told();
    assert!(told[0].starts_with("skipped\nmake-folders: skipped: all "), "{told:?}");
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "an artist's");
}

#[tokio::test]
async fn a_directory_of_another_shot_is_refused_and_its_delivery_says_whose_it_is() {
    let (stage, film) = stage().await;
    let first = shot(&stage, &film, "SQ010_0020");
    // The same name once more, which the site allows.
    let second = shot(&stage, &film, "SQ010_0020");
    stage.drain().await;
    let told = stage.told();
    assert!(told[0].starts_with("done\n"), "{told:?}");
    let belongs = format!("belongs to Shot `SQ010_0020` (id {})", first.id);
    assert!(told[1].starts_with("failed\nmake-folders: failed: "), "{told:?}");
    assert!(told[1].contains(&belongs) && told[1].contains(&format!("(id {})", second.id)));
    let forget = format!("`sgh folders forget Shot {}`", first.id);
    assert!(told[1].contains(&forget), "{told:?}");
}

#[tokio::test]
async fn a_renamed_shot_gets_no_second_directory_and_its_delivery_says_which_it_has() {
    let stage = Stage::start().await;
    let film = stage.studio.film("Night Train");
    stage.hook(&json!({"Shot": {"create": [], "update": ["code"]}}));
    let made = shot(&stage, &film, "SQ010_0020");
    stage.drain().await;
    let site = stage.studio.site();
    site.update(&made, json!({"code": "SQ010_0021"}), &site.coordinator()).unwrap();
    stage.drain().await;
    let told = stage.told();
    assert!(told[1].starts_with("failed\n"), "{told:?}");
    for name in ["`SQ010_0020`", "`SQ010_0021`"] {
        assert!(told[1].contains(name), "{name}: {told:?}");
    }
    let sequence = stage.studio.storage().join("night_train/sequences/SQ010");
    let names = std::fs::read_dir(sequence).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["SQ010_0020"]);
}

#[tokio::test]
async fn a_storage_that_is_not_mounted_is_waited_for() {
    let (stage, film) = stage().await;
    let (storage, away) = (stage.studio.storage(), stage.studio.folder().join("away"));
    std::fs::rename(&storage, &away).unwrap();
    shot(&stage, &film, "SQ010_0020");
    let batch = stage.arrived().await;
    let back = stage.work(&batch).await;
    assert_eq!(back.ids(), ["m0"]);
    assert!((2..=5).contains(&back.0[0].1), "{back:?}");
    assert_eq!(stage.told(), [""], "nothing is said before it is known");
    assert!(!storage.exists(), "a root is never made");
    let log = stage.worker.log();
    assert!(log.contains("ERROR") && log.contains("primary"), "{log}");

    std::fs::rename(&away, &storage).unwrap();
    assert!(stage.work(&[batch[0].at_receive(2)]).await.0.is_empty());
    assert!(stage.told()[0].starts_with("done\n"), "{:?}", stage.told());
    assert!(storage.join("night_train/sequences/SQ010/SQ010_0020/work").is_dir());
}

#[tokio::test]
async fn a_file_in_the_way_fails_with_its_path_and_mended_it_is_made_by_a_redelivery() {
    let (stage, film) = stage().await;
    let in_the_way = stage.studio.storage().join("night_train");
    std::fs::write(&in_the_way, "").unwrap();
    let made = shot(&stage, &film, "SQ010_0020");
    stage.drain().await;
    let told = stage.told();
    assert!(told[0].starts_with("failed\nmake-folders: failed: "), "{told:?}");
    assert!(told[0].contains("night_train"), "{told:?}");

    std::fs::remove_file(&in_the_way).unwrap();
    // The site sends the same delivery under the same id; a second hook has one of its own.
    let delivery = stage.deliveries().remove(0);
    let body = delivery.request_body.replace(&delivery.id.to_string(), OTHER);
    let event = HttpEvent::post(body.as_bytes()).signed(TOKEN);
    assert_eq!(stage.post(&event).await, (200, "kept".to_owned()));
    stage.drain().await;
    assert!(in_the_way.join("sequences/SQ010/SQ010_0020/work").is_dir(), "{made}");
}

const OTHER: &str = "11111111-0000-4000-8000-000000000000";

#[tokio::test]
async fn a_name_can_neither_leave_the_storage_nor_be_too_long_for_it() {
    let (stage, film) = stage().await;
    for code in ["../../escaped", "/etc/escaped", "a\0b", &"x".repeat(300), "..", ""] {
        shot(&stage, &film, code);
    }
    let batch = stage.arrived().await;
    assert_eq!(stage.work(&batch).await.0, []);
    for told in stage.told() {
        assert!(told.starts_with("done\n") || told.starts_with("failed\n"), "{told}");
    }
    let mut names: Vec<_> = std::fs::read_dir(stage.studio.folder()).unwrap().collect();
    names.retain(|entry| entry.as_ref().unwrap().file_name() != "sgh.yaml");
    assert_eq!(names.len(), 1, "only the storage: {names:?}");
    assert!(stage.told()[3].starts_with("failed\n"), "{:?}", stage.told()[3]);
}
