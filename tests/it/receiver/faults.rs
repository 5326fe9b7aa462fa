//! A queue that is away, refuses, hangs or is slow: 503 within 3 s, and never a second time what
//! is kept already.

use std::time::Duration;

use tests::lambda::{Answer, Behaviour, Function, HttpEvent, nobody};

use super::{assert_silent, batch, delivery, door, receiver, signed, single};

const IN_TIME: Duration = Duration::from_secs(3);

/// Asks, and measures in real time: the site does too.
async fn timed(function: &Function, event: &HttpEvent) -> (u16, String, Duration) {
    let invocation = function.invoke_bytes(event.to_json().to_string().into()).await.unwrap();
    let answer = Answer::from_json(&serde_json::from_slice(&invocation.body).unwrap()).unwrap();
    assert_silent(&function.log());
    (answer.status, answer.body, invocation.took)
}

async fn check_refused(function: &Function, event: &HttpEvent) {
    let (status, body, took) = timed(function, event).await;
    assert_eq!((status, body.as_str()), (503, "queue"));
    assert!(took < IN_TIME, "{took:?}");
}

fn three() -> [String; 3] {
    [delivery(1, Some(7)), delivery(2, Some(7)), delivery(3, Some(7))]
}

#[tokio::test]
async fn a_queue_that_is_away_is_503_in_time() {
    let nobody = format!("http://{}", nobody());
    let function = receiver(&nobody, &format!("{nobody}/0/deliveries.fifo"), &[]);
    check_refused(&function, &signed(single(&delivery(1, None)))).await;
    check_refused(&function, &signed(batch(&three()))).await;
}

#[tokio::test]
async fn a_queue_that_hangs_is_503_in_time() {
    let door = door();
    door.sqs.behave([Behaviour::Hang]);
    check_refused(&door.function, &signed(single(&delivery(1, None)))).await;
    check_refused(&door.function, &signed(batch(&three()))).await;
    door.sqs.behave([Behaviour::Keep]);
    door.check(&signed(single(&delivery(1, None))), 200, "kept").await;
}

#[tokio::test]
async fn many_batches_at_a_hanging_queue_are_503_in_the_same_time() {
    let door = door();
    let deliveries: Vec<_> = (1..=50).map(|id| delivery(id, Some(7))).collect();
    door.sqs.behave([Behaviour::Keep, Behaviour::Keep, Behaviour::Hang]);
    check_refused(&door.function, &signed(batch(&deliveries))).await;
}

#[tokio::test]
async fn a_queue_that_closes_or_fails_is_asked_once_more_and_no_oftener() {
    for behaviour in [
        Behaviour::Close,
        Behaviour::Refuse(500, "InternalError"),
        Behaviour::Refuse(503, "ServiceUnavailable"),
        Behaviour::Refuse(403, "AccessDenied"),
        Behaviour::Refuse(400, "AWS.SimpleQueueService.NonExistentQueue"),
        Behaviour::Refuse(400, "ThrottlingException"),
    ] {
        for event in [signed(single(&delivery(1, None))), signed(batch(&three()))] {
            let door = door();
            door.sqs.behave([behaviour.clone()]);
            check_refused(&door.function, &event).await;
            assert_eq!(door.sqs.call_count(), 2, "{behaviour:?}");
            assert!(door.sqs.kept().is_empty());
        }
    }
}

#[tokio::test]
async fn one_failure_of_the_queue_is_made_good() {
    for failure in [Behaviour::Close, Behaviour::Refuse(500, "InternalError"), Behaviour::Hang] {
        let door = door();
        door.sqs.behave([failure.clone(), Behaviour::Keep]);
        let (status, _, took) = timed(&door.function, &signed(batch(&three()))).await;
        assert_eq!(status, 200, "{failure:?}");
        assert!(took < IN_TIME, "{failure:?}: {took:?}");
        let bodies: Vec<_> = door.sqs.kept().into_iter().map(|kept| kept.body).collect();
        assert_eq!(bodies, three(), "{failure:?}");
    }
}

#[tokio::test]
async fn a_slow_queue_is_waited_for_as_long_as_there_is_time() {
    let door = door();
    door.sqs.behave([Behaviour::Slow(Duration::from_millis(300))]);
    let (status, _, took) = timed(&door.function, &signed(single(&delivery(1, None)))).await;
    assert_eq!(status, 200);
    assert!(took >= Duration::from_millis(300));
    door.sqs.behave([Behaviour::Slow(Duration::from_secs(4))]);
    check_refused(&door.function, &signed(single(&delivery(2, None)))).await;
}

#[tokio::test]
async fn a_part_that_stays_refused_is_503_and_what_is_kept_stays_kept() {
    let door = door();
    let refused = r#""event_log_entry_id":2,"#;
    door.sqs.behave([Behaviour::RefuseThose(refused.into())]);
    check_refused(&door.function, &signed(batch(&three()))).await;
    let [first, _, third] = three();
    let bodies: Vec<_> = door.sqs.kept().into_iter().map(|kept| kept.body).collect();
    assert_eq!(bodies, [first, third]);

    let calls = door.sqs.calls();
    assert_eq!(calls.len(), 2);
    let again = calls[1].body.to_string();
    assert!(again.contains("2.3065.0") && !again.contains("1.3065.0"), "only what was refused");
}

#[tokio::test]
async fn a_part_that_is_refused_once_is_kept_at_the_second_try() {
    let door = door();
    let refused = Behaviour::RefuseThose(r#""event_log_entry_id":2,"#.into());
    door.sqs.behave([refused, Behaviour::Keep]);
    door.check(&signed(batch(&three())), 200, "kept").await;
    assert_eq!(door.sqs.kept().len(), 3);
}

#[tokio::test]
async fn nothing_behind_a_failed_batch_overtakes_it() {
    let deliveries: Vec<_> = (1..=30).map(|id| delivery(id, Some(7))).collect();
    let door = door();
    let fails = Behaviour::Refuse(500, "InternalError");
    door.sqs.behave([Behaviour::Keep, fails, Behaviour::Keep]);
    door.check(&signed(batch(&deliveries)), 200, "kept").await;
    let bodies: Vec<_> = door.sqs.kept().into_iter().map(|kept| kept.body).collect();
    assert_eq!(bodies, deliveries);
}

#[tokio::test]
async fn every_refusal_by_the_queue_is_counted_and_logged() {
    let door = door();
    door.sqs.behave([Behaviour::Refuse(403, "AccessDenied")]);
    check_refused(&door.function, &signed(single(&delivery(1, None)))).await;
    let log = door.function.log();
    assert!(log.contains("access denied"), "why, for the operator: {log}");
    let counts = |line: &&str| line.contains("_aws") && line.contains("refused");
    assert_eq!(log.lines().filter(counts).count(), 1, "{log}");
}
