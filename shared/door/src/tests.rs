use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use super::*;
use async_trait::async_trait;
use http::HeaderValue;
use sgh_core::clock::SystemClock;
use sgh_core::message::Message;
use sgh_core::settings::webhook_tokens;
use sgh_queue::KeepError;

const BODY: &str = r#"{"data":{"deliveries":[{"id":"1"},{"id":"2"},{"id":"3"}]},"timestamp":"t"}"#;

/// What the queue does at each call; after the last it takes everything.
#[derive(Clone)]
enum Mood {
    Refuses(Vec<usize>),
    Hangs,
    TakesAfter(Duration),
}

#[derive(Default)]
struct FakeQueue {
    moods: Mutex<Vec<Mood>>,
    calls: AtomicUsize,
    kept: Mutex<Vec<String>>,
}

#[async_trait]
impl Keep for FakeQueue {
    async fn keep(&self, messages: &[Message]) -> Result<(), KeepError> {
        let call = self.calls.fetch_add(1, Atomic::SeqCst);
        let mood = self.moods.lock().unwrap().get(call).cloned();
        let mut refused = Vec::new();
        match mood {
            Some(Mood::Refuses(positions)) => refused = positions,
            Some(Mood::Hangs) => std::future::pending().await,
            // A slow queue, on a clock that is paused.
            Some(Mood::TakesAfter(time)) => tokio::time::sleep(time).await,
            None => {}
        }
        let bodies = messages.iter().enumerate().filter(|(at, _)| !refused.contains(at));
        self.kept.lock().unwrap().extend(bodies.map(|(_, message)| message.stored().body.clone()));
        if refused.is_empty() {
            return Ok(());
        }
        Err(KeepError::Refused { positions: refused, reason: "full".into() })
    }
}

fn door(secrets: &str, moods: Vec<Mood>) -> (Door, Arc<FakeQueue>) {
    let queue = Arc::new(FakeQueue { moods: Mutex::new(moods), ..Default::default() });
    let secrets = webhook_tokens(secrets).unwrap();
    let clock = Arc::new(SystemClock);
    let door = Door::new(&secrets, Ordering::Project, queue.clone(), clock).unwrap();
    (door, queue)
}

fn request(method: Method, path: &str, headers: &[(&'static str, &str)], body: &str) -> Request {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_str(value).unwrap());
    }
    Request { method, path: path.into(), headers: map, body: body.into() }
}

fn signed(body: &str) -> Request {
    let signature = Keys::new([b"token".as_slice()]).unwrap().sign(body.as_bytes());
    request(Method::POST, "/any/path", &[(SIGNATURE_HEADER, &signature)], body)
}

async fn check(request: Request, status: u16, body: &str) {
    let (door, queue) = door("token", vec![]);
    let answer = door.answer(request).await;
    assert_eq!((answer.status(), answer.body()), (status, body));
    assert_eq!(queue.calls.load(Atomic::SeqCst) > 0, answer == Answer::Kept);
}

#[tokio::test]
async fn every_row_of_the_table_is_answered_as_it_says() {
    check(signed(BODY), 200, "kept").await;
    check(request(Method::GET, "/health", &[], ""), 200, "ok").await;
    check(request(Method::GET, "/", &[], ""), 405, "").await;
    check(request(Method::PUT, "/health", &[], ""), 405, "").await;
    check(request(Method::POST, "/", &[], BODY), 401, "signature").await;
    check(request(Method::POST, "/", &[(SIGNATURE_HEADER, "sha1=00")], BODY), 401, "signature")
        .await;
    let mut twice = signed(BODY);
    let signature = twice.headers[SIGNATURE_HEADER].clone();
    twice.headers.append(SIGNATURE_HEADER, signature);
    check(twice, 401, "signature").await;
    let mut other = signed(BODY);
    other.body.push(b' ');
    check(other, 401, "signature").await;
    let mut zipped = signed(BODY);
    zipped.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    check(zipped, 415, "").await;
    let mut identity = signed(BODY);
    identity.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
    check(identity, 200, "kept").await;
    check(signed(&"x".repeat(BODY_SIZE_MAX + 1)), 413, "").await;
    check(signed("not json"), 200, "kept").await;
}

#[tokio::test]
async fn without_signatures_only_json_is_taken() {
    let post = |body| request(Method::POST, "/", &[], body);
    let (door, _) = door("unsigned:", vec![]);
    assert_eq!(door.answer(post(BODY)).await, Answer::Kept);
    assert_eq!(door.answer(post("not json")).await, Answer::NotJson);
    assert_eq!(door.answer(post("")).await, Answer::NotJson);
}

async fn check_moods(moods: Vec<Mood>, expect: Answer, calls: usize, kept: &[&str]) {
    let (door, queue) = door("token", moods);
    let start = tokio::time::Instant::now();
    assert_eq!(door.answer(signed(BODY)).await, expect);
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(queue.calls.load(Atomic::SeqCst), calls);
    assert_eq!(*queue.kept.lock().unwrap(), kept);
}

const IDS: [&str; 3] = [r#"{"id":"1"}"#, r#"{"id":"2"}"#, r#"{"id":"3"}"#];

#[tokio::test(start_paused = true)]
async fn what_the_queue_refuses_is_tried_once_more_and_nothing_else() {
    check_moods(vec![Mood::Refuses(vec![1])], Answer::Kept, 2, &[IDS[0], IDS[2], IDS[1]]).await;
    let twice = vec![Mood::Refuses(vec![0, 1, 2]), Mood::Refuses(vec![2])];
    check_moods(twice, Answer::QueueUnavailable, 2, &[IDS[0], IDS[1]]).await;
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_hangs_is_tried_beside_and_given_up_in_time() {
    check_moods(vec![Mood::Hangs], Answer::Kept, 2, &IDS).await;
    check_moods(vec![Mood::Hangs, Mood::Hangs], Answer::QueueUnavailable, 2, &[]).await;
    let slow = Mood::TakesAfter(Duration::from_millis(2000));
    check_moods(vec![slow.clone(), Mood::Hangs], Answer::Kept, 2, &IDS).await;
    let too_slow = Mood::TakesAfter(Duration::from_millis(2600));
    check_moods(vec![too_slow.clone(), too_slow], Answer::QueueUnavailable, 2, &[]).await;
    check_moods(vec![Mood::Hangs, Mood::Refuses(vec![0])], Answer::QueueUnavailable, 2, &IDS[1..])
        .await;
}

#[tokio::test]
async fn a_body_without_deliveries_is_kept_without_asking_the_queue() {
    let (door, queue) = door("token", vec![]);
    assert_eq!(door.answer(signed(r#"{"data":{"deliveries":[]}}"#)).await, Answer::Kept);
    assert_eq!(door.answer(signed("")).await, Answer::Kept);
    assert_eq!(queue.calls.load(Atomic::SeqCst), 0);
}
