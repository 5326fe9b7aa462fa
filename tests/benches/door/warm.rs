//! Warm invocations: each process lives through all of them, and they take turns in rounds.

use std::time::Duration;

use bytes::Bytes;
use tests::lambda::{Behaviour, Function, Sqs};

use crate::figures::{Table, millis, percentile};
use crate::subject::{Body, Subject, assert_kept};

/// Rounds that each takes part in; the first is not counted.
const ROUNDS: usize = 40;

pub async fn measure(table: &mut Table, pair: &[Subject; 2], body: Body, n: usize) {
    let sqs = Sqs::start();
    sqs.behave([Behaviour::Blind]);
    let functions = pair.each_ref().map(|subject| subject.start(&sqs));
    let event = body.event();
    let each = n / ROUNDS;
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for function in &functions {
        round(function, &event, each).await;
    }
    let processor = functions.each_ref().map(|function| function.processor_time().unwrap());
    for number in 0..ROUNDS {
        // Who goes first changes, so that neither always follows the other.
        for at in [number % 2, 1 - number % 2] {
            times[at].extend(round(&functions[at], &event, each).await);
        }
    }
    assert_eq!(sqs.call_count(), 2 * each * (ROUNDS + 1), "one SendMessage each, no retries");

    let done = times[0].len();
    let [p50, p99] = [0.5, 0.99].map(|share| times.each_mut().map(|all| percentile(all, share)));
    let used = [0, 1].map(|at| functions[at].processor_time().unwrap() - processor[at]);
    #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
    let per_invocation = used.map(|used| millis(used) / done as f64);
    let peak = functions.each_ref().map(|function| function.peak_memory().unwrap() as f64);
    let peak = peak.map(|bytes| bytes / 1024.0 / 1024.0);
    let what = format!("warm, {body:?}").to_lowercase();
    table.add(format!("{what}: p50"), "ms", done, p50, "1.15x of the floor");
    table.add(format!("{what}: p99"), "ms", done, p99, "");
    table.add(format!("{what}: processor time each"), "ms", done, per_invocation, "");
    table.add(format!("{what}: peak memory"), "MiB", 1, peak, "");
}

async fn round(function: &Function, event: &Bytes, each: usize) -> Vec<Duration> {
    let mut times = Vec::with_capacity(each);
    for _ in 0..each {
        let invocation = function.invoke_bytes(event.clone()).await.unwrap();
        assert_kept(&invocation.body);
        times.push(invocation.took);
    }
    times
}
