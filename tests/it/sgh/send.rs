//! `sgh send`: signed and posted as the site would.

use tests::lambda::nobody;

use super::{Serving, but, env, run, sample};
use crate::http::careless;
use crate::studio::{APPROVED, Studio, in_time, told, version_statuses};

#[tokio::test]
async fn a_sample_is_kept_worked_and_acknowledged() {
    let studio = Studio::start();
    let careless = careless();
    studio.hook(&careless.url, &version_statuses());
    let film = studio.film("Night Train");
    let (version, task) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    in_time("answers", studio.site().deliveries_answered()).await;
    let file = studio.write("delivery.json", &studio.site().deliveries()[0].request_body);

    let env = env(&studio);
    let serving = Serving::start(&env).await;
    let file = file.display().to_string();
    let ran = run(&env, &["--json", "send", &file, "--to", &serving.url]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let answer = &ran.json()[0];
    assert_eq!((&answer["status"], &answer["body"]), (&200.into(), &"kept".into()));
    assert!(answer["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{answer}");

    in_time("the acknowledgement", studio.site().deliveries_acknowledged()).await;
    assert_eq!(told(&studio.site().deliveries()[0]), APPROVED);
    assert_eq!(studio.status(&task), "fin");
    serving.stop().await;
}

#[tokio::test]
async fn every_form_of_a_sample_is_kept() {
    let studio = Studio::start();
    let env = env(&studio);
    let serving = Serving::start(&env).await;
    for name in [
        "http/version-status.json",
        "http/shot-status.base64.json",
        "sqs/version-status.json",
        "sqs/batched.json",
        "bodies/batched.json",
        "bodies/not-utf8.bin",
        "bodies/not-json.txt",
    ] {
        let ran = run(&env, &["send", &sample(name), "--to", &serving.url]).await;
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
        assert!(ran.out.lines().all(|line| line.starts_with("200 kept (")), "{name}: {ran:?}");
    }
    serving.stop().await;
}

#[tokio::test]
async fn without_a_token_the_published_one_signs() {
    let studio = Studio::start();
    let secret = format!("file:{}", sample("dev-secret.txt"));
    let serving = Serving::start(&but(&env(&studio), &[("SGH_WEBHOOK_SECRETS", &secret)])).await;
    let arguments = ["send", &sample("http/version-status.json"), "--to", &serving.url];
    assert_eq!(run(&Vec::new(), &arguments).await.code, Some(0));
    serving.stop().await;
}

#[tokio::test]
async fn what_is_refused_is_exit_1_with_the_answer() {
    let studio = Studio::start();
    let env = env(&studio);
    let serving = Serving::start(&env).await;
    let other = but(&env, &[("TOKENS", "canary-of-somebody-else")]);
    let arguments = ["send", &sample("http/version-status.json"), "--to", &serving.url];
    let ran = run(&other, &arguments).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.starts_with("401 signature"), "{ran:?}");
    serving.stop().await;
}

#[tokio::test]
async fn a_door_that_is_not_there_is_named_with_the_fix() {
    let url = format!("http://{}/", nobody());
    let arguments = ["send", &sample("http/version-status.json"), "--to", &url];
    let ran = run(&Vec::new(), &arguments).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains(&url) && ran.err.contains("sgh serve"), "{ran:?}");
}

#[tokio::test]
async fn a_repeated_sample_is_never_worked_twice_and_a_fresh_one_is_another() {
    let studio = Studio::start();
    let env = env(&studio);
    let serving = Serving::start(&env).await;
    let sample = sample("http/shot-renamed.json");
    for fresh in [false, false, true] {
        let mut arguments = vec!["send", &sample, "--to", &serving.url];
        arguments.extend(fresh.then_some("--fresh"));
        assert_eq!(run(&env, &arguments).await.code, Some(0), "{arguments:?}");
    }
    // All are of one project, so the fresh one is worked last.
    let distinct = |studio: &Studio| {
        let calls = studio.site().calls().into_iter();
        let paths = calls.map(|call| call.path).filter(|path| path.contains("/deliveries/"));
        paths.collect::<std::collections::BTreeSet<_>>().len()
    };
    in_time("both", studio.site().until(|_| distinct(&studio) == 2)).await;
    let log = serving.stop().await;
    assert_eq!(studio.calls("PUT /webhook/deliveries/{id}"), 2, "{log}");
}
