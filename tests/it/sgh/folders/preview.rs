//! `sgh folders preview`: the tree that would be made. It makes nothing.

use super::*;

#[tokio::test]
async fn the_tree_is_drawn_with_what_is_new_and_whose_it_is_and_nothing_is_made() {
    let (studio, film, env) = studio();
    task(&studio, &film, &film.shot, "anim");
    let id = film.shot.id.to_string();
    let ran = folders(&env, "preview", &["Shot", &id]).await;
    assert_eq!((ran.code, tree(&studio.storage())), (Some(0), Vec::new()), "{ran:?}");
    assert_plain(&ran);
    let storage = studio.storage().display().to_string();
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], format!("primary {storage}"));
    let project = film.project.id;
    assert_eq!(lines[1], format!("+ └── night_train/  Project Night Train ({project})"));
    let shot = format!("SQ010_0010/  Shot SQ010_0010 ({id})");
    for drawn in ["├── delivery/", "└── anim/  Step anim (", &shot] {
        let found = lines.iter().filter(|line| line.starts_with("+ ") && line.contains(drawn));
        assert!(found.count() > 0, "{drawn}: {}", ran.out);
    }
    assert!(lines.last().unwrap().ends_with(" to make, 0 there already"));
    let said = folders(&env, "list", &["Shot", &id]).await.out;
    assert_eq!(said, format!("Shot {id}: 0 registered\n"), "and nothing is registered");
}

#[tokio::test]
async fn what_is_there_already_is_told_from_what_is_new() {
    let (studio, film, env) = studio();
    answer(&env, "create", &["Shot", &film.shot.id.to_string()]).await;
    let ids = [film.shot.id, shot(&studio, &film, "SQ010_0020").id].map(|id| id.to_string());
    let ran = folders(&env, "preview", &["Shot", &ids[0], &ids[1]]).await;
    let marked = |name: &str| {
        let line = ran.out.lines().find(|line| line.contains(name));
        line.unwrap_or_else(|| panic!("{name}: {}", ran.out)).starts_with('+')
    };
    assert!(marked("SQ010_0020/") && !marked("SQ010_0010/") && !marked("night_train/"));
    let said = answer(&env, "preview", &["Shot", &ids[0], &ids[1]]).await;
    assert_eq!(said["new"], ran.out.lines().filter(|line| line.starts_with("+ ")).count());
}

#[tokio::test]
async fn json_has_every_item_with_all_that_is_known_of_it() {
    let (studio, film, env) = studio();
    let step = task(&studio, &film, &film.shot, "anim");
    let step = &studio.site().find("Task", step.id).unwrap().fields["step"]["id"];
    let id = film.shot.id.to_string();
    let preview = answer(&env, "preview", &["Shot", &id]).await;
    let items = preview["items"].as_array().unwrap();
    let folders = items.iter().filter(|item| item["kind"] == "folder").count();
    assert_eq!((&preview["new"], &preview["existing"]), (&json!(folders), &json!(0)));
    assert_eq!((&preview["files"], &preview["links"]), (&json!(0), &json!(0)));
    let item = |path: &str| items.iter().find(|item| item["path"] == path).expect(path);
    let work = "night_train/sequences/SQ010/SQ010_0010/work";
    assert_eq!(
        item(&format!("{work}/anim")),
        &json!({
            "storage": "primary", "path": format!("{work}/anim"), "kind": "folder",
            "exists": false, "entity": {"type": "Step", "id": step, "name": "anim"},
            "target": null,
        })
    );
    assert_eq!(item(work)["entity"], Value::Null);

    answer(&env, "create", &["Shot", &id]).await;
    let paths = items.iter().map(|item| item["path"].as_str().unwrap());
    assert_eq!(set(paths), set(tree(&studio.storage())), "what was shown is what is made");
    let after = answer(&env, "preview", &["Shot", &id]).await;
    assert_eq!((&after["new"], &after["existing"]), (&json!(0), &json!(folders)));
    assert!(after["items"].as_array().unwrap().iter().all(|item| item["exists"] == true));
}

#[tokio::test]
async fn files_and_links_are_shown_too() {
    let (studio, film, env) = studio();
    own_schema(&studio);
    let id = film.shot.id.to_string();
    let ran = folders(&env, "preview", &["Shot", &id]).await;
    let drawn = format!(
        "primary {}\n\
         + └── night_train/  Project Night Train ({})\n\
         +     └── SQ010_0010/  Shot SQ010_0010 ({id})\n\
         +         ├── notes.txt\n\
         +         └── latest -> ../SQ010_0010\n\
         2 to make, 0 there already, files to copy: 1, links to make: 1\n",
        studio.storage().display(),
        film.project.id
    );
    assert_eq!(ran.out, drawn);
    let preview = answer(&env, "preview", &["Shot", &id]).await;
    let items = preview["items"].as_array().unwrap();
    let link = items.iter().find(|item| item["kind"] == "link").expect("a link");
    assert_eq!((&link["target"], &link["entity"]), (&json!("../SQ010_0010"), &Value::Null));
    let file = items.iter().find(|item| item["kind"] == "file").expect("a file");
    assert_eq!(file["path"], "night_train/SQ010_0010/notes.txt");
    assert_eq!(tree(&studio.storage()), [""; 0]);
}

#[tokio::test]
async fn what_would_be_refused_is_refused_here_too() {
    let (studio, film, env) = studio();
    let id = film.shot.id.to_string();
    answer(&env, "create", &["Shot", &id]).await;
    let site = studio.site();
    site.update(&film.shot, json!({"code": "SQ010_0011"}), &site.coordinator()).unwrap();
    let said = refused(&env, "preview", &["Shot", &id]).await;
    assert!(said.contains("`SQ010_0010`") && said.contains("`SQ010_0011`"), "{said}");
    assert!(said.contains(&format!("sgh folders forget Shot {id}")), "{said}");
}
