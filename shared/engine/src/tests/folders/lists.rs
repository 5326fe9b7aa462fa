//! Levels of a list's values, folders that wait for an engine, and workspaces of people.

use sgh_emulator::Fault;

use super::*;
use crate::Disposition;

/// A project that has a folder for every type of asset, and assets in them.
const TYPES: [(&str, &str); 3] = [
    PROJECT,
    (
        "project/asset_type.yml",
        "type: shotgun_list_field\nentity_type: Asset\nfield_name: sg_asset_type\n\
         create_with_parent: true\n",
    ),
    (
        "project/asset_type/asset.yml",
        "type: shotgun_entity\nentity_type: Asset\nname: code\n\
         filters:\n- {path: project, relation: is, values: [$project]}\n\
         - {path: sg_asset_type, relation: is, values: [$asset_type]}\n",
    ),
];

const FOR_PROJECTS: &str = "automations:
  - name: make-folders
    on: [Project/create, Asset/create]
    do: make_folders
";

#[tokio::test]
async fn a_level_of_a_list_has_a_folder_for_every_value_that_the_site_has() {
    let studio = Studio::with(&TYPES, "", FOR_PROJECTS);
    let told = studio.told_of("New", &studio.project).await;
    assert!(told.starts_with("done: 6 directories made"), "{told}");
    let types = ["Character", "Environment", "FX", "Prop", "Vehicle"];
    let mut expect = vec!["film".to_owned()];
    expect.extend(types.map(|kind| format!("film/{kind}")));
    assert_eq!(studio.disk(), expect);
}

#[tokio::test]
async fn values_that_the_site_does_not_tell_just_now_are_waited_for() {
    let studio = Studio::with(&TYPES, "", FOR_PROJECTS);
    let event = studio.event("New", &studio.project);
    let down = Fault::Status { code: 503, retry_after: None };
    studio.site.plan_fault("GET /schema/", 9, down);
    let report = studio.work(&[&event]).await;
    assert!(matches!(report.messages[0].1, Disposition::Return { .. }), "{report:?}");
    assert_eq!(studio.disk(), [""; 0]);
    studio.site.heal();
    assert!(told(&studio.work(&[&event]).await, 0).starts_with("done: 6 directories made"));
}

#[tokio::test]
async fn an_asset_needs_none_of_them() {
    let studio = Studio::with(&TYPES, "", FOR_PROJECTS);
    let fields = json!({"code": "Hero", "project": studio.project, "sg_asset_type": "Character"});
    let asset = studio.make("Asset", fields);
    let down = Fault::Status { code: 503, retry_after: None };
    studio.site.plan_fault("GET /schema/", 9, down);
    let told = studio.told_of("New", &asset).await;
    assert!(told.starts_with("done: 3 directories made"), "{told}");
}

/// What waits for Nuke, and what is for one person there.
const ENGINES: [(&str, &str); 6] = [
    PROJECT,
    SEQUENCE,
    SHOT,
    ("project/sequences/sequence/shot/nuke.yml", "type: static\ndefer_creation: tk-nuke\n"),
    ("project/sequences/sequence/shot/maya.yml", "type: static\ndefer_creation: tk-maya\n"),
    ("project/sequences/sequence/shot/nuke/person.yml", "type: user_workspace\nname: login\n"),
];

#[tokio::test]
async fn the_engines_of_sgh_yaml_bring_what_waits_for_them_and_the_workspace_of_the_person() {
    let automations = AUTOMATIONS.to_owned() + "    engines: [tk-nuke, tk-houdini]\n";
    let studio = Studio::with(&ENGINES, "", &automations);
    studio.told_of("New", &studio.shot("SH010")).await;
    let disk = studio.disk();
    assert_eq!(
        disk[disk.len() - 2..],
        ["film/sequences/SQ010/SH010/nuke", "film/sequences/SQ010/SH010/nuke/coordinator"]
    );
    assert_eq!(studio.registered(&studio.site.coordinator()).await.len(), 1);
}

#[tokio::test]
async fn without_engines_what_waits_for_them_is_left_out() {
    let studio = Studio::with(&ENGINES, "", AUTOMATIONS);
    studio.told_of("New", &studio.shot("SH010")).await;
    assert_eq!(studio.disk().last().unwrap(), "film/sequences/SQ010/SH010");
}

#[tokio::test]
async fn an_event_of_a_script_has_no_workspace_and_says_so() {
    let automations = AUTOMATIONS.to_owned() + "    engines: tk-nuke\n";
    let studio = Studio::with(&ENGINES, "", &automations);
    let shot = studio.shot("SH010");
    let mut event = studio.event("New", &shot);
    event["user"] = json!(studio.site.add_script("other", "other-key", true).unwrap());
    let told = told(&studio.work(&[&event]).await, 0);
    assert!(told.starts_with("failed: ") && told.contains("names no user"), "{told}");
    assert_eq!(studio.disk(), [""; 0]);
}
