//! The limits of the sweep, with who set them: the site, AWS, or us.

use jiff::SignedDuration;
use sgh_core::limits::PAGE_SIZE;

/// How long an id that is missing is waited for. Ours; the event daemon waits as long.
pub const GAP_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// How old an entry has to be for the ids missing before it to count as waited for already. Ours:
/// [`GAP_WAIT`], and by how much the site's clock and ours may differ.
pub const GAP_OLD: SignedDuration = SignedDuration::from_hours(1);
/// How old an entry has to be to be looked for in the ledger, so that its delivery comes first.
/// Ours: a delivery 52 s late is normal.
pub const SETTLE: SignedDuration = SignedDuration::from_mins(2);
/// How far in the future an entry may be and still be waited for. Ours: a clock that is further
/// off is wrong, and waiting for it would be losing the entry.
pub const FUTURE_MAX: SignedDuration = SignedDuration::from_hours(1);
/// Gaps that are waited for at once; behind the last of them nothing is taken in until some are
/// over. Ours: the record stays below a quarter of what DynamoDB takes in one item (AWS: 400 KB).
pub const GAPS_MAX: usize = 1000;
/// Ids that are asked for by name in one search: all of them fit into one page of the site.
pub const WINDOW: u64 = PAGE_SIZE as u64;
/// Ids before the first entry of a beginning that are looked at too: ids and times of entries are
/// not in the very same order. Ours.
pub const OVERLAP: u64 = WINDOW;
/// How far back the sweep begins again where the log is no longer the one it knows. Ours: it is
/// more than anything that was waited for.
pub const RESTART_BEFORE: SignedDuration = SignedDuration::from_hours(2);
/// First stretch of time in which a beginning is looked for; doubled while nothing is in it. Ours.
pub const STRETCH_FIRST: SignedDuration = SignedDuration::from_mins(1);
/// Bytes of ids in one line of the log. Ours: telemetry cuts a message at 4096 characters.
pub const IDS_IN_LINE_MAX: usize = 3000;
/// Ranges of written-off ids that a report holds; the log names all. Ours.
pub const REPORTED_MAX: usize = 1000;

const _: () = assert!(RESTART_BEFORE.as_secs() > GAP_OLD.as_secs() + 2 * GAP_WAIT.as_secs());
const _: () = assert!(SETTLE.as_secs() < GAP_WAIT.as_secs());
