mod files;
mod kinds;
mod outside;
mod set;

use super::*;
use serde_json::json;

const FOLDERS: &str = "folders:\n  schema: ./schema\n  roots: { primary: ./projects }\n";

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::read(text, Path::new("/studio/sgh.yaml"))
}

fn check_error(text: &str, expect: &[&str]) {
    let error = read(text).expect_err(text).to_string();
    assert_eq!(error.lines().count(), expect.len(), "{error}");
    for (line, expect) in error.lines().zip(expect) {
        assert!(line.starts_with("/studio/sgh.yaml:"), "{line}");
        assert!(line.contains(expect), "{line}\nexpected: {expect}");
    }
}

#[test]
fn set_and_make_folders_are_read_whole() {
    let config = read(&format!(
        "{FOLDERS}automations:
  - name: make-folders
    on: [Shot/create, Asset/create]
    do: make_folders
  - name: version-drives-task
    on: Version/update/sg_status_list
    projects: [65]
    to: [apr, no]
    do: set
    target: sg_task
    where: {{ sg_status_list: [rdy, on], priority: 010 }}
    map: {{ sg_status_list: {{ apr: fin, note: ip }} }}
    values: {{ sg_done: true }}
"
    ))
    .expect("valid");
    let folders = config.folders.expect("folders");
    assert_eq!(folders.schema, Path::new("/studio/./schema"));
    assert_eq!(folders.roots["primary"], Path::new("/studio/./projects"));
    assert_eq!(config.automations[0].action, Action::MakeFolders(MakeFolders::default()));
    assert_eq!(config.automations[1].projects, Some(BTreeSet::from([65])));
    assert_eq!(config.automations[1].to, Some(vec![json!("apr"), json!("no")]));
    let Action::Set(set) = &config.automations[1].action else { panic!("not set") };
    let hop = Hop { field: "sg_task".into(), kind: None };
    assert_eq!(set.target, Target::Link(vec![hop]));
    assert_eq!(set.conditions["sg_status_list"], [json!("rdy"), json!("on")]);
    assert_eq!(set.conditions["priority"], [json!("010")]);
    let Worth::Mapped(map) = &set.fields["sg_status_list"] else { panic!("no map") };
    assert_eq!(map["note"], "ip");
    assert_eq!(set.fields["sg_done"], Worth::Fixed(json!(true)));
}

#[test]
fn a_wrong_key_is_named_with_its_line_and_what_was_meant() {
    check_error(
        "automations:\n  - name: a\n    on: Shot/create\n    do: set\n    valeus: { x: 1 }\n",
        &[":5:5: unknown key `valeus`: did you mean `values`?"],
    );
    check_error("automation: []\n", &["unknown key `automation`: did you mean `automations`?"]);
}

#[test]
fn everything_that_cannot_be_meant_is_said_at_once() {
    check_error(
        "automations:
  - { name: a, on: Shot/created, do: sett }
  - { name: a, on: Shot/create, do: make_folders }
  - { name: b, on: [], do: set, values: [1] }
  - { name: c, on: Shot/create, do: make_folders, done: [fin] }
",
        &[
            "`a`: `Shot/created` is no trigger",
            "`a`: `do: sett` is unknown (did you mean `set`?)",
            "`a`: there is another of this name",
            "`a`: make_folders needs `folders:`",
            "`b`: `on` is empty",
            "`b`: `values` has to name fields",
            "`c`: `done` is no key of `do: make_folders`",
        ],
    );
}

#[test]
fn what_is_no_yaml_says_where() {
    check_error("automations: [\n", &[""]);
    check_error("automations:\n  - name: [x\n    on: y\n", &[""]);
    check_error(&format!("{FOLDERS}automations: 7\n"), &[""]);
    check_error("folders: { schema: s, roots: {} }\n", &["`folders.roots` is empty"]);
    check_error("folders: { schema: s, roots: { a: b }, mode: 9 }\n", &["no mode"]);
}

#[test]
fn a_file_without_automations_is_valid_and_does_nothing() {
    assert_eq!(read("automations: []\n").expect("valid").automations, []);
}

#[test]
fn what_new_directories_are_like_is_said_in_folders() {
    let folders = "folders:\n  schema: s\n  roots: { primary: p }\n  mode: 0o777\n  file_mode: 640\n  \
                   owner: 1000:2000\n  register: true\n";
    let folders = read(folders).expect("valid").folders.expect("folders");
    assert_eq!((folders.mode, folders.file_mode), (Some(0o777), Some(0o640)));
    assert_eq!(folders.owner, Some(Owner { user: 1000, group: 2000 }));
    assert!(folders.register);
    for owner in ["alice:artists", "1000", "1000:", "-1:5", "4294967295:1"] {
        let text =
            format!("folders:\n  schema: s\n  roots: {{ primary: p }}\n  owner: '{owner}'\n");
        check_error(&text, &["`folders.owner` is no owner: write the numbers"]);
    }
}

#[test]
fn engines_belong_to_make_folders() {
    let text = format!(
        "{FOLDERS}automations:\n  - {{ name: a, on: Shot/create, do: make_folders, engines: tk-maya }}\n"
    );
    let config = read(&text).expect("valid");
    let engines = Some(vec!["tk-maya".to_owned()]);
    assert_eq!(config.automations[0].action, Action::MakeFolders(MakeFolders { engines }));
    let text = text.replace("make_folders", "set, values: { a: 1 }");
    check_error(&text, &["`engines` is no key of `do: set`"]);
}
