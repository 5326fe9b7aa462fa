//! `sgh folders list` and `forget`: whose a directory is.

use super::*;

const SHOT: &str = "night_train/sequences/SQ010/SQ010_0010";

#[tokio::test]
async fn what_is_registered_is_listed_and_can_be_forgotten() {
    let (_studio, film, env) = studio();
    let id = film.shot.id.to_string();
    answer(&env, "create", &["Shot", &id]).await;
    let listed = folders(&env, "list", &["Shot", &id]).await;
    assert_eq!(listed.out, format!("Shot {id}: 1 registered\n  primary:{SHOT} `SQ010_0010`\n"));
    assert_plain(&listed);
    let folder = json!({"storage": "primary", "path": SHOT, "name": "SQ010_0010", "own": true});
    let entity = json!({"type": "Shot", "id": film.shot.id});
    let expect = json!({"entity": entity, "registered": [folder]});
    assert_eq!(answer(&env, "list", &["Shot", &id]).await, expect);

    let forgotten = answer(&env, "forget", &["Shot", &id]).await;
    assert_eq!(forgotten, json!({"entity": entity, "forgotten": [folder]}));
    let again = folders(&env, "forget", &["Shot", &id]).await;
    assert_eq!((again.code, again.out), (Some(0), format!("Shot {id}: 0 forgotten\n")));
    let listed = answer(&env, "list", &["Shot", &id]).await;
    assert_eq!(listed, json!({"entity": entity, "registered": []}));
}

#[tokio::test]
async fn a_renamed_shot_is_made_anew_after_its_old_directory_is_forgotten() {
    let (studio, film, env) = studio();
    let id = film.shot.id.to_string();
    answer(&env, "create", &["Shot", &id]).await;
    let site = studio.site();
    site.update(&film.shot, json!({"code": "SQ010_0011"}), &site.coordinator()).unwrap();
    let before = tree(&studio.storage());
    let said = refused(&env, "create", &["Shot", &id]).await;
    assert!(said.contains("`SQ010_0010`") && said.contains("`SQ010_0011`"), "{said}");
    assert_eq!(tree(&studio.storage()), before);
    answer(&env, "forget", &["Shot", &id]).await;
    assert_eq!(tree(&studio.storage()), before, "the directories themselves stay");
    answer(&env, "create", &["Shot", &id]).await;
    let both = ["SQ010_0010", "SQ010_0011"];
    let is_there = |code: &&str| studio.storage().join(SHOT).with_file_name(code).is_dir();
    assert!(both.iter().all(is_there));
}

#[tokio::test]
async fn where_toolkit_is_told_forgetting_says_what_is_left_to_do_there() {
    let (studio, film, env) = studio();
    let storage = studio.storage().display().to_string();
    studio.site().put_storage("primary", &storage).unwrap();
    edit(&studio, "folders:\n", "folders:\n  register: true\n");
    let id = film.shot.id.to_string();
    answer(&env, "create", &["Shot", &id]).await;
    assert_eq!(studio.site().records("FilesystemLocation").len(), 3);
    let forgotten = folders(&env, "forget", &["Shot", &id]).await;
    let hint = format!("run its `tank Shot {id} unregister_folders` too");
    assert!(forgotten.out.contains(&hint), "{forgotten:?}");
    // Toolkit still knows it, so that it comes back and is not told twice.
    answer(&env, "create", &["Shot", &id]).await;
    assert_eq!(studio.site().records("FilesystemLocation").len(), 3);
}
