//! Cold: a fresh process each time, from its start to its first request for work, and through
//! its first delivery, which opens the connection to the queue.

use std::time::Duration;

use tests::lambda::{Behaviour, Sqs};

use crate::figures::{Table, percentile};
use crate::subject::{Body, Subject, assert_kept};

pub async fn measure(table: &mut Table, pair: &[Subject; 2], n: usize) {
    let (plain, tls) = (Sqs::start(), Sqs::start_tls());
    let mut init = [Vec::new(), Vec::new()];
    let [first_plain, first_tls] =
        [starts(&plain, pair, n, &mut init).await, starts(&tls, pair, n, &mut init).await];
    let p50 = init.each_mut().map(|times| percentile(times, 0.5));
    let worst = init.each_mut().map(|times| percentile(times, 1.0));
    table.add("start to first request for work: p50", "ms", 2 * n, p50, "5 ms");
    table.add("start to first request for work: worst", "ms", 2 * n, worst, "");
    for (what, mut times, aim) in [("http", first_plain, ""), ("TLS", first_tls, "5 ms")] {
        let p50 = times.each_mut().map(|times| percentile(times, 0.5));
        table.add(format!("first invocation, {what}: p50"), "ms", n, p50, aim);
    }
}

/// First invocations of fresh processes; their starts go to `init`.
async fn starts(
    sqs: &Sqs,
    pair: &[Subject; 2],
    n: usize,
    init: &mut [Vec<Duration>; 2],
) -> [Vec<Duration>; 2] {
    sqs.behave([Behaviour::Blind]);
    let event = Body::Small.event();
    let mut first = [Vec::new(), Vec::new()];
    for _ in 0..n {
        for (at, subject) in pair.iter().enumerate() {
            let function = subject.start(sqs);
            init[at].push(function.ready().await.unwrap());
            let invocation = function.invoke_bytes(event.clone()).await.unwrap();
            assert_kept(&invocation.body);
            first[at].push(invocation.took);
        }
    }
    first
}
