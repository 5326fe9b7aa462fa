//! Queues and tables of their own for each test, on a stand-in for AWS on this machine.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sqs::types::QueueAttributeName;
use sgh_aws::{DynamoLedger, Patience, SdkConfig, SqsQueue, aws_config};
use sgh_core::limits::RECEIVES_MAX;
use sgh_queue::contract::dead_letters::DeadLetterStand;
use sgh_queue::contract::{QueueStand, RegistryStand};
use sgh_queue::{DeadLetter, DeadLetters, Queue};

/// The configuration for the stand-in. Never for AWS itself, whatever the environment says.
pub async fn config() -> SdkConfig {
    config_at(&endpoint(), Patience::WORKER).await
}

#[allow(clippy::disallowed_methods, reason = "a test is told by its environment where AWS is")]
fn endpoint() -> String {
    std::env::var("SGH_TEST_AWS_ENDPOINT").unwrap_or_else(|_| {
        panic!("SGH_TEST_AWS_ENDPOINT is not set; run `tests/local-aws -- cargo test -p sgh-aws`")
    })
}

/// The configuration for an endpoint, with made-up credentials. Of what the environment says of
/// endpoints nothing is left.
pub async fn config_at(endpoint: &str, patience: Patience) -> SdkConfig {
    let found = aws_config(patience, Some("us-east-1")).await;
    let mut config = SdkConfig::builder();
    config
        .set_behavior_version(found.behavior_version())
        .set_http_client(found.http_client())
        .set_region(found.region().cloned())
        .set_retry_config(found.retry_config().cloned())
        .set_sleep_impl(found.sleep_impl())
        .set_time_source(found.time_source())
        .set_timeout_config(found.timeout_config().cloned());
    let credentials = SharedCredentialsProvider::new(Credentials::for_tests());
    config.endpoint_url(endpoint).credentials_provider(credentials).build()
}

/// A name that no other test uses, nor another run on the same stand-in.
pub fn name(kind: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{kind}-{}-{count}", std::process::id())
}

/// A FIFO queue as `template.yaml` makes it, and its dead letters.
pub struct Stand {
    queue: SqsQueue,
    dead: SqsQueue,
}

impl Stand {
    pub async fn new() -> Self {
        let config = config().await;
        let (name, client) = (name("events"), aws_sdk_sqs::Client::new(&config));
        let dead = create(&client, &format!("{name}-dead.fifo"), None).await;
        let policy = format!(
            r#"{{"deadLetterTargetArn":"{}","maxReceiveCount":{RECEIVES_MAX}}}"#,
            arn(&client, &dead).await
        );
        let queue = create(&client, &format!("{name}.fifo"), Some(policy)).await;
        Self { queue: SqsQueue::new(&config, &queue), dead: SqsQueue::new(&config, &dead) }
    }
}

async fn create(client: &aws_sdk_sqs::Client, name: &str, redrive: Option<String>) -> String {
    let mut call = client
        .create_queue()
        .queue_name(name)
        .attributes(QueueAttributeName::FifoQueue, "true")
        .attributes(QueueAttributeName::DeduplicationScope, "messageGroup")
        .attributes(QueueAttributeName::FifoThroughputLimit, "perMessageGroupId")
        .attributes(QueueAttributeName::MaximumMessageSize, "1048576");
    if let Some(redrive) = redrive {
        call = call.attributes(QueueAttributeName::RedrivePolicy, redrive);
    }
    call.send().await.unwrap().queue_url.unwrap()
}

async fn arn(client: &aws_sdk_sqs::Client, url: &str) -> String {
    let call = client.get_queue_attributes().queue_url(url);
    let call = call.attribute_names(QueueAttributeName::QueueArn);
    let attributes = call.send().await.unwrap().attributes.unwrap();
    attributes[&QueueAttributeName::QueueArn].clone()
}

impl QueueStand for Stand {
    type Queue = SqsQueue;

    fn queue(&self) -> &SqsQueue {
        &self.queue
    }

    fn pass(&self, _: Duration) {}

    fn patience(&self) -> Duration {
        Duration::from_secs(4)
    }

    async fn dead_letters(&self) -> Vec<DeadLetter> {
        let hidden = Duration::from_secs(60);
        let received = self.dead.receive(10, hidden, self.patience()).await.unwrap();
        let letter = |received: sgh_queue::Received| DeadLetter {
            message_id: received.message_id,
            group: received.group,
            reason: String::new(),
            message: received.message,
        };
        received.into_iter().map(letter).collect()
    }

    /// SQS has no place for it.
    fn reason<'a>(&self, _: &'a str) -> &'a str {
        ""
    }
}

impl DeadLetterStand for Stand {
    async fn look(&self) -> impl DeadLetters {
        self.queue.dead().await.unwrap()
    }
}

/// A ledger in a table of its own.
pub async fn ledger() -> DynamoLedger {
    Table::new().await.open()
}

/// A table as `template.yaml` makes it.
pub struct Table {
    config: SdkConfig,
    pub name: String,
}

impl Table {
    pub async fn new() -> Self {
        let config = config().await;
        let (name, client) = (name("ledger"), aws_sdk_dynamodb::Client::new(&config));
        let key = AttributeDefinition::builder().attribute_name("pk");
        let hash = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
        client
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(key.attribute_type(ScalarAttributeType::S).build().unwrap())
            .key_schema(hash.build().unwrap())
            .send()
            .await
            .unwrap();
        Self { config, name }
    }

    /// For what a registry does not do itself.
    pub fn client(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }
}

impl RegistryStand for Table {
    type Registry = DynamoLedger;

    fn open(&self) -> DynamoLedger {
        DynamoLedger::new(&self.config, &self.name)
    }
}
