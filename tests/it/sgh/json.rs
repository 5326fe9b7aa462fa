//! With `--json` every command's answer is one JSON value a line, and its log stays on stderr.

use super::{Running, Serving, env, run, sample};
use crate::studio::{Studio, in_time};

#[tokio::test]
async fn commands_that_end_answer_in_json() {
    let studio = Studio::start();
    let env = env(&studio);
    let serving = Serving::start(&env).await;
    let (event, config) = (sample("http/batched.json"), studio.config().display().to_string());
    for (arguments, code) in [
        (vec!["send", &event, "--to", &serving.url], 0),
        (vec!["explain", &event, "--config", &config], 0),
        (vec!["explain", &sample("bodies/not-json.txt")], 1),
        (vec!["check"], 1),
        (vec!["work", "--until-empty"], 0),
        (vec!["demo", "--once"], 0),
    ] {
        // Before the command or behind it.
        for place in [0, arguments.len()] {
            let mut arguments = arguments.clone();
            arguments.insert(place, "--json");
            let ran = run(&env, &arguments).await;
            assert_eq!(ran.code, Some(code), "{arguments:?}: {ran:?}");
            let answer = ran.json();
            assert!(answer.iter().all(serde_json::Value::is_object), "{arguments:?}: {answer:?}");
            assert!(!answer.is_empty() || arguments.contains(&"work"), "{arguments:?}: {ran:?}");
        }
    }
    serving.stop().await;
}

#[tokio::test]
async fn the_emulator_says_where_it_is() {
    let mut emulating = Running::start(&Vec::new(), &["emulate", "--port", "0", "--json"]);
    let said = emulating.next().await;
    let url = said["site"].as_str().expect("where it is").to_owned();
    let page = crate::http::request("GET /", &[], b"");
    let got = in_time("its page", crate::http::exchange(crate::http::address(&url), &page)).await;
    assert_ne!(got.0, 0, "nobody answers at {url}");
    let (status, log) = emulating.stop().await;
    assert_eq!(status.code(), Some(0), "{log}");
}

#[tokio::test]
async fn a_worker_of_its_own_says_what_became_of_each_event() {
    let studio = Studio::start();
    let env = env(&studio);
    let mut working = Running::start(&env, &["work", "--json"]);
    let serving = Serving::start(&env).await;
    let arguments = ["send", &sample("http/version-status.json"), "--to", &serving.url];
    // Whichever of the two has it, the other has not.
    assert_eq!(run(&env, &arguments).await.code, Some(0));
    in_time("an acknowledgement", studio.site().until(|_| acknowledged(&studio) > 0)).await;
    serving.stop().await;
    working.terminate();
    while let Some(line) = in_time("a line", working.lines.next_line()).await.unwrap() {
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(said["event_type"], "Shotgun_Version_Change", "{line}");
        assert!(said["acknowledgement"].as_str().is_some_and(|text| text.contains('\n')));
    }
    let status = in_time("its end", working.child.wait()).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", working.log());
    assert_eq!(acknowledged(&studio), 1);
}

fn acknowledged(studio: &Studio) -> u64 {
    studio.calls("PUT /webhook/deliveries/{id}")
}
