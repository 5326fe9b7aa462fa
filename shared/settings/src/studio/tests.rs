use super::*;
use tempfile::TempDir;

const MAIN: &str = "automations:\n  - { name: main, on: Shot/create, do: set, values: { x: 1 } }\n";

fn automation(name: &str) -> String {
    MAIN.replace("main", name)
}

/// A studio with these files; those of the teams have a slash in their names.
fn studio_of(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    #[allow(clippy::disallowed_methods, reason = "the folder of a test")]
    std::fs::create_dir(folder.path().join(TEAM_FOLDER)).expect("sgh.d");
    for (name, text) in [("sgh.yaml", MAIN)].iter().chain(files) {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn check(folder: &TempDir, expect: &[(&str, &str)]) {
    let config = studio(&folder.path().join("sgh.yaml")).unwrap_or_else(|error| panic!("{error}"));
    let found: Vec<(String, String)> = config
        .automations
        .iter()
        .map(|one| {
            let file = one.file.strip_prefix(folder.path()).expect("in the folder");
            (one.name.clone(), file.display().to_string())
        })
        .collect();
    let expect: Vec<_> =
        expect.iter().map(|(name, file)| ((*name).to_owned(), (*file).to_owned())).collect();
    assert_eq!(found, expect);
}

fn check_error(folder: &TempDir, expect: &str) {
    let error = studio(&folder.path().join("sgh.yaml")).expect_err(expect).to_string();
    let error = error.replace(&folder.path().display().to_string(), "STUDIO");
    assert!(error.contains(expect), "{error}\nexpected: {expect}");
}

#[test]
fn teams_follow_by_the_names_of_their_files() {
    let (comp, anim) = (automation("comp"), automation("anim"));
    let folder = studio_of(&[
        ("sgh.d/20-comp.yaml", &comp),
        ("sgh.d/10-anim.yaml", &anim),
        ("sgh.d/.20-comp.yaml.swp", "x"),
        ("sgh.d/.hidden.yaml", "x"),
        ("sgh.d/README.md", "x"),
        ("sgh.d/20-comp.yaml~", "x"),
    ]);
    check(
        &folder,
        &[("main", "sgh.yaml"), ("anim", "sgh.d/10-anim.yaml"), ("comp", "sgh.d/20-comp.yaml")],
    );
}

#[test]
fn without_the_folder_there_is_sgh_yaml_alone() {
    let folder = studio_of(&[]);
    check(&folder, &[("main", "sgh.yaml")]);
    std::fs::remove_dir(folder.path().join(TEAM_FOLDER)).expect("removed");
    check(&folder, &[("main", "sgh.yaml")]);
}

#[test]
fn a_link_is_followed_and_one_that_leads_nowhere_is_told() {
    let folder = studio_of(&[("shared.txt", &automation("shared"))]);
    let link = folder.path().join("sgh.d/shared.yaml");
    #[allow(clippy::disallowed_methods, reason = "the link of a test")]
    std::os::unix::fs::symlink("../shared.txt", &link).expect("a link");
    check(&folder, &[("main", "sgh.yaml"), ("shared", "sgh.d/shared.yaml")]);
    std::fs::remove_file(folder.path().join("shared.txt")).expect("removed");
    check_error(&folder, "cannot read STUDIO/sgh.d/shared.yaml: No such file");
}

#[test]
fn what_is_no_file_or_too_large_is_refused_by_its_name() {
    let too_large = format!("#{}", " ".repeat(SCHEMA_FILE_MAX as usize));
    check_error(
        &studio_of(&[("sgh.d/a.yaml", &too_large)]),
        "cannot read STUDIO/sgh.d/a.yaml: it is larger than 1048576 bytes",
    );
    check_error(&studio_of(&[("sgh.yaml", &too_large)]), "cannot read STUDIO/sgh.yaml: it is");
    let folder = studio_of(&[]);
    #[allow(clippy::disallowed_methods, reason = "the folder of a test")]
    std::fs::create_dir(folder.path().join("sgh.d/a.yaml")).expect("a folder");
    check_error(&folder, "cannot read STUDIO/sgh.d/a.yaml: it is not a file");
    check_error(
        &studio_of(&[("sgh.d/a.yml", MAIN)]),
        "cannot read STUDIO/sgh.d/a.yml: the names of files in sgh.d end in `.yaml`",
    );
    let folder = studio_of(&[]);
    std::fs::remove_dir(folder.path().join(TEAM_FOLDER)).expect("removed");
    std::fs::write(folder.path().join(TEAM_FOLDER), MAIN).expect("a file");
    check_error(&folder, "cannot read STUDIO/sgh.d: ");
}

#[test]
fn there_are_only_so_many_files() {
    let names: Vec<String> =
        (0..=CONFIG_FILES_MAX).map(|number| format!("sgh.d/{number}.yaml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    check_error(&studio_of(&files), "it has 101 files; at most 100 are read");
}
