//! Settings that are missing or wrong are told all at once, by name, before anything starts.

use tests::lambda::{InvocationError, Profile, Runtime, built};

use crate::studio::{Studio, assert_silent, names_line};

/// Everything the worker needs, with addresses that nobody answers at.
fn good(studio: &Studio) -> Vec<(String, String)> {
    let mut env = studio.settings();
    for (name, value) in [
        ("SGH_QUEUE", "sqs:http://127.0.0.1:9/000000000000/deliveries.fifo"),
        ("SGH_LEDGER", "dynamodb:ledger"),
    ] {
        env.push((name.to_owned(), value.to_owned()));
    }
    env
}

/// Starts with these instead of the good ones; it must not start, and must name all of `names`.
async fn check(studio: &Studio, wrong: &[(&str, &str)], names: &[&str]) {
    let mut env = good(studio);
    env.retain(|(name, _)| wrong.iter().all(|(other, _)| other != name));
    env.extend(wrong.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    refused(&env, names).await;
}

/// Tells what it said.
async fn refused(env: &[(String, String)], names: &[&str]) -> String {
    let function = Runtime::start().spawn(&built("worker", Profile::Dev), env);
    let started = function.ready().await;
    assert!(matches!(started, Err(InvocationError::Exited(_))), "{env:?} started");
    let (status, log) = (function.exited().await, function.log());
    assert!(status.code().is_some_and(|code| code != 0), "{status}: {log}");
    for name in names {
        assert!(log.contains(name), "`{name}` is not in: {log}");
    }
    assert_silent(&log);
    assert!(!log.contains("panicked"), "{log}");
    log
}

#[tokio::test]
async fn everything_that_is_missing_is_named() {
    let all = [
        "SGH_QUEUE",
        "SGH_LEDGER",
        "SGH_SITE_URL",
        "SGH_SCRIPT_NAME",
        "SGH_SCRIPT_KEY",
        "SGH_CONFIG",
    ];
    refused(&[], &all).await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let studio = Studio::start();
    let wrong = [
        ("SGH_QUEUE", "rabbit"),
        ("SGH_LEDGER", "paper"),
        ("SGH_SITE_URL", "http://studio.example"),
        ("SGH_SCRIPT_NAME", ""),
        ("SGH_SCRIPT_KEY", "canary-literal"),
        ("SGH_LOG", "info,[["),
    ];
    let names = ["SGH_QUEUE", "SGH_LEDGER", "SGH_SITE_URL", "SGH_SCRIPT_NAME", "SGH_SCRIPT_KEY"];
    check(&studio, &wrong, &names).await;
}

#[tokio::test]
async fn each_thing_that_is_wrong_is_named_with_its_fix() {
    let studio = Studio::start();
    let missing = studio.folder().join("missing.yaml").display().to_string();
    for (name, value, fix) in [
        ("SGH_SCRIPT_KEY", "env:NOT_THERE", "NOT_THERE"),
        ("SGH_SCRIPT_KEY", "file:/not/there", "/not/there"),
        ("SGH_QUEUE", "sqlite:queue.db", "sqs:<queue url>"),
        ("SGH_LEDGER", "sqlite:ledger.db", "dynamodb:<table>"),
        ("SGH_CONFIG", missing.as_str(), "missing.yaml"),
        ("SGH_SITE_URL", "https://me:canary@studio.example", "https://"),
        ("SGH_SITE_URL", "http://studio.example", "https"),
    ] {
        check(&studio, &[(name, value)], &[name, fix]).await;
    }
}

#[tokio::test]
async fn an_sgh_yaml_that_cannot_be_meant_is_refused_by_file_line_and_fix() {
    let studio = Studio::start();
    let text = std::fs::read_to_string(studio.config()).unwrap();
    for (from, to, expect) in [
        ("do: make_folders", "do: make_coffee", "make_coffee"),
        ("on: Version/create", "on: Version/invent", "invent"),
        ("target: sg_task", "traget: sg_task", "traget"),
    ] {
        let wrong = text.replacen(from, to, 1);
        assert_ne!(wrong, text, "{from}");
        studio.write("sgh.yaml", &wrong);
        let log = refused(&good(&studio), &[expect]).await;
        assert!(names_line(&log, &wrong, to), "{log}");
    }
    studio.write("sgh.yaml", &text.replace("automations:", "automations: ["));
    refused(&good(&studio), &["sgh.yaml:"]).await;
}

#[tokio::test]
async fn a_schema_that_cannot_be_read_is_refused_by_its_file() {
    let studio = Studio::start();
    let text = std::fs::read_to_string(studio.config()).unwrap();
    let schema = text.lines().find(|line| line.trim_start().starts_with("schema:")).unwrap();
    studio.write("sgh.yaml", &text.replace(schema, "  schema: ./not-there"));
    refused(&good(&studio), &["not-there"]).await;
}

#[tokio::test]
async fn a_program_to_run_is_refused_for_there_is_none_of_the_studios_in_lambda() {
    let studio = Studio::start();
    let text =
        "automations:\n  - name: publish\n    on: Shot/create\n    do: run\n    command: [p]\n";
    studio.write("sgh.yaml", text);
    let log =
        refused(&good(&studio), &["`publish`", "`sgh serve` and `sgh work`", "`do: emit`"]).await;
    assert!(names_line(&log, text, "name: publish"), "{log}");
}
