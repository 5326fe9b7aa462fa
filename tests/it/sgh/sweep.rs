//! What was never delivered is found in the event log: by `sgh serve` as it starts, and by hand.

use std::sync::Arc;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_emulator::EmulatorConfig;

use super::{Env, Running, Serving, env, run};
use crate::studio::{Ahead, Studio, in_time, version_statuses};

/// A port that nobody listens on.
const NOBODY: &str = "http://127.0.0.1:1/";
/// Changes of one version, of which the site loses one in twenty.
const CHANGES: usize = 400;
/// Long enough ago for an entry not to be left to its delivery.
pub const AGO: i64 = -600;

/// Events of [`approve`] that an automation wants: project, sequence, shot, task and version are
/// made, and the version is approved.
const FILM: i64 = 6;

/// Approves a version, which makes its task final, where anybody hears of it.
pub fn approve(studio: &Studio, name: &str) -> EntityRef {
    let film = studio.film(name);
    let (version, task) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    task
}

/// A site whose events are from a while ago, and settings for which a sweep has begun before them.
async fn begun(config: EmulatorConfig) -> (Studio, Env) {
    let studio = Studio::with(config);
    let env = env(&studio);
    let begun = by_hand(&env, &["--since", "3d"]).await;
    assert_eq!((&begun["first"], &begun["queued"]), (&json!(true), &json!(0)), "{begun}");
    (studio, env)
}

fn site(clock: &Arc<Ahead>) -> EmulatorConfig {
    clock.by(AGO);
    Ahead::site(clock)
}

/// What a sweep by hand came to.
pub async fn by_hand(env: &Env, options: &[&str]) -> Value {
    let arguments = [&["--json", "sweep"], options].concat();
    let ran = run(env, &arguments).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let [report] = &ran.json()[..] else { panic!("{}", ran.out) };
    report.clone()
}

#[tokio::test]
async fn what_nobody_took_in_is_found_and_done_when_serve_starts() {
    let (studio, env) = begun(site(&Arc::default())).await;
    studio.hook(NOBODY, &version_statuses());
    let task = approve(&studio, "Night Train");
    in_time("the failed delivery", studio.site().deliveries_answered()).await;
    assert_eq!(studio.site().lost_events().len(), 0, "it was sent, and nobody took it");

    let serving = Serving::start(&env).await;
    let is_final = |site: &sgh_emulator::EmulatedSite| {
        site.find("Task", task.id).expect("a task").fields["sg_status_list"] == "fin"
    };
    in_time("the sweep", studio.site().until(is_final)).await;
    let log = serving.stop().await;
    assert!(log.contains("events that were not delivered are queued"), "{log}");

    // Found once; looked at again, nothing is missing.
    studio.set_status(&task, "ip");
    let again = by_hand(&env, &["--since", "3d"]).await;
    assert_eq!((&again["queued"], &again["wanted"]), (&json!(0), &json!(FILM)), "{again}");
    assert_eq!(run(&env, &["work", "--until-empty"]).await.code, Some(0));
    assert_eq!(studio.status(&task), "ip", "what a human set later stays");
}

#[tokio::test]
async fn a_dry_run_lists_what_is_missing_and_changes_nothing() {
    let (studio, env) = begun(site(&Arc::default())).await;
    studio.hook(NOBODY, &version_statuses());
    approve(&studio, "Night Train");
    for _ in 0..2 {
        let dry = by_hand(&env, &["--dry-run"]).await;
        assert_eq!((&dry["dry_run"], &dry["queued"]), (&json!(true), &json!(FILM)), "{dry}");
        let missing = dry["missing"].as_array().expect("a list");
        let last = missing.last().expect("a missing event");
        assert_eq!(last["event_type"], "Shotgun_Version_Change");
        assert_eq!(last["automations"], json!(["version-drives-task"]));
    }
    let text = run(&env, &["sweep", "--dry-run"]).await.out;
    assert!(text.contains(": for version-drives-task\n"), "{text}");
    assert!(text.contains("6 missing events would be queued; "), "{text}");
    assert_eq!(by_hand(&env, &[]).await["queued"], FILM);
    assert_eq!(by_hand(&env, &["--dry-run"]).await["queued"], 0);
}

#[tokio::test]
async fn the_first_sweep_begins_at_the_present_and_says_so() {
    let studio = Studio::with(site(&Arc::default()));
    let env = env(&studio);
    approve(&studio, "Night Train");
    let first = run(&env, &["sweep"]).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(first.out.contains("it begins here; with --since"), "{}", first.out);
    let back = run(&env, &["sweep", "--since", "2h"]).await;
    assert!(back.out.contains("6 missing events queued; "), "{}", back.out);
    let wrong = run(&env, &["sweep", "--since", "2127-01-01"]).await;
    assert_eq!(wrong.code, Some(1), "{}", wrong.out);
    assert!(wrong.err.contains("--since is not in the past"), "{}", wrong.err);
    assert_eq!(run(&env, &["sweep", "--since", "soon"]).await.code, Some(2));
}

/// As after a day on which the hook had failed. Nobody answers, and after 100 failures nothing is
/// sent any more.
#[tokio::test]
async fn a_day_without_a_hook_is_made_up_for() {
    let (day, changes) = (24 * 3600, 300);
    let clock = Arc::new(Ahead::default());
    let mut config = site(&clock);
    config.failures_until_failed = 100;
    clock.by(AGO - day);
    let (studio, env) = begun(config).await;
    studio.hook(NOBODY, &version_statuses());
    let (version, _) = studio.version(&studio.film("Night Train"), "Comp");
    for change in 0..changes {
        clock.by(AGO - day + day * change / changes);
        studio.set_status(&version, ["apr", "vwd", "note"][usize::try_from(change % 3).unwrap()]);
    }
    in_time("the failures", studio.site().deliveries_answered()).await;
    let unsent = studio.site().lost_events().len();
    assert!(unsent >= 200, "the hook has failed, and all but {unsent} were sent");
    let found = by_hand(&env, &[]).await;
    // And what made the film.
    let wanted = json!(changes + FILM - 1);
    println!("a day without: {} of {wanted}, {} searches", found["queued"], found["searches"]);
    assert_eq!((&found["queued"], &found["wanted"]), (&wanted, &wanted), "{found}");
}

const MARK: &str = "automations:
  - name: mark
    on: Version/update/sg_status_list
    do: set
    values: {description: seen}
";

#[tokio::test]
async fn what_is_lost_on_the_way_is_found_and_nothing_is_done_twice() {
    let mut config = site(&Arc::default());
    config.failures_until_failed = usize::MAX;
    let (studio, env) = begun(config).await;
    studio.write("sgh.yaml", MARK);
    let (version, _) = studio.version(&studio.film("Night Train"), "Comp");
    let arguments = ["--json", "serve", "--listen", "127.0.0.1:0", "--no-sweep"];
    let mut running = Running::start(&env, &arguments);
    let line = running.next().await;
    studio.hook(line["listening"].as_str().expect("where it listens"), &version_statuses());
    studio.site().lose_deliveries(5, 7);
    for change in 0..CHANGES {
        studio.set_status(&version, ["apr", "vwd"][change % 2]);
    }
    in_time("acknowledgements", studio.site().deliveries_acknowledged()).await;
    running.stop().await;

    let lost = studio.site().lost_events().len();
    assert!(lost > CHANGES / 40 && lost < CHANGES / 10, "{lost} of {CHANGES}");
    studio.site().forget_calls();
    let found = by_hand(&env, &[]).await;
    let calls = studio.calls("POST /entity/{type}/_search");
    println!("lost {lost} of {CHANGES}: found {}, {calls} searches", found["queued"]);
    assert_eq!((&found["queued"], &found["wanted"]), (&json!(lost), &json!(CHANGES)), "{found}");
    assert_eq!(found["searches"], calls, "each search is one call");
    assert_eq!(run(&env, &["work", "--until-empty"]).await.code, Some(0));
    let again = by_hand(&env, &["--since", "3d"]).await;
    assert_eq!((&again["queued"], &again["wanted"]), (&json!(0), &json!(CHANGES)), "{again}");
    // Written when the first of them came; every other found it written.
    assert_eq!(studio.calls("PUT /entity/{type}/{id}"), 0, "nothing is left to do");
}

/// A site that is away is told of, and serving goes on.
#[tokio::test]
async fn a_sweep_that_fails_is_told_of_and_ends_nothing() {
    let (studio, env) = begun(site(&Arc::default())).await;
    let fault = sgh_emulator::Fault::Status { code: 503, retry_after: None };
    studio.site().plan_fault("/entity/event_log_entries/_search", 99, fault);
    let serving = Serving::start(&env).await;
    let told = async |serving: &Serving| {
        while !serving.running.log().contains("the event log was not swept") {
            tokio::task::yield_now().await;
        }
    };
    in_time("the failure", told(&serving)).await;
    assert_eq!(serving.exchange(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.0, 200);
    let log = serving.stop().await;
    assert!(log.contains("the event log of the site cannot be read"), "{log}");
    assert_eq!(run(&env, &["sweep"]).await.code, Some(1));
}

#[tokio::test]
async fn serve_does_not_sweep_where_it_is_told_not_to() {
    let (studio, env) = begun(site(&Arc::default())).await;
    approve(&studio, "Night Train");
    studio.site().forget_calls();
    let arguments = ["--json", "serve", "--listen", "127.0.0.1:0", "--no-sweep"];
    let mut running = Running::start(&env, &arguments);
    running.next().await;
    running.stop().await;
    assert_eq!(studio.calls("POST /entity/{type}/_search"), 0);
}
