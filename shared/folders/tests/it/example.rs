//! The schema that a studio may start from: nothing in it is odd, and it makes what its README
//! says.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sgh_folders::plan::Request;
use sgh_folders::{Modes, lint_folder, make};

use crate::studio::Studio;

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studio/schema")
}

/// A film with a shot on two steps and an asset on one.
fn film() -> Studio {
    let mut studio = Studio::with_schema(&schema());
    let project = json!({"type": "Project", "id": 1});
    let mut add = |kind: &str, id: u64, mut fields: Value| {
        fields["type"] = kind.into();
        fields["id"] = id.into();
        if kind != "Step" && kind != "Project" {
            fields["project"] = project.clone();
        }
        studio.add(fields);
    };
    add("Project", 1, json!({"name": "Night Train", "tank_name": "night_train"}));
    for (id, name) in [(1, "ANM"), (2, "CMP"), (3, "MDL")] {
        add("Step", id, json!({"code": name, "short_name": name}));
    }
    add("Sequence", 1, json!({"code": "SQ010"}));
    let sequence = json!({"type": "Sequence", "id": 1});
    add("Shot", 1, json!({"code": "SQ010_0010", "sg_sequence": sequence}));
    add("Asset", 1, json!({"code": "Robot", "sg_asset_type": "Character"}));
    add("Asset", 2, json!({"code": "Lamp", "sg_asset_type": null}));
    let step = |id: u64| json!({"type": "Step", "id": id});
    for (id, kind, name, step) in [
        (1, "Shot", "Animation", step(1)),
        (2, "Shot", "Comp", step(2)),
        (3, "Asset", "Model", step(3)),
    ] {
        let entity = json!({"type": kind, "id": 1});
        add("Task", id, json!({"content": name, "entity": entity, "step": step}));
    }
    studio
}

/// The directories that the schema's README draws.
fn told() -> Vec<String> {
    let text = std::fs::read_to_string(schema().join("README.md")).expect("a README");
    let (_, drawing) = text.split_once("night_train/").expect("a drawing");
    let (drawing, _) = drawing.split_once("```").expect("an end");
    let mut way = vec!["night_train".to_owned()];
    let mut paths = vec!["night_train".to_owned()];
    for line in drawing.lines().skip(1) {
        let (before, name) = line.split_once("── ").expect("a branch");
        way.truncate(before.chars().count().div_ceil(4));
        let (name, _) = name.split_once('/').expect("a folder");
        way.push(name.to_owned());
        paths.push(way.join("/"));
    }
    paths.sort();
    paths
}

#[test]
fn nothing_in_it_is_odd() {
    let studio = Studio::with_schema(&schema());
    let lint = lint_folder(&schema(), Some(&studio.roots()));
    assert_eq!(lint.findings, []);
    assert!(lint.lines.len() > 20, "{}", lint.lines.len());
}

#[test]
fn it_makes_what_its_readme_draws() {
    let mut studio = film();
    let mut ask = |kind: &str, id: u64, engine: Option<&str>| {
        let engine = engine.map(str::to_owned);
        let request =
            Request { kind: kind.to_owned(), ids: vec![id], engine, ..Request::default() };
        let plan = studio.plan_for(&request).expect("a plan");
        let made = make(&plan, &studio.roots(), &Modes::default()).expect("made");
        (made.made, made.files, studio.folders())
    };
    let (made, files, folders) = ask("Project", 1, None);
    assert_eq!((made, files), (10, 0), "{folders:?}");
    assert_eq!(ask("Sequence", 1, None).0, 1);
    assert_eq!(ask("Shot", 1, None).0, 11);
    assert_eq!(ask("Asset", 1, None).0, 7);
    // One task brings its own folder, and an engine its program's for both steps.
    let (_, _, folders) = ask("Task", 2, Some("tk-nuke"));
    let elsewhere = "night_train/sequences/SQ010/SQ010_0010/work/ANM/nuke";
    let folders: Vec<String> = folders.into_iter().filter(|path| path != elsewhere).collect();
    assert_eq!(folders, told());
}

#[test]
fn an_asset_without_a_type_is_told_what_it_lacks() {
    let error = film().plan("Asset", &[2]).expect_err("refused");
    assert_eq!(error.kind(), "link.blank_field");
    let text = error.to_string();
    assert!(text.starts_with("Asset `Lamp` (id 2) has no sg_asset_type"), "{text}");
}
