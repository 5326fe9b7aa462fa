//! What people and Prometheus are told of a running `sgh serve`: `GET /metrics` and `sgh status`.

use serde_json::{Value, json};

use super::{Env, Running, but, database, env, run};
use crate::http::{address, exchange, signed};
use crate::studio::{Studio, TOKEN, in_time, version_statuses};

/// `sgh serve` with figures, both at free ports.
async fn serving(env: &Env) -> (Running, String, String) {
    let arguments = ["--json", "serve", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
    let mut running = Running::start(env, &arguments);
    let door = running.next().await["listening"].as_str().expect("a door").to_owned();
    let metrics = running.next().await["metrics"].as_str().expect("figures").to_owned();
    (running, door, metrics)
}

async fn scrape(metrics: &str) -> String {
    let request = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (status, text) = in_time("figures", exchange(address(metrics), request)).await;
    assert_eq!(status, 200, "{text}");
    text
}

/// The figures once nothing is in the queue and the last acknowledgement is counted.
async fn drained(metrics: &str) -> String {
    loop {
        let text = scrape(metrics).await;
        let acknowledged = "sgh_site_request_seconds_count{call=\"acknowledge\"}";
        let in_queue = [value(&text, "sgh_queue_waiting"), value(&text, "sgh_queue_out")];
        if value(&text, acknowledged).is_some() && in_queue == [Some(0.0), Some(0.0)] {
            return text;
        }
    }
}

/// The value of one series.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().unwrap_or_else(|_| panic!("{series}: {value}")))
}

/// What `sgh status` says, by what it looked at, and its exit code.
async fn status(env: &Env) -> (Option<i32>, Vec<Value>) {
    let ran = run(env, &["--json", "status"]).await;
    (ran.code, ran.json())
}

fn about<'a>(found: &'a [Value], what: &str) -> &'a Value {
    found.iter().find(|one| one["check"] == what).unwrap_or_else(|| panic!("{what}: {found:?}"))
}

#[tokio::test]
async fn one_delivery_is_in_the_figures_and_in_the_status() {
    let studio = Studio::start();
    let env = env(&studio);
    let (running, door, metrics) = serving(&env).await;
    assert_ne!(address(&door), address(&metrics), "the door is public, figures are not");
    let before = scrape(&metrics).await;
    assert_eq!(value(&before, "sgh_kept_total"), Some(0.0), "{before}");

    studio.hook(&door, &version_statuses());
    let film = studio.film("Night Train");
    let (version, _) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    in_time("the acknowledgement", studio.site().deliveries_acknowledged()).await;
    let refused =
        in_time("a refusal", exchange(address(&door), &signed("wrong", b"{}", &[]))).await;
    assert_eq!(refused.0, 401);
    let at_the_door = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(in_time("no figures", exchange(address(&door), at_the_door)).await.0, 405);

    let text = in_time("an empty queue", drained(&metrics)).await;
    for (series, expect) in [
        ("sgh_received_total", 3.0),
        ("sgh_kept_total", 1.0),
        ("sgh_kept_seconds_count", 1.0),
        ("sgh_refused_total{reason=\"wrong-key\"}", 1.0),
        ("sgh_refused_total{reason=\"method\"}", 1.0),
        ("sgh_outcome_total{automation=\"version-drives-task\",ending=\"done\"}", 1.0),
        ("sgh_lag_begin_seconds_count", 1.0),
        ("sgh_lag_end_seconds_count", 1.0),
        ("sgh_site_request_seconds_count{call=\"acknowledge\"}", 1.0),
        ("sgh_queue_dead_letters", 0.0),
    ] {
        assert_eq!(value(&text, series), Some(expect), "{series} in:\n{text}");
    }
    for secret in [TOKEN, "Night Train", "comp_v001"] {
        assert!(!text.contains(secret), "{secret}");
    }

    let (code, found) = status(&env).await;
    assert_eq!(code, Some(0), "{found:?}");
    assert_eq!(
        about(&found, "queue")["figures"],
        json!({"waiting": 0, "out": 0, "oldest_s": null})
    );
    assert_eq!(about(&found, "dead letters")["figures"]["dead_letters"], 0);
    assert_eq!(about(&found, "ledger")["figures"]["version-drives-task"]["done"], 1);
    assert_eq!(about(&found, "site")["state"], "ok");
    assert_eq!(about(&found, "hooks")["text"], "1 of ours, all active");
    assert_eq!(about(&found, "sweep")["state"], "ok");
    let text = run(&env, &["status"]).await.out;
    assert!(text.contains("ledger: within 24 hours 1 done"), "{text}");
    let (ended, log) = running.stop().await;
    assert_eq!(ended.code(), Some(0), "{log}");
}

#[tokio::test]
async fn what_needs_somebody_is_said_and_nothing_is_made_by_looking() {
    let studio = Studio::start();
    let env = env(&studio);
    let (code, found) = status(&env).await;
    assert_eq!(code, Some(0), "{found:?}");
    assert!(about(&found, "queue")["text"].as_str().unwrap().ends_with("`sgh serve` makes it"));
    assert!(!database(&studio).exists(), "looking makes no database");
    let wrong = but(&env, &[("SGH_SCRIPT_NAME", "nobody")]);
    let (code, found) = status(&wrong).await;
    assert_eq!(code, Some(1), "{found:?}");
    assert_eq!(about(&found, "site")["state"], "failed");
}
