//! Events that no item can hold.

use std::collections::BTreeMap;
use std::time::Duration;

use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::EventKey;
use sgh_core::outcome::Ending;
use sgh_queue::{Claim, Ledger, LedgerEntry, Owner};

use crate::stand::ledger;

/// Text that gzip can do little with.
pub fn noise(size: usize) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'!' + u8::try_from(state % 90).unwrap())
    };
    (0..size).map(next).collect()
}

/// The outcome counts more than the bytes: those the site still has, in its event log.
#[tokio::test]
async fn an_event_that_fits_in_no_item_is_recorded_without_its_bytes() {
    let ledger = ledger().await;
    let (event, owner) = (EventKey::of_entry("studio", 1), Owner("a".into()));
    let now = SystemClock.now();
    let endings = BTreeMap::from([("folders".to_owned(), Ending::failed("no space"))]);
    let small = LedgerEntry { endings, ..LedgerEntry::default() };
    for (size, fits) in [(400_000, true), (1_000_000, false), (10, true)] {
        let entry = LedgerEntry { kept_event: Some(noise(size)), ..small.clone() };
        ledger.claim(&event, &owner, now, now + Duration::from_secs(9)).await.unwrap();
        ledger.record(&event, &owner, &entry, now).await.unwrap();
        let expect = if fits { &entry } else { &small };
        assert!(ledger.entry(&event, now).await.unwrap().as_ref() == Some(expect), "{size}");
        let claimed = ledger.claim(&event, &owner, now, now).await.unwrap();
        assert!(claimed == Claim::Ours(expect.clone()), "{size}");
    }
}
