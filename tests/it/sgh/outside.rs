//! Code of others: programs that `sgh serve` runs, and a bus that it puts events on.

use serde_json::{Value, json};

use super::check::findings;
use super::load::in_queue;
use super::stopped::ended;
use super::{Env, Serving, but, env, run};
use crate::studio::{Studio, assert_silent, in_time, told, version_statuses};

/// A studio that does one thing at a status of a version, and a script beside its sgh.yaml.
fn studio(does: &str, script: &str) -> (Studio, Env) {
    let studio = Studio::start();
    studio.write("script", script);
    let text = format!(
        "automations:\n  - name: publish\n    on: Version/update/sg_status_list\n    to: apr\n{does}"
    );
    studio.write("sgh.yaml", &text);
    let env = env(&studio);
    (studio, env)
}

const RUN: &str = "    do: run
    command: [sh, script, --quick]
    fields: [code, sg_task.Task.content]
    env: [OCIO]
";

/// Approves a version, and tells what came of it.
async fn acknowledged(studio: &Studio, env: &Env) -> String {
    let serving = Serving::start(env).await;
    studio.hook(&serving.url, &version_statuses());
    let film = studio.film("Night Train");
    let (version, _) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    in_time("the acknowledgement", studio.site().deliveries_acknowledged()).await;
    serving.stop().await;
    told(&studio.site().deliveries()[0]).to_owned()
}

#[tokio::test]
async fn a_program_of_the_studio_is_told_and_its_answer_is_acknowledged() {
    let script = "cat >document; env >variables; echo $1 >argument
        echo '{\"outcome\": \"done\", \"text\": \"3 plates published\"}'";
    let (studio, env) = studio(RUN, script);
    let env = but(&env, &[("OCIO", "/studio/config.ocio"), ("AWS_SESSION_TOKEN", "canary-aws")]);
    let said = acknowledged(&studio, &env).await;
    assert_eq!(said, "done\npublish: done: 3 plates published");
    let read = |name: &str| std::fs::read_to_string(studio.folder().join(name)).unwrap();
    let document: Value = serde_json::from_str(&read("document")).unwrap();
    let delivery = &studio.site().deliveries()[0];
    assert_eq!(document["automation"], "publish");
    assert_eq!(document["delivery"], json!(delivery.id.to_string()));
    assert_eq!(document["event"]["new_value"], "apr");
    assert_eq!(document["event"]["operation"], "update");
    let fields = &document["entity"]["fields"];
    assert_eq!(fields, &json!({"code": "Comp_v001", "sg_task.Task.content": "Comp"}));
    assert_eq!(read("argument"), "--quick\n");
    let variables = read("variables");
    assert!(variables.contains("OCIO=/studio/config.ocio"), "{variables}");
    assert_silent(&variables);
    for ours in ["SGH_", "AWS_", "KEY=", "TOKENS="] {
        assert!(!variables.contains(ours), "{ours}: {variables}");
    }
}

#[tokio::test]
async fn a_program_that_fails_is_told_with_its_last_words() {
    let (studio, env) = studio(RUN, "echo 'no plates on disk' >&2; exit 3");
    let said = acknowledged(&studio, &env).await;
    assert_eq!(said, "failed\npublish: failed: sh ended with exit 3: no plates on disk");
}

/// Whether a process runs: one that has ended may be listed until its parent has looked.
fn runs(id: &str) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { return false };
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    !matches!(state.expect("a state follows the name"), 'Z' | 'X')
}

#[tokio::test]
async fn a_stop_ends_a_program_that_runs_and_its_event_comes_back() {
    let (studio, env) = studio(RUN, "echo $$ >leader; exec sleep 300");
    let serving = Serving::start(&env).await;
    studio.hook(&serving.url, &version_statuses());
    let film = studio.film("Night Train");
    let (version, _) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    let leader = studio.folder().join("leader");
    let id = in_time("the program", async {
        loop {
            match std::fs::read_to_string(&leader) {
                Ok(id) if id.ends_with('\n') => break id,
                Ok(_) | Err(_) => tokio::task::yield_now().await,
            }
        }
    })
    .await;
    assert!(runs(id.trim()));
    serving.running.terminate();
    ended(serving.running).await;
    // Being told to end and having ended are two moments.
    in_time("its end", async {
        while runs(id.trim()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(in_queue(&studio).await.len(), 1);
    assert_eq!(told(&studio.site().deliveries()[0]), "");
}

#[tokio::test]
async fn check_says_which_program_is_not_there() {
    let run_here = RUN.replace("[sh, script, --quick]", "[./publish.py]");
    let (studio, env) = studio(&run_here, "");
    studio.hook("http://127.0.0.1:9/", &version_statuses());
    let found = findings(&env, 1).await;
    let of_program = found.iter().find(|(what, _)| what == "program publish.py");
    let (_, text) = of_program.unwrap_or_else(|| panic!("{found:?}"));
    assert!(text.contains("publish.py` does not exist; put it there"), "{text}");
}

#[tokio::test]
async fn a_variable_with_a_secret_in_it_is_not_handed_on() {
    let (_studio, env) = studio(&RUN.replace("OCIO", "KEY"), "");
    let ran = run(&env, &["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let expect = "automation `publish`: `env: KEY` is not handed on: the secret of SGH_SCRIPT_KEY";
    assert!(ran.err.contains(expect), "{}", ran.err);
}

#[tokio::test]
async fn explain_says_what_would_run_and_runs_nothing() {
    let (studio, _) = studio("", "echo >ran");
    let text = "automations:
  - { name: publish, on: Shot/create, do: run, command: [sh, script] }
  - { name: tell, on: Shot/create, do: emit, bus: studio }
";
    let config = studio.write("sgh.yaml", text).display().to_string();
    let sample = super::sample("http/shot-created.json");
    let ran = run(&Vec::new(), &["explain", &sample, "--config", &config]).await;
    for expect in ["publish: would do: run `sh script`", "tell: would do: emit to bus `studio`"] {
        assert!(ran.out.contains(expect), "{}", ran.out);
    }
    assert!(!studio.folder().join("ran").exists());
}

const EMIT: &str = "    do: emit\n    fields: [code]\n";

#[tokio::test]
async fn an_event_goes_on_a_bus_of_aws() {
    #[allow(clippy::disallowed_methods, reason = "no setting of ours: tests/local-aws sets it")]
    let aws = std::env::var("SGH_TEST_AWS_ENDPOINT").expect("run below tests/local-aws");
    let (studio, env) = studio(EMIT, "");
    let env = but(
        &env,
        &[
            ("AWS_ENDPOINT_URL", &aws),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "canary-aws"),
        ],
    );
    let said = acknowledged(&studio, &env).await;
    assert!(said.starts_with("done\npublish: done: on bus `default` as "), "{said}");
}

#[tokio::test]
async fn where_there_is_no_aws_the_acknowledgement_says_what_to_set() {
    let (studio, env) = studio(EMIT, "");
    let env = but(&env, &[("AWS_EC2_METADATA_DISABLED", "true")]);
    let said = acknowledged(&studio, &env).await;
    let expect = "failed\npublish: failed: bus `default` is in no region: set AWS_REGION";
    assert!(said.starts_with(expect), "{said}");
}
