//! One integration binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod events;
mod lambda;
mod receiver;
mod stack;
mod template;
mod tidy;
