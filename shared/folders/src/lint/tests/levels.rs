//! Folders that are never made, in the way, or not tied to those above.

use super::{LEVELS, check, check_with, entity, look};

#[test]
fn what_is_never_made_is_found() {
    for value in ["[]", "0", "1", "{}"] {
        check(
            &format!("type: static\ndefer_creation: {value}\n"),
            "warning: x.yml: is never made: its `defer_creation` is no engine's name; use true",
        );
    }
    let asset = entity("Asset", "code", "");
    let files =
        [("project/a.yml", "type: static\ndefer_creation: []\n"), ("project/a/asset.yml", &asset)];
    check_with(
        &files,
        "warning: project/a.yml: is never made, nor is what is below it: its `defer",
    );
    let off = "create_with_parent: false\n";
    check(&format!("type: static\n{off}"), "warning: x.yml: is never made: `create_with_parent`");
    let list = format!("type: shotgun_list_field\nentity_type: Shot\nfield_name: a\n{off}");
    check(&list, "nothing that can be asked for is below it; write `create_with_parent: true`");
    // On the way to what can be asked for it does not count.
    let asset = entity("Asset", "code", "");
    let static_off = format!("type: static\n{off}");
    check_with(&[("project/a.yml", &static_off), ("project/a/asset.yml", &asset)], "");
    check(
        &entity("Task", "content", ""),
        "a folder of Tasks cannot be asked for by them; use `type",
    );
}

#[test]
fn what_stops_the_way_to_what_is_below_is_found() {
    let asset = entity("Asset", "code", "");
    for (sidecar, expect) in [
        ("type: static\ndefer_creation: true\n", "waits for an engine: without it, nothing is"),
        ("type: static\ndefer_creation: tk-x\n", "waits for tk-x: without it, nothing is made for"),
        ("type: user_workspace\nname: login\n", "is a user's workspace, which is made for an"),
    ] {
        let files = [("project/a.yml", sidecar), ("project/a/asset.yml", &asset)];
        check_with(&files, expect);
        check_with(&files, "for Asset below; put what waits below");
    }
}

#[test]
fn a_type_that_stands_twice_on_a_way_is_found() {
    let asset = entity("Asset", "code", "");
    let below = "type: shotgun_entity\nentity_type: Asset\nname: code\n\
                 filters: [{path: parent, relation: is, values: [$asset]}]\n";
    let files = [("project/s/asset.yml", asset.as_str()), ("project/s/asset/part.yml", below)];
    let text = "error: project/s/asset/part.yml: Asset stands twice on one way: `asset` above is";
    check_with(&files, text);
    check(
        "type: shotgun_entity\nentity_type: Project\nname: tank_name\n\
           filters: [{path: id, relation: is, values: [7]}]\n",
        "Project stands twice",
    );
}

#[test]
fn what_nothing_ties_to_a_level_above_is_found() {
    let asset = |more: &str| {
        format!("type: shotgun_entity\nentity_type: Asset\nname: code\nfilters: []\n{more}")
    };
    check(&asset(""), "error: x.yml: nothing leads from Asset to its project: it cannot be");
    let found = look(
        &[&LEVELS[..], &[("project/asset.yml", &asset("create_with_parent: true\n"))]].concat(),
    );
    let text = found.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(text.contains("error: project/asset.yml: nothing leads from Asset to its project"));
    assert!(text.contains("warning: project/asset.yml: comes with the folder above, for every"));
    let list = "type: shotgun_list_field\nentity_type: Asset\nfield_name: sg_asset_type\n";
    let asset = entity("Asset", "code", "");
    check_with(
        &[("project/kind.yml", list), ("project/kind/asset.yml", &asset)],
        "warning: project/kind/asset.yml: nothing ties Asset to the sg_asset_type above: one that",
    );
    check(
        &entity("Version", "code", ""),
        "warning: x.yml: nothing ties Version to the Sequence above \
           and the Shot above: one that is asked for is made below every one of them; add a filter \
           with `$shot`",
    );
}

#[test]
fn neighbours_of_one_name_are_found() {
    let at = |files: &[(&str, &str)], expect: &str| check_with(files, expect);
    at(
        &[("project/sequence/shot/Plates/", "")],
        "error: project/sequence/shot.yml: the folder \
        `Plates` and the folder `plates` have one name, but for its case",
    );
    at(
        &[("project/sequence/shot/plates.symlink.yml", "target: x\n")],
        "the folder `plates` and the link `plates` have one name",
    );
    let (a, b) = (entity("Asset", "code", ""), entity("Episode", "{code}", ""));
    at(
        &[("project/s/a.yml", &a), ("project/s/b.yml", &b)],
        "note: project/s/b.yml: is called like `a` beside it, by `code`: an Asset and an Episode of",
    );
    let a = entity("Asset", "code", ", {path: k, relation: is, values: [x]}");
    let b = entity("Asset", "{code}_y", ", {path: k, relation: is, values: [y]}");
    at(&[("project/s/a.yml", &a), ("project/s/b.yml", &b)], "");
    let b = entity("Asset", "{code}_y", "");
    at(
        &[("project/s/a.yml", &a), ("project/s/b.yml", &b)],
        "warning: project/s/b.yml: an Asset that `a`",
    );
    let b = entity("Asset", "{code}", "");
    at(&[("project/s/a.yml", &a), ("project/s/b.yml", &b)], "makes the folders that `a` beside it");
}
