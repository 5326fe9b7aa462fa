//! The receiver as it is deployed: its binary, started and asked by a Lambda runtime API, in
//! front of a queue that says what it was sent.
//!
//! Whatever a test asks, [`Door::answer`] holds every answer and every log to what must never
//! be in them.

mod answers;
mod faults;
mod messages;
mod odd_events;
mod refused_by_sqs;
mod settings;
mod signature;
mod silence;

use serde_json::json;
use tests::lambda::{Answer, Function, HttpEvent, Kept, Profile, Runtime, Sqs, built};

/// The hook's secret token. Nothing else holds these letters, so that a leak is found.
const TOKEN: &str = "canary-token-7d1f4e";
/// When the site sent it.
const SENT: &str = "2022-02-01T20:53:09Z";

/// A receiver and its queue.
struct Door {
    sqs: Sqs,
    function: Function,
}

/// A receiver that knows [`TOKEN`].
fn door() -> Door {
    door_with(&[])
}

/// The same with other settings on top.
fn door_with(settings: &[(&str, &str)]) -> Door {
    let sqs = Sqs::start();
    let function = receiver(&sqs.endpoint(), &sqs.queue_url(), settings);
    Door { sqs, function }
}

fn receiver(endpoint: &str, queue_url: &str, settings: &[(&str, &str)]) -> Function {
    let queue = format!("sqs:{queue_url}");
    let mut env = vec![
        ("SGH_WEBHOOK_SECRETS", "env:TOKENS"),
        ("TOKENS", TOKEN),
        ("SGH_QUEUE", &queue),
        ("AWS_ENDPOINT_URL", endpoint),
    ];
    env.extend_from_slice(settings);
    Runtime::start().spawn(&built("receiver", Profile::Dev), &env)
}

impl Door {
    async fn answer(&self, event: &HttpEvent) -> Answer {
        answer(&self.function, event).await
    }

    async fn check(&self, event: &HttpEvent, status: u16, body: &str) {
        let got = self.answer(event).await;
        assert_eq!((got.status, got.body.as_str()), (status, body), "{}", self.function.log());
    }

    /// The request is kept, as these messages and no others.
    async fn check_kept(&self, event: &HttpEvent, bodies: &[impl AsRef<str>]) -> Vec<Kept> {
        let before = self.sqs.kept().len();
        self.check(event, 200, "kept").await;
        let kept = self.sqs.kept().split_off(before);
        let got: Vec<&str> = kept.iter().map(|kept| kept.body.as_str()).collect();
        let expect: Vec<&str> = bodies.iter().map(AsRef::as_ref).collect();
        assert_eq!(got, expect);
        kept
    }
}

async fn answer(function: &Function, event: &HttpEvent) -> Answer {
    let answer = function.answer(event).await.unwrap_or_else(|error| {
        panic!("the receiver always answers; here: {error}\n{}", function.log())
    });
    assert!(answer.body.len() <= 100, "the site shows 100 characters: {answer:?}");
    assert!(!(300..400).contains(&answer.status), "never a redirect: {answer:?}");
    assert_silent(&format!("{answer:?}"));
    assert_silent(&function.log());
    answer
}

/// No token, and nothing that could be a signature.
fn assert_silent(text: &str) {
    assert!(!text.contains("canary"), "a token is in: {text}");
    let mut run = 0;
    for c in text.chars() {
        run = if c.is_ascii_hexdigit() { run + 1 } else { 0 };
        assert!(run < 40, "40 hex digits are in: {text}");
    }
}

/// A delivery as the site writes it, in a form that no JSON writer of ours would give it.
fn delivery(id: u32, project: Option<u32>) -> String {
    let project =
        project.map_or("null".to_owned(), |id| json!({"type": "Project", "id": id}).to_string());
    [
        format!(r#"{{ "id":"{id}.3065.0", "event_log_entry_id":{id},"#),
        r#""event_type":"Shotgun_Shot_Change","operation":"update","#.to_owned(),
        format!(r#""user":{{"type":"HumanUser","id":1346}},"entity":{{"id":{id},"type":"Shot"}},"#),
        format!(r#""project":{project},"meta":{{"type":"attribute_change","#),
        format!(r#""attribute_name":"sg_status_list","entity_type":"Shot","entity_id":{id},"#),
        r#""field_data_type":"status_list","old_value":null,"#.to_owned(),
        r#""new_value":"s\u00e9 é 1.50e3","n":1.50e3},"#.to_owned(),
        r#""created_at":"2022-02-01 20:53:08.523887","attribute_name":"sg_status_list","#
            .to_owned(),
        format!(r#""session_uuid":null,"delivery_id":"00000000-0000-4000-8000-{id:012}"}}"#),
    ]
    .concat()
}

fn single(delivery: &str) -> String {
    format!(r#"{{"data":{delivery},"timestamp":"{SENT}"}}"#)
}

fn batch(deliveries: &[String]) -> String {
    let deliveries = deliveries.join(" , ");
    format!(r#"{{"timestamp":"{SENT}", "data":{{"deliveries":[{deliveries}]}}}}"#)
}

/// A signed POST.
fn signed(body: impl AsRef<[u8]>) -> HttpEvent {
    HttpEvent::post(body.as_ref()).signed(TOKEN)
}
