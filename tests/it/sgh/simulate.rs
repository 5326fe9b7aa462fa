//! `sgh simulate`: a few days of a studio that does everything by hand, and what its sgh.yaml would
//! have done meanwhile.

mod past;

use serde_json::{Value, json};

use super::{but, run};
use past::{DAY, HOUR, MINUTE, Past};

/// What is said of one automation.
fn of<'a>(found: &'a Value, automation: &str) -> &'a Value {
    let all = found["automations"].as_array().unwrap();
    all.iter().find(|one| one["automation"] == automation).unwrap_or_else(|| panic!("{all:?}"))
}

fn writes(found: &Value) -> Vec<String> {
    let of = |write: &Value| {
        let came = &write["afterwards"];
        let what = write["what"].as_str().unwrap();
        format!("{what}: {} {}", came["came"].as_str().unwrap(), came["seconds"])
    };
    found["writes"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test]
async fn what_would_have_been_set_is_compared_with_what_people_did() {
    let past = Past::new();
    past.play();
    let found = past.found(&[]).await;
    assert_eq!(
        writes(&found),
        [
            "Task `Anim` of `SH010`: sg_status_list `ip` -> `rev`: same 600",
            "Task `Anim` of `SH010`: sg_status_list `rev` -> `fin`: same 1800",
            "Task `Comp` of `SH010`: sg_status_list `wtg` -> `rdy`: same 171000",
            "Task `Comp` of `SH010`: sg_status_list `ip` -> `rev`: other 10800",
            "Task `Comp` of `SH010`: sg_status_list `ip` -> `fin`: other 3600",
        ]
    );
    assert_eq!(found["writes"][3]["afterwards"]["value"], "hld");
    assert_eq!(found["writes"][0]["leads_to"], json!(["open-downstream"]));
    let counts = |name: &str| {
        let of = of(&found, name);
        ["events", "would", "skipped", "failed"].map(|key| of[key].as_u64().unwrap())
    };
    assert_eq!(counts("new-version-to-review"), [2, 2, 0, 0]);
    assert_eq!(counts("version-drives-task"), [3, 2, 1, 0]);
    assert_eq!(counts("open-downstream"), [5, 1, 4, 0]);
    assert_eq!(counts("shot-holds-tasks"), [1, 0, 1, 0]);
    assert_eq!(of(&found, "open-downstream")["writes"]["same_later"], 1);
    assert_eq!(of(&found, "shot-holds-tasks")["dry_run"], true);
    assert_eq!(found["doubts"], json!([]));
    assert_eq!(found["events"], 11);
}

#[tokio::test]
async fn people_read_a_table_and_nothing_is_written() {
    let past = Past::new();
    past.play();
    let all = || {
        let site = past.studio.site();
        ["Task", "Shot", "Version", "EventLogEntry"].map(|kind| site.records(kind))
    };
    let before = all();
    past.studio.site().forget_calls();
    let ran = past.simulate(&[]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for line in [
        "automation             events  would act  would skip  would fail",
        "version-drives-task         3          2           1           0",
        "5 fields would be set: 2 somebody did the same within the hour, 1 somebody did the same \
         later, 2 somebody did something else",
        "  would skip: 1 x Task is at `fin`, which is kept; Task is at `hld` already",
        "shot-holds-tasks (dry run)",
        "These writes are events in turn, which is not simulated: for open-downstream (5 x)",
    ] {
        assert!(ran.out.lines().any(|said| said == line), "`{line}` is not in:\n{}", ran.out);
    }
    assert!(ran.out.contains("a person did the same 10 min later"), "{}", ran.out);
    assert!(!past.wrote(), "{:?}", past.studio.site().call_counts());
    let searches = past.studio.calls("POST /entity/{type}/_search");
    assert!(ran.out.contains(&format!("; {searches} searches, ")), "{searches}: {}", ran.out);
    assert_eq!(before, all());
}

#[tokio::test]
async fn what_is_asked_for_can_be_narrowed() {
    let past = Past::new();
    past.play();
    let found = past.found(&["--automation", "open-downstream"]).await;
    assert_eq!(found["automations"].as_array().unwrap().len(), 1);
    assert_eq!(found["events"], 5);
    let found = past.found(&["--limit", "2"]).await;
    assert_eq!((writes(&found).len(), &found["writes_not_listed"]), (2, &json!(3)));
    let found = past.found(&["--project", "4711"]).await;
    assert_eq!((&found["events"], &found["writes"]), (&json!(0), &json!([])));
    // What came after the end is known all the same: the state is that of the time.
    let found = past.found(&["--until", "3d"]).await;
    assert_eq!(writes(&found).len(), 3);
    assert!(writes(&found)[2].ends_with("`wtg` -> `rdy`: same 171000"), "{found}");
}

#[tokio::test]
async fn a_rule_that_would_fail_is_told_by_the_exit_code() {
    let past = Past::new();
    past.play();
    let rule = "automations:
  - { name: typo, on: Version/create, do: set, values: { sg_tpyo: true } }
";
    let other = past.studio.write("other.yaml", rule).display().to_string();
    let ran = past.simulate(&["--json", "--config", &other]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let typo = of(&ran.json()[0], "typo").clone();
    assert_eq!(typo["failed"], 2);
    let fails = typo["fails"].as_array().unwrap();
    assert_eq!((fails.len(), &fails[0]["count"]), (1, &json!(2)));
}

#[tokio::test]
async fn a_write_that_later_events_would_repeat_counts_once() {
    let past = Past::new();
    let task = &past.tasks[1];
    for hour in 0..4 {
        let version = past.version(past.ago(3, hour * HOUR), &format!("v{hour}"), task);
        past.ago(3, hour * HOUR + MINUTE).set_status(&version, "apr");
    }
    past.clock.by(0);
    let found = past.found(&["--automation", "version-drives-task"]).await;
    let only = "Task `Anim` of `SH010`: sg_status_list `ip` -> `fin`: untouched null";
    assert_eq!(writes(&found), [only]);
    assert_eq!(found["writes"][0]["repeats"], 3);
    assert_eq!(of(&found, "version-drives-task")["writes"]["repeats"], 3);
}

#[tokio::test]
async fn what_cannot_be_known_is_said() {
    let past = Past::new();
    past.play();
    let silent = past.studio.site().add_script("silent", "key", false).unwrap();
    past.clock.by(-HOUR);
    let status = json!({"sg_status_list": "ip"});
    past.studio.site().update(&past.tasks[2], status, &silent).unwrap();
    past.studio.site().retire(&past.tasks[1], &past.studio.site().coordinator()).unwrap();
    past.clock.by(0);
    let found = past.found(&[]).await;
    let doubts = found["doubts"].as_array().unwrap();
    let kinds: Vec<&str> = doubts.iter().map(|doubt| doubt["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["gaps", "retired"]);
    // The version no longer shows the deleted task, but the log does.
    let first = "Task `Anim` of `SH010`: sg_status_list `ip` -> `rev`: same 600";
    assert_eq!(writes(&found)[0], first);
    assert!(past.simulate(&[]).await.out.contains("What could not be known:"));
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let past = Past::new();
    for (arguments, code, name) in [
        (&["--since", "yesterday"][..], 2, "write e.g. 7d"),
        (&["--since", "2999-01-01"], 1, "is not before the end"),
        (&["--since", "1d", "--until", "2d"], 1, "is not before the end"),
        (&["--automation", "roll-op"], 1, "it has new-version-to-review"),
    ] {
        let ran = run(&past.env(), &[&["simulate"], arguments].concat()).await;
        assert_eq!(ran.code, Some(code), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(name), "{arguments:?}: {}", ran.err);
    }
    let nothing = but(&past.env(), &[("SGH_SITE_URL", "")]);
    let ran = run(&nothing, &["simulate"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("SGH_SITE_URL"), "{}", ran.err);
}

#[tokio::test]
async fn an_entry_of_the_log_is_explained() {
    let past = Past::new();
    past.play();
    let rows = past.studio.site().records("EventLogEntry");
    let is_approval = |row: &&sgh_emulator::SiteRecord| {
        row.fields["event_type"] == "Shotgun_Version_Change"
            && row.fields["meta"]["new_value"] == "apr"
    };
    let id = rows.iter().rfind(is_approval).expect("an approval").entity.id.to_string();
    let ran = run(&past.env(), &["--json", "explain", "--event", &id]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let explained = &ran.json()[0];
    let drives = of(explained, "version-drives-task");
    assert_eq!((&drives["would"], &drives["dry_run"]), (&json!("done"), &json!(false)));
    assert!(drives["why"].as_str().unwrap().contains("`hld` -> `fin`"), "{drives}");
    let holds = of(explained, "shot-holds-tasks");
    assert_eq!((&holds["would"], &holds["dry_run"]), (&json!("not_wanted"), &json!(true)));
    let text = run(&past.env(), &["explain", "--event", &id]).await.out;
    assert!(text.contains("  shot-holds-tasks (dry run): does not run: "), "{text}");
    let ran = run(&past.env(), &["explain", "--event", "4711000"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("no entry 4711000"), "{}", ran.err);
    assert!(!past.wrote());
}

#[tokio::test]
#[ignore = "a measurement: run it with --nocapture"]
async fn ten_thousand_events() {
    let past = Past::new();
    let mut tasks = Vec::new();
    for n in 0..500 {
        let fields = json!({"content": format!("t{n}"), "project": past.project,
            "entity": past.shot, "sg_status_list": "wtg"});
        tasks.push(past.studio.make("Task", fields));
    }
    for round in 0..20 {
        past.clock.by(round * HOUR - 5 * DAY);
        let status = if round % 2 == 0 { "ip" } else { "fin" };
        tasks.iter().for_each(|task| past.studio.set_status(task, status));
    }
    past.clock.by(0);
    past.studio.site().forget_calls();
    let found = past.found(&["--limit", "0"]).await;
    println!(
        "{} events, {} searches, {} s; the site counts {:?}",
        found["events"],
        found["searches"],
        found["seconds"],
        past.studio.site().call_counts()
    );
}
