//! References of every kind are fetched; what cannot be is told without what was found.

use std::collections::BTreeMap;

use sgh_aws::Patience;
use sgh_core::settings::SETTINGS;
use wiremock::matchers::{body_partial_json, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

/// The examples of the list of settings, with secrets that are at hand.
fn environment() -> Environment {
    let examples = SETTINGS.iter().map(|known| (known.name.into(), known.example.into()));
    Environment::of(examples.collect())
        .with("SGH_WEBHOOK_SECRETS", "env:TOKENS")
        .with("TOKENS", "token-1\r\ntoken-2\n")
        .with("SGH_SCRIPT_KEY", "env:KEY")
        .with("KEY", "key\r\n")
}

fn texts(tokens: &WebhookSecrets) -> Vec<&str> {
    match tokens {
        WebhookSecrets::Tokens(tokens) => tokens.iter().map(Secret::expose).collect(),
        WebhookSecrets::Unsigned => vec![],
    }
}

async fn key_in(bytes: &[u8]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key");
    std::fs::write(&path, bytes).expect("written");
    let reference = format!("file:{}", path.display());
    let settings = site(&environment().with("SGH_SCRIPT_KEY", reference), None).await;
    match settings {
        Ok(settings) => Ok(settings.script_key.expose().to_owned()),
        Err(problems) => Err(format!("{problems} {problems:?}")),
    }
}

#[tokio::test]
async fn variables_are_followed_and_line_ends_are_no_part_of_a_secret() {
    let settings = serve(&environment(), None).await.expect("settings");
    assert_eq!(texts(&settings.tokens), ["token-1", "token-2"]);
    assert_eq!(settings.worker.site.script_key.expose(), "key");
    let shown = format!("{settings:?}");
    assert!(!shown.contains("token-1") && !shown.contains("\"key\""), "{shown}");
}

#[tokio::test]
async fn unsigned_is_the_value_or_the_whole_text() {
    for (value, text) in [("unsigned:", "x"), ("env:TOKENS", "unsigned:\n")] {
        let variables = environment().with("SGH_WEBHOOK_SECRETS", value).with("TOKENS", text);
        let settings = receiver(&variables, None).await.expect("settings");
        assert!(matches!(settings.tokens, WebhookSecrets::Unsigned), "{value}");
    }
}

#[tokio::test]
async fn a_key_in_a_file_is_one_line_of_text() {
    assert_eq!(key_in(b"a key\n").await, Ok("a key".to_owned()));
    assert_eq!(key_in("\u{FEFF}a key\r\n".as_bytes()).await, Ok("a key".to_owned()));
    let refused = async |bytes: &[u8], expect: &str| {
        let problems = key_in(bytes).await.expect_err(expect);
        assert!(problems.contains("SGH_SCRIPT_KEY refers to"), "{problems}");
        assert!(problems.contains(expect) && !problems.contains("canary"), "{problems}");
    };
    refused(b"", "empty").await;
    refused(b" \r\n", "empty").await;
    refused(b"canary\ncanary", "more than one line").await;
    refused(b"canary\xff", "UTF-8").await;
    refused(b"{\"key\": \"canary\"}", "JSON").await;
    refused(&vec![b'x'; file::SECRET_SIZE_MAX + 1], "larger than 65536").await;
    assert_eq!(key_in(&vec![b'x'; file::SECRET_SIZE_MAX]).await.map(|key| key.len()), Ok(65536));
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("nowhere");
    let variables = environment()
        .with("SGH_WEBHOOK_SECRETS", "env:NOWHERE")
        .with("SGH_SCRIPT_KEY", format!("file:{}", nowhere.display()))
        .with("SGH_LEDGER", "")
        .with("SGH_ORDERING", "canary");
    let problems = serve(&variables, None).await.expect_err("problems");
    let names: Vec<_> = problems.all().iter().map(|problem| problem.setting).collect();
    assert_eq!(names, ["SGH_WEBHOOK_SECRETS", "SGH_LEDGER", "SGH_SCRIPT_KEY", "SGH_ORDERING"]);
    let text = problems.to_string();
    assert!(text.contains("the variable `NOWHERE`, which is not set"), "{text}");
    assert!(text.contains("nowhere`, which cannot be read"), "{text}");
    let directory = format!("file:{}", folder.path().display());
    let problems = site(&environment().with("SGH_SCRIPT_KEY", directory), None).await;
    assert!(problems.expect_err("a directory").to_string().contains("is a directory"));
}

#[tokio::test]
async fn no_token_is_a_problem_and_not_unsigned() {
    for text in ["", "\r\n \n", "unsigned:\ncanary", "canary\nb\nc\nd\ne"] {
        let problems = tokens(&environment().with("TOKENS", text), None).await;
        let problems = problems.expect_err(text).to_string();
        assert!(problems.contains("SGH_WEBHOOK_SECRETS refers to a text that holds"), "{problems}");
        assert!(!problems.contains("canary"), "{problems}");
    }
}

/// A stand-in for AWS on loopback, for the two calls that are made here.
async fn aws() -> (MockServer, SdkConfig) {
    use aws_sdk_ssm::config::{Credentials, SharedCredentialsProvider};
    let server = MockServer::start().await;
    let answers = async |target: &str, asked: serde_json::Value, status, answer| {
        Mock::given(header("x-amz-target", target))
            .and(body_partial_json(asked))
            .respond_with(ResponseTemplate::new(status).set_body_json::<serde_json::Value>(answer))
            .mount(&server)
            .await;
    };
    use serde_json::json;
    let asked = json!({"Name": "/studio/key", "WithDecryption": true});
    let answer = json!({"Parameter": {"Name": "/studio/key", "Value": "ssm-key"}});
    answers("AmazonSSM.GetParameter", asked, 200, answer).await;
    let asked = json!({"SecretId": "studio/tokens"});
    let answer = json!({"Name": "studio/tokens", "SecretString": "a\nb"});
    answers("secretsmanager.GetSecretValue", asked, 200, answer).await;
    let missing = json!({"__type": "ParameterNotFound", "message": ""});
    answers("AmazonSSM.GetParameter", json!({}), 400, missing).await;
    let patience = Patience { attempts: 1, ..Patience::WORKER };
    let keys = Credentials::new("test", "test", None, None, "test");
    // Of what the environment says of endpoints nothing is left: it would win over ours.
    let found = sgh_aws::aws_config(patience, Some("us-east-1")).await;
    let mut config = SdkConfig::builder();
    config
        .set_behavior_version(found.behavior_version())
        .set_http_client(found.http_client())
        .set_region(found.region().cloned())
        .set_sleep_impl(found.sleep_impl())
        .set_time_source(found.time_source());
    config.set_credentials_provider(Some(SharedCredentialsProvider::new(keys)));
    config.set_endpoint_url(Some(server.uri()));
    (server, config.build())
}

#[tokio::test]
async fn parameters_and_secrets_of_aws_are_fetched() {
    let (_server, aws) = aws().await;
    let variables = environment()
        .with("SGH_WEBHOOK_SECRETS", "secretsmanager:studio/tokens")
        .with("SGH_SCRIPT_KEY", "ssm:/studio/key");
    let settings = serve(&variables, Some(&aws)).await.expect("settings");
    assert_eq!(texts(&settings.tokens), ["a", "b"]);
    assert_eq!(settings.worker.site.script_key.expose(), "ssm-key");
    let variables = variables.with("SGH_SCRIPT_KEY", "ssm:/studio/other");
    let problems = worker(&variables, Some(&aws)).await.expect_err("missing").to_string();
    assert!(problems.contains("SGH_SCRIPT_KEY cannot be fetched"), "{problems}");
    assert!(problems.contains("/studio/other"), "{problems}");
}

#[test]
fn the_environment_of_the_process_is_read() {
    let environment = Environment::of_process();
    let reads = |name| sgh_core::settings::Lookup::text(&environment, name);
    // Set by cargo for every test.
    assert_eq!(reads("CARGO_PKG_NAME").as_deref(), Some("sgh-settings"));
    assert_eq!(reads("SGH_SURELY_NOT_SET"), None);
    let variables = BTreeMap::from([("AWS_LAMBDA_FUNCTION_NAME".into(), "receiver".into())]);
    let function = Environment::of(variables).lambda_function();
    assert_eq!(function.as_deref(), Some("receiver"));
    assert_eq!(Environment::of(BTreeMap::new()).lambda_function(), None);
}
