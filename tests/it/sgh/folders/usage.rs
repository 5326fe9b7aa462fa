//! What somebody types: exit 2 for usage, 1 for what is refused, and never a secret.

use super::*;

#[tokio::test]
async fn what_cannot_be_meant_is_usage() {
    for (arguments, name) in [
        (&[][..], "Usage"),
        (&["make"], "make"),
        (&["create"], "TYPE"),
        (&["create", "Shot"], "ID"),
        (&["preview", "Shot", "twelve"], "twelve"),
        (&["preview", "Shot", "-1"], "-1"),
        (&["create", "Shot", "1", "--project", "2"], "--project"),
        (&["create", "Shot", "1", "--engine"], "--engine"),
        (&["list", "Shot"], "ID"),
        (&["forget"], "TYPE"),
        (&["forget", "Shot", "1", "2"], "2"),
        (&["lint", "a", "b"], "b"),
    ] {
        let ran = run(&Vec::new(), &[&["folders"], arguments].concat()).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(name), "{arguments:?}: {}", ran.err);
    }
}

#[tokio::test]
async fn a_type_that_the_schema_has_no_folder_for_is_said_and_nothing_is_made() {
    let (studio, _, env) = studio();
    for command in ["preview", "create"] {
        let ran = folders(&env, command, &["Shto", "1"]).await;
        let said = "nothing to make: the schema has no folder for Shto\n";
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), said), "{ran:?}");
        let said = answer(&env, command, &["Shto", "1"]).await;
        assert_eq!(said["notes"], json!(["the schema has no folder for Shto"]));
    }
    let said = refused(&env, "create", &["Step", "1"]).await;
    assert!(said.contains("Step"), "{said}");
    assert_eq!(tree(&studio.storage()), [""; 0]);
}

#[tokio::test]
async fn an_entity_that_is_not_there_or_is_retired_is_refused_by_its_id() {
    let (studio, film, env) = studio();
    let site = studio.site();
    site.retire(&film.shot, &site.coordinator()).unwrap();
    for id in [999_999, film.shot.id] {
        for command in ["preview", "create"] {
            let said = refused(&env, command, &["Shot", &id.to_string()]).await;
            assert!(said.contains(&id.to_string()), "{said}");
        }
    }
    assert_eq!(tree(&studio.storage()), [""; 0]);
}

/// Neither a login that is refused nor a site that is down shows what it was tried with.
#[tokio::test]
async fn a_site_that_cannot_be_asked_is_refused_without_a_secret() {
    let (studio, film, env) = studio();
    let id = film.shot.id.to_string();
    let wrong = but(&env, &[("KEY", "canary-wrong")]);
    let said = refused(&wrong, "create", &["Shot", &id]).await;
    assert!(said.contains("SGH_SCRIPT_KEY"), "{said}");
    let nobody = format!("http://{}", tests::lambda::nobody());
    refused(&but(&env, &[("SGH_SITE_URL", &nobody)]), "preview", &["Shot", &id]).await;
    assert_eq!(tree(&studio.storage()), [""; 0]);
}

#[tokio::test]
async fn settings_that_are_missing_are_all_named() {
    let said = refused(&Vec::new(), "create", &["Shot", "1"]).await;
    for name in ["SGH_LEDGER", "SGH_SITE_URL", "SGH_SCRIPT_NAME", "SGH_SCRIPT_KEY", "SGH_CONFIG"] {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert!(!said.contains("SGH_QUEUE"), "which it does not need: {said}");
}

#[tokio::test]
async fn an_sgh_yaml_without_folders_is_refused_with_the_fix() {
    let (studio, film, env) = studio();
    studio.write("sgh.yaml", "automations: []\n");
    let said = refused(&env, "create", &["Shot", &film.shot.id.to_string()]).await;
    assert!(said.contains("`folders:`"), "{said}");
}
