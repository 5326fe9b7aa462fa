//! Tokens are had, kept, renewed and never shown.

use futures_util::future::join_all;
use serde_json::json;
use wiremock::matchers::{header, path};
use wiremock::{Mock, ResponseTemplate};

use super::*;
use crate::port::{Search, Site};
use crate::rest::test_site::{KEY, TOKEN_PATH, TestSite, granted, token};

const SHOTS: &str = "/api/v1.1/entity/shots/_search";

fn shots() -> Search {
    Search { kind: "Shot".into(), conditions: vec![], fields: vec![], retired: false, sort: None }
}

fn none() -> Value {
    json!({"data": []})
}

/// Searches are answered for this token only; 401 for any other.
async fn takes_only(site: &TestSite, number: u32) {
    let bearer = format!("Bearer {}", token(number));
    let yes = ResponseTemplate::new(200).set_body_json(none());
    let with_token = Mock::given(path(SHOTS)).and(header("authorization", bearer));
    with_token.respond_with(yes).mount(&site.server).await;
    Mock::given(path(SHOTS)).respond_with(ResponseTemplate::new(401)).mount(&site.server).await;
}

#[test]
fn the_user_is_read_out_of_a_token_if_it_is_there() {
    let token = |claims: &str| format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims));
    let check = |token: &str, expect: Option<EntityRef>| assert_eq!(user_of(token), expect);
    let claims = r#"{"iss":"x","user":{"type":"ApiUser","id":38},"exp":1}"#;
    let user = || Some(EntityRef::new("ApiUser", 38));
    check(&token(claims), user());
    check(&format!("h.{}=.s", URL_SAFE_NO_PAD.encode(claims)), user());
    check(&token(r#"{"user":null}"#), None);
    check(&token(r#"{"user":{"type":"ApiUser","id":"38"}}"#), None);
    check(&token("[]"), None);
    check("h.!!.s", None);
    check("opaque", None);
    check("", None);
}

#[tokio::test]
async fn the_key_goes_in_a_form_and_the_token_in_a_header() {
    let site = TestSite::start().await;
    site.answers("POST", SHOTS, 200, none()).await;
    assert_eq!(site.rest.own_user().await.expect("user"), Some(EntityRef::new("ApiUser", 38)));
    site.rest.search(&shots()).await.expect("found");
    let login = &site.sent(TOKEN_PATH).await[0];
    assert_eq!(login.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(login.url.query(), None);
    let form: Vec<_> = url::form_urlencoded::parse(&login.body).into_owned().collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expect = [
        pair("grant_type", "client_credentials"),
        pair("client_id", "hooks & co"),
        pair("client_secret", KEY),
    ];
    assert_eq!(form, expect);
    let search = &site.sent("_search").await[0];
    assert_eq!(search.headers["authorization"], format!("Bearer {}", token(1)).as_str());
    assert_eq!(site.rest.calls().of(Verb::Token), 1);
}

#[tokio::test]
async fn a_token_is_renewed_at_four_fifths_of_its_life_and_by_one_caller() {
    let site = TestSite::start_without_login().await;
    site.answers_once("POST", TOKEN_PATH, 200, granted(1)).await;
    site.answers("POST", TOKEN_PATH, 200, granted(2)).await;
    site.answers("POST", SHOTS, 200, none()).await;
    let many = || join_all((0..8).map(|_| async { site.rest.search(&shots()).await.is_ok() }));
    assert!(many().await.into_iter().all(|found| found));
    site.clock.advance(479);
    assert!(many().await.into_iter().all(|found| found));
    assert_eq!(site.rest.calls().of(Verb::Token), 1);
    site.clock.advance(1);
    assert!(many().await.into_iter().all(|found| found));
    assert_eq!(site.rest.calls().of(Verb::Token), 2);
    let last = site.sent("_search").await.pop().expect("sent");
    assert_eq!(last.headers["authorization"], format!("Bearer {}", token(2)).as_str());
}

#[tokio::test]
async fn a_renewal_that_fails_early_leaves_the_old_token_in_use() {
    let site = TestSite::start_without_login().await;
    site.answers_once("POST", TOKEN_PATH, 200, granted(1)).await;
    site.answers("POST", TOKEN_PATH, 503, json!({})).await;
    site.answers("POST", SHOTS, 200, none()).await;
    site.rest.search(&shots()).await.expect("found");
    site.clock.advance(500);
    site.rest.search(&shots()).await.expect("found with the old token");
    site.rest.search(&shots()).await.expect("found with the old token");
    assert_eq!(site.rest.calls().of(Verb::Token), 2);
    site.clock.advance(100);
    let error = site.rest.search(&shots()).await.expect_err("the old token is over");
    assert!(matches!(error, SiteError::Unavailable { .. }), "{error}");
    assert_eq!(site.rest.calls().of(Verb::Token), 5);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_callers() {
    let site = TestSite::start_without_login().await;
    site.answers_once("POST", TOKEN_PATH, 200, granted(1)).await;
    site.answers("POST", TOKEN_PATH, 200, granted(2)).await;
    takes_only(&site, 2).await;
    let found = join_all((0..4).map(|_| async { site.rest.search(&shots()).await })).await;
    assert!(found.into_iter().all(|found| found.is_ok()));
    assert_eq!(site.rest.calls().of(Verb::Token), 2);
}

#[tokio::test]
async fn a_second_401_is_a_refused_login() {
    let site = TestSite::start().await;
    takes_only(&site, 9).await;
    let error = site.rest.search(&shots()).await.expect_err("refused");
    assert!(matches!(error, SiteError::Login { .. }), "{error}");
    let calls = site.rest.calls();
    assert_eq!((calls.of(Verb::Token), calls.of(Verb::Search)), (2, 2));
}

#[tokio::test]
async fn a_wrong_key_is_told_in_the_words_of_the_site_and_never_shown() {
    let site = TestSite::start_without_login().await;
    let detail = format!("Can't authenticate script 'hooks' with {KEY}");
    let said = json!({"errors": [{"status": 400, "code": 102, "detail": detail}]});
    site.answers("POST", TOKEN_PATH, 400, said).await;
    let error = site.rest.own_user().await.expect_err("refused");
    let text = format!("{error} {error:?} {:?}", site.rest);
    assert!(matches!(error, SiteError::Login { .. }), "{text}");
    assert!(text.contains("Can't authenticate script 'hooks' with (hidden)"), "{text}");
    assert!(!text.contains("canary"), "{text}");
    assert_eq!(site.rest.calls().of(Verb::Token), 1);
}

#[tokio::test]
async fn callers_who_wait_for_a_login_share_its_refusal() {
    let site = TestSite::start_without_login().await;
    site.answers("POST", TOKEN_PATH, 400, json!({})).await;
    let found = join_all((0..8).map(|_| async { site.rest.search(&shots()).await })).await;
    assert!(found.iter().all(|found| matches!(found, Err(SiteError::Login { .. }))));
    assert_eq!(site.rest.calls().of(Verb::Token), 1);
    // Whoever comes later tries again: the key may have been mended.
    site.rest.search(&shots()).await.expect_err("still refused");
    assert_eq!(site.rest.calls().of(Verb::Token), 2);
}

#[tokio::test]
async fn a_place_where_no_token_is_had_is_not_taken_for_a_missing_record() {
    for status in [302, 404, 415] {
        let site = TestSite::start_without_login().await;
        site.answers("POST", TOKEN_PATH, status, json!({})).await;
        let error = site.rest.own_user().await.expect_err("no token");
        assert!(error.is_passing() && error.to_string().contains("SGH_SITE_URL"), "{error}");
    }
}

#[tokio::test]
async fn a_token_of_strange_make_is_used_all_the_same() {
    let site = TestSite::start_without_login().await;
    let opaque = json!({"access_token": "opaque", "expires_in": "ten minutes"});
    site.answers("POST", TOKEN_PATH, 200, opaque).await;
    assert_eq!(site.rest.own_user().await.expect("a token"), None);
    site.clock.advance(LIFE_UNKNOWN as i64);
    site.rest.own_user().await.expect("a token");
    assert_eq!(site.rest.calls().of(Verb::Token), 2);
}

#[tokio::test]
async fn an_answer_without_a_token_shows_nothing_of_itself() {
    for answer in [json!({"access_token": ["canary"]}), json!({"access_token": "canary\n"})] {
        let site = TestSite::start_without_login().await;
        site.answers("POST", TOKEN_PATH, 200, answer).await;
        let error = site.rest.own_user().await.expect_err("no token");
        let text = format!("{error} {error:?}");
        assert!(error.is_passing() && !text.contains("canary"), "{text}");
    }
}
