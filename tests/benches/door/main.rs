//! The receiver against the floor: `cargo bench -p tests --bench door`.
//!
//! Both are release binaries, built each for itself, started and invoked by the same loopback
//! runtime API in front of the same blind queue, in turns, so that what else the machine does
//! falls on both. The ratios are the result; the absolute figures are this machine's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that fails has no result, and its result is what it prints"
)]

mod cold;
mod figures;
mod size;
mod subject;
mod warm;

use figures::Table;
use subject::{Body, Subject};

/// Invocations of each, for the figures that everything else is read by.
const WARM: usize = 4000;
/// Invocations of each with a body that is near the largest message.
const WARM_LARGE: usize = 200;
/// Starts of each.
const STARTS: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pair = [Subject::new("receiver"), Subject::new("floor")];
    let mut table = Table::new(pair.each_ref().map(|subject| subject.name));
    warm::measure(&mut table, &pair, Body::Small, WARM).await;
    warm::measure(&mut table, &pair, Body::Large, WARM_LARGE).await;
    cold::measure(&mut table, &pair, STARTS).await;
    size::measure(&mut table, &pair);
    println!("{table}");
}
