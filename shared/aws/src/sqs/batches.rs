//! Which messages go into one request: at most ten, at most 1 MiB in all, in order. Pure.

use sgh_core::limits::{MESSAGE_BATCH_MAX, MESSAGE_SIZE_MAX};
use sgh_core::message::{Message, StoredMessage};

/// The next messages of `messages`, from `start` on, that go into one request; never none.
pub(super) fn next(messages: &[(usize, &Message)]) -> usize {
    let mut size = 0;
    let fits = |(_, message): &&(usize, &Message)| {
        size += size_of(message.stored());
        size <= MESSAGE_SIZE_MAX
    };
    // A message that is too large by itself is the service's to refuse.
    messages.iter().take(MESSAGE_BATCH_MAX).take_while(fits).count().max(1)
}

/// What SQS counts: the body, and name, type and text of each attribute.
fn size_of(stored: &StoredMessage) -> usize {
    let of_attribute = |(name, text): (&String, &String)| name.len() + "String".len() + text.len();
    stored.body.len() + stored.attributes.iter().map(of_attribute).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use sgh_core::limits::MESSAGE_ATTRIBUTES_SIZE;
    use sgh_queue::contract::messages::of_bytes;

    use super::*;

    fn check(sizes: &[usize], expect: &[usize]) {
        let kept: Vec<_> = sizes.iter().map(|size| of_bytes(&vec![b'x'; *size])).collect();
        let mut left: Vec<_> = kept.iter().enumerate().collect();
        let mut batches = Vec::new();
        while !left.is_empty() {
            let count = next(&left);
            batches.push(count);
            left.drain(..count);
        }
        assert_eq!(batches, expect, "of {sizes:?}");
    }

    #[test]
    fn a_request_holds_ten_messages_or_a_mebibyte() {
        const LARGEST: usize = MESSAGE_SIZE_MAX - MESSAGE_ATTRIBUTES_SIZE;
        check(&[], &[]);
        check(&[10; 10], &[10]);
        check(&[10; 25], &[10, 10, 5]);
        check(&[LARGEST, 10, LARGEST], &[2, 1]);
        check(&[LARGEST, LARGEST], &[1, 1]);
        check(&[10, LARGEST, MESSAGE_ATTRIBUTES_SIZE], &[2, 1]);
    }

    #[test]
    fn attributes_count_too() {
        let attributes = sgh_queue::contract::messages::message(1, "a").stored().clone();
        let names: usize = attributes.attributes.keys().map(|name| name.len() + 6).sum();
        let texts: usize = attributes.attributes.values().map(String::len).sum();
        assert_eq!(size_of(&attributes), attributes.body.len() + names + texts);
        assert!(names + texts <= MESSAGE_ATTRIBUTES_SIZE);
    }
}
