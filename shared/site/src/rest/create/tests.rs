use std::collections::BTreeMap;
use std::time::Duration;

use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use super::*;
use crate::port::Site;
use crate::rest::test_site::{TOKEN_PATH, TestSite, granted, json_of, settings};

const SHOTS: &str = "/api/v1.1/entity/shots";
const BATCH: &str = "/api/v1.1/entity/_batch";

fn record(kind: &str, code: &str) -> NewRecord {
    let fields = BTreeMap::from([("code".to_owned(), json!(code))]);
    NewRecord { kind: kind.to_owned(), fields }
}

fn shot() -> [NewRecord; 1] {
    [record("Shot", "sh010")]
}

fn made(id: u64) -> Value {
    json!({"data": {"id": id, "type": "Shot", "attributes": {}, "relationships": {}}})
}

fn ids(made: &[EntityRef]) -> Vec<u64> {
    made.iter().map(|entity| entity.id).collect()
}

#[tokio::test]
async fn one_record_is_a_create_on_the_slug_of_its_type() {
    let site = TestSite::start().await;
    site.answers("POST", "/api/v1.1/entity/filesystem_locations", 201, json!({"data": {"id": 9}}))
        .await;
    let records = [record("FilesystemLocation", "sh010")];
    let made = site.rest.create(&records).await.expect("made");
    assert_eq!(made, [EntityRef::new("FilesystemLocation", 9)]);
    let sent = site.sent("/entity/").await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].headers["content-type"], "application/json");
    assert_eq!(json_of(&sent[0]), json!({"code": "sh010"}));
    let calls = site.rest.calls();
    assert_eq!((calls.of(Verb::Create), calls.of(Verb::Batch)), (1, 0));
}

#[tokio::test]
async fn several_records_are_one_batch_by_schema_name_and_ids_come_in_order() {
    let site = TestSite::start().await;
    let rows = json!({"data": [
        {"data": {"id": 30, "type": "Shot"}},
        {"data": {"id": 4, "type": "CustomEntity01"}},
        {"id": 12},
    ]});
    site.answers("POST", BATCH, 200, rows).await;
    let records = [record("Shot", "a"), record("CustomEntity01", "b"), record("Asset", "c")];
    let made = site.rest.create(&records).await.expect("made");
    let expect = [("Shot", 30), ("CustomEntity01", 4), ("Asset", 12)];
    assert_eq!(made, expect.map(|(kind, id)| EntityRef::new(kind, id)));
    let sent = site.sent("/entity/").await;
    assert_eq!(sent.len(), 1);
    let expect = json!({"requests": [
        {"request_type": "create", "entity": "Shot", "data": {"code": "a"}},
        {"request_type": "create", "entity": "CustomEntity01", "data": {"code": "b"}},
        {"request_type": "create", "entity": "Asset", "data": {"code": "c"}},
    ]});
    assert_eq!(json_of(&sent[0]), expect);
}

#[tokio::test]
async fn many_records_are_split_and_none_is_lost() {
    let site = TestSite::start().await;
    let rows = |ids: std::ops::Range<u64>| json!({"data": ids.map(made).collect::<Vec<_>>()});
    site.answers_once("POST", BATCH, 200, rows(1..101)).await;
    site.answers_once("POST", BATCH, 200, rows(101..201)).await;
    site.answers_once("POST", SHOTS, 201, made(201)).await;
    let records: Vec<NewRecord> = (1..=201).map(|n| record("Shot", &n.to_string())).collect();
    let made = site.rest.create(&records).await.expect("made");
    assert_eq!(ids(&made), (1..=201).collect::<Vec<u64>>());
    let calls = site.rest.calls();
    assert_eq!((calls.of(Verb::Batch), calls.of(Verb::Create)), (2, 1));
    let mut codes = Vec::new();
    for request in site.sent("/_batch").await {
        let requests = json_of(&request)["requests"].as_array().expect("requests").clone();
        codes.extend(requests.into_iter().map(|one| one["data"]["code"].clone()));
    }
    codes.push(json_of(&site.sent("/shots").await[0])["code"].clone());
    assert_eq!(codes, (1..=201).map(|n| json!(n.to_string())).collect::<Vec<_>>());
}

#[tokio::test]
async fn nothing_to_make_calls_nothing() {
    let site = TestSite::start().await;
    assert_eq!(site.rest.create(&[]).await.expect("made"), []);
    let bad = [record("Shot", "a"), record("Shot/2", "b")];
    site.rest.create(&bad).await.expect_err("a bad name");
    assert_eq!(site.rest.calls().total(), 0);
}

#[tokio::test]
async fn what_was_perhaps_made_is_not_made_again_and_says_so() {
    for status in [408, 500, 502, 503, 504] {
        for (records, path) in [(shot().to_vec(), SHOTS), ([shot(), shot()].concat(), BATCH)] {
            let site = TestSite::start().await;
            site.answers("POST", path, status, json!({})).await;
            let error = site.rest.create(&records).await.expect_err("no good answer");
            assert!(error.is_passing(), "{status}: {error}");
            assert!(error.to_string().ends_with("may have been done all the same"), "{error}");
            assert_eq!(site.sent("/entity/").await.len(), 1, "{status} {path}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_asked_for_again() {
    let rows = |rows: Value| json!({ "data": rows });
    let row = |id: u64| made(id);
    let of = |kind: &str, id: u64| json!({"data": {"id": id, "type": kind}});
    for answer in [
        json!({}),
        rows(json!([])),
        rows(json!([row(1)])),
        rows(json!([row(1), row(2), row(3)])),
        rows(json!([row(1), of("Asset", 2)])),
        rows(json!([row(1), {"status": 400, "errors": [{"detail": "no project"}]}])),
        rows(json!([row(1), {"data": null}])),
    ] {
        let site = TestSite::start().await;
        site.answers("POST", BATCH, 200, answer.clone()).await;
        let error = site.rest.create(&[shot(), shot()].concat()).await.expect_err("no two ids");
        assert!(matches!(error, SiteError::Unavailable { .. }), "{answer}: {error}");
        assert!(error.to_string().ends_with("may have been done all the same"), "{error}");
        assert_eq!(site.rest.calls().of(Verb::Batch), 1, "{answer}");
    }
    let site = TestSite::start().await;
    site.answers("POST", BATCH, 200, rows(json!([row(1)]))).await;
    let error = site.rest.create(&[shot(), shot()].concat()).await.expect_err("one of two");
    assert!(error.to_string().contains("2 records were to be made and it answered 1"), "{error}");
}

#[tokio::test]
async fn a_batch_with_an_error_in_the_middle_is_refused_whole() {
    let site = TestSite::start().await;
    let said = json!({"errors": [{"code": 104, "detail": "`Final` is not a status code"}]});
    site.answers("POST", BATCH, 400, said).await;
    let error = site.rest.create(&[shot(), shot(), shot()].concat()).await.expect_err("refused");
    let SiteError::Refused { status: 400, reason } = error else { panic!("{error}") };
    assert_eq!(reason, "`Final` is not a status code");
    let calls = site.rest.calls();
    assert_eq!((calls.of(Verb::Batch), calls.of(Verb::Create)), (1, 0), "none is made alone");
}

#[tokio::test]
async fn what_was_turned_away_is_tried_again() {
    let at_once = |status: u16| ResponseTemplate::new(status).insert_header("retry-after", "0");
    for answer in [ResponseTemplate::new(429), at_once(429), at_once(503)] {
        let site = TestSite::start().await;
        site.answers_with("POST", SHOTS, answer, Some(2)).await;
        site.answers("POST", SHOTS, 201, made(7)).await;
        assert_eq!(ids(&site.rest.create(&shot()).await.expect("made")), [7]);
        assert_eq!(site.rest.calls().of(Verb::Create), 3);
    }
    let site = TestSite::start().await;
    site.answers_with("POST", SHOTS, at_once(503), None).await;
    let error = site.rest.create(&shot()).await.expect_err("busy");
    assert!(!error.to_string().contains("all the same"), "it surely was not: {error}");
    assert_eq!(site.rest.calls().of(Verb::Create), 3, "three tries are enough");
}

#[tokio::test]
async fn after_one_try_that_was_perhaps_taken_there_is_no_other() {
    let site = TestSite::start().await;
    site.answers_once("POST", SHOTS, 429, json!({})).await;
    site.answers("POST", SHOTS, 500, json!({})).await;
    site.rest.create(&shot()).await.expect_err("no good answer");
    assert_eq!(site.rest.calls().of(Verb::Create), 2);
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_the_record_made_once() {
    let site = TestSite::start_without_login().await;
    site.answers_once("POST", TOKEN_PATH, 200, granted(1)).await;
    site.answers_once("POST", TOKEN_PATH, 200, granted(2)).await;
    site.answers_once("POST", SHOTS, 401, json!({})).await;
    site.answers("POST", SHOTS, 201, made(7)).await;
    assert_eq!(ids(&site.rest.create(&shot()).await.expect("made")), [7]);
    let calls = site.rest.calls();
    assert_eq!((calls.of(Verb::Token), calls.of(Verb::Create)), (2, 2));
}

#[tokio::test]
async fn a_time_out_is_the_end_and_a_missing_connection_is_not() {
    let site = TestSite::start().await;
    let never = ResponseTemplate::new(201).set_delay(Duration::from_secs(60));
    site.answers_with("POST", SHOTS, never, None).await;
    let mut hasty = settings(&site.server.uri());
    // The token is answered at once and is had with the same time.
    hasty.call_timeout = Duration::from_millis(500);
    let rest = RestSite::new(hasty).expect("a client");
    let error = rest.create(&shot()).await.expect_err("silent");
    assert!(error.to_string().contains("no answer in time"), "{error}");
    assert!(error.to_string().ends_with("may have been done all the same"), "{error}");
    assert_eq!(rest.calls().of(Verb::Create), 1);

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let nobody = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let rest = RestSite::new(settings(&nobody)).expect("a client");
    let ask = Ask::post(Verb::Create, SHOTS, &json!({})).doubling();
    let unanswered = rest.wire.persist::<Answer<Made>>(&ask, None).await.err().expect("nobody");
    let error = SiteError::from(unanswered);
    assert!(error.to_string().contains("no connection"), "{error}");
    assert!(!error.to_string().contains("all the same"), "{error}");
    assert_eq!(rest.calls().of(Verb::Create), 3);
}
