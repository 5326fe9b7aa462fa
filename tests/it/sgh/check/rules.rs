//! `sgh check` holds the rules of sgh.yaml against the site.

use serde_json::{Value, json};

use super::{findings, studio};
use crate::sgh::{Env, but, env, run};
use crate::studio::Studio;

/// The contract's vocabulary in a studio with one project, and a hook for all of it.
fn contract() -> (Studio, Env) {
    let studio = Studio::start();
    // Made before there is a hook: nobody takes its deliveries.
    let project = studio.make("Project", json!({"name": "Night Train"})).id;
    let all = json!({"create": [], "update": [], "delete": [], "revive": []});
    let kinds = ["Project", "Sequence", "Shot", "Asset", "Task", "Version", "Note"];
    let on: Value = kinds.map(|kind| (kind.to_owned(), all.clone())).into_iter().collect();
    studio.hook("http://127.0.0.1:9/", &on);
    let text = include_str!("../../../../shared/core/src/config/tests/contract.yaml");
    let schema = crate::tidy::root().join("studio/schema");
    let text = text
        .replace("./schema", &schema.display().to_string())
        .replace("[65]", &format!("[{project}]"));
    assert!(text.contains(&format!("projects: [{project}]")));
    studio.write("sgh.yaml", &text);
    let env = env(&studio);
    (studio, env)
}

/// A studio with these automations and no directories.
fn with(automations: &str) -> (Studio, Env) {
    let (studio, env) = studio();
    studio.write("sgh.yaml", &format!("automations:\n{automations}"));
    (studio, env)
}

/// What is found of the rules: the line, and what is said; nothing else is wrong.
async fn found(studio: &Studio, env: &Env, code: i32) -> Vec<(u32, String)> {
    let file = format!("{}:", studio.config().display());
    let of_rules = |(what, text): (String, String)| {
        let line = what.strip_prefix(&file).unwrap_or_else(|| panic!("{what}: {text}"));
        (line.parse().expect("a line"), text)
    };
    findings(env, code).await.into_iter().map(of_rules).collect()
}

#[tokio::test]
async fn the_contract_fits_and_says_what_sets_off_what() {
    let (studio, env) = contract();
    assert_eq!(found(&studio, &env, 0).await, []);
    let ran = run(&env, &["check"]).await;
    let rules = ran.out.lines().skip_while(|line| !line.starts_with("ok    rules: "));
    let rules: Vec<&str> = rules.take(3).map(str::trim).collect();
    assert!(rules[0].starts_with("ok    rules: they fit the site's schema ("), "{}", ran.out);
    assert_eq!(
        rules[1..],
        ["open-downstream sets off roll-up", "push-down sets off open-downstream, roll-up"]
    );
}

#[tokio::test]
async fn the_schema_costs_one_call_for_each_type_that_matters() {
    let (studio, env) = contract();
    findings(&env, 0).await;
    // Task, Shot, Asset, Version and Note; and Task in the one project that is named.
    assert_eq!(studio.calls("GET /schema/{type}/fields"), 6);
    assert_eq!(studio.calls("GET /schema"), 1);
}

#[tokio::test]
async fn what_does_not_fit_is_named_by_its_line_with_what_was_meant() {
    let (studio, env) = with(
        "  - name: typo
    on: Task/update/sg_status
    do: emit
  - name: codes
    on: Version/update/sg_status_list
    do: set
    target: sg_task
    map: { sg_status_list: { aprr: fin, note: finn } }
",
    );
    let found = found(&studio, &env, 1).await;
    let expect = [
        (
            2,
            "automation `typo`: `on: Task/update/sg_status`: Task has no field `sg_status`; did \
             you mean `sg_status_list`?",
        ),
        (
            5,
            "automation `codes`: `map: sg_status_list`: Version.sg_status_list: it has no code \
             `aprr`; did you mean `apr`? it has na, rev,",
        ),
        (
            5,
            "automation `codes`: `map: sg_status_list`: Task.sg_status_list: it has no code \
             `finn`; did you mean `fin`? it has wtg, rdy,",
        ),
    ];
    assert_eq!(found.len(), expect.len(), "{found:?}");
    for ((line, text), (at, start)) in found.iter().zip(expect) {
        assert_eq!(*line, at, "{text}");
        assert!(text.starts_with(start), "{text}");
    }
}

#[tokio::test]
async fn a_code_that_a_project_hides_is_a_warning() {
    let (studio, env) = contract();
    let project = studio.site().records("Project")[0].entity.id;
    studio.site().hide_statuses("Task", project, &["rdy"]);
    let rule = format!(
        "automations:\n  - {{ name: a, on: Task/update/sg_status_list, projects: [{project}, 99], do: \
         open_downstream, done: fin, waiting: wtg, ready: rdy }}\n"
    );
    studio.write("sgh.yaml", &rule);
    let found = found(&studio, &env, 0).await;
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("there is no project 99"), "{texts:?}");
    let hidden = format!("`ready`: `rdy` of Task.sg_status_list is hidden in project {project}");
    assert!(texts[1].contains(&hidden), "{texts:?}");
}

#[tokio::test]
async fn rules_that_fight_are_named_together() {
    let (studio, env) = with(
        "  - name: up
    on: Task/update/sg_status_list
    do: set
    target: { find: Version, linked_by: sg_task, newest: created_at }
    map: { sg_status_list: { fin: apr, ip: note } }
  - name: down
    on: Version/update/sg_status_list
    do: set
    target: sg_task
    map: { sg_status_list: { apr: ip, note: fin } }
",
    );
    let found = found(&studio, &env, 1).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.starts_with("automation `up`: it never comes to rest: "), "{found:?}");
    assert!(found[0].1.contains("`down` sets Task.sg_status_list to `ip`"), "{found:?}");
    // Maps that agree are none.
    let text = std::fs::read_to_string(studio.config()).unwrap();
    studio.write("sgh.yaml", &text.replace("apr: ip, note: fin", "apr: fin, note: ip"));
    assert_eq!(findings(&env, 0).await, []);
}

#[tokio::test]
async fn a_script_without_events_is_told_what_will_not_follow() {
    let (studio, env) = contract();
    studio.site().add_script("quiet", "canary-quiet", false).unwrap();
    let quiet = but(&env, &[("SGH_SCRIPT_NAME", "quiet"), ("KEY", "canary-quiet")]);
    let ran = run(&quiet, &["check"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let line = "open-downstream, roll-up does not follow on version-drives-task";
    assert!(ran.out.contains(line), "{}", ran.out);
}

#[tokio::test]
async fn a_site_that_does_not_answer_leaves_the_rules_unchecked_and_says_so() {
    let (_studio, env) = studio();
    let nobody = format!("http://{}", tests::lambda::nobody());
    let found = findings(&but(&env, &[("SGH_SITE_URL", &nobody)]), 1).await;
    assert!(found[0].1.ends_with("rules and hooks were not checked"), "{found:?}");
    let found = findings(&but(&env, &[("KEY", "canary-wrong")]), 1).await;
    assert!(found[0].1.ends_with("rules and hooks were not checked"), "{found:?}");
}

#[tokio::test]
async fn a_hook_for_what_is_missing_is_told_as_the_site_takes_it() {
    let (studio, env) = with(
        "  - { name: a, on: [Task/delete, Task/update/due_date, 'event:Shotgun_User_Login'], do: emit }\n",
    );
    for hook in studio.site().hooks() {
        studio.site().remove_hook(hook.id);
    }
    let ran = run(&env, &["check", "--json"]).await;
    assert_eq!(ran.code, Some(1));
    let lines = ran.json();
    let hook = lines.iter().find(|line| line["check"] == "hook for a").expect("said");
    assert_eq!(
        hook["details"],
        json!([
            "\"entity_types\": {\"Task\":{\"delete\":[],\"update\":[\"due_date\"]}}",
            "\"event_type\": \"Shotgun_User_Login\""
        ])
    );
    // The site takes it so.
    let filter = hook["details"][0].as_str().unwrap();
    let filter: Value = serde_json::from_str(&format!("{{{filter}}}")).unwrap();
    studio.hook("http://127.0.0.1:9/", &filter["entity_types"]);
    let found = findings(&env, 1).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].1.starts_with("no active hook delivers event:Shotgun_User_Login;"),
        "{found:?}"
    );
}
