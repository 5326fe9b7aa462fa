//! `sgh explain`: which automations run for a sample, what they would do, why not.

use serde_json::Value;

use super::{Env, env, run, sample};
use crate::studio::{Studio, version_statuses};

/// What is said of one automation.
fn of<'a>(explained: &'a Value, automation: &str) -> &'a Value {
    let all = explained["automations"].as_array().unwrap();
    all.iter().find(|one| one["automation"] == automation).unwrap_or_else(|| panic!("{all:?}"))
}

async fn explain(env: &Env, file: &str, config: &str) -> Vec<Value> {
    let ran = run(env, &["--json", "explain", file, "--config", config]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.json()
}

#[tokio::test]
async fn without_a_site_the_filters_are_explained_all_the_same() {
    let (sample, config) = (sample("http/version-status.json"), sample("../studio/sgh.yaml"));
    let explained = explain(&Vec::new(), &sample, &config).await;
    assert_eq!(explained.len(), 1);
    assert_eq!(explained[0]["event_type"], "Shotgun_Version_Change");
    let drives = of(&explained[0], "version-drives-task");
    assert!(drives["why"].as_str().unwrap().contains("SGH_SITE_URL"), "{drives}");
    let folders = of(&explained[0], "make-folders");
    assert_eq!(folders["would"], "not_wanted");
    assert!(folders["why"].as_str().is_some_and(|why| !why.is_empty()), "{folders}");
}

#[tokio::test]
async fn with_a_site_it_is_said_what_would_be_done_and_nothing_is() {
    let studio = Studio::start();
    let careless = crate::http::careless();
    let mut on = version_statuses();
    on["Shot"] = serde_json::json!({"create": []});
    studio.hook(&careless.url, &on);
    let film = studio.film("Night Train");
    let (version, task) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    crate::studio::in_time("answers", studio.site().deliveries_answered()).await;
    let bodies: Vec<String> =
        studio.site().deliveries().iter().map(|one| one.request_body.clone()).collect();
    let (env, config) = (env(&studio), studio.config().display().to_string());
    let mut said = Vec::new();
    for (name, body) in ["shot.json", "version.json"].iter().zip(bodies) {
        let file = studio.write(name, &body).display().to_string();
        said.extend(explain(&env, &file, &config).await);
    }
    let folders = of(&said[0], "make-folders");
    assert_eq!(folders["would"], "done");
    assert!(folders["why"].as_str().unwrap().contains("directories"), "{folders}");
    let drives = of(&said[1], "version-drives-task");
    assert_eq!(drives["would"], "done", "{drives}");
    assert!(drives["why"].as_str().unwrap().contains("`ip` -> `fin`"), "{drives}");

    assert_eq!(studio.status(&task), "ip");
    assert_eq!(super::tree(&studio.storage()), [""; 0]);
    let wrote = |call: &sgh_emulator::RestCall| call.method != "POST" && call.method != "GET";
    assert!(!studio.site().calls().iter().any(wrote), "{:?}", studio.site().call_counts());
}

#[tokio::test]
async fn every_sample_is_explained() {
    let config = sample("../studio/sgh.yaml");
    let mut explained = 0;
    for folder in ["http", "sqs", "bodies"] {
        for entry in std::fs::read_dir(sample(folder)).unwrap() {
            let file = entry.unwrap().path().display().to_string();
            let ran = run(&Vec::new(), &["--json", "explain", &file, "--config", &config]).await;
            let readable = ran.json().iter().all(|one| one.get("unreadable").is_none());
            assert_eq!(ran.code, Some(i32::from(!readable)), "{file}: {ran:?}");
            explained += ran.json().len();
        }
    }
    assert!(explained > 60, "only {explained}");
}

#[tokio::test]
async fn people_read_it_as_text() {
    let (sample, config) = (sample("http/shot-created.json"), sample("../studio/sgh.yaml"));
    let ran = run(&Vec::new(), &["explain", &sample, "--config", &config]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].starts_with("Shotgun_Shot_New Shot"), "{}", ran.out);
    assert!(ran.out.contains("version-drives-task: does not run: "), "{}", ran.out);
}
