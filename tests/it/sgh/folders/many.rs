//! More ids than are planned and made together: 500 are.

use super::*;

/// So many shots of the film, and their ids.
fn shots(studio: &Studio, film: &Film, count: usize) -> Vec<String> {
    (0..count).map(|n| shot(studio, film, &format!("SH{n:04}")).id.to_string()).collect()
}

async fn with_ids(env: &Env, command: &str, ids: &[String]) -> Ran {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    folders(env, command, &[&["Shot"], &ids[..], &["--json"]].concat()).await
}

#[tokio::test]
async fn more_shots_than_one_portion_are_made_and_each_folder_is_counted_once() {
    let (studio, film, env) = studio();
    let ids = shots(&studio, &film, 1010);
    studio.site().forget_calls();
    let preview = with_ids(&env, "preview", &ids).await;
    assert_eq!(preview.code, Some(0), "{preview:?}");
    assert_eq!(tree(&studio.storage()), [""; 0]);
    let searches = studio.calls("POST /entity/{type}/_search");
    assert!(searches <= 12, "three portions, and as many searches as one: {searches}");

    let made = with_ids(&env, "create", &ids).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    let folders =
        tree(&studio.storage()).iter().filter(|path| studio.storage().join(path).is_dir()).count();
    assert!(folders > 5 * 1010, "{folders}");
    let made = made.json().remove(0);
    assert_eq!((&made["made"], &made["existed"]), (&json!(folders), &json!(0)));
    let preview = preview.json().remove(0);
    assert_eq!((&preview["new"], &preview["existing"]), (&json!(folders), &json!(0)));
    let items = preview["items"].as_array().unwrap();
    let paths = items.iter().map(|item| item["path"].as_str().unwrap());
    assert_eq!(set(paths), set(tree(&studio.storage())));
    assert_eq!(items.len(), folders, "each once");

    let again = with_ids(&env, "create", &ids).await.json().remove(0);
    assert_eq!((&again["made"], &again["existed"]), (&json!(0), &json!(folders)));
}

#[tokio::test]
async fn two_shots_of_two_portions_that_want_one_folder_are_refused_before_anything_is_made() {
    let (studio, film, env) = studio();
    let first = shot(&studio, &film, "SAME 1");
    let mut ids = vec![first.id.to_string()];
    ids.extend(shots(&studio, &film, 510));
    let last = shot(&studio, &film, "SAME-1");
    ids.push(last.id.to_string());
    let ran = with_ids(&env, "create", &ids).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    for shot in [format!("`SAME 1` (id {})", first.id), format!("`SAME-1` (id {})", last.id)] {
        assert!(ran.err.contains(&shot), "{shot}: {ran:?}");
    }
    assert_eq!(tree(&studio.storage()), [""; 0]);
    let said = folders(&env, "list", &["Shot", &first.id.to_string()]).await.out;
    assert_eq!(said, format!("Shot {}: 0 registered\n", first.id));
}

#[tokio::test]
async fn one_bad_shot_of_many_leaves_everything_as_it_was() {
    let (studio, film, env) = studio();
    let good = shots(&studio, &film, 505);
    let long = shot(&studio, &film, &"x".repeat(300)).id.to_string();
    let nowhere = studio.make("Shot", json!({"code": "LOST", "project": film.project}));
    let of_nothing = nowhere.id.to_string();
    for (bad, why) in [
        (long, "longer than 255 bytes"),
        (of_nothing, "sg_sequence"),
        ("999999".to_owned(), "999999"),
    ] {
        let mut ids = good.clone();
        ids.push(bad);
        let ran = with_ids(&env, "create", &ids).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.err.contains(why), "{why}: {ran:?}");
        assert_eq!(tree(&studio.storage()), [""; 0]);
    }
    let said = folders(&env, "list", &["Shot", &good[0]]).await.out;
    assert_eq!(said, format!("Shot {}: 0 registered\n", good[0]));
}
