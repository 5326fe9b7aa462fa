//! How long to wait before the next try, or whether there is one.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use jiff::Timestamp;

/// The longest `Retry-After` that is waited for inside a call; a longer one goes to the caller,
/// who gives the message back to the queue instead of holding on to it. Ours.
pub(super) const RETRY_AFTER_MAX: Duration = Duration::from_secs(5);

/// The pause after the `failed`th of `tries` tries; `None` if that was enough. Full jitter: a
/// random part of a ceiling that doubles, so that many callers do not come back together.
pub(super) fn pause(
    failed: u32,
    tries: u32,
    first: Duration,
    retry_after: Option<Duration>,
    random: f64,
) -> Option<Duration> {
    let asked = retry_after.unwrap_or_default();
    if failed >= tries || asked > RETRY_AFTER_MAX {
        return None;
    }
    let ceiling = first.saturating_mul(1 << failed.saturating_sub(1).min(16));
    Some(ceiling.mul_f64(random.clamp(0.0, 1.0)).max(asked))
}

/// A number from 0 to 1, good enough to spread callers: the keys of a fresh hash map are random.
pub(super) fn random() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    #[allow(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
    let part = bits as f64 / (1_u64 << 53) as f64;
    part
}

/// Reads `Retry-After`: seconds, or a date.
pub(super) fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_millis(400);

    #[test]
    fn the_ceiling_doubles_and_the_last_try_is_the_last() {
        let check = |failed, random, expect: Option<u64>| {
            let expect = expect.map(Duration::from_millis);
            assert_eq!(pause(failed, 3, FIRST, None, random), expect);
        };
        check(1, 1.0, Some(400));
        check(1, 0.25, Some(100));
        check(2, 1.0, Some(800));
        check(2, 0.0, Some(0));
        check(3, 0.5, None);
    }

    #[test]
    fn a_short_retry_after_is_honoured_and_a_long_one_ends_the_call() {
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(pause(1, 3, FIRST, asked(2), 0.9), asked(2));
        assert_eq!(pause(1, 3, FIRST, asked(5), 0.9), asked(5));
        assert_eq!(pause(1, 3, FIRST, asked(6), 0.9), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a date");
        let check = |text, expect: Option<u64>| {
            assert_eq!(retry_after(text, now), expect.map(Duration::from_secs), "{text}");
        };
        check(" 3 ", Some(3));
        check("0", Some(0));
        check("Sun, 01 Mar 2026 12:00:10 GMT", Some(10));
        check("Sun, 01 Mar 2026 11:00:00 GMT", Some(0));
        check("-1", None);
        check("soon", None);
    }

    #[test]
    fn random_numbers_are_parts_and_differ() {
        let numbers: Vec<f64> = (0..32).map(|_| random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)), "{numbers:?}");
        assert!(numbers.iter().any(|number| number != &numbers[0]), "{numbers:?}");
    }
}
