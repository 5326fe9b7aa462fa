//! Lambda without a cloud: a runtime API on loopback that starts a function's binary and invokes
//! it, and a queue service that writes down what it was asked.
//!
//! A test sees what AWS would see: requests of the runtime and of the SDK, the answer, the log,
//! the exit code. Not here: an emulator of the site (`shared/emulator`), and a queue that gives
//! messages out again (`tests/local-aws` starts one).
//!
//! ```no_run
//! # async fn example() {
//! use tests::lambda::{HttpEvent, Profile, Runtime, Sqs, built};
//!
//! let sqs = Sqs::start();
//! let env = [("SGH_QUEUE", format!("sqs:{}", sqs.queue_url()))];
//! let function = Runtime::start().spawn(&built("receiver", Profile::Dev), &env);
//! let event = HttpEvent::post(b"{}").signed("token");
//! let answer = function.answer(&event).await.unwrap();
//! assert_eq!((answer.status, answer.body.as_str()), (200, "kept"));
//! # }
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a harness that does not work stops the test that stands on it"
)]

mod binary;
mod event;
mod function;
mod loopback;
mod runtime;
mod sqs;
mod sqs_rules;
mod stopwatch;
mod tls;
mod usage;

pub use binary::{Profile, built};
pub use event::{Answer, HttpEvent, sign};
pub use function::{Function, Invocation, InvocationError};
pub use loopback::nobody;
pub use runtime::Runtime;
pub use sqs::{Behaviour, Call, Kept, Sqs};
pub use tls::Authority;
