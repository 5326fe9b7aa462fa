//! What somebody types: exit 2 for usage, 1 for what is refused or failed, with the fix.

use super::{env, run, sample};
use crate::studio::Studio;

async fn check(arguments: &[&str], code: i32, names: &[&str]) {
    let ran = run(&Vec::new(), arguments).await;
    assert_eq!(ran.code, Some(code), "{arguments:?}: {ran:?}");
    assert_eq!(ran.out, "", "an answer there is none: {arguments:?}");
    for name in names {
        assert!(ran.err.contains(name), "{arguments:?}: `{name}` is not in: {}", ran.err);
    }
}

#[tokio::test]
async fn what_cannot_be_meant_is_usage() {
    for (arguments, name) in [
        (&[][..], "Usage"),
        (&["--json"], "Usage"),
        (&["frobnicate"], "frobnicate"),
        (&["send"], "FILE"),
        (&["explain"], "FILE"),
        (&["demo", "--port", "harbour"], "--port"),
        (&["serve", "--listen", "somewhere"], "--listen"),
        (&["check", "--everything"], "--everything"),
        (&["send", "a.json", "b.json"], "b.json"),
    ] {
        check(arguments, 2, &[name]).await;
    }
}

#[tokio::test]
async fn what_is_asked_for_about_itself_is_answered() {
    for arguments in [&["--help"][..], &["serve", "--help"], &["--version"]] {
        let ran = run(&Vec::new(), arguments).await;
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(ran.out.contains("sgh"), "{}", ran.out);
    }
    let all = run(&Vec::new(), &["--help"]).await.out;
    for command in ["demo", "serve", "work", "emulate", "send", "check", "explain"] {
        assert!(all.contains(command), "{command}: {all}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    for command in ["send", "explain"] {
        let config = sample("../studio/sgh.yaml");
        let mut arguments = vec![command, "no-such-sample.json"];
        if command == "explain" {
            arguments.extend(["--config", &config]);
        }
        check(&arguments, 1, &["no-such-sample.json"]).await;
    }
    let explain = ["explain", &sample("http/shot-created.json"), "--config", "no-such.yaml"];
    check(&explain, 1, &["no-such.yaml"]).await;
}

#[tokio::test]
async fn missing_settings_are_all_named_at_once() {
    let worker = [
        "SGH_QUEUE",
        "SGH_LEDGER",
        "SGH_SITE_URL",
        "SGH_SCRIPT_NAME",
        "SGH_SCRIPT_KEY",
        "SGH_CONFIG",
    ];
    check(&["work"], 1, &worker).await;
    check(&["serve"], 1, &[&worker[..], &["SGH_WEBHOOK_SECRETS"]].concat()).await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_named_with_the_fix() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let (port, listen) = (address.port().to_string(), address.to_string());
    check(&["emulate", "--port", &port], 1, &["--port"]).await;
    check(&["demo", "--once", "--port", &port], 1, &["--port"]).await;
    let studio = Studio::start();
    let ran = run(&env(&studio), &["serve", "--listen", &listen]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains(&listen) && ran.err.contains("--listen"), "{ran:?}");
}

#[tokio::test]
async fn a_log_filter_that_cannot_be_read_is_named() {
    let env = vec![("SGH_LOG".to_owned(), "info,[[".to_owned())];
    let ran = run(&env, &["demo", "--once"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("SGH_LOG"), "{ran:?}");
}
