//! `sgh check`: what is right, and each thing that is not, by its name and with its fix.

mod rules;

use serde_json::{Value, json};
use sgh_emulator::NewHook;

use super::{Env, but, env, run};
use crate::studio::{Studio, TOKEN, names_line};

/// A studio where all is well.
fn studio() -> (Studio, Env) {
    let studio = Studio::start();
    let all = json!({"create": [], "update": []});
    let on: Value = ["Project", "Sequence", "Shot", "Asset", "Task", "Version", "Note"]
        .map(|kind| (kind.to_owned(), all.clone()))
        .into_iter()
        .collect();
    let hook = NewHook::on_entities("http://127.0.0.1:9/", &on).named("everything");
    studio.site().add_hook(&hook.signed_with(TOKEN)).unwrap();
    let env = env(&studio);
    (studio, env)
}

/// The findings that are not `ok`: what was looked at, and what is said of it.
pub(super) async fn findings(env: &Env, code: i32) -> Vec<(String, String)> {
    let ran = run(env, &["check", "--json"]).await;
    assert_eq!(ran.code, Some(code), "{ran:?}");
    let text = |line: &Value, name: &str| line[name].as_str().expect(name).to_owned();
    let lines = ran.json();
    let wrong = lines.iter().filter(|line| line["state"] != "ok");
    wrong.map(|line| (text(line, "check"), text(line, "text"))).collect()
}

/// One thing is wrong, so that this, and nothing else, is named.
async fn check(env: &Env, name: &str, fix: &str) {
    let found = findings(env, 1).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.contains(name), "{name}: {found:?}");
    assert!(found[0].1.contains(fix), "{fix}: {found:?}");
}

#[tokio::test]
async fn where_all_is_well_everything_is_ok() {
    let (_studio, env) = studio();
    assert_eq!(findings(&env, 0).await, []);
    let ran = run(&env, &["check"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for looked_at in ["settings", "tokens", "queue", "ledger", "schema", "storage", "site", "login"]
    {
        assert!(ran.out.contains(looked_at), "{looked_at}: {}", ran.out);
    }
    let is_fine = |line: &str| line.starts_with("ok ") || line.starts_with("      ");
    assert!(ran.out.lines().all(is_fine), "{}", ran.out);
    let of_shots = "one folder per Shot of the Project above and the Sequence above";
    assert!(ran.out.contains(of_shots), "the schema is explained: {}", ran.out);
}

#[tokio::test]
async fn settings_that_are_missing_or_wrong_are_all_named() {
    let found = findings(&Vec::new(), 1).await;
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.len() >= 7, "{names:?}");
    let (_studio, env) = studio();
    let wrong = [("SGH_QUEUE", "rabbit"), ("SGH_SCRIPT_KEY", "canary-literal"), ("SGH_CONFIG", "")];
    let found = findings(&but(&env, &wrong), 1).await;
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SGH_QUEUE", "SGH_SCRIPT_KEY", "SGH_CONFIG"], "{found:?}");
    assert!(found.iter().all(|(_, text)| text.contains("; ")), "each with its fix: {found:?}");
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_named() {
    let (studio, env) = studio();
    let nowhere = format!("sqlite:{}", studio.folder().join("not/there.sqlite").display());
    check(&but(&env, &[("SGH_QUEUE", &nowhere)]), "queue", "not/there.sqlite").await;
    check(&but(&env, &[("SGH_LEDGER", &nowhere)]), "ledger", "not/there.sqlite").await;
    let other = studio.write("text.sqlite", &"this is no database\n".repeat(500));
    let other = format!("sqlite:{}", other.display());
    check(&but(&env, &[("SGH_QUEUE", &other)]), "queue", "text.sqlite").await;
}

#[tokio::test]
async fn an_sgh_yaml_that_cannot_be_read_is_named_by_its_line() {
    let (studio, env) = studio();
    let text = std::fs::read_to_string(studio.config()).unwrap();
    let wrong = text.replacen("do: make_folders", "do: make_coffee", 1);
    studio.write("sgh.yaml", &wrong);
    let found = findings(&env, 1).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(names_line(&found[0].1, &wrong, "make_coffee"), "{found:?}");
}

#[tokio::test]
async fn a_storage_that_is_not_there_is_named_with_the_fix() {
    let (studio, env) = studio();
    std::fs::rename(studio.storage(), studio.folder().join("away")).unwrap();
    check(&env, "storage primary", "folders.roots.primary").await;
    std::fs::write(studio.storage(), "a file").unwrap();
    check(&env, "storage primary", "not a directory").await;
}

#[tokio::test]
async fn a_schema_that_is_not_there_is_named() {
    let (studio, env) = studio();
    let text = std::fs::read_to_string(studio.config()).unwrap();
    let schema = text.lines().find(|line| line.trim_start().starts_with("schema:")).unwrap();
    studio.write("sgh.yaml", &text.replace(schema, "  schema: ./not-there"));
    check(&env, "schema", "not-there").await;
}

#[tokio::test]
async fn a_site_or_a_login_that_does_not_work_is_named() {
    let (_studio, env) = studio();
    let nobody = format!("http://{}", tests::lambda::nobody());
    check(&but(&env, &[("SGH_SITE_URL", &nobody)]), "site", "SGH_SITE_URL").await;
    check(&but(&env, &[("KEY", "canary-wrong")]), "login", "SGH_SCRIPT_KEY").await;
    check(&but(&env, &[("SGH_SCRIPT_NAME", "nobody")]), "login", "SGH_SCRIPT_NAME").await;
}

#[tokio::test]
async fn a_hook_that_does_not_deliver_what_an_automation_wants_is_named() {
    let (studio, env) = studio();
    let everything = studio.site().hooks().remove(0).id;
    studio.site().remove_hook(everything);
    let on = json!({
        "Project": {"create": []}, "Sequence": {"create": [], "update": []},
        "Shot": {"create": [], "update": ["code"]}, "Asset": {"create": [], "update": []},
        "Task": {"create": []}, "Version": {"create": [], "update": ["sg_status_list"]},
        "Note": {"create": [], "update": []},
    });
    let hook = NewHook::on_entities("http://127.0.0.1:9/", &on).signed_with(TOKEN);
    let id = studio.site().add_hook(&hook).unwrap();
    check(&env, "make-folders-of-moved", "Shot/update/sg_sequence").await;

    studio.site().set_hook_enabled(id, false).unwrap();
    let found = findings(&env, 1).await;
    assert!(found.iter().any(|(_, text)| text.contains("`disabled`")), "{found:?}");
    assert!(found.len() >= 6, "and each automation that gets nothing: {found:?}");
}

#[tokio::test]
async fn what_is_only_unwise_is_a_warning() {
    let (studio, env) = studio();
    let found = findings(&but(&env, &[("TOKENS", "canary-short")]), 0).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "tokens");
    let found = findings(&but(&env, &[("TOKENS", "unsigned:")]), 0).await;
    assert!(found[0].1.contains("unsigned"), "{found:?}");
    studio.site().add_script("quiet", "canary-quiet", false).unwrap();
    let quiet = but(&env, &[("SGH_SCRIPT_NAME", "quiet"), ("KEY", "canary-quiet")]);
    let found = findings(&quiet, 0).await;
    assert!(found.len() == 1 && found[0].1.contains("Generate Events"), "{found:?}");
}
