//! A batch in which much is wrong: what comes back, for how long, and that nothing else does.

use sgh_core::ids::EntityRef;
use sgh_emulator::Fault;
use tests::lambda::InvocationError;

use super::{Message, Stage};
use crate::studio::{Film, version_statuses};

const OUT_OF_ORDER: Fault = Fault::Status { code: 503, retry_after: None };

/// Versions of a film get a status; tells their tasks.
fn set(stage: &Stage, film: &Film, status: &str, names: &[&str]) -> Vec<EntityRef> {
    let set = |name: &&str| {
        let (version, task) = stage.studio.version(film, name);
        stage.studio.set_status(&version, status);
        task
    };
    names.iter().map(set).collect()
}

/// A message that cannot be read, in a group.
fn unreadable(id: &str, group: &str, encoding: Option<&str>, body: &str) -> Message {
    let mut message = Message::by_hand(id, group, body);
    let encoding = encoding.map(|encoding| ("encoding".to_owned(), encoding.to_owned()));
    message.kept.attributes.extend(encoding);
    message
}

/// Three events of a film whose writes fail, three of films whose writes do not, four messages
/// that cannot be read; and the tasks of the bad film and of the good ones.
async fn ten(stage: &Stage) -> (Vec<Message>, Vec<EntityRef>, Vec<EntityRef>) {
    stage.hook(&version_statuses());
    let film = |name| stage.studio.film(name);
    let (bad, good, other) = (film("Bad Day"), film("Good Day"), film("Other Day"));
    let of_bad = set(stage, &bad, "apr", &["Comp", "Roto", "Prep"]);
    let mut of_good = set(stage, &good, "apr", &["Light"]);
    set(stage, &good, "vwd", &["Anim"]);
    of_good.extend(set(stage, &other, "apr", &["Layout"]));
    let mut batch = stage.arrived().await;
    let group_of = |place: usize| batch[place].kept.group.clone();
    let (in_bad, in_good) = (group_of(0), group_of(3));
    assert_ne!(in_bad, in_good, "a group is a project");
    batch.insert(1, unreadable("no-json", "none", Some("text"), "} not json {"));
    batch.insert(2, unreadable("no-event", &in_bad, Some("text"), r#"{"unknown":["shape"]}"#));
    batch.insert(4, unreadable("no-base64", &in_good, Some("base64"), "***"));
    batch.push(unreadable("no-encoding", "none", Some("rot13"), "{}"));
    (batch, of_bad, of_good)
}

#[tokio::test]
async fn in_a_batch_of_ten_exactly_those_come_back_that_are_not_through() {
    let stage = Stage::start().await;
    let (batch, of_bad, of_good) = ten(&stage).await;
    assert_eq!(batch.len(), 10);
    // Only the film of three writes makes them as one `_batch`. A call is tried three times.
    stage.site().plan_fault("POST /entity/_batch", 3, OUT_OF_ORDER);
    let back = stage.work(&batch).await;

    let at_once = ["no-json", "no-event", "no-base64", "no-encoding"];
    let later = ["m0", "m1", "m2"];
    let in_order = ["m0", "no-json", "no-event", "m1", "no-base64", "m2", "no-encoding"];
    assert_eq!(back.ids(), in_order);
    for (id, seconds) in &back.0 {
        match at_once.contains(&id.as_str()) {
            true => assert_eq!(*seconds, 0, "{id} is on its way to the dead letters"),
            false => assert!((2..=5).contains(seconds), "{id}: {seconds} s at the first receive"),
        }
    }
    let status = |task: &EntityRef| stage.studio.status(task);
    assert!(of_good.iter().all(|task| status(task) == "fin"), "worked beside what failed");
    assert!(of_bad.iter().all(|task| status(task) == "ip"));
    let told = stage.told();
    assert_eq!(told[..3], ["", "", ""], "what comes back has said nothing yet");
    assert!(told[3].starts_with("done\n") && told[5].starts_with("done\n"), "{told:?}");
    assert!(told[4].starts_with("skipped\n"), "{told:?}");
    for id in at_once {
        assert!(stage.worker.log().contains(id), "the log names {id}");
    }

    let again: Vec<Message> = batch
        .iter()
        .filter(|message| later.contains(&message.id.as_str()))
        .map(|message| message.at_receive(2))
        .collect();
    assert_eq!(stage.work(&again).await.0, []);
    assert!(of_bad.iter().all(|task| status(task) == "fin"));
    assert!(stage.told().iter().all(|told| !told.is_empty()));
}

#[tokio::test]
async fn the_back_off_doubles_with_every_receive() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Bad Day");
    set(&stage, &film, "apr", &["Comp"]);
    let batch = stage.arrived().await;
    stage.site().plan_fault("PUT /entity/{type}", 100, OUT_OF_ORDER);
    for (receives, within) in [(1, 2..=5), (2, 5..=10), (3, 10..=20), (4, 20..=40)] {
        let back = stage.work(&[batch[0].at_receive(receives)]).await;
        assert_eq!(back.ids(), ["m0"]);
        assert!(within.contains(&back.0[0].1), "{receives}: {back:?}");
    }
    assert_eq!(stage.studio.calls("PUT /webhook/deliveries/{id}"), 0, "nothing said so far");
}

#[tokio::test]
async fn what_the_site_asks_for_is_waited_for() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Bad Day");
    set(&stage, &film, "apr", &["Comp"]);
    let batch = stage.arrived().await;
    let busy = Fault::Status { code: 429, retry_after: Some(77) };
    stage.site().plan_fault("PUT /entity/{type}", 1, busy);
    assert_eq!(stage.work(&batch).await.0, [("m0".to_owned(), 77)]);
    let tries = stage.studio.calls("PUT /entity/{type}/{id}");
    assert_eq!(tries, 1, "nobody holds on to an invocation for that long");
}

#[tokio::test]
async fn at_the_fifth_receive_it_is_failed_said_so_and_given_up() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Bad Day");
    let tasks = set(&stage, &film, "apr", &["Comp"]);
    let batch = stage.arrived().await;
    stage.site().plan_fault("PUT /entity/{type}", 100, OUT_OF_ORDER);
    for receives in 1..5 {
        assert_eq!(stage.work(&[batch[0].at_receive(receives)]).await.ids(), ["m0"]);
    }
    let back = stage.work(&[batch[0].at_receive(5)]).await;
    assert_eq!(back.0, [("m0".to_owned(), 0)], "SQS dead-letters what comes back once more");
    let told = stage.told();
    assert!(told[0].starts_with("failed\nversion-drives-task: failed: given up"), "{told:?}");
    assert!(told[0].contains("503"), "the reason is told: {told:?}");
    assert_eq!(stage.studio.status(&tasks[0]), "ip");
}

#[tokio::test]
async fn a_batch_of_nothing_and_records_that_lack_much_are_answered() {
    let stage = Stage::start().await;
    for event in [serde_json::json!({}), serde_json::json!({"Records": []})] {
        let answer = stage.worker.invoke(&event).await.unwrap();
        assert_eq!(answer, serde_json::json!({"batchItemFailures": []}));
    }
    let bare = serde_json::json!({"Records": [{"messageId": "bare"}]});
    let answer = stage.worker.invoke(&bare).await.unwrap();
    let expect = serde_json::json!({"batchItemFailures": [{"itemIdentifier": "bare"}]});
    assert_eq!(answer, expect);
    // It cannot be named, so the batch as a whole comes back: nothing is taken for worked.
    let nameless = serde_json::json!({"Records": [{"messageId": "bare"}, {"body": "{}"}]});
    let answer = stage.worker.invoke(&nameless).await;
    assert!(matches!(answer, Err(InvocationError::Reported(_))), "{answer:?}");
}
