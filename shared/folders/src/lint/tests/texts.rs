//! Names, filters, links, keys and files that are not what they look like.

use super::{check, check_with, entity};

#[test]
fn names_that_no_folder_may_have_are_found() {
    let check = |name: &str, expect: &str| {
        let step = format!("type: shotgun_step\nname: {}\n", serde_json::json!(name));
        check(&step, expect);
    };
    for fine in [
        "code",
        "{code}",
        "{a}_{b}",
        "{a}[_{b}]",
        "[{a}_]{b}",
        "{entity.Shot.code}/{code}",
        "{code:^(..).*?(.)$}",
        "{code:^([A-Z]+)}",
        "{code:^(.+?)-?$}",
        "{code:^(?:a|b )(.)}",
        "{code:([^. ]+)}",
    ] {
        check(fine, "");
    }
    check("my {code}", "error: x.yml: name `my {code}`: ' ' may not stand in a folder's name; use");
    check("{code}:x", "':' may not stand");
    check("/{code}", "`/` makes levels, and one of them has no name");
    check("{code}/", "`/` makes levels");
    check("{a}//{b}", "`/` makes levels");
    check("../{code}", "`/` makes levels");
    check("{code}[x]", "brackets without a `{field}` in them");
    check("{code}[_{a}][_{b}]", "two optional parts are one: where both have a value");
    check("{code:^([A-Z]+)}[_{a}]", "brackets of a regular expression are taken for those");
    check("[{code}]", "warning: x.yml: name `[{code}]`: is empty where its fields have no value");
    check("{code", "a brace has no partner");
    check("{code}\n", "name `{code}\\n`: '\\n' may not stand");
    check("x}y{code}", "a brace has no partner");
    check("{sg_sequence.code}", "`sg_sequence.code` is no way through a link; write link.Type.f");
    check("{code:^SQ}", "the regular expression `^SQ` has no group, so it gives nothing");
    check(
        "{code:^(.+)\\.(.+)$}",
        "never matches: it asks for \\'.\\', but sees".replace('\\', "").as_str(),
    );
    check("{code:^(.+) (.+)$}", "never matches: it asks for ' '");
}

#[test]
fn a_static_name_that_looks_like_an_expression_is_found() {
    check_with(&[("project/sequence/shot/{code}/", "")], "is really called `{code}`");
    check_with(&[("project/sequence/shot/$x/", "")], "is really called `$x`");
    check_with(&[("project/sequence/shot/a:b/", "")], "`a:b` cannot be a folder's name on Windows");
    check_with(&[("project/sequence/shot/with space/", "")], "");
}

#[test]
fn filters_that_never_match_are_found() {
    let check = |filter: &str, expect: &str| {
        let more = format!(", {{{filter}}}, {{path: entity, relation: is, values: [$shot]}}");
        check(&entity("Version", "code", &more), expect);
    };
    check("path: sg_status_list, relation: is_not, values: [omt]", "");
    check("path: $FROM$Task.entity, relation: is, values: [$shot]", "");
    check(
        "path: code, relation: is, values: [$shot]",
        "warning: x.yml: never matches: `code` holds \
           text, and the Shot above is Shot",
    );
    check(
        "path: project, relation: is, values: [$shot]",
        "never matches: `project` holds a Project",
    );
    check(
        "path: project, relation: is, values: [film]",
        "`project` is a link, and \"film\" is text",
    );
    check(
        "path: entity.Shot, relation: is, values: [1]",
        "error: x.yml: the filter's path `entity.",
    );
    check("path: a, relation: iss, values: [1]", "the site knows no relation `iss`; write `is`");
    check("path: a, relation: in, values: []", "the filter on `a` has no values");
    let list = "type: shotgun_list_field\nentity_type: Asset\nfield_name: sg_asset_type\n";
    let asset = entity("Asset", "code", ", {path: sg_kind, relation: is, values: [$kind]}");
    check_with(
        &[("project/kind.yml", list), ("project/kind/asset.yml", &asset)],
        "`sg_kind` is compared with the sg_asset_type above, the value of another field",
    );
}

#[test]
fn links_whose_tokens_are_no_types_are_found() {
    let check = |target: &str, expect: &str| {
        let link = format!("target: {target}\n");
        check_with(&[("project/sequence/shot/l.symlink.yml", &link)], expect);
    };
    check("../$Sequence/$Shot", "");
    check("$Project/x", "");
    check(
        "../$shot",
        "error: l.symlink.yml: `$shot` stands for nothing, so the folder is refused; \
           a link's token is a type and not a folder: write `$Shot`",
    );
    check("$Asset", "on this way there are `$Shot`, `$Sequence`, `$Project`");
    check("$Shot-latest", "`$Shot-latest` stands for nothing");
    check("pre_$Shot", "warning: l.symlink.yml: `pre_$Shot` is taken as it is");
}

#[test]
fn keys_and_values_that_mean_something_else_are_found() {
    check(
        "type: static\ncreate_with_parents: false\n",
        "no key is called `create_with_parents`, \
           so it means nothing; write `create_with_parent`",
    );
    check("type: static\ndefer_create: true\n", "write `defer_creation`");
    check("type: static\nsg_own: 1\n", "");
    check("type: static\nfilters: []\n", "`filters` means nothing in a folder of type static; use");
    check("type: shotgun_step\nname: code\nfield_name: a\n", "`field_name` means nothing in a");
    for value in ["\"false\"", "0", "~"] {
        let step = format!("type: shotgun_step\nname: code\ncreate_with_parent: {value}\n");
        check(&step, "counts as true: only false turns it off");
    }
    check(
        "type: static\ndefer_creation: \"tk-maya, tk-nuke\"\n",
        "waits for one engine with the \
           name `tk-maya, tk-nuke`, which there is not; write a list",
    );
    check("type: static\ndefer_creation: \"true\"\n", "waits for an engine with the name `true`");
    check("type: static\ndefer_creation: [tk-maya, 1]\n", "`defer_creation` holds 1, which is no");
    let truthy = ["1", "-0.5", "\"no\"", "[false]", "{\"a\":0}"].map(|value| (value, true));
    let falsy = ["0", "-0.0", "\"\"", "[]", "{}", "null"].map(|value| (value, false));
    for (value, meaning) in truthy.into_iter().chain(falsy) {
        let list = "type: shotgun_list_field\nentity_type: Shot\nfield_name: a\n\
                    create_with_parent: true\nskip_unused: ";
        let expect = format!("`skip_unused: {value}` counts as {meaning}; write true or false");
        check(&format!("{list}{value}\n"), &expect);
    }
    check("type: static\nconstrain_by_entity: $shot\nconstraints: []\n", "`constraints` is empty");
    let more = ", {path: entity, relation: is, values: [$shot]}";
    check(&entity("my version", "code", more), "error: x.yml: `my version` is no entity type; use");
}

#[test]
fn files_that_are_not_what_they_look_like_are_found() {
    let at = |file: &str, expect: &str| check_with(&[(file, "target: x\n")], expect);
    let shot = "project/sequence/shot";
    at(&format!("{shot}/about.txt"), "");
    at(&format!("{shot}/odd_symlink.yml"), "warning: odd_symlink.yml: is taken neither for a link");
    at(&format!("{shot}/.gitkeep"), "is copied into every folder that is made here; add the line");
    at(
        &format!("{shot}/plates.YML"),
        "is no sidecar: it is copied into every folder that is made \
        here; rename it to `plates.yml`",
    );
    at("project/sequence/shot.yaml", "rename it to `shot.yml`");
    at(&format!("{shot}/plates/plates.yaml"), "a sidecar stands beside its folder and not in it");
    at(&format!("{shot}/settings.yaml"), "note: settings.yaml: is no sidecar: it is copied");
    at("Project.yaml", "warning: Project.yaml: describes no folder, and nothing uses it; rename");
}
