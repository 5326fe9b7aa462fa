//! `sgh hooks`: from a site without hooks to one that delivers, is tested, and is found well or
//! ailing.

use serde_json::{Value, json};
use sgh_emulator::NewHook;

use super::{Env, Serving, env, run};
use crate::studio::{Studio, TOKEN};

/// A rule that wants a field of tasks, and new shots.
const RULES: &str = "\
automations:
  - name: statuses
    on: [Task/update/sg_status_list, Shot/create]
    do: emit
    dry_run: true
";

/// The same, grown by a field.
const GROWN: &str = "\
automations:
  - name: statuses
    on: [Task/update/sg_status_list, Task/update/task_assignees, Shot/create]
    do: emit
    dry_run: true
";

fn studio(rules: &str) -> (Studio, Env) {
    let studio = Studio::start();
    studio.write("sgh.yaml", rules);
    let env = env(&studio);
    (studio, env)
}

/// The answer of a command, with `--json`.
async fn answer(env: &Env, arguments: &[&str], code: i32) -> Vec<Value> {
    let arguments = [&["--json", "hooks"], arguments].concat();
    let ran = run(env, &arguments).await;
    assert_eq!(ran.code, Some(code), "{arguments:?}: {ran:?}");
    ran.json()
}

/// What the doctor finds that is not well.
async fn ails(env: &Env, code: i32) -> Vec<String> {
    let found = answer(env, &["doctor"], code).await;
    let ill = found.iter().filter(|one| one["state"] != "ok");
    ill.map(|one| format!("{}: {}", one["check"].as_str().unwrap(), one["text"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn hooks_are_made_once_tested_through_the_whole_way_and_found_well() {
    let (studio, env) = studio(RULES);
    // Somebody else's hook is neither judged nor touched.
    let other = NewHook::on_event_type("https://other.example.org/canary", "Shotgun_User_Login");
    let other = studio.site().add_hook(&other).unwrap();
    let serving = Serving::start(&env).await;

    let found = ails(&env, 1).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("no active hook delivers Task/update/sg_status_list"), "{found:?}");

    let would = answer(&env, &["create", "--url", &serving.url, "--dry-run"], 0).await;
    assert_eq!((would[0]["action"].as_str(), &would[0]["dry_run"]), (Some("create"), &json!(true)));
    assert_eq!(studio.site().hooks().len(), 1, "a dry run makes nothing");

    let made = answer(&env, &["create", "--url", &serving.url], 0).await;
    assert_eq!(made.len(), 1, "{made:?}");
    let types = json!({"Shot": {"create": []}, "Task": {"update": ["sg_status_list"]}});
    assert_eq!(made[0]["fields"]["entity_types"], types);
    let id = made[0]["id"].as_str().expect("an id").to_owned();
    let again = answer(&env, &["create", "--url", &serving.url], 0).await;
    assert_eq!(again, [json!({"action": "none", "hooks": 1})]);
    assert_eq!(studio.site().hooks().len(), 2);

    let tested = answer(&env, &["test", &id], 0).await;
    assert_eq!(tested[0]["delivery"]["response_code"], 200, "{tested:?}");
    assert_eq!(tested[0]["delivery"]["answer"], "kept");
    let said = tested[0]["delivery"]["acknowledgement"].as_str().expect("acknowledged");
    assert!(said.starts_with("done\ntest connection"), "{said}");

    // The address is known now: it is that of the hook that was made.
    assert_eq!(ails(&env, 0).await, [""; 0]);
    let listed = answer(&env, &["list"], 0).await;
    let ours = listed.iter().find(|one| one["id"] == id.as_str()).expect("listed");
    assert_eq!((&ours["signed"], &ours["batched"]), (&json!(true), &json!(true)));
    assert_eq!((&ours["last_day"]["deliveries"], &ours["status"]), (&json!(1), &json!("active")));
    let text = run(&env, &["hooks", "list"]).await.out;
    assert!(text.contains("Shot create; Task update (sg_status_list)"), "{text}");
    assert!(studio.site().hook(other).is_some());
    serving.stop().await;
}

#[tokio::test]
async fn a_hook_that_lacks_something_is_told_and_changed_on_demand() {
    let (studio, env) = studio(GROWN);
    let url = "https://hooks.example.org/";
    let types = json!({"Task": {"update": ["sg_status_list"]}, "Shot": {"create": []}});
    let hook = studio.site().add_hook(&NewHook::on_entities(url, &types).named("ours")).unwrap();
    let shown = || answer(&env, &["list"], 0);

    let told = answer(&env, &["create", "--url", url], 1).await;
    assert_eq!((told.len(), &told[0]["action"]), (1, &json!("tell")), "{told:?}");
    assert!(told[0]["why"].as_str().unwrap().contains("it lacks Task update (task_assignees)"));
    assert_eq!(shown().await[0]["signed"], json!(false), "nothing was changed");

    let changed = answer(&env, &["create", "--url", url, "--update"], 0).await;
    assert_eq!((changed.len(), &changed[0]["action"]), (1, &json!("update")), "{changed:?}");
    let ours = shown().await.remove(0);
    let expect = json!({
        "Task": {"update": ["sg_status_list", "task_assignees"]}, "Shot": {"create": []},
    });
    assert_eq!((&ours["entity_types"], &ours["signed"]), (&expect, &json!(true)));
    assert_eq!((&ours["batched"], &ours["name"]), (&json!(true), &json!("ours")));

    let found = ails(&env, 0).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("hook `ours`: \"it never delivered"), "{found:?}");
    studio.site().set_hook_enabled(hook, false).unwrap();
    let found = ails(&env, 1).await;
    assert!(found.iter().any(|one| one.contains("its status is `disabled`")), "{found:?}");
}

#[tokio::test]
async fn a_test_that_nobody_answers_is_told_and_so_is_a_hook_that_is_not_there() {
    let (studio, env) = studio(RULES);
    let url = format!("http://{}/", tests::lambda::nobody());
    let types = json!({"Shot": {"create": []}});
    let hook = NewHook::on_entities(&url, &types).signed_with(TOKEN);
    studio.site().add_hook(&hook).unwrap();
    let ran = run(&env, &["hooks", "test", "--url", &url]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains("nothing answers at its address"), "{}", ran.out);

    for (arguments, why) in [
        (&["hooks", "test", "5b0f9a8e-7f1d-4a44-9c7e-0a3f9f2d6c11"][..], "not found"),
        (&["hooks", "test", "../entity/shots"], "is not the id of a hook"),
        (&["hooks", "test", "--url", "https://nobody.example.org/"], "name one by its id"),
        (&["hooks", "test"], "name one by its id"),
        (&["hooks", "create", "--update"], "say where deliveries go: --url"),
        (&["hooks", "create", "--url", "http://hooks.example.org/"], "--url: it has to begin with"),
    ] {
        let ran = run(&env, arguments).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(why), "{arguments:?}: {}", ran.err);
    }
    let nothing = run(&Env::new(), &["hooks", "create", "--url", &url]).await;
    for name in ["SGH_SITE_URL", "SGH_SCRIPT_KEY", "SGH_WEBHOOK_SECRETS"] {
        assert!(nothing.err.contains(name), "all at once: {name}: {}", nothing.err);
    }
}
