//! The checks of a queue.

use std::collections::BTreeMap;
use std::time::Duration;

use sgh_core::limits::{MESSAGE_ATTRIBUTES_SIZE, MESSAGE_SIZE_MAX, RECEIVES_MAX};

use super::QueueStand;
use super::messages::{finish_all, message, messages, of_bytes, texts};
use crate::{Keep, Queue, Received};

const MANY: usize = 10;
/// Hidden for longer than any check lasts.
const LONG: Duration = Duration::from_secs(60);
/// Hidden for as short as any queue can.
const SHORT: Duration = Duration::from_secs(1);

/// What must come.
async fn receive(stand: &impl QueueStand, visibility: Duration) -> Vec<Received> {
    let received = stand.queue().receive(MANY, visibility, stand.patience()).await;
    received.expect("receive")
}

/// Nothing must come.
async fn assert_empty(stand: &impl QueueStand, why: &str) {
    let received = stand.queue().receive(MANY, LONG, Duration::ZERO).await.expect("receive");
    assert_eq!(texts(&received), [""; 0], "{why}");
}

async fn keep(stand: &impl QueueStand, project: u64, texts: &[&str]) {
    stand.queue().keep(&messages(project, texts)).await.expect("keep");
}

/// Order within a group, across calls.
pub async fn a_group_keeps_its_order(stand: &impl QueueStand) {
    keep(stand, 1, &["a"]).await;
    keep(stand, 1, &["b", "c"]).await;
    let received = receive(stand, LONG).await;
    assert_eq!(texts(&received), ["a", "b", "c"]);
    assert!(received.iter().all(|one| one.receives == 1 && one.group == received[0].group));
    finish_all(stand.queue(), &received).await;
    assert_empty(stand, "all were finished").await;
}

/// A group is locked while one of its messages is out.
pub async fn a_group_waits_while_one_of_it_is_out(stand: &impl QueueStand) {
    keep(stand, 1, &["a", "b"]).await;
    let first = stand.queue().receive(1, LONG, stand.patience()).await.expect("receive");
    assert_eq!(texts(&first), ["a"]);
    assert_empty(stand, "b waits for a").await;
    finish_all(stand.queue(), &first).await;
    assert_eq!(texts(&receive(stand, LONG).await), ["b"]);
}

/// A locked group holds no other.
pub async fn other_groups_go_on(stand: &impl QueueStand) {
    keep(stand, 1, &["a"]).await;
    let first = receive(stand, LONG).await;
    assert_eq!(texts(&first), ["a"]);
    keep(stand, 1, &["b"]).await;
    keep(stand, 2, &["x"]).await;
    assert_eq!(texts(&receive(stand, LONG).await), ["x"]);
}

/// The same bytes at the same time are one message; the same bytes at another time are not.
pub async fn a_repeated_message_is_folded(stand: &impl QueueStand) {
    keep(stand, 1, &["a", "b"]).await;
    keep(stand, 1, &["a"]).await;
    let received = receive(stand, LONG).await;
    assert_eq!(texts(&received), ["a", "b"]);
    finish_all(stand.queue(), &received).await;
    keep(stand, 1, &["b", "c"]).await;
    assert_eq!(texts(&receive(stand, LONG).await), ["c"], "folded even after it was finished");
}

/// A body without deliveries.
pub async fn an_empty_keep_keeps_nothing(stand: &impl QueueStand) {
    stand.queue().keep(&[]).await.expect("keep");
    assert_empty(stand, "nothing was kept").await;
}

/// Visibility ends: the same message, counted once more, under a new receipt.
pub async fn a_message_that_is_not_finished_comes_back(stand: &impl QueueStand) {
    keep(stand, 1, &["a", "b"]).await;
    let first = receive(stand, SHORT).await;
    assert_empty(stand, "both are out").await;
    stand.pass(SHORT);
    let again = receive(stand, LONG).await;
    assert_eq!(texts(&again), ["a", "b"]);
    assert_eq!(again[0].receives, 2);
    assert_eq!(again[0].message_id, first[0].message_id);
    assert_eq!(again[0].message, first[0].message);
    assert_ne!(again[0].receipt, first[0].receipt);
}

/// Put back with no wait.
pub async fn a_message_put_back_at_once_comes_back_at_once(stand: &impl QueueStand) {
    keep(stand, 1, &["a"]).await;
    let first = receive(stand, LONG).await;
    stand.queue().put_back(&first[0].receipt, Duration::ZERO).await.expect("put back");
    let again = receive(stand, LONG).await;
    assert_eq!((texts(&again), again[0].receives), (vec!["a".to_owned()], 2));
}

/// Put back with a wait: it holds the rest of its group.
pub async fn a_message_put_back_for_later_holds_its_group(stand: &impl QueueStand) {
    keep(stand, 1, &["a", "b"]).await;
    let received = receive(stand, LONG).await;
    stand.queue().put_back(&received[0].receipt, SHORT).await.expect("put back");
    stand.queue().put_back(&received[1].receipt, Duration::ZERO).await.expect("put back");
    assert_empty(stand, "b does not overtake a").await;
    stand.pass(SHORT);
    assert_eq!(texts(&receive(stand, LONG).await), ["a", "b"]);
}

/// A worker that stops half-way: what it did is gone, the rest keeps its order.
pub async fn what_was_put_back_together_comes_back_in_order(stand: &impl QueueStand) {
    keep(stand, 1, &["a", "b", "c", "d"]).await;
    let received = receive(stand, LONG).await;
    stand.queue().finish(&received[0].receipt).await.expect("finish");
    for received in received[1..].iter().rev() {
        stand.queue().put_back(&received.receipt, Duration::ZERO).await.expect("put back");
    }
    assert_eq!(texts(&receive(stand, LONG).await), ["b", "c", "d"]);
}

/// A worker that comes too late changes nothing.
pub async fn an_old_receipt_does_no_harm(stand: &impl QueueStand) {
    let queue = stand.queue();
    keep(stand, 1, &["a", "b"]).await;
    let old = receive(stand, SHORT).await;
    stand.pass(SHORT);
    let new = receive(stand, LONG).await;
    assert_eq!(texts(&new), ["a", "b"]);
    queue.finish(&old[0].receipt).await.expect("an old receipt is no error");
    queue.put_back(&old[1].receipt, Duration::ZERO).await.expect("an old receipt is no error");
    queue.explain(&old[1].receipt, "too late").await.expect("an old receipt is no error");
    assert_empty(stand, "both are out still").await;
    queue.put_back(&new[0].receipt, Duration::ZERO).await.expect("put back");
    queue.put_back(&new[1].receipt, Duration::ZERO).await.expect("put back");
    let again = receive(stand, LONG).await;
    assert_eq!(texts(&again), ["a", "b"], "a was not finished");
    finish_all(queue, &again).await;
    finish_all(queue, &again).await;
    assert_empty(stand, "all were finished").await;
}

/// Poison: five receives, then a dead letter, and the group goes on.
pub async fn the_fifth_receive_is_the_last(stand: &impl QueueStand) {
    keep(stand, 1, &["poison", "silent", "good"]).await;
    for receives in 1..=RECEIVES_MAX {
        let received = receive(stand, LONG).await;
        assert_eq!(texts(&received), ["poison", "silent", "good"]);
        assert!(received.iter().all(|received| received.receives == receives));
        stand.queue().explain(&received[0].receipt, "the disk is full").await.expect("explain");
        if receives == RECEIVES_MAX {
            finish_all(stand.queue(), &received[2..]).await;
        }
        for received in &received {
            stand.queue().put_back(&received.receipt, Duration::ZERO).await.expect("put back");
        }
    }
    keep(stand, 1, &["next"]).await;
    assert_eq!(texts(&receive(stand, LONG).await), ["next"]);
    let letters = stand.dead_letters().await;
    let found: BTreeMap<&str, &str> =
        letters.iter().map(|letter| (name(&letter.message.body), &*letter.reason)).collect();
    let expect = [("poison", "the disk is full"), ("silent", "received 5 times")];
    assert_eq!(found, expect.map(|(name, reason)| (name, stand.reason(reason))).into());
}

fn name(body: &str) -> &'static str {
    if body.contains("poison") { "poison" } else { "silent" }
}

/// Whatever was signed comes back byte for byte.
pub async fn every_character_comes_back_as_it_was(stand: &impl QueueStand) {
    let controls: Vec<u8> = (0..=255).collect();
    let planes: String = (0..=0x10_FFFF).step_by(0x7F).filter_map(char::from_u32).collect();
    let kept: Vec<Vec<u8>> = vec![
        b"{\"a\": \"\\u0000 escaped\"}".to_vec(),
        b"\x00".to_vec(),
        controls,
        planes.into_bytes(),
        "tab\t line\n return\r \u{7F} \u{80} \u{85} \u{2028} \u{FEFF}".into(),
        "\u{FFFD} \u{E000} \u{10FFFF} 샷 \u{1F3AC} e\u{301}".into(),
        "\u{FFFE} \u{FFFF}".into(),
        b" \r\n leading and trailing \n\n".to_vec(),
        b"eyJhIjoxfQ==".to_vec(),
    ];
    let messages: Vec<_> = kept.iter().map(|bytes| of_bytes(bytes)).collect();
    stand.queue().keep(&messages).await.expect("keep");
    let received = receive(stand, LONG).await;
    let back: Vec<_> = received.iter().map(|received| received.message.unpack()).collect();
    assert_eq!(back, kept.into_iter().map(Ok).collect::<Vec<_>>());
    for (received, message) in received.iter().zip(&messages) {
        assert_eq!(received.message.attributes, message.stored().attributes);
        assert_eq!(received.group, message.group());
    }
}

/// Up to the largest message a queue takes, raw, as base64, and as gzip; more in one call than
/// one request can hold.
pub async fn large_messages_come_back_as_they_were(stand: &impl QueueStand) {
    let room = MESSAGE_SIZE_MAX - MESSAGE_ATTRIBUTES_SIZE;
    let kept: Vec<Vec<u8>> = vec![
        vec![b'x'; room],
        b"small".to_vec(),
        vec![0; room / 4 * 3],
        vec![b'y'; room - 100],
        vec![b'z'; 2 * MESSAGE_SIZE_MAX],
    ];
    let messages: Vec<_> = kept.iter().map(|bytes| of_bytes(bytes)).collect();
    stand.queue().keep(&messages).await.expect("keep");
    let mut back = Vec::new();
    while back.len() < kept.len() {
        let received = receive(stand, LONG).await;
        assert!(!received.is_empty(), "{} of {} came back", back.len(), kept.len());
        back.extend(received.iter().map(|received| received.message.unpack().expect("unpack")));
        finish_all(stand.queue(), &received).await;
    }
    assert!(back == kept, "sizes: {:?}", back.iter().map(Vec::len).collect::<Vec<_>>());
}

/// A batched body of fifty, of two projects.
pub async fn more_than_a_batch_keeps_its_order(stand: &impl QueueStand) {
    let name = |n: u64| format!("{n:02}");
    let kept: Vec<_> = (0..50).map(|n| message(1 + n % 2, &name(n))).collect();
    stand.queue().keep(&kept).await.expect("keep");
    let mut by_group: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for _ in 0..50 {
        let received = receive(stand, LONG).await;
        for (received, text) in received.iter().zip(texts(&received)) {
            by_group.entry(received.group.clone()).or_default().push(text);
        }
        finish_all(stand.queue(), &received).await;
        if by_group.values().map(Vec::len).sum::<usize>() >= kept.len() {
            break;
        }
    }
    let half = |first: u64| (first..50).step_by(2).map(name).collect::<Vec<_>>();
    let expect = [(kept[0].group(), half(0)), (kept[1].group(), half(1))];
    assert_eq!(by_group, expect.map(|(group, texts)| (group.to_owned(), texts)).into());
}
