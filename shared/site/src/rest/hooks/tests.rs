use std::collections::BTreeSet;

use sgh_core::secret::Secret;

use super::*;
use crate::rest::test_site::{TestSite, json_of};

const ID: &str = "0f3c1a52-9d1e-4c7b-8f62-3d5a7e9b1c40";

fn path(rest: &str) -> String {
    format!("/api/v1.1/webhook/hooks{rest}")
}

fn fields() -> HookFields {
    let update = BTreeMap::from([("update".to_owned(), BTreeSet::from(["code".to_owned()]))]);
    HookFields {
        url: Some("https://hooks.example.org/".to_owned()),
        filter: Some(HookFilter::EntityTypes(BTreeMap::from([("Shot".to_owned(), update)]))),
        projects: Some(BTreeSet::from([65])),
        token: Some(Secret::new("canary-token")),
        batch_deliveries: Some(true),
        ..HookFields::default()
    }
}

#[tokio::test]
async fn hooks_are_listed_in_either_shape_and_once() {
    let site = TestSite::start().await;
    let hooks = json!({"data": [
        {"id": "a", "name": "flat", "status": "active"},
        {"id": "b", "type": "hook", "attributes": {"name": "nested", "projects": [1]}},
        {"name": "without id"},
    ]});
    site.answers("GET", &path(""), 200, hooks).await;
    let hooks = site.rest.hooks().await.expect("hooks");
    let names: Vec<_> = hooks.iter().map(|hook| hook.text("name")).collect();
    assert_eq!(names, [Some("flat"), Some("nested")]);
    assert_eq!(hooks[1].fields["projects"], json!([1]));
    // This site gives the same page for ever, and is asked for no third.
    let sent = site.sent("/hooks").await;
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].url.query(), Some("page%5Bsize%5D=100&page%5Bnumber%5D=2"));
}

#[tokio::test]
async fn a_hook_is_made_with_what_is_given_and_nothing_else() {
    let site = TestSite::start().await;
    let made = json!({"data": {"id": ID, "status": "active", "is_token_set": true}});
    site.answers("POST", &path(""), 201, made).await;
    let hook = site.rest.create_hook(&fields()).await.expect("made");
    assert_eq!((hook.id.as_str(), hook.flag("is_token_set")), (ID, Some(true)));
    let sent = site.sent("/hooks").await;
    let expect = json!({
        "url": "https://hooks.example.org/", "entity_types": {"Shot": {"update": ["code"]}},
        "projects": [65], "token": "canary-token", "batch_deliveries": true,
    });
    assert_eq!((sent.len(), json_of(&sent[0])), (1, expect));
    assert_eq!(sent[0].headers["content-type"], "application/json");
    assert!(!format!("{:?}{:?}", fields(), fields().shown()).contains("canary"));
}

#[tokio::test]
async fn a_create_that_was_perhaps_done_is_not_sent_again_and_says_so() {
    let site = TestSite::start().await;
    site.answers("POST", &path(""), 502, json!({})).await;
    let error = site.rest.create_hook(&fields()).await.expect_err("502").to_string();
    assert!(error.contains("may have been done"), "{error}");
    assert_eq!(site.sent("/hooks").await.len(), 1);
}

#[tokio::test]
async fn a_change_names_only_what_changes_and_may_be_repeated() {
    let site = TestSite::start().await;
    site.answers_once("PUT", &path(&format!("/{ID}")), 502, json!({})).await;
    site.answers("PUT", &path(&format!("/{ID}")), 200, json!({"data": {"id": ID}})).await;
    let on = HookFields { enabled: Some(true), ..HookFields::default() };
    site.rest.update_hook(ID, &on).await.expect("changed");
    let sent = site.sent(ID).await;
    assert_eq!(sent.len(), 2);
    assert_eq!(json_of(&sent[1]), json!({"status": "active"}));
}

#[tokio::test]
async fn a_token_that_the_site_sends_back_is_hidden() {
    let site = TestSite::start().await;
    let error = json!({"errors": [{"title": "no", "detail": "token canary-token is too short"}]});
    site.answers("POST", &path(""), 400, error).await;
    let error = site.rest.create_hook(&fields()).await.expect_err("400").to_string();
    assert!(error.contains("token (hidden) is too short"), "{error}");

    // Hidden before it is cut: no part of it shows at the end of what is shown.
    let site = TestSite::start().await;
    let long = format!("{} canary-token", "x".repeat(245));
    let error = json!({"errors": [{"title": "no", "detail": long}]});
    site.answers("POST", &path(""), 400, error).await;
    let error = site.rest.create_hook(&fields()).await.expect_err("400").to_string();
    assert!(error.contains("xxx") && !error.contains("cana"), "{error}");
}

#[tokio::test]
async fn a_test_is_asked_for_and_an_empty_answer_is_one() {
    let site = TestSite::start().await;
    let at = path(&format!("/{ID}/test_connection"));
    site.answers_with("POST", &at, wiremock::ResponseTemplate::new(204), None).await;
    site.rest.test_connection(ID).await.expect("204");
    assert_eq!(site.sent("test_connection").await.len(), 1);
}

#[tokio::test]
async fn an_id_that_is_no_uuid_goes_nowhere() {
    let site = TestSite::start().await;
    for id in ["", "../entity/shots", "1", &ID[1..], &format!("{}?", &ID[1..])] {
        let asked = site.rest.hook(id).await.expect_err(id);
        assert!(matches!(asked, SiteError::Refused { status: 400, .. }), "{id}: {asked}");
        assert!(site.rest.update_hook(id, &fields()).await.is_err(), "{id}");
        assert!(site.rest.test_connection(id).await.is_err(), "{id}");
    }
    assert_eq!(site.rest.calls().total(), 0);
}
