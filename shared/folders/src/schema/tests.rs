//! Loading and refusing whole schemas: the place, the kind and the fix.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::*;

/// Reads a schema of these files; a path that ends with `/` is a folder.
fn read(files: &[(&str, &str)]) -> Result<Schema, SchemaError> {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), files);
    Schema::read(&folder.path().join("schema"))
}

#[allow(clippy::disallowed_methods, reason = "a test makes its own world")]
fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join("schema").join(path);
        let parent = if text.is_empty() { &path } else { path.parent().expect("a folder") };
        fs::create_dir_all(parent).expect("a folder");
        if !text.is_empty() {
            fs::write(path, text).expect("a file");
        }
    }
}

const PROJECT: (&str, &str) = ("project.yml", "type: project\nroot_name: primary\n");

/// A sidecar of a folder below the project, and how it is refused.
fn check(sidecar: &str, kind: &str, place: &str) {
    let error =
        read(&[PROJECT, ("project/x/", ""), ("project/x.yml", sidecar)]).expect_err(sidecar);
    assert_eq!((error.kind(), error.place.to_string().as_str()), (kind, place), "{error}");
    let text = error.to_string();
    assert!(text.starts_with(&format!("schema {place}: ")) && !text.ends_with('.'), "{text}");
}

#[test]
fn a_wrong_sidecar_is_refused_with_its_place() {
    let x = "project/x.yml";
    check("type: shotgun_entty\n", "schema.type", "project/x.yml:1");
    check("name: code\n", "schema.type", "project/x.yml:1");
    check("a: 1\ntype: 7\n", "schema.type", "project/x.yml:2");
    check("type: [static\n", "schema.yaml", "project/x.yml:2");
    check("- a\n", "schema.yaml", "project/x.yml:1");
    check("just text\n", "schema.yaml", "project/x.yml:1");
    let entity = "type: shotgun_entity\nentity_type: Shot\nname: code\n";
    check(entity, "schema.key", &format!("{x}:1"));
    check(&format!("{entity}filters: {{}}\n"), "schema.key", &format!("{x}:4"));
    check(&format!("{entity}filters:\n  - [a]\n"), "schema.key", &format!("{x}:5"));
    check(
        &format!("{entity}filters:\n  - {{path: a, relation: is}}\n"),
        "schema.key",
        &format!("{x}:5"),
    );
    let filter = |values: &str| {
        format!("{entity}filters:\n  - path: a\n    relation: is\n    values: {values}\n")
    };
    check(&filter("$project"), "schema.key", &format!("{x}:5"));
    check(&filter("[$x]"), "schema.token", &format!("{x}:7"));
    check(&filter("[$]"), "schema.token", &format!("{x}:7"));
    check(&filter("[a, $project]"), "schema.token", &format!("{x}:7"));
    check("type: shotgun_entity\nname: 7\n", "schema.key", "project/x.yml:2");
    check("type: shotgun_step\nname: \"{a:(}\"\n", "schema.regex", "project/x.yml:2");
    check("type: shotgun_step\nname: \"{}\"\n", "schema.expression", "project/x.yml:2");
    check(
        "type: shotgun_list_field\nentity_type: Asset\nfield_name: \"{a}{b}\"\n",
        "schema.expression",
        "project/x.yml:3",
    );
    check("type: static\nconstraints: []\n", "schema.constraint", "project/x.yml:2");
    check(
        "type: static\nconstrain_by_entity: $y\nconstraints: []\n",
        "schema.constraint",
        "project/x.yml:2",
    );
    check("type: static\nconstrain_by_entity: $project\n", "schema.key", "project/x.yml:2");
    check(
        "type: shotgun_step\nname: code\nassociated_entity_type: Shot\n",
        "schema.parent",
        "project/x.yml:1",
    );
}

#[test]
fn what_stands_at_the_top_must_be_a_project() {
    let kind = |files: &[(&str, &str)]| read(files).expect_err("refused").kind();
    assert_eq!(kind(&[("film/", "")]), "schema.root");
    assert_eq!(kind(&[("project/", ""), ("project.yml", "type: static\n")]), "schema.root");
    assert_eq!(kind(&[("film/", ""), ("film.yml", "type: project\n")]), "schema.key");
    assert_eq!(kind(&[]), "schema.file");
    assert_eq!(read(&[("project/", "")]).expect("a schema").nodes(), 1);
}

#[test]
fn files_and_depth_have_limits() {
    let kind = |files: &[(&str, &str)]| read(files).expect_err("refused").kind();
    let large = "#".repeat(1024 * 1024 + 1);
    assert_eq!(kind(&[("project/", ""), ("project.yml", large.as_str())]), "schema.limit");
    let deep = format!("project/{}", "d/".repeat(70));
    assert_eq!(kind(&[(deep.as_str(), "")]), "schema.limit");
}

#[test]
fn the_default_root_is_the_one_that_roots_yml_says() {
    let root_of = |roots_yml: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &[("project/", "")]);
        if !roots_yml.is_empty() {
            fs::write(folder.path().join("roots.yml"), roots_yml).expect("a file");
        }
        let schema = Schema::read(&folder.path().join("schema")).map_err(|error| error.kind())?;
        let names = ["a", "b", "primary"];
        let paths: BTreeMap<String, PathBuf> =
            names.iter().map(|name| ((*name).to_owned(), PathBuf::from("/r"))).collect();
        let roots = Roots::new(paths);
        let root = schema.root_of(&schema.nodes[0], &roots).map_err(|error| error.kind())?;
        Ok(root.map(str::to_owned))
    };
    let is = |name: &str| Ok(Some(name.to_owned()));
    assert_eq!(root_of(""), is("primary"));
    assert_eq!(root_of("a: {default: true}\nb: {}\n"), is("a"));
    assert_eq!(root_of("a: {default: true}\nb: {default: true}\n"), is("b"));
    assert_eq!(root_of("b: {}\n"), is("b"));
    assert_eq!(root_of("a: {}\nprimary: {}\n"), is("primary"));
    assert_eq!(root_of("a: {}\nb: {}\n"), Err("schema.root"));
    assert_eq!(root_of("elsewhere: {default: true}\n"), Err("schema.root"));
    assert_eq!(root_of("[a]\n"), Err("schema.yaml"));
}

#[test]
fn the_list_fields_of_a_schema_are_known() {
    let list = "type: shotgun_list_field\nentity_type: Asset\nfield_name: sg_asset_type\n";
    let schema = read(&[PROJECT, ("project/kind/", ""), ("project/kind.yml", list)]);
    assert_eq!(schema.expect("a schema").list_fields(), [("Asset", "sg_asset_type")]);
    let linked = list.replace("sg_asset_type", "sg_scene.Scene.sg_type");
    let schema = read(&[PROJECT, ("project/kind/", ""), ("project/kind.yml", &linked)]);
    assert_eq!(schema.expect("a schema").list_fields(), [("Scene", "sg_type")]);
}
