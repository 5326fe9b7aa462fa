//! `sgh replay`: what failed runs again beside a worker that runs, and is acknowledged anew.

use serde_json::json;
use sgh_core::ids::EntityRef;

use super::{Env, Serving, env, run};
use crate::studio::{Studio, in_time, told, version_statuses};

/// A program that fails while there is a file `broken`, and else writes down what it was told of.
const SCRIPT: &str = "if [ -e broken ]; then echo 'no plates on disk' >&2; exit 3; fi
    sed 's/.*\"entity\":{[^}]*\"id\":\\([0-9]*\\).*/\\1/' >>ran; echo >>ran; echo published";

fn studio(on_failure: &str) -> (Studio, Env) {
    let studio = Studio::start();
    studio.write("script", SCRIPT);
    studio.write("broken", "");
    let text = format!(
        "automations:
  - name: publish
    on: Version/update/sg_status_list
    to: apr
    on_failure: {on_failure}
    do: run
    command: [sh, script]
  - name: version-is-seen
    on: Version/update/sg_status_list
    do: set
    values: {{ description: seen }}
"
    );
    studio.write("sgh.yaml", &text);
    let env = env(&studio);
    (studio, env)
}

/// Versions of one project, each approved; acknowledged when this returns.
async fn approved(studio: &Studio, count: usize) -> Vec<EntityRef> {
    let film = studio.film("Night Train");
    let versions: Vec<EntityRef> =
        (0..count).map(|n| studio.version(&film, &format!("Comp{n}")).0).collect();
    for version in &versions {
        studio.set_status(version, "apr");
    }
    in_time("acknowledgements", studio.site().deliveries_acknowledged()).await;
    versions
}

fn said(studio: &Studio) -> Vec<String> {
    studio.site().deliveries().iter().map(|one| told(one).to_owned()).collect()
}

/// The versions that the program was told of, in order.
fn ran(studio: &Studio) -> Vec<u64> {
    let text = std::fs::read_to_string(studio.folder().join("ran")).unwrap_or_default();
    text.lines().map(|line| line.parse().unwrap_or_else(|_| panic!("{line}"))).collect()
}

fn ids(of: &[EntityRef]) -> Vec<u64> {
    of.iter().map(|entity| entity.id).collect()
}

#[tokio::test]
async fn what_halted_goes_on_after_the_fix_in_order_and_nothing_twice() {
    let (studio, env) = studio("halt");
    let serving = Serving::start(&env).await;
    studio.hook(&serving.url, &version_statuses());
    let mut versions = approved(&studio, 4).await;
    let texts = said(&studio);
    assert!(texts[0].contains("publish: failed: "), "{texts:?}");
    assert!(texts[0].contains("no plates on disk"), "{texts:?}");
    for text in &texts[1..] {
        assert!(text.starts_with("failed\npublish: parked: halted since "), "{text}");
        assert!(text.contains("after the fix: sgh replay --automation publish"), "{text}");
        assert!(text.contains("\nversion-is-seen: done"), "others go on: {text}");
    }
    let arguments = ["--json", "replay", "--automation", "publish"];
    let dry = run(&env, &[&arguments[..], &["--dry-run"]].concat()).await;
    assert_eq!((dry.code, &dry.json()[0]["waiting"]), (Some(0), &json!(4)), "{dry:?}");

    let again = run(&env, &arguments).await;
    assert_eq!(again.code, Some(1), "{again:?}");
    assert_eq!(again.json()[1]["ended"], "failed", "{again:?}");
    assert_eq!(again.json()[1]["waiting"], 4, "{again:?}");

    std::fs::remove_file(studio.folder().join("broken")).unwrap();
    let through = run(&env, &arguments).await;
    assert_eq!(through.code, Some(0), "{through:?}");
    assert_eq!(through.json()[1], json!({"automation": "publish", "ended": "live", "run": 4}));
    assert_eq!(ran(&studio), ids(&versions), "in order, each once");
    let film = studio.film("Day Train");
    let live = studio.version(&film, "Comp").0;
    studio.set_status(&live, "apr");
    in_time("the last", studio.site().deliveries_acknowledged()).await;
    versions.push(live);
    assert_eq!(ran(&studio), ids(&versions));
    serving.stop().await;
    for text in said(&studio) {
        assert!(text.starts_with("done\npublish: done: published"), "{text}");
    }
}

#[tokio::test]
async fn what_failed_runs_again_once_and_its_delivery_says_so() {
    let (studio, env) = studio("continue");
    let serving = Serving::start(&env).await;
    studio.hook(&serving.url, &version_statuses());
    let versions = approved(&studio, 2).await;
    assert!(said(&studio).iter().all(|text| text.starts_with("failed\n")));
    std::fs::remove_file(studio.folder().join("broken")).unwrap();

    let dry = run(&env, &["replay", "--failed", "--dry-run"]).await;
    assert_eq!(dry.code, Some(0), "{dry:?}");
    assert!(dry.out.contains("2 events would be run again"), "{}", dry.out);
    let entity = format!("Version {}", versions[0].id);
    for part in [&entity, "publish", "no plates on disk", "Shotgun_Version_Change"] {
        assert!(dry.out.contains(part), "{part}: {}", dry.out);
    }
    let sent = run(&env, &["--json", "replay", "--failed"]).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert_eq!(sent.json().last(), Some(&json!({"queued": 2, "refused": 0})));
    let mended = |site: &sgh_emulator::EmulatedSite| {
        site.deliveries().iter().all(|one| told(one).starts_with("done\npublish: done: published"))
    };
    in_time("both again", studio.site().until(mended)).await;
    assert_eq!(ran(&studio), ids(&versions));
    let none = run(&env, &["replay", "--since", "1d"]).await;
    assert_eq!((none.code, none.out.as_str()), (Some(0), "nothing to run again\n"));
    let none = run(&env, &["replay", "--dead-letters"]).await;
    assert_eq!((none.code, none.out.as_str()), (Some(0), "there are no dead letters\n"));
    serving.stop().await;
}

#[tokio::test]
async fn without_a_selector_it_is_usage_and_an_unknown_name_is_refused() {
    let (_studio, env) = studio("continue");
    let ran = run(&env, &["replay"]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for selector in
        ["--failed", "--dead-letters", "--delivery", "--event", "--automation", "--since"]
    {
        assert!(ran.err.contains(selector), "{selector}: {}", ran.err);
    }
    let ran = run(&env, &["replay", "--dead-letters", "--since", "1d"]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let ran = run(&env, &["replay", "--automation", "publsh"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("no automation `publsh`; it has publish"), "{}", ran.err);
}
