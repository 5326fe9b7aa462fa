//! A shot whose directories are there under another name.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_renamed_shot_is_refused_with_both_names_and_what_to_do() {
    let studio = Studio::start();
    let shot = studio.shot("SH010");
    studio.step_of(&shot, "anim");
    assert!(studio.told_of("New", &shot).await.starts_with("done: 9 directories made"));
    let before = studio.disk();
    studio.set(&shot, json!({"code": "SH011"}));
    let report = studio.work(&[&studio.event("Change", &shot)]).await;
    let told = told(&report, 0);
    let id = shot.id;
    assert_eq!(
        told,
        format!(
            "failed: Shot `SH011` (id {id}) has the folder `film/sequences/SQ010/SH010` in primary \
             already, made when it was called `SH010`, so `SH011` is not made beside it; rename \
             it back to `SH010`, or rename that directory by hand and run \
             `sgh folders forget Shot {id}`, then have it made again"
        )
    );
    assert_eq!(studio.disk(), before);
    assert_eq!(studio.registered(&shot).await, ["film/sequences/SQ010/SH010"]);
}

#[tokio::test]
async fn what_was_forgotten_is_made_under_its_new_name_when_it_is_delivered_again() {
    let studio = Studio::start();
    let shot = studio.shot("SH010");
    studio.told_of("New", &shot).await;
    studio.set(&shot, json!({"code": "SH011"}));
    let renamed = studio.event("Change", &shot);
    assert!(told(&studio.work(&[&renamed]).await, 0).starts_with("failed: "));
    let again = told(&studio.work(&[&renamed]).await, 0);
    assert!(again.starts_with("failed: "), "still: {again}");

    studio.ports.forget(&shot).await.unwrap();
    let told = told(&studio.work(&[&renamed]).await, 0);
    assert!(told.starts_with("done: 3 directories made, 4 there already: "), "{told}");
    assert_eq!(studio.registered(&shot).await, ["film/sequences/SQ010/SH011"]);
    let both = ["film/sequences/SQ010/SH010/plates", "film/sequences/SQ010/SH011/plates"];
    let disk = studio.disk();
    assert!(both.iter().all(|path| disk.contains(&(*path).to_owned())), "nothing is moved");
}

#[tokio::test]
async fn a_shot_that_has_its_old_name_back_is_as_before() {
    let studio = Studio::start();
    let shot = studio.shot("SH010");
    studio.told_of("New", &shot).await;
    studio.set(&shot, json!({"code": "SH011"}));
    assert!(studio.told_of("Change", &shot).await.starts_with("failed: "));
    studio.set(&shot, json!({"code": "SH010"}));
    let told = studio.told_of("Change", &shot).await;
    assert!(told.starts_with("skipped: all there already, 7 directories: "), "{told}");
}

#[tokio::test]
async fn a_renamed_sequence_holds_up_its_shots_too() {
    let studio = Studio::start();
    studio.told_of("New", &studio.shot("SH010")).await;
    studio.set(&studio.sequence, json!({"code": "SQ011"}));
    let before = studio.disk();
    let told = studio.told_of("New", &studio.shot("SH020")).await;
    assert!(told.starts_with("failed: Sequence `SQ011` "), "{told}");
    assert!(told.contains("called `SQ010`"), "{told}");
    assert_eq!(studio.disk(), before);
}

#[tokio::test]
async fn a_moved_shot_has_directories_in_both_sequences() {
    let studio = Studio::start();
    let shot = studio.shot("SH010");
    studio.told_of("New", &shot).await;
    let fields = json!({"code": "SQ020", "project": studio.project});
    let other = studio.make("Sequence", fields);
    studio.set(&shot, json!({"sg_sequence": other}));
    let told = studio.told_of("Change", &shot).await;
    assert!(told.starts_with("done: 4 directories made"), "{told}");
    let both = ["film/sequences/SQ010/SH010", "film/sequences/SQ020/SH010"];
    assert_eq!(studio.registered(&shot).await, both);
}
