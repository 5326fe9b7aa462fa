//! What an operator reads when something is not there.

use std::time::Duration;

use sgh_aws::{DynamoLedger, Patience, SqsQueue};
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::EventKey;
use sgh_queue::contract::messages::{message, messages};
use sgh_queue::{Keep, KeepError, Ledger, Queue};

use crate::stand::{config, config_at};

#[tokio::test]
async fn a_missing_queue_is_named_with_its_region_and_setting() {
    let queue = SqsQueue::new(&config().await, "http://127.0.0.1/000000000000/nowhere.fifo");
    let expect = "queue `nowhere.fifo` does not exist in region us-east-1; check SGH_QUEUE";
    for count in [1, 2] {
        let KeepError::Refused { positions, reason } =
            queue.keep(&messages(1, &["a", "b"][..count])).await.unwrap_err();
        assert_eq!((positions, reason.as_str()), ((0..count).collect(), expect));
    }
    let error = queue.receive(1, Duration::ZERO, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.to_string(), format!("queue: {expect}"));
}

#[tokio::test]
async fn a_missing_table_is_named_with_its_region_and_setting() {
    let ledger = DynamoLedger::new(&config().await, "nowhere");
    let event = EventKey::of_entry("studio", 1);
    let error = ledger.entry(&event, SystemClock.now()).await.unwrap_err();
    let expect = "ledger: table `nowhere` does not exist in region us-east-1; check SGH_LEDGER";
    assert_eq!(error.to_string(), expect);
}

#[tokio::test]
async fn a_queue_that_cannot_be_reached_refuses_everything_and_says_why() {
    // A port that was free a moment ago, and that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = config_at(&format!("http://{free}"), Patience::WORKER).await;
    let queue = SqsQueue::new(&config, &format!("http://{free}/1/events.fifo"));
    let KeepError::Refused { positions, reason } =
        queue.keep(&messages(1, &["a", "b"])).await.unwrap_err();
    assert_eq!(positions, [0, 1]);
    assert!(reason.starts_with("queue `events.fifo` in region us-east-1: "), "{reason}");
    assert!(reason.contains("refused"), "{reason}");
}

/// The door has 2.5 seconds, and tries twice.
#[tokio::test(start_paused = true)]
async fn a_queue_that_does_not_answer_is_given_up_in_the_doors_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let config = config_at(&format!("http://{address}"), Patience::DOOR).await;
    let queue = SqsQueue::new(&config, &format!("http://{address}/1/events.fifo"));
    let start = tokio::time::Instant::now();
    let KeepError::Refused { reason, .. } = queue.keep(&[message(1, "a")]).await.unwrap_err();
    let place = "queue `events.fifo` in region us-east-1";
    let expect = ["answer", "connection"].map(|what| format!("{place}: no {what} in time"));
    assert!(expect.contains(&reason), "{reason}");
    assert!(start.elapsed() <= Patience::DOOR.attempt + Duration::from_millis(50));
}
