//! Events on a bus: what arrives there, and what is told where none can.

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as ProvideCredentialsFuture;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_eventbridge::types::Target;
use serde_json::{Value, json};
use sgh_aws::{EventBridge, Patience, SdkConfig};
use sgh_engine::{Bus, BusError, BusEvent};

use crate::canned::{Answer, ok, serve};
use crate::stand::{config, config_at, name};

fn event(bus: &str) -> BusEvent {
    BusEvent {
        bus: bus.to_owned(),
        detail_type: "Shotgun_Shot_New".to_owned(),
        detail: json!({"key": "studio/4242", "entity": {"type": "Shot"}}).to_string(),
    }
}

/// A bus, and a queue that a rule brings our events to.
async fn bus_with_queue(config: &SdkConfig) -> (String, String) {
    let (bus, events) = (name("bus"), aws_sdk_eventbridge::Client::new(config));
    let queues = aws_sdk_sqs::Client::new(config);
    let url = queues.create_queue().queue_name(name("of-bus")).send().await.unwrap();
    let url = url.queue_url.unwrap();
    let asked = queues.get_queue_attributes().queue_url(&url).attribute_names("QueueArn".into());
    let arn = asked.send().await.unwrap().attributes.unwrap()[&"QueueArn".into()].clone();
    events.create_event_bus().name(&bus).send().await.unwrap();
    let rule = events.put_rule().name("ours").event_bus_name(&bus);
    let pattern = json!({"source": ["shotgrid-hooks"], "detail": {"entity": {"type": ["Shot"]}}});
    rule.event_pattern(pattern.to_string()).send().await.unwrap();
    let target = Target::builder().id("queue").arn(arn).build().unwrap();
    let targets = events.put_targets().rule("ours").event_bus_name(&bus).targets(target);
    targets.send().await.unwrap();
    (bus, url)
}

#[tokio::test]
async fn an_event_comes_through_a_rule_as_it_was_put() {
    let config = config().await;
    let (bus, queue) = bus_with_queue(&config).await;
    let id = EventBridge::new(&config).put(&event(&bus)).await.unwrap();
    let queues = aws_sdk_sqs::Client::new(&config);
    let received = queues.receive_message().queue_url(&queue).wait_time_seconds(5).send().await;
    let messages = received.unwrap().messages.expect("the rule brings it");
    let got: Value = serde_json::from_str(messages[0].body().unwrap()).unwrap();
    assert_eq!(got["source"], "shotgrid-hooks");
    assert_eq!(got["detail-type"], "Shotgun_Shot_New");
    assert_eq!(got["detail"], json!({"key": "studio/4242", "entity": {"type": "Shot"}}));
    assert_eq!(got["id"], json!(id));
}

/// What an answer of this status and body makes of a put.
async fn put(answer: Answer) -> Result<String, BusError> {
    let canned = serve(vec![answer]).await;
    EventBridge::new(&canned.config).put(&event("studio")).await
}

fn entry_failed(code: &str) -> Answer {
    let entry = json!({"ErrorCode": code, "ErrorMessage": "so it says"});
    ok(json!({"FailedEntryCount": 1, "Entries": [entry]}).to_string())
}

fn refused(status: u16, code: &str) -> Answer {
    let body = json!({"__type": code, "message": "so it says"}).to_string();
    Box::new(move |_| (status, body.clone()))
}

#[tokio::test]
async fn one_call_puts_one_event_with_all_that_a_bus_wants() {
    let answer = ok(json!({"FailedEntryCount": 0, "Entries": [{"EventId": "e1"}]}).to_string());
    let mut canned = serve(vec![answer]).await;
    let id = EventBridge::new(&canned.config).put(&event("studio")).await;
    assert_eq!(id, Ok("e1".to_owned()));
    let asked = canned.asked.recv().await.unwrap();
    let entry = json!({
        "EventBusName": "studio", "Source": "shotgrid-hooks",
        "DetailType": "Shotgun_Shot_New", "Detail": event("").detail,
    });
    assert_eq!(asked, json!({"Entries": [entry]}));
}

#[tokio::test]
async fn a_request_that_went_well_is_not_an_event_that_arrived() {
    let place = "bus `studio` in region us-east-1";
    let cases = [
        (
            "ThrottlingException",
            BusError::Passing(format!("{place}: ThrottlingException: so it says")),
        ),
        ("InternalFailure", BusError::Passing(format!("{place}: InternalFailure: so it says"))),
        ("MalformedDetail", BusError::Refused(format!("{place}: MalformedDetail: so it says"))),
        (
            "NotAuthorizedForSourceException",
            BusError::Refused(format!("{place}: NotAuthorizedForSourceException: so it says")),
        ),
        (
            "AccessDeniedException",
            BusError::Refused(
                "bus `studio`: access denied: so it says; allow it in the policy of this role"
                    .into(),
            ),
        ),
        (
            "ResourceNotFoundException",
            BusError::Refused(
                "bus `studio` does not exist in region us-east-1; check `bus` in sgh.yaml".into(),
            ),
        ),
    ];
    for (code, expect) in cases {
        assert_eq!(put(entry_failed(code)).await, Err(expect), "{code}");
    }
    let nothing = put(ok(r#"{"FailedEntryCount": 1, "Entries": []}"#)).await;
    assert!(matches!(nothing, Err(BusError::Passing(_))), "{nothing:?}");
}

#[tokio::test]
async fn a_request_that_is_throttled_is_tried_again_and_one_that_is_refused_is_not() {
    for (status, code) in [(400, "ThrottlingException"), (500, "Unheard"), (503, "")] {
        let got = put(refused(status, code)).await;
        assert!(matches!(got, Err(BusError::Passing(_))), "{status} {code}: {got:?}");
    }
    for code in ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"] {
        let got = put(refused(400, code)).await;
        assert!(matches!(got, Err(BusError::Refused(_))), "{code}: {got:?}");
    }
    // A login that has run out is renewed; one that is wrong has to be mended.
    let expired = put(refused(400, "ExpiredTokenException")).await;
    assert!(matches!(expired, Err(BusError::Passing(_))), "{expired:?}");
    let wrong = put(refused(400, "UnrecognizedClientException")).await;
    assert!(matches!(wrong, Err(BusError::Refused(_))), "{wrong:?}");
}

#[tokio::test]
async fn the_worker_waits_out_a_short_throttling() {
    let arrived = json!({"FailedEntryCount": 0, "Entries": [{"EventId": "e1"}]}).to_string();
    let canned = serve(vec![refused(400, "ThrottlingException"), ok(arrived)]).await;
    let patient = config_at(&canned.endpoint, Patience::WORKER).await;
    let got = EventBridge::new(&patient).put(&event("studio")).await;
    assert_eq!(got, Ok("e1".to_owned()));
}

#[tokio::test]
async fn a_bus_that_cannot_be_reached_is_tried_again() {
    // A port that was free a moment ago, and that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let patience = Patience { attempt: Duration::from_secs(5), attempts: 1 };
    let config = config_at(&format!("http://{free}"), patience).await;
    let got = EventBridge::new(&config).put(&event("studio")).await;
    let Err(BusError::Passing(why)) = got else { panic!("{got:?}") };
    assert!(why.starts_with("bus `studio` in region us-east-1: "), "{why}");
}

#[tokio::test]
async fn where_there_is_no_aws_it_says_what_to_set() {
    let found = config_at("http://127.0.0.1:9", Patience::DOOR).await;
    let nobody =
        found.clone().into_builder().credentials_provider(SharedCredentialsProvider::new(Nobody));
    let nobody = nobody.build();
    let got = EventBridge::new(&nobody).put(&event("studio")).await;
    let Err(BusError::Refused(why)) = got else { panic!("{got:?}") };
    assert!(why.contains("no AWS credentials") && why.contains("set AWS_PROFILE"), "{why}");
    let nowhere = found.into_builder().region(None).build();
    let got = EventBridge::new(&nowhere).put(&event("studio")).await;
    let expect = "bus `studio` is in no region: set AWS_REGION, or name the bus by its ARN";
    assert_eq!(got, Err(BusError::Refused(expect.into())));
}

/// Credentials where there are none, as the chain of the SDK says it.
#[derive(Debug)]
struct Nobody;

impl ProvideCredentials for Nobody {
    fn provide_credentials<'a>(&'a self) -> ProvideCredentialsFuture<'a>
    where
        Self: 'a,
    {
        let none = CredentialsError::not_loaded("no providers in chain provided credentials");
        ProvideCredentialsFuture::ready(Err(none))
    }
}

#[tokio::test]
async fn a_bus_that_is_named_by_its_arn_is_called_in_its_own_region() {
    let canned = serve(vec![entry_failed("MalformedDetail")]).await;
    let bus = "arn:aws:events:eu-west-1:123456789012:event-bus/studio";
    let got = EventBridge::new(&canned.config).put(&event(bus)).await;
    let Err(BusError::Refused(why)) = got else { panic!("{got:?}") };
    assert!(why.contains("in region eu-west-1"), "{why}");
}
