//! How long something is waited for that DynamoDB puts off.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

/// Waits in a row that bring nothing, before it is given up. Ours: some ten seconds in all.
const STUCK_MAX: u32 = 9;
/// The longest first wait; doubled every time. Ours.
const WAIT_FIRST: Duration = Duration::from_millis(50);
/// The longest wait. Ours.
const WAIT_MAX: Duration = Duration::from_secs(3);

/// Waits between calls, and longer each time; whatever gets through makes it start anew.
#[derive(Debug, Default)]
pub(super) struct Patient {
    stuck: u32,
}

impl Patient {
    /// Waits before the next call; `false` if it is not worth one. `is_stuck` says that the last
    /// one brought nothing.
    pub(super) async fn waits(&mut self, is_stuck: bool) -> bool {
        self.stuck = if is_stuck { self.stuck + 1 } else { 0 };
        if self.stuck > STUCK_MAX {
            return false;
        }
        let longest = (WAIT_FIRST * 2_u32.pow(self.stuck)).min(WAIT_MAX);
        // DynamoDB asks for longer and longer waits, and says of no call when it would be taken.
        // Two that were in each other's way must not come back together.
        let spread = RandomState::new().hash_one(0_u8) % 1000;
        tokio::time::sleep(longest.mul_f64(0.5 + f64::from(spread as u16) / 2000.0)).await;
        true
    }
}

/// Codes by which DynamoDB says: later.
pub(super) fn is_put_off(code: &str) -> bool {
    const CODES: [&str; 6] = [
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionInProgressException",
    ];
    CODES.contains(&code)
}
