//! Every limit, with who set it: the site, AWS, or us.

use std::time::Duration;

/// Largest request body the door takes. AWS: a function's synchronous request.
pub const BODY_SIZE_MAX: usize = 6 * 1024 * 1024;
/// Deliveries in one batched body. The site; more are kept all the same, and logged.
pub const DELIVERIES_PER_BODY_MAX: usize = 50;
/// Tokens at once, so that one can be rotated without a gap. Ours.
pub const TOKENS_MAX: usize = 4;
/// Largest queue message, attributes included. AWS: SQS since 2026 (256 KiB before).
pub const MESSAGE_SIZE_MAX: usize = 1024 * 1024;
/// Room kept in a message for its attributes. Ours.
pub const MESSAGE_ATTRIBUTES_SIZE: usize = 1024;
/// Messages in one `SendMessageBatch`, and in one receive. AWS.
pub const MESSAGE_BATCH_MAX: usize = 10;
/// Time the queue has to take a delivery before the door answers 503. Ours: the site waits 6 s.
pub const KEEP_TIMEOUT: Duration = Duration::from_millis(2500);
/// Longest answer of the door. The site shows the first 100 characters of it.
pub const ANSWER_SIZE_MAX: usize = 100;
/// Largest acknowledgement the site takes, in bytes of UTF-8. The site.
pub const ACKNOWLEDGEMENT_SITE_MAX: usize = 4096;
/// Where we cut an acknowledgement. Ours: well under the site's limit.
pub const ACKNOWLEDGEMENT_SIZE_MAX: usize = 4000;
/// Where the text of one automation is cut, in bytes, so that others have room beside it. Ours.
pub const ENDING_SIZE_MAX: usize = 2000;
/// Time for one call of the site. Ours.
pub const SITE_CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Tries of one call of the site. Ours.
pub const SITE_CALL_TRIES: u32 = 3;
/// Calls of the site that one worker has under way at once. Ours.
pub const SITE_CONCURRENCY: usize = 4;
/// Searches for one batch of deliveries, whatever its size. Ours.
pub const READS_PER_BATCH_MAX: usize = 12;
/// Requests in one `_batch`. Ours: the site takes 12 s for 200.
pub const BATCH_REQUESTS_MAX: usize = 100;
/// Records in one page of a search. The site's default.
pub const PAGE_SIZE: usize = 500;
/// Receives of one message before it goes to the dead letters. Ours, and `maxReceiveCount`.
pub const RECEIVES_MAX: u32 = 5;
/// First back-off; doubled at every receive. Ours.
pub const BACK_OFF_FIRST: Duration = Duration::from_secs(5);
/// Longest back-off. Ours.
pub const BACK_OFF_MAX: Duration = Duration::from_secs(300);
/// How long a program of the studio may take, where sgh.yaml does not say. Ours.
pub const RUN_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest that sgh.yaml may let a program take: its project waits for it. Ours.
pub const RUN_TIMEOUT_MAX: Duration = Duration::from_secs(300);
/// Directories in one request. Ours.
pub const FOLDERS_PER_REQUEST_MAX: usize = 100_000;
/// Levels of directories below a root. Ours.
pub const FOLDER_DEPTH_MAX: usize = 64;
/// Bytes in the name of a directory. Linux file systems.
pub const FOLDER_NAME_MAX: usize = 255;
/// Writes that follow from one another before we call it a ring. Ours.
pub const CHAIN_DEPTH_MAX: u8 = 8;
/// How long a write of ours is remembered. Ours: its event is here within minutes, and a message
/// that goes back every time is given up within 20; a ring that is slower than this harms nobody,
/// and longer than needed a tool that shares our script user would be taken for us.
pub const OWN_WRITE_KEPT: Duration = Duration::from_secs(3600);
/// How long the ledger remembers. Ours: the site keeps deliveries for 7 days.
pub const LEDGER_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Largest file of a schema, and largest sgh.yaml. Ours.
pub const SCHEMA_FILE_MAX: u64 = 1024 * 1024;
/// Files of teams beside one sgh.yaml. Ours.
pub const CONFIG_FILES_MAX: usize = 100;
/// Failed deliveries within 24 hours after which the site stops a hook. The site.
pub const HOOK_FAILURES_MAX: usize = 100;
/// Failed deliveries of a hook within 24 hours at which we warn. Ours.
pub const HOOK_FAILURES_WARN: usize = 20;
/// The mean response time above which the site calls a hook slow. The site.
pub const HOOK_SLOW: Duration = Duration::from_millis(500);
/// Response time that all hooks of a site may take together within one minute. The site.
pub const RESPONSE_TIME_PER_MINUTE: Duration = Duration::from_secs(60);
/// Untrusted text in a log field or an acknowledgement line is cut here, in characters. Ours.
pub const UNTRUSTED_TEXT_MAX: usize = 256;

const _: () = assert!(ACKNOWLEDGEMENT_SIZE_MAX <= ACKNOWLEDGEMENT_SITE_MAX);
const _: () = assert!(KEEP_TIMEOUT.as_millis() < 3000);
