//! One integration binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that panics has failed, and says where; figures are printed"
)]

mod events;
mod http;
mod lambda;
mod receiver;
mod sgh;
mod stack;
mod studio;
mod sweeper;
mod template;
mod tidy;
mod trap;
mod worker;
