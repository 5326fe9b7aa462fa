//! How much is in a queue of SQS.

use std::time::Duration;

use sgh_queue::contract::QueueStand;
use sgh_queue::contract::messages::message;
use sgh_queue::{Backlog, Keep, Measure, Queue};

use crate::stand::Stand;

#[tokio::test]
async fn what_waits_is_told_from_what_is_out_and_the_dead_are_counted() {
    let stand = Stand::new().await;
    let queue = stand.queue();
    let empty = Backlog { dead_letters: Some(0), ..Backlog::default() };
    assert_eq!(queue.backlog().await.unwrap(), empty);
    queue.keep(&[message(1, "a"), message(1, "b"), message(2, "a")]).await.unwrap();
    let found = queue.receive(1, Duration::from_secs(60), stand.patience()).await.unwrap();
    assert_eq!(found.len(), 1);
    let backlog = queue.backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.out, backlog.dead_letters), (2, 1, Some(0)));
    assert_eq!(backlog.oldest, None, "SQS does not say");
}
