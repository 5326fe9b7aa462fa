//! Each row of the table of answers, and the bounds.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};
use sgh_core::ids::DeliveryId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::{MockServer, ResponseTemplate};

use super::*;
use crate::port::{Search, Site};
use crate::rest::test_site::{TestSite, json_of, settings, token};
use crate::rest::{RestSite, Verb};

const SHOTS: &str = "/api/v1.1/entity/shots/_search";
const DELIVERY: &str = "0b5f0c1e-5d2e-4a6b-9f0e-1c2d3e4f5a6b";

fn shots() -> Search {
    Search { kind: "Shot".into(), conditions: vec![], fields: vec![], retired: false, sort: None }
}

fn said(detail: &str) -> Value {
    json!({"errors": [{"code": 104, "detail": detail, "source": null}]})
}

async fn error_of(status: u16, answer: ResponseTemplate) -> (SiteError, u64) {
    let site = TestSite::start().await;
    site.answers_with("POST", SHOTS, answer, None).await;
    let error = site.rest.search(&shots()).await.expect_err("an error");
    assert!(!format!("{error} {error:?}").contains("canary"), "{status}: {error:?}");
    (error, site.rest.calls().of(Verb::Search))
}

#[tokio::test]
async fn what_may_pass_is_tried_three_times() {
    for status in [408, 429, 500, 502, 503, 504] {
        let answer = ResponseTemplate::new(status).set_body_json(said("busy"));
        let (error, tries) = error_of(status, answer).await;
        assert!(matches!(error, SiteError::Unavailable { after: None, .. }), "{status}: {error}");
        assert!(error.to_string().contains(&format!("HTTP {status}: busy")), "{error}");
        assert_eq!(tries, 3, "{status}");
    }
}

#[tokio::test]
async fn what_is_final_is_tried_once() {
    for status in [400, 403, 409, 415, 422] {
        let detail = format!("field `x` is not editable, {}", token(1));
        let answer = ResponseTemplate::new(status).set_body_json(said(&detail));
        let (error, tries) = error_of(status, answer).await;
        let SiteError::Refused { status: told, reason } = error else {
            panic!("{status}: {error}");
        };
        assert_eq!((told, tries), (status, 1));
        assert_eq!(reason, "field `x` is not editable, (hidden)");
    }
}

#[tokio::test]
async fn not_found_is_final_and_tells_what() {
    let answer = ResponseTemplate::new(404).set_body_json(said("Shot 7 not found"));
    let (error, tries) = error_of(404, answer).await;
    assert_eq!((error.to_string().as_str(), tries), ("not found: Shot 7 not found", 1));
}

#[tokio::test]
async fn a_site_that_recovers_is_not_an_error() {
    let site = TestSite::start().await;
    site.answers_once("POST", SHOTS, 503, said("maintenance")).await;
    site.answers_once("POST", SHOTS, 200, json!({"data": "not a list"})).await;
    site.answers("POST", SHOTS, 200, json!({"data": [{"id": 1, "type": "Shot"}]})).await;
    assert_eq!(site.rest.search(&shots()).await.expect("found").len(), 1);
    assert_eq!(site.rest.calls().of(Verb::Search), 3);
}

#[tokio::test]
async fn retry_after_is_honoured_when_short_and_handed_on_when_long() {
    let after = |text: &str| ResponseTemplate::new(429).insert_header("retry-after", text);
    let (error, tries) = error_of(429, after("60")).await;
    let expect = Some(Duration::from_secs(60));
    assert!(matches!(error, SiteError::Unavailable { after, .. } if after == expect), "{error:?}");
    assert_eq!(tries, 1);
    let (error, tries) = error_of(429, after("0")).await;
    let expect = Some(Duration::ZERO);
    assert!(matches!(error, SiteError::Unavailable { after, .. } if after == expect), "{error:?}");
    assert_eq!(tries, 3);
}

#[tokio::test]
async fn what_is_not_json_is_not_an_answer() {
    for body in
        ["<html>canary</html>", "", "{\"data\": [", "{}", "{\"data\": [{\"id\": \"canary\"}]}"]
    {
        let (error, tries) = error_of(200, ResponseTemplate::new(200).set_body_string(body)).await;
        assert!(error.is_passing() && tries == 3, "{body}: {error}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let answer = ResponseTemplate::new(200).set_body_bytes(vec![b' '; ANSWER_SIZE_MAX + 1]);
    let (error, _) = error_of(200, answer).await;
    assert!(error.to_string().contains("larger than"), "{error}");
}

#[tokio::test]
async fn no_redirect_is_followed_so_no_token_leaves() {
    let elsewhere = MockServer::start().await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/api/v1.1/entity/shots/_search", elsewhere.uri());
        let answer = ResponseTemplate::new(status).insert_header("location", to.as_str());
        let (error, tries) = error_of(status, answer).await;
        assert!(error.is_passing() && error.to_string().contains("redirects"), "{error}");
        assert_eq!(tries, 1);
    }
    assert_eq!(elsewhere.received_requests().await.expect("recorded").len(), 0);
}

#[tokio::test]
async fn an_acknowledgement_is_put_as_json_and_an_empty_answer_will_do() {
    let site = TestSite::start().await;
    let path = format!("/api/v1.1/webhook/deliveries/{DELIVERY}");
    site.answers_with("PUT", &path, ResponseTemplate::new(200), None).await;
    let delivery = DeliveryId::parse(DELIVERY).expect("a delivery id");
    site.rest.acknowledge(delivery, "done\n샷 \"sh010\"").await.expect("acknowledged");
    let sent = site.sent("/deliveries/").await;
    assert_eq!(sent[0].headers["content-type"], "application/json");
    assert_eq!(json_of(&sent[0]), json!({"acknowledgement": "done\n샷 \"sh010\""}));
}

#[tokio::test]
async fn a_delivery_that_is_gone_is_final() {
    let site = TestSite::start().await;
    let path = format!("/api/v1.1/webhook/deliveries/{DELIVERY}");
    site.answers("PUT", &path, 404, said("delivery not found")).await;
    let delivery = DeliveryId::parse(DELIVERY).expect("a delivery id");
    let error = site.rest.acknowledge(delivery, "done").await.expect_err("gone");
    assert!(matches!(error, SiteError::NotFound { .. }), "{error}");
    assert_eq!(site.rest.calls().of(Verb::Acknowledge), 1);
}

#[tokio::test]
async fn a_site_that_is_not_there_or_silent_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let mut silent = settings(&origin);
    // Nobody accepts, so nobody answers: the time-out is the answer.
    silent.call_timeout = Duration::from_millis(20);
    let rest = RestSite::new(silent).expect("a client");
    let error = rest.search(&shots()).await.expect_err("silent");
    assert!(error.is_passing() && error.to_string().contains("no answer in time"), "{error}");
    assert_eq!(rest.calls().of(Verb::Token), 3);
    drop(listener);
    let rest = RestSite::new(settings(&origin)).expect("a client");
    let error = rest.search(&shots()).await.expect_err("not there");
    assert!(error.is_passing() && error.to_string().contains("no connection"), "{error}");
    assert_eq!(rest.calls().of(Verb::Token), 3);
}

/// Answers every request of a connection; before it does, gives others the time to arrive.
async fn answer(mut connection: TcpStream, now: Arc<AtomicUsize>, most: Arc<AtomicUsize>) {
    let body = r#"{"access_token": "t", "expires_in": 600, "data": []}"#;
    let size = body.len();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n{body}");
    let mut request = [0; 4096];
    while connection.read(&mut request).await.is_ok_and(|size| size > 0) {
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
        now.fetch_sub(1, Ordering::SeqCst);
        connection.write_all(answer.as_bytes()).await.expect("answered");
    }
}

#[tokio::test]
async fn no_more_than_four_requests_are_under_way_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection, now.clone(), seen.clone()));
        }
    });
    let rest = RestSite::new(settings(&origin)).expect("a client");
    let found = join_all((0..20).map(|_| async { rest.search(&shots()).await })).await;
    assert!(found.into_iter().all(|found| found.is_ok()));
    assert_eq!(most.load(Ordering::SeqCst), SITE_CONCURRENCY);
}

#[test]
fn a_site_of_https_is_never_asked_in_the_clear() {
    let rest = RestSite::new(settings("https://site.example")).expect("certificates");
    let request = rest.wire.client.get("http://site.example/").send();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let error = runtime.expect("a runtime").block_on(request).expect_err("refused");
    assert!(error.is_builder(), "{error:?}");
}
