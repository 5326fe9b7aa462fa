//! Small schemas, and what is said of them.

mod levels;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::*;

const PROJECT: (&str, &str) = ("project.yml", "type: project\nroot_name: primary\n");
/// A film's usual levels, with which nothing is wrong.
const LEVELS: [(&str, &str); 4] = [
    PROJECT,
    ("project/sequence.yml", SEQUENCE),
    ("project/sequence/shot.yml", SHOT),
    ("project/sequence/shot/plates/", ""),
];
const SEQUENCE: &str = "type: shotgun_entity\nentity_type: Sequence\nname: code\n\
    filters: [{path: project, relation: is, values: [$project]}]\n";
const SHOT: &str = "type: shotgun_entity\nentity_type: Shot\nname: code\n\
    filters: [{path: sg_sequence, relation: is, values: [$sequence]}]\n";

/// Looks through a schema of these files; a path that ends with `/` is a folder.
#[allow(clippy::disallowed_methods, reason = "a test makes its own world")]
fn look(files: &[(&str, &str)]) -> Lint {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("schema");
    for (path, text) in files {
        let full = schema.join(path);
        let parent = if path.ends_with('/') { &full } else { full.parent().expect("a folder") };
        fs::create_dir_all(parent).expect("a folder");
        if !path.ends_with('/') {
            fs::write(&full, text).expect("a file");
            // The folder that a sidecar describes.
            let described = full.with_extension("");
            let is_sidecar = path.ends_with(".yml") && !path.contains("link");
            if is_sidecar && !path.starts_with('!') {
                fs::create_dir_all(described).expect("a folder");
            }
        }
    }
    let roots = BTreeMap::from([("primary".to_owned(), PathBuf::from("/r"))]);
    lint_folder(&schema, Some(&Roots::new(roots)))
}

/// A folder `x` in a shot's folder, described so: the one thing that is found, or nothing.
fn check(sidecar: &str, expect: &str) {
    check_with(&[("project/sequence/shot/x.yml", sidecar)], expect);
}

/// The same with more files beside the usual levels. What is expected is the beginning.
fn check_with(files: &[(&str, &str)], expect: &str) {
    let found = look(&[&LEVELS[..], files].concat()).findings;
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    match texts.as_slice() {
        [] => assert_eq!(expect, "", "{files:?}"),
        [only] => {
            let only = only.replace("project/sequence/shot/", "");
            let is_expected = !expect.is_empty() && only.contains(expect);
            assert!(is_expected, "{files:?}:\nfound    {only}\nexpected {expect}");
        }
        several => panic!("{files:?}:\n{}", several.join("\n")),
    }
    assert!(found.iter().all(|f| !f.what.ends_with('.') && !f.fix.ends_with('.')), "{texts:?}");
}

#[test]
fn a_folder_that_holds_no_schema_is_an_error() {
    let lint = look(&[("readme.txt", "the schema is one level down")]);
    let error = lint.findings.first().expect("a finding");
    assert_eq!((error.severity, error.file.as_str()), (Severity::Error, "."));
    assert!(error.what.contains("no folder"), "{error}");
}

fn entity(kind: &str, name: &str, more: &str) -> String {
    format!(
        "type: shotgun_entity\nentity_type: {kind}\nname: \"{name}\"\n\
         filters: [{{path: project, relation: is, values: [$project]}}{more}]\n"
    )
}

#[test]
fn a_usual_schema_has_no_findings() {
    check_with(&[], "");
    check("type: shotgun_step\nname: short_name\n", "");
    check("type: shotgun_task\nname: content\n", "");
    check("type: user_workspace\nname: login\n", "");
    check("type: static\ndefer_creation: [tk-maya, tk-nuke]\n", "");
    check("type: static\ndefer_creation: true\n", "");
    check("", "");
    let list = "type: shotgun_list_field\nentity_type: Asset\nfield_name: sg_asset_type\n";
    let tied = ", {path: sg_asset_type, relation: is, values: [$kind]}";
    let asset = entity("Asset", "code", tied);
    let files = [("project/assets/kind.yml", list), ("project/assets/kind/asset.yml", &asset)];
    check_with(&files, "");
    check(
        "type: static\nconstrain_by_entity: $shot\nconstraints:\n\
           - {path: sg_kind, relation: is, values: [fx]}\n",
        "",
    );
}

#[test]
fn roots_that_are_missing_or_too_many_are_found() {
    let found = look(&[("project.yml", "type: project\nroot_name: work\n")]).findings;
    let text = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert_eq!(
        text,
        "error: project.yml:1: root `work` is not among `folders.roots` (primary); add it there"
    );
    let folder = tempfile::tempdir().expect("a folder");
    #[allow(clippy::disallowed_methods, reason = "a test makes its own world")]
    fs::create_dir(folder.path().join("project")).expect("a folder");
    let schema = Schema::read(folder.path()).expect("a schema");
    let names = ["primary", "cache"].map(|name| (name.to_owned(), PathBuf::from("/r")));
    let found = lint_roots(&schema, &Roots::new(BTreeMap::from(names)));
    assert_eq!(found.len(), 1);
    assert!(found[0].what.contains("in the storage `cache`"), "{found:?}");
}

#[test]
fn a_schema_that_cannot_be_read_is_one_finding() {
    let lint = look(&[("project.yml", "type: project\n")]);
    assert!(lint.lines.is_empty());
    let texts: Vec<String> = lint.findings.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["error: project.yml:1: key `root_name` is missing; add it"]);
}

#[test]
fn the_worst_comes_first() {
    let lint = look(&[
        PROJECT,
        ("project/z.yml", "type: static\ndefer_creation: []\n"),
        ("project/a.yml", "type: static\nfilters: []\n"),
        ("project/note.yaml", ""),
        ("project/b.yml", &entity("Shot", "a b{code}", "")),
    ]);
    let order: Vec<(Severity, &str)> =
        lint.findings.iter().map(|f| (f.severity, f.file.as_str())).collect();
    let expect = [
        (Severity::Error, "project/b.yml"),
        (Severity::Warning, "project/a.yml"),
        (Severity::Warning, "project/z.yml"),
        (Severity::Note, "project/note.yaml"),
    ];
    assert_eq!(order, expect);
}

#[test]
fn every_folder_is_explained_in_a_line() {
    let list = "type: shotgun_list_field\nentity_type: Asset\nfield_name: sg_asset_type\n\
                create_with_parent: true\nskip_unused: true\n";
    let asset = "type: shotgun_entity\nentity_type: Asset\nname: \"{code}[_{sg_note}]\"\nfilters:\n\
        - {path: project, relation: is, values: [$project]}\n\
        - {path: sg_asset_type, relation: is, values: [$kind]}\n\
        - {path: sg_status_list, relation: not_in, values: [omt, hld]}\n";
    let step = "type: shotgun_step\nname: short_name\n";
    let task = "type: shotgun_task\nname: content\n";
    let lint = look(&[
        PROJECT,
        ("project/assets/kind.yml", list),
        ("project/assets/kind/asset.yml", asset),
        ("project/assets/kind/asset/latest.symlink.yml", "target: step/$Asset\n"),
        ("project/assets/kind/asset/step.yml", step),
        ("project/assets/kind/asset/step/about.txt", "x"),
        ("project/assets/kind/asset/step/task.yml", task),
        ("project/assets/kind/asset/step/user.yml", "type: user_workspace\nname: login\n"),
        (
            "project/assets/kind/asset/step/fx.yml",
            "type: static\ndefer_creation: [tk-a, tk-b]\n\
          constrain_by_entity: $asset\nconstraints: [{path: sg_fx, relation: is, values: [true]}]\n",
        ),
    ]);
    assert_eq!(lint.findings, []);
    let text: Vec<String> = lint.lines.iter().map(ToString::to_string).collect();
    let expect = "\
project/  the folder of a project, called by its tank_name, in the storage `primary`
  assets/  made with the folder above
    kind/  one folder per sg_asset_type of Asset that the project uses, called by it; made with \
the folder above, for every value; else for that of what is asked for
      asset/  one folder per Asset of the Project above and the sg_asset_type above, where \
sg_status_list is none of omt, hld, called like `{code}[_{sg_note}]`; made when an Asset is asked \
for; with a link `latest` to `step/$Asset`
        step/  one folder per Step that tasks of the Asset above are on, called by its \
short_name; made with the folder above; with a copy of `about.txt`
          fx/  made with the folder above; only where of the Asset above sg_fx is true; waits \
for tk-a or tk-b
          task/  one folder per Task of the Asset above and the Step above (step), called by its \
content; only the task that is asked for
          user/  the folder of the current user, called by its login; made only when an engine \
starts";
    assert_eq!(text.join("\n"), expect);
}
