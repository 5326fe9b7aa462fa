//! `sgh folders lint`: a schema explained, and what in it cannot work.

use super::*;

/// A schema with something that cannot be meant, beside sgh.yaml.
fn bad(studio: &Studio) -> String {
    #[allow(clippy::disallowed_methods, reason = "a schema, which we never make")]
    std::fs::create_dir_all(studio.folder().join("bad/project/shot")).unwrap();
    studio.write("bad/project.yml", "type: project\nroot_name: primary\n");
    studio.write(
        "bad/project/shot.yml",
        "type: shotgun_entity\nentity_type: Shot\nname: code\n\
         filters: [{path: sg_sequence, relation: is, values: [$sequence]}]\n",
    );
    studio.folder().join("bad").display().to_string()
}

#[tokio::test]
async fn the_schema_of_sgh_yaml_is_explained_folder_by_folder() {
    let (_studio, _, env) = studio();
    let ran = folders(&env, "lint", &[]).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    assert_plain(&ran);
    let line = ran.out.lines().find(|line| line.trim_start().starts_with("shot/"));
    assert!(line.is_some_and(|line| line.contains("one folder per Shot")), "{}", ran.out);
    assert!(ran.out.trim_end().ends_with("0 errors, 0 warnings"), "{}", ran.out);
    let said = answer(&env, "lint", &[]).await;
    let count = said["folders"].as_array().unwrap().len();
    assert!(ran.out.contains(&format!("{count} folders, ")), "{}", ran.out);
}

/// It needs nothing but the schema: neither settings nor a site.
#[tokio::test]
async fn a_schema_can_be_named_by_its_folder() {
    let starter = crate::tidy::root().join("studio/schema").display().to_string();
    let said = answer(&Vec::new(), "lint", &[&starter]).await;
    assert_eq!(said["findings"], json!([]));
    let ran = folders(&Vec::new(), "lint", &[]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("SGH_CONFIG"), "{ran:?}");
}

#[tokio::test]
async fn what_cannot_work_is_named_by_its_file_with_the_fix() {
    let (studio, _, _) = studio();
    let bad = bad(&studio);
    let ran = folders(&Vec::new(), "lint", &[&bad]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_plain(&ran);
    assert!(ran.out.contains("error project/shot.yml:4: "), "{}", ran.out);
    assert!(ran.out.contains("`$sequence`"), "{}", ran.out);
    let ran = folders(&Vec::new(), "lint", &[&bad, "--json"]).await;
    let said = ran.json().remove(0);
    let findings = said["findings"].as_array().unwrap();
    assert_eq!(ran.code, Some(1));
    let error = findings.iter().find(|one| one["severity"] == "error").expect("an error");
    assert_eq!(error["file"], "project/shot.yml:4");
    assert!(error["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{error}");
}

#[tokio::test]
async fn a_folder_that_is_no_schema_or_is_not_there_is_an_error() {
    let (studio, _, _) = studio();
    let empty = studio.storage().display().to_string();
    for folder in [empty.as_str(), "/no/such/schema"] {
        let ran = folders(&Vec::new(), "lint", &[folder]).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.out.contains("error "), "{ran:?}");
    }
}
