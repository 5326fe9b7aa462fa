//! Characters, bytes and sizes that SQS refuses get through: the queue of these tests refuses
//! what SQS does.

use serde_json::Value;
use sgh_core::message::StoredMessage;
use tests::lambda::Kept;

use super::{Door, batch, delivery, door, signed, single};

/// What a worker would read.
fn bytes(kept: &Kept) -> Vec<u8> {
    let stored = StoredMessage { body: kept.body.clone(), attributes: kept.attributes.clone() };
    stored.unpack().unwrap()
}

async fn check(door: &Door, body: &[u8], deliveries: &[&[u8]]) {
    let before = door.sqs.kept().len();
    door.check(&signed(body), 200, "kept").await;
    let kept = door.sqs.kept().split_off(before);
    assert_eq!(kept.len(), deliveries.len());
    for (kept, delivery) in kept.iter().zip(deliveries) {
        assert!(bytes(kept) == *delivery, "not the bytes that were signed");
    }
}

/// Text that does not compress to less than three quarters.
fn noise(size: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let digit = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(DIGITS[(state >> 58) as usize])
    };
    (0..size).map(digit).collect()
}

fn with_value(id: u32, value: &str) -> String {
    delivery(id, Some(7)).replace("s\\u00e9 é", value)
}

#[tokio::test]
async fn characters_that_sqs_refuses_get_through() {
    let door = door();
    for c in ["\u{FFFE}", "\u{FFFF}", "\u{7F}", "\u{FFFD}", "\u{1F3AC}", "\u{10FFFF}"] {
        let delivery = with_value(1, c);
        check(&door, single(&delivery).as_bytes(), &[delivery.as_bytes()]).await;
    }
    // No JSON has these, but signed bytes are kept whatever they are.
    for bytes in [&b"\x00"[..], b"{\"data\":\"\x01\"}", b"\xff\xfe", b"\xed\xa0\x80", b"\x1b[31m"] {
        check(&door, bytes, &[bytes]).await;
    }
}

#[tokio::test]
async fn one_delivery_that_sqs_refuses_does_not_harm_the_others_of_its_batch() {
    let deliveries = [delivery(1, Some(7)), with_value(2, "\u{FFFE}"), delivery(3, Some(7))];
    let expect: Vec<&[u8]> = deliveries.iter().map(String::as_bytes).collect();
    check(&door(), batch(&deliveries).as_bytes(), &expect).await;
}

#[tokio::test]
async fn sizes_around_every_limit_get_through() {
    const MIB: usize = 1024 * 1024;
    let door = door();
    let room = MIB - 1024;
    let sizes = [room - 1, room, room + 1, MIB - 1, MIB, MIB + 1, 2 * MIB];
    for size in sizes {
        let frame = with_value(1, "").len();
        let delivery = with_value(1, &"x".repeat(size - frame));
        assert_eq!(delivery.len(), size);
        check(&door, single(&delivery).as_bytes(), &[delivery.as_bytes()]).await;
    }
    for size in [room / 4 * 3, room / 4 * 3 + 1] {
        let bytes = vec![0xff; size];
        check(&door, &bytes, &[&bytes]).await;
    }
}

#[tokio::test]
async fn a_batch_that_is_too_large_for_one_call_is_kept_whole_and_in_order() {
    let deliveries: Vec<_> = (1..=10).map(|id| with_value(id, &noise(400_000))).collect();
    let expect: Vec<&[u8]> = deliveries.iter().map(String::as_bytes).collect();
    check(&door(), batch(&deliveries).as_bytes(), &expect).await;
}

#[tokio::test]
async fn what_fits_in_no_form_loses_its_values_and_says_so() {
    let door = door();
    let delivery = with_value(1, &noise(2_000_000));
    door.check(&signed(single(&delivery)), 200, "kept").await;
    let kept = door.sqs.kept();
    let event: Value = serde_json::from_slice(&bytes(&kept[0])).unwrap();
    assert_eq!(event["truncated"], true);
    assert_eq!(event["event_log_entry_id"], 1);
    assert_eq!(event["entity"]["type"], "Shot");
    assert_eq!(event["delivery_id"], "00000000-0000-4000-8000-000000000001");
    assert!(event["meta"].get("new_value").is_none());
}
