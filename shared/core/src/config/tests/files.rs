//! An sgh.yaml and the files of the teams beside it.

use super::*;

const MAIN: &str = "folders: { schema: ./schema, roots: { primary: ./projects } }
time_zone: America/Los_Angeles
automations:
  - { name: main, on: Shot/create, do: make_folders }
";

fn file(name: &str, text: &str) -> ConfigFile {
    ConfigFile { path: Path::new("/studio").join(name), text: text.to_owned() }
}

fn read_all(main: &str, teams: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let teams: Vec<ConfigFile> = teams.iter().map(|(name, text)| file(name, text)).collect();
    Config::of_files(&file("sgh.yaml", main), &teams)
}

fn check_lines(main: &str, teams: &[(&str, &str)], expect: &[&str]) {
    let error = read_all(main, teams).expect_err("wrong").to_string();
    assert_eq!(error.lines().collect::<Vec<_>>(), expect);
}

fn set(name: &str) -> String {
    format!("automations:\n  - {{ name: {name}, on: Shot/create, do: set, values: {{ x: 1 }} }}\n")
}

#[test]
fn teams_come_after_sgh_yaml_in_the_order_of_their_names() {
    let (comp, anim) = (set("comp"), set("anim"));
    let teams = [("sgh.d/20-comp.yaml", comp.as_str()), ("sgh.d/10-anim.yaml", &anim)];
    let config = read_all(MAIN, &teams).expect("valid");
    let found: Vec<_> = config
        .automations
        .iter()
        .map(|one| (one.name.as_str(), one.file.to_str().expect("text"), one.line))
        .collect();
    let expect = [
        ("main", "/studio/sgh.yaml", 4),
        ("anim", "/studio/sgh.d/10-anim.yaml", 2),
        ("comp", "/studio/sgh.d/20-comp.yaml", 2),
    ];
    assert_eq!(found, expect);
}

#[test]
fn a_name_stands_once_in_all_files_and_both_places_are_told() {
    let main = set("a");
    let teams = [("sgh.d/one.yaml", set("b")), ("sgh.d/two.yaml", set("a"))];
    let teams: Vec<_> = teams.iter().map(|(name, text)| (*name, text.as_str())).collect();
    check_lines(
        &main,
        &teams,
        &["/studio/sgh.d/two.yaml:2:5: automation `a`: there is another of this name at \
           /studio/sgh.yaml:2; names have to differ"],
    );
}

#[test]
fn what_is_for_all_stands_in_sgh_yaml() {
    let team = "time_zone: UTC\ndry_run: true\nfolders: { schema: s, roots: { p: q } }\n";
    let of = |line: u64, column: u64, key: &str| {
        format!(
            "/studio/sgh.d/a.yaml:{line}:{column}: `{key}` is for all automations: write it into \
             sgh.yaml; a file of sgh.d has `automations` only"
        )
    };
    let expect = [of(3, 10, "folders"), of(2, 10, "dry_run"), of(1, 12, "time_zone")];
    let expect: Vec<&str> = expect.iter().map(String::as_str).collect();
    check_lines(MAIN, &[("sgh.d/a.yaml", team)], &expect);
}

#[test]
fn what_sgh_yaml_says_counts_for_the_teams() {
    let team = "automations:
  - { name: a, on: Task/create, do: make_folders }
  - { name: b, on: Task/create, do: run, command: [./b.py] }
";
    let main = format!("{MAIN}dry_run: true\n");
    let config = read_all(&main, &[("sgh.d/a.yaml", team)]).expect("valid");
    assert!(config.automations.iter().all(|one| one.dry_run), "{config:?}");
    let Action::Run(run) = &config.automations[2].action else { panic!("no program") };
    // As in sgh.yaml: it means the same wherever it is moved to.
    assert_eq!(run.program, Program::File("/studio/./b.py".into()));
    check_lines(
        "automations: []\n",
        &[("sgh.d/a.yaml", team)],
        &["/studio/sgh.d/a.yaml:2:5: automation `a`: make_folders needs `folders:` with a schema \
           and roots"],
    );
}

#[test]
fn each_fault_is_told_with_its_own_file_and_line() {
    check_lines(
        "automations: 7\n",
        &[("sgh.d/a.yaml", "\nautomation: []\n"), ("sgh.d/b.yaml", "automations: []\n")],
        &[
            "/studio/sgh.yaml:1:14: expected sequence start",
            "/studio/sgh.d/a.yaml:2:1: unknown key `automation`: did you mean `automations`?",
        ],
    );
    let team = set("b").replace("Shot/create", "Shot/made").replace("do: set", "do: sett");
    let error = read_all(
        "automations:\n  - { name: a, on: [], do: run, command: [x] }\n",
        &[("sgh.d/b.yaml", &team)],
    );
    let error = error.expect_err("wrong").to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 3, "{error}");
    assert!(lines[0].starts_with("/studio/sgh.yaml:2:5: automation `a`: `on` is empty"));
    assert!(lines[1].starts_with("/studio/sgh.d/b.yaml:2:5: automation `b`: `Shot/made`"));
    assert!(lines[2].starts_with("/studio/sgh.d/b.yaml:2:5: automation `b`: `do: sett`"));
}

#[test]
fn a_file_of_a_team_may_be_empty() {
    for team in ["", "# not yet\n", "automations: []\n"] {
        let config = read_all(MAIN, &[("sgh.d/a.yaml", team)]).expect(team);
        assert_eq!(config.automations.len(), 1);
    }
}

#[test]
fn a_program_is_refused_where_none_can_run_by_its_own_file() {
    let main = "automations:\n  - { name: a, on: Shot/create, do: run, command: [x] }\n";
    let team = main.replace("name: a", "name: b");
    let config = read_all(main, &[("sgh.d/b.yaml", &team)]).expect("valid");
    let error = config.without_programs().expect_err("two programs").to_string();
    let places: Vec<_> = error.lines().map(|line| line.split(" automation").next()).collect();
    assert_eq!(places, [Some("/studio/sgh.yaml:2:1:"), Some("/studio/sgh.d/b.yaml:2:1:")]);
}
