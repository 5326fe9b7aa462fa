//! `sgh import`: from the event daemon's files to an sgh.yaml that is read without a problem.
//! Every key in them is a canary.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use super::{Env, Ran, run};
use crate::studio::{Studio, assert_silent};
use crate::tidy::root;

const APPROVED: &str = "
import os

KINDS = ('Task',)

def registerCallbacks(reg):
    args = {'task_status': ['apr'], 'downstream_task_status_active': 'rdy'}
    if not os.path.exists('x'):
        reg.logger.warning('no')
        return
    events = {}
    for kind in KINDS:
        events['Shotgun_%s_Change' % kind] = 'sg_status_list'
    reg.registerCallback('approved', 'canary-key', tasks_approved, events, args)

def tasks_approved(sg, logger, event, args):
    pass
";
const SHOTS: &str = "
from studio import FIELDS

def registerCallbacks(reg):
    reg.registerCallback('shots', 'canary-key', made, {'Shotgun_Shot_New': None}, None, False)
    reg.registerCallback('shots', 'canary-key', moved, {'Shotgun_Shot_Change': FIELDS})
    reg.registerCallback('shots', 'canary-key', everything)
";

/// The daemon's files; the path of its conf.
fn daemon(studio: &Studio) -> PathBuf {
    let folder = studio.folder().join("plugins");
    #[allow(clippy::disallowed_methods, reason = "the plugin folder of a test")]
    std::fs::create_dir(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("20_shots.py", SHOTS);
    write("10_approved.py", APPROVED);
    write(".hidden.py", "canary");
    write("notes.txt", "canary");
    studio.write(
        "daemon.conf",
        &format!(
            "[shotgun]\nserver: https://studio.example/\nname: daemon\nkey: canary-key\n\
             [plugins]\npaths: {}, /gone/canyon\n[emails]\npassword: canary-password\n",
            folder.display()
        ),
    )
}

async fn import(arguments: &[&str]) -> Ran {
    run(&Env::new(), &[&["import"], arguments].concat()).await
}

#[tokio::test]
async fn the_daemons_files_become_an_sgh_yaml_that_is_read() {
    let studio = Studio::start();
    let conf = daemon(&studio).display().to_string();
    let out = studio.folder().join("new.yaml");
    let name = out.display().to_string();
    let ran = import(&["--conf", &conf, "--out", &name]).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let summary = format!("{name} written: 2 automation(s) of 4 callback(s) in 2 plugin(s)");
    assert!(ran.out.starts_with(&summary), "{}", ran.out);
    for expect in [
        "the plugin folder `/gone/canyon` is not on this machine",
        "20_shots.py:6: callback `moved`: `Shotgun_Shot_Change`: its fields are not known: the \
         name `FIELDS`",
        "20_shots.py:7: callback `everything`: it wants every event",
    ] {
        assert!(ran.out.contains(expect), "{}\nexpected: {expect}", ran.out);
    }
    let text = std::fs::read_to_string(&out).unwrap();
    assert_silent(&text);
    assert!(text.contains("SGH_SITE_URL=https://studio.example\n"), "{text}");
    assert!(text.contains("  #   done: [apr]\n"), "{text}");
    let ran = run(&Env::new(), &["config", "check", &name]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let names = "2 automation(s): 10_approved.tasks_approved, 20_shots.made";
    assert!(ran.out.contains(names), "{}", ran.out);
    // What is there is left as it is.
    let ran = import(&["--conf", &conf, "--out", &name]).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.err.contains("is there already and is left as it is"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), text);
    // Without --out the same is printed.
    assert_eq!(import(&["--conf", &conf]).await.out.trim_end(), text.trim_end());
}

#[tokio::test]
async fn folders_that_are_named_count_instead_of_those_of_the_conf() {
    let studio = Studio::start();
    let conf = daemon(&studio).display().to_string();
    let plugin = studio.folder().join("plugins/20_shots.py").display().to_string();
    let said = import(&["--json", "--conf", &conf, &plugin]).await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    let said = said.json().remove(0);
    assert_eq!(said["plugins"], 1);
    assert_eq!(said["file"], Value::Null);
    assert_eq!(said["hooks"], json!(["Shot: create"]));
    let made = &said["callbacks"][0];
    assert_eq!((&made["callback"], &made["stops_on_error"]), (&json!("made"), &json!(false)));
    assert_eq!(made["automations"][0]["on"], json!(["Shot/create"]));
    assert_eq!(said["callbacks"][2]["wants_everything"], true);
    let lines: Vec<&Value> =
        said["unread"].as_array().unwrap().iter().map(|one| &one["line"]).collect();
    assert_eq!(lines, [6, 7]);
}

#[tokio::test]
async fn with_nothing_to_read_it_says_what_to_name() {
    let studio = Studio::start();
    let conf = studio.write("daemon.conf", "[plugins]\npaths: /gone\n").display().to_string();
    for (arguments, code, expect) in [
        (vec![], 2, "--conf"),
        (vec!["--conf", conf.as_str()], 1, "`/gone` is not on this machine"),
        (vec!["/gone/plugins"], 1, "cannot read the plugin folder /gone/plugins"),
        (vec!["--conf", "/gone.conf"], 1, "cannot read /gone.conf"),
    ] {
        let ran = import(&arguments).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(code), ""), "{ran:?}");
        assert!(ran.err.contains(expect), "{}\nexpected: {expect}", ran.err);
    }
}

#[tokio::test]
async fn the_lines_of_the_page_hand_a_callback_the_daemons_event() {
    let page = std::fs::read_to_string(root().join("studio/from-the-daemon.md")).unwrap();
    let (_, rest) = page.split_once("```python\n").expect("a program");
    let (program, _) = rest.split_once("```").expect("its end");
    let studio = Studio::start();
    let program = studio.write("program.py", program);
    studio.write(
        "shotgun_api3.py",
        "class Shotgun:\n    def __init__(self, *given):\n        self.given = given\n",
    );
    studio.write(
        "my_plugin.py",
        "def my_callback(sg, logger, event, args):\n    logger.warning('seen')\n    \
         print(sg.given, event['event_type'], event['id'], event['attribute_name'],\n          \
         event['meta']['new_value'], event['meta']['type'], event['entity']['id'], args)\n",
    );
    // As it was sent; what a program is told of it is the engine's to say.
    let told = json!({
        "key": "studio.example/7", "automation": "a", "site": "studio.example", "delivery": null,
        "entity": {"type": "Task", "id": 5, "fields": {}},
        "event": {
            "id": "1.2.3", "event_log_entry_id": 7, "type": "Shotgun_Task_Change",
            "operation": "update", "entity": {"type": "Task", "id": 5},
            "attribute": "sg_status_list", "old_value": "ip", "new_value": "fin", "added": null,
            "removed": null, "project": null, "user": null, "created_at": null,
            "meta": {"type": "attribute_change"}, "truncated": false,
        },
    });
    let mut child = std::process::Command::new("python3")
        .arg(program)
        .envs([("PLUGIN_NAME", "n"), ("PLUGIN_KEY", "k")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3");
    child.stdin.take().expect("its stdin").write_all(told.to_string().as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    let out = String::from_utf8_lossy(&ended.stdout);
    let err = String::from_utf8_lossy(&ended.stderr);
    let expect = "('https://studio.example', 'n', 'k') Shotgun_Task_Change 7 sg_status_list fin \
                  attribute_change 5 {}\n";
    assert_eq!((ended.status.code(), out.as_ref()), (Some(0), expect), "{err}");
    assert!(err.contains("seen"), "{err}");
}
