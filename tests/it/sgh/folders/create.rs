//! `sgh folders create`.

use super::*;

const SHOT: &str = "night_train/sequences/SQ010/SQ010_0010";

#[tokio::test]
async fn what_is_missing_is_made_and_the_second_time_nothing_is() {
    let (studio, film, env) = studio();
    task(&studio, &film, &film.shot, "anim");
    let id = film.shot.id.to_string();
    let made = answer(&env, "create", &["Shot", &id]).await;
    let disk = tree(&studio.storage());
    let count = disk.iter().filter(|path| studio.storage().join(path).is_dir()).count();
    assert_eq!(made["made"], count);
    assert_eq!((&made["existed"], &made["files"]), (&json!(0), &json!(0)));
    assert!(disk.contains(&format!("{SHOT}/work/anim")), "{disk:?}");
    let again = answer(&env, "create", &["Shot", &id]).await;
    assert_eq!((&again["made"], &again["existed"]), (&json!(0), &json!(count)));
    assert_eq!(again["first"], json!([]));
    assert_eq!(tree(&studio.storage()), disk);

    let ran = folders(&env, "create", &["Shot", &id]).await;
    assert_eq!(ran.out, format!("0 made, {count} there already\n"));
    assert_plain(&ran);
}

#[tokio::test]
async fn all_of_a_type_in_a_project_are_made_and_of_no_other_project() {
    let (studio, film, env) = studio();
    shot(&studio, &film, "SQ010_0020");
    let other = studio.film("Other");
    let id = film.project.id.to_string();
    answer(&env, "create", &["Shot", "--project", &id]).await;
    let disk = set(tree(&studio.storage()));
    for code in ["SQ010_0010", "SQ010_0020"] {
        assert!(disk.contains(&format!("night_train/sequences/SQ010/{code}")), "{code}: {disk:?}");
    }
    assert!(!studio.storage().join("other").exists(), "{disk:?}");

    let id = other.project.id.to_string();
    answer(&env, "create", &["Project", "--project", &id]).await;
    assert!(studio.storage().join("other/sequences").is_dir());
    let said = refused(&env, "create", &["Asset", "--project", &id]).await;
    assert!(said.contains(&format!("project {id} has no Asset")), "{said}");
}

#[tokio::test]
async fn a_task_stands_for_its_shot_and_an_engine_brings_what_waits_for_it() {
    let (studio, film, env) = studio();
    let task = task(&studio, &film, &film.shot, "comp").id.to_string();
    answer(&env, "create", &["Task", &task]).await;
    let work = studio.storage().join(SHOT).join("work/comp");
    assert!(work.join("comp").is_dir() && !work.join("nuke").exists(), "its own, and no engine's");
    answer(&env, "create", &["Task", &task, "--engine", "tk-maya,tk-nuke"]).await;
    assert!(work.join("nuke").is_dir());
}

#[tokio::test]
async fn the_workspace_of_a_person_is_made_for_their_login() {
    let (studio, film, env) = studio();
    own_schema(&studio);
    let id = film.shot.id.to_string();
    let of_person = ["Shot", &id, "--engine", "tk-nuke", "--user"];

    let said = refused(&env, "create", &of_person[..4]).await;
    assert!(said.contains("names no user"), "{said}");
    let said = refused(&env, "create", &[&of_person[..], &["nobody"]].concat()).await;
    assert!(said.contains("no person on the site has the login `nobody`"), "{said}");
    assert_eq!(tree(&studio.storage()), [""; 0]);
    answer(&env, "create", &[&of_person[..], &["coordinator"]].concat()).await;
    assert!(studio.storage().join("night_train/SQ010_0010/coordinator").is_dir());
}

#[tokio::test]
async fn files_are_copied_and_links_made_and_counted() {
    let (studio, film, env) = studio();
    own_schema(&studio);
    let id = film.shot.id.to_string();
    let ran = folders(&env, "create", &["Shot", &id]).await;
    let first = "2 made, 0 there already, files copied: 1, links made: 1\n";
    assert!(ran.code == Some(0) && ran.out.starts_with(first), "{ran:?}");
    let shot = studio.storage().join("night_train/SQ010_0010");
    assert_eq!(std::fs::read_to_string(shot.join("notes.txt")).unwrap(), "what was said\n");
    assert_eq!(std::fs::read_link(shot.join("latest")).unwrap().to_str(), Some("../SQ010_0010"));
    std::fs::write(shot.join("notes.txt"), "an artist's").unwrap();
    let again = answer(&env, "create", &["Shot", &id]).await;
    assert_eq!((&again["files"], &again["links"]), (&json!(0), &json!(0)));
    assert_eq!(std::fs::read_to_string(shot.join("notes.txt")).unwrap(), "an artist's");
}

#[tokio::test]
async fn a_file_that_is_in_the_way_and_a_storage_that_is_not_there_are_refused() {
    let (studio, film, env) = studio();
    let id = film.shot.id.to_string();
    std::fs::write(studio.storage().join("night_train"), "").unwrap();
    let said = refused(&env, "create", &["Shot", &id]).await;
    assert!(said.contains("night_train is a file"), "{said}");
    std::fs::remove_file(studio.storage().join("night_train")).unwrap();
    std::fs::remove_dir(studio.storage()).unwrap();
    let said = refused(&env, "create", &["Shot", &id]).await;
    assert!(said.contains("folders.roots.primary"), "{said}");
    assert!(!studio.storage().exists(), "a root is never made");
}
