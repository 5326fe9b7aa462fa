//! How long a message waits before it is received again.

use std::time::Duration;

use sgh_core::limits::{BACK_OFF_FIRST, BACK_OFF_MAX};
use sha2::{Digest, Sha256};

/// Doubled at every receive, and spread over its upper half so that messages that failed together
/// do not come back together. At least what the site asked for, at most [`BACK_OFF_MAX`].
///
/// The spread comes from the message's id: no two are alike, and a simulation repeats itself.
pub(crate) fn back_off(message_id: &str, receives: u32, asked: Option<Duration>) -> Duration {
    let doubled = 2_u32.saturating_pow(receives.saturating_sub(1).min(16));
    let full = BACK_OFF_FIRST.saturating_mul(doubled).min(BACK_OFF_MAX);
    let digest = Sha256::new().chain_update(message_id).chain_update([receives as u8]).finalize();
    let share = 0.5 + f64::from(digest[0]) / 510.0;
    let jittered = full.mul_f64(share).max(Duration::from_secs(1));
    jittered.max(asked.unwrap_or_default()).min(BACK_OFF_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_within_its_bounds() {
        for id in ["a", "b", "c", "d", "e", "f"] {
            for (receives, full) in [(1, 5), (2, 10), (3, 20), (4, 40), (9, 300), (99, 300)] {
                let got = back_off(id, receives, None).as_secs_f64();
                let full = f64::from(full);
                assert!((full / 2.0..=full).contains(&got), "{receives}: {got}");
            }
        }
        assert_ne!(back_off("a", 3, None), back_off("b", 3, None));
    }

    #[test]
    fn what_the_site_asks_for_counts_up_to_the_longest() {
        assert_eq!(back_off("a", 1, Some(Duration::from_secs(60))), Duration::from_secs(60));
        assert_eq!(back_off("a", 1, Some(Duration::from_secs(4000))), BACK_OFF_MAX);
    }
}
