//! The worker as it is deployed: its binary, started and invoked as Lambda does it, behind the
//! receiver's binary. The emulated site posts to the receiver; what that keeps in a recording SQS,
//! the worker is given; its ledger is a table of the stand-in for AWS.
//!
//! Needs to run below `tests/local-aws --`; fails without.

mod acknowledgements;
mod batch;
mod economy;
mod faults;
mod folders;
mod forms;
mod login;
mod once;
mod requests;
mod settings;
mod statuses;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sgh_emulator::{Delivery, EmulatedSite, EmulatorConfig};
use tests::lambda::{Function, HttpEvent, Kept, Profile, Runtime, Sqs, built};

use crate::http::{Got, Server, address, exchange, give, request};
use crate::studio::{Studio, assert_silent, emulator_config, in_time, told};

/// The address of the stand-in for AWS.
pub fn aws() -> String {
    #[allow(clippy::disallowed_methods, reason = "no setting of ours: tests/local-aws sets it")]
    std::env::var("SGH_TEST_AWS_ENDPOINT").expect(
        "SGH_TEST_AWS_ENDPOINT is not set; run `tests/local-aws -- cargo test -p tests worker`",
    )
}

/// Makes a table as template.yaml does, and tells its name.
pub async fn table() -> String {
    let name = format!("ledger-{}", uuid::Uuid::new_v4());
    let key = json!([{"AttributeName": "pk", "AttributeType": "S"}]);
    let schema = json!([{"AttributeName": "pk", "KeyType": "HASH"}]);
    let body = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": key, "KeySchema": schema,
    });
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "DynamoDB_20120810.CreateTable"),
        ("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/x"),
    ];
    let request = request("POST /", &headers, body.to_string().as_bytes());
    let (status, text) = in_time("a table", exchange(address(&aws()), &request)).await;
    assert_eq!(status, 200, "the stand-in makes no table: {text}");
    name
}

/// A message of the queue, as often received as it says.
#[derive(Debug, Clone)]
pub struct Message {
    pub id: String,
    pub kept: Kept,
    pub receives: u32,
}

impl Message {
    /// A message that nobody sent through the receiver.
    fn by_hand(id: &str, group: &str, body: &str) -> Self {
        let kept = Kept {
            group: group.to_owned(),
            deduplication: id.to_owned(),
            body: body.to_owned(),
            attributes: BTreeMap::new(),
            call: 0,
        };
        Self { id: id.to_owned(), kept, receives: 1 }
    }

    /// The same, received for the nth time.
    fn at_receive(&self, receives: u32) -> Self {
        Self { receives, ..self.clone() }
    }

    /// As Lambda hands it over.
    fn record(&self) -> Value {
        let attribute = |(name, value): (&String, &String)| {
            (name.clone(), json!({"stringValue": value, "dataType": "String"}))
        };
        let attributes: serde_json::Map<_, _> =
            self.kept.attributes.iter().map(attribute).collect();
        json!({
            "messageId": self.id,
            "receiptHandle": format!("receipt of {}", self.id),
            "body": self.kept.body,
            "attributes": {
                "ApproximateReceiveCount": self.receives.to_string(),
                "SentTimestamp": "1772442849012",
                "SequenceNumber": "20000000000000000001",
                "MessageGroupId": self.kept.group,
                "MessageDeduplicationId": self.kept.deduplication,
                "SenderId": "AROAEXAMPLEEXAMPLE000:receiver",
                "ApproximateFirstReceiveTimestamp": "1772442849012"
            },
            "messageAttributes": attributes,
            "md5OfBody": "00000000000000000000000000000000",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:deliveries.fifo",
            "awsRegion": "us-east-1"
        })
    }
}

/// What became of a batch: the messages that come back, in the order of the batch, and for how
/// many seconds each is hidden.
#[derive(Debug, Default, PartialEq)]
pub struct Back(pub Vec<(String, u64)>);

impl Back {
    fn ids(&self) -> Vec<&str> {
        self.0.iter().map(|(id, _)| id.as_str()).collect()
    }
}

/// Receiver, queue, worker, ledger and site.
pub struct Stage {
    pub studio: Studio,
    sqs: Sqs,
    pub receiver: Arc<Function>,
    worker: Function,
    pub door: Server,
    given: Mutex<usize>,
}

/// What a test sets otherwise.
#[derive(Default)]
pub struct Otherwise<'a> {
    pub site: Option<EmulatorConfig>,
    pub settings: &'a [(&'a str, &'a str)],
}

impl Stage {
    pub async fn start() -> Self {
        Self::with(Otherwise::default()).await
    }

    pub async fn with(otherwise: Otherwise<'_>) -> Self {
        let studio = Studio::with(otherwise.site.unwrap_or_else(emulator_config));
        let sqs = Sqs::start();
        let mut env = studio.settings();
        let mut set = |name: &str, value: String| env.push((name.to_owned(), value));
        set("SGH_QUEUE", format!("sqs:{}", sqs.queue_url()));
        set("SGH_LEDGER", format!("dynamodb:{}", table().await));
        set("AWS_ENDPOINT_URL_SQS", sqs.endpoint());
        set("AWS_ENDPOINT_URL_DYNAMODB", aws());
        for (name, value) in otherwise.settings {
            env.retain(|(known, _)| known != name);
            env.push(((*name).to_owned(), (*value).to_owned()));
        }
        let receiver = Arc::new(Runtime::start().spawn(&built("receiver", Profile::Dev), &env));
        let worker = Runtime::start().spawn(&built("worker", Profile::Dev), &env);
        let door = function_url(&receiver);
        Self { studio, sqs, receiver, worker, door, given: Mutex::new(0) }
    }

    fn site(&self) -> EmulatedSite {
        self.studio.site()
    }

    fn hook(&self, on: &Value) {
        self.studio.hook(&self.door.url, on);
    }

    /// What the receiver kept since this was asked last, once every delivery is answered.
    pub async fn arrived(&self) -> Vec<Message> {
        in_time("the answers of the receiver", self.site().deliveries_answered()).await;
        let kept = self.sqs.kept();
        let mut given = self.given.lock().unwrap();
        let before = std::mem::replace(&mut *given, kept.len());
        let message = |(place, kept)| Message { id: format!("m{place}"), kept, receives: 1 };
        kept.into_iter().enumerate().skip(before).map(message).collect()
    }

    /// Gives the worker a batch.
    pub async fn work(&self, batch: &[Message]) -> Back {
        let calls = self.sqs.call_count();
        let records: Vec<Value> = batch.iter().map(Message::record).collect();
        let answer = self.worker.invoke(&json!({"Records": records})).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}\n{}", self.worker.log()));
        assert_silent(&self.worker.log());
        let mut hidden = BTreeMap::new();
        for call in self.sqs.calls().split_off(calls) {
            // What we write makes deliveries, which the receiver keeps meanwhile.
            if call.action.starts_with("SendMessage") {
                continue;
            }
            assert_eq!(call.action, "ChangeMessageVisibility");
            let text = call.body["ReceiptHandle"].as_str().unwrap_or_default();
            let id = text.strip_prefix("receipt of ").expect("a receipt of ours").to_owned();
            let again = hidden.insert(id, call.body["VisibilityTimeout"].as_u64().unwrap());
            assert_eq!(again, None, "one message is told once");
        }
        let failures = answer["batchItemFailures"].as_array().expect("a partial batch response");
        let back = failures.iter().map(|failure| {
            let id = failure["itemIdentifier"].as_str().expect("an id").to_owned();
            let seconds = hidden.remove(&id).unwrap_or_else(|| panic!("{id}: not made visible"));
            (id, seconds)
        });
        let back = Back(back.collect());
        assert!(hidden.is_empty(), "finished, and made visible all the same: {hidden:?}");
        back
    }

    /// Works what arrived, and what follows from it, until nothing more comes.
    pub async fn drain(&self) {
        loop {
            let arrived = self.arrived().await;
            if arrived.is_empty() {
                return;
            }
            for batch in arrived.chunks(10) {
                let back = self.work(batch).await;
                assert_eq!(back, Back::default(), "{}", self.worker.log());
            }
        }
    }

    /// The deliveries so far; none of them holds a secret.
    fn deliveries(&self) -> Vec<Delivery> {
        let deliveries = self.site().deliveries();
        deliveries.iter().for_each(|delivery| assert_silent(told(delivery)));
        deliveries
    }

    /// The acknowledgements of all deliveries so far.
    fn told(&self) -> Vec<String> {
        self.deliveries().iter().map(|delivery| told(delivery).to_owned()).collect()
    }

    /// Posts to the receiver, past the site.
    async fn post(&self, event: &HttpEvent) -> Got {
        let answer = self.receiver.answer(event).await.unwrap();
        (answer.status, answer.body)
    }
}

/// What a function URL is: HTTP in front of a function.
fn function_url(receiver: &Arc<Function>) -> Server {
    let receiver = Arc::clone(receiver);
    Server::start(move |parts, body| {
        let receiver = Arc::clone(&receiver);
        async move {
            let mut event = HttpEvent::new(parts.method.as_str(), parts.uri.path(), &body);
            for (name, value) in &parts.headers {
                event = event.with(name.as_str(), value.to_str().unwrap());
            }
            let answer = receiver.answer(&event).await.unwrap();
            give(answer.status, answer.body)
        }
    })
}
