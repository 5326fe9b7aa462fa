use super::*;
use crate::{Plugin, Unread, import};
use sgh_core::config::{Action, Config};

const SHOTS: &str = "
def registerCallbacks(reg):
    reg.registerCallback('n', 'canary', shots, {
        'Shotgun_Shot_New': None,
        'Shotgun_Shot_Change': ['code', 'sg_status_list'],
    })
    reg.registerCallback('n', 'canary', tell, {'Studio_Render_Done': None}, None, False)
";
const TASKS: &str = "
def registerCallbacks(reg):
    events = {'Shotgun_Task_Change': 'sg_status_list'}
    reg.registerCallback('n', 'canary', tasks_approved, events)
    reg.registerCallback('n', 'canary', everything)
";

fn read(plugins: &[(&str, &str)]) -> Import {
    let plugin = |(path, text): &(&str, &str)| Plugin { path: path.into(), text: (*text).into() };
    import(&plugins.iter().map(plugin).collect::<Vec<_>>())
}

fn config(text: &str) -> Config {
    Config::read(text, Path::new("sgh.yaml")).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

#[test]
fn it_is_an_sgh_yaml_as_it_stands() {
    let import = read(&[("plugins/shots.py", SHOTS), ("plugins/tasks_approved.py", TASKS)]);
    let config = config(&skeleton(&import));
    let shown: Vec<String> = config
        .automations
        .iter()
        .map(|one| {
            let on: Vec<String> = one.on.iter().map(ToString::to_string).collect();
            let Action::Run(run) = &one.action else { panic!("no program") };
            let halts = one.on_failure == sgh_core::config::OnFailure::Halt;
            format!(
                "{} on {}: {} {} {halts}",
                one.name,
                on.join(" "),
                run.program,
                run.arguments.join(" ")
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "shots.Shot_New on Shot/create: ././programs/shots.py  true",
            "shots.Shot_Change on Shot/update/code Shot/update/sg_status_list: ././programs/shots.py  \
         true",
            "shots.tell on event:Studio_Render_Done: ././programs/shots.py tell false",
            "tasks_approved on Task/update/sg_status_list: ././programs/tasks_approved.py  true",
        ]
    );
}

#[test]
fn what_is_left_to_do_stands_in_comments() {
    let mut import = read(&[("plugins/shots.py", SHOTS), ("plugins/tasks_approved.py", TASKS)]);
    import.site = Some("https://studio.example".to_owned());
    let text = skeleton(&import);
    for expect in [
        "# The site of the daemon's conf: SGH_SITE_URL=https://studio.example\n",
        "\n  # plugins/shots.py:3, callback shots\n  - name: shots.Shot_New\n",
        "\n  # - name: open-downstream\n",
        "\n  # plugins/tasks_approved.py:5, callback everything\n  # It wants events of every type",
        "\n# Hooks that these need; `sgh hooks create` makes them:\n#   Shot: create, update code, \
         update sg_status_list\n#   Task: update sg_status_list\n#   event:Studio_Render_Done\n",
        "\n# To be looked at by hand:\n#   plugins/tasks_approved.py:5: callback `everything`: it \
         wants every event",
    ] {
        assert!(text.contains(expect), "{text}\nexpected: {expect}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn a_rule_that_is_suggested_is_one_once_its_comment_signs_are_taken_away() {
    let text = skeleton(&read(&[("tasks_approved.py", TASKS)]));
    let start = text.find("  # - name: open-downstream").expect("a suggestion");
    let end = start + text[start..].find("  - name:").expect("the program");
    let bare = text[start..end].replace("  # ", "  ");
    let config = config(&format!("automations:\n{bare}"));
    assert!(matches!(config.automations[0].action, Action::OpenDownstream(_)));
}

#[test]
fn names_are_told_apart() {
    let import = read(&[("a/shots.py", SHOTS), ("b/shots.py", SHOTS)]);
    let names: Vec<String> =
        config(&skeleton(&import)).automations.into_iter().map(|one| one.name).collect();
    assert_eq!(
        names,
        [
            "shots.Shot_New",
            "shots.Shot_Change",
            "shots.tell",
            "shots.Shot_New.2",
            "shots.Shot_Change.2",
            "shots.tell.2",
        ]
    );
}

#[test]
fn names_of_files_are_only_names() {
    let import = read(&[("x/no: {y}\n- z #1.py", SHOTS), ("x/..py", SHOTS), ("x/true.py", SHOTS)]);
    let config = config(&skeleton(&import));
    assert_eq!(config.automations.len(), 9);
    assert_eq!(config.automations[0].name, "no: {y}\n- z #1.shots.Shot_New");
    for automation in &config.automations {
        let Action::Run(run) = &automation.action else { panic!("no program") };
        let program = run.program.to_string();
        assert_eq!(program.matches('/').count(), 3, "{program}");
    }
}

#[test]
fn with_nothing_to_run_it_is_valid_all_the_same() {
    let unread = Unread { file: "a.py".into(), line: 0, what: "nothing\n- here".to_owned() };
    let import = Import { unread: vec![unread], ..Import::default() };
    let text = skeleton(&import);
    assert_eq!(config(&text).automations, []);
    assert!(text.ends_with("#   a.py: nothing\u{fffd}- here\n"), "{text}");
}
