//! Where the site is strict, the emulator is.

use base64::Engine as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ARRAY, FORM, HASH, JSON, Stand, code, detail};
use crate::Fault;

#[tokio::test]
async fn only_the_right_key_in_a_form_gets_a_token() {
    let stand = Stand::new().await;
    let (status, answer) = stand.login("robot", "wrong").await;
    assert_eq!((status, code(&answer)), (400, 102));
    assert_eq!(detail(&answer), "Can't authenticate script 'robot'");
    let token = "POST /api/v1/auth/access_token";
    let (status, answer) = stand.call(token, JSON, &json!({"grant_type": "x"})).await;
    assert_eq!((status, detail(&answer)), (400, "Invalid JSON body"));
    assert_eq!(stand.call(token, "text/plain", &Value::Null).await.0, 415);
    let form = "grant_type=refresh_token&refresh_token=no".to_owned();
    assert_eq!(stand.raw_call(token, "", FORM, form).await.0, 401);
}

#[tokio::test]
async fn a_token_names_its_user_and_lives_as_long_as_it_says() {
    let stand = Stand::new().await;
    let (_, answer) = stand.login("robot", "key with ~!& in it").await;
    assert_eq!(answer["expires_in"], 600);
    assert_eq!(answer["token_type"], "Bearer");
    let claims = answer["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["user"], json!(stand.site.script()));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    let refresh = answer["refresh_token"].as_str().unwrap();
    let form = format!("grant_type=refresh_token&refresh_token={refresh}");
    assert_eq!(stand.raw_call("POST /api/v1/auth/access_token", "", FORM, form).await.0, 200);
}

#[tokio::test]
async fn a_missing_false_or_expired_token_is_401() {
    let mut short = super::config();
    short.token_life = std::time::Duration::ZERO;
    let stand = Stand::with(short).await;
    let call = "GET /api/v1/entity/shots/1";
    for token in ["", "a.b.c", &stand.token] {
        let (status, answer) = stand.raw_call(call, token, JSON, String::new()).await;
        assert_eq!((status, code(&answer)), (401, 102), "{token}");
    }
    let (status, _) = stand.raw_call("GET /api/v1/", "", JSON, String::new()).await;
    assert_eq!(status, 200, "the API tells anybody what it is");
}

#[tokio::test]
async fn each_wrong_call_has_its_own_status_and_code() {
    let stand = Stand::new().await;
    let shot = stand.fill().shots[0].id;
    let one = format!("/api/v1/entity/shots/{shot}");
    let search = "POST /api/v1.1/entity/shots/_search";
    let filters = |filters: Value| json!({ "filters": filters });
    let cases: Vec<(String, &str, Value, u16, u64)> = vec![
        (search.into(), JSON, json!({}), 415, 103),
        (search.into(), ARRAY, filters(json!({})), 400, 103),
        (search.into(), HASH, filters(json!([])), 400, 103),
        (search.into(), ARRAY, filters(json!([["colour", "is", 1]])), 400, 103),
        (search.into(), ARRAY, filters(json!([["code", "is"]])), 400, 103),
        (search.into(), ARRAY, filters(json!([["code", "like", "a"]])), 400, 103),
        (search.into(), ARRAY, filters(json!([["sg_status_list", "contains", "f"]])), 400, 103),
        (search.into(), ARRAY, filters(json!([["id", "in", 1]])), 400, 103),
        (search.into(), ARRAY, json!({"page": {"size": 0}}), 400, 103),
        (search.into(), ARRAY, json!({"fields": "code"}), 400, 103),
        (
            "POST /api/v1/entity/event_log_entries/_search".into(),
            ARRAY,
            filters(json!([["meta", "is", 1]])),
            400,
            103,
        ),
        ("POST /api/v1.1/entity/clouds/_search".into(), ARRAY, json!({}), 404, 103),
        ("POST /api/v1.2/entity/shots/_search".into(), ARRAY, json!({}), 404, 103),
        (format!("PATCH {one}"), JSON, json!({"code": "A"}), 404, 103),
        (format!("PUT {one}"), "text/plain", json!({"code": "A"}), 415, 103),
        (format!("PUT {one}"), JSON, json!([]), 400, 103),
        (format!("PUT {one}"), JSON, json!({"colour": "red"}), 400, 103),
        (format!("PUT {one}"), JSON, json!({"sg_status_list": "Final"}), 400, 104),
        (format!("PUT {one}"), JSON, json!({"id": 5}), 400, 104),
        (format!("PUT {one}"), JSON, json!({"tasks": null}), 400, 104),
        (
            format!("PUT {one}"),
            JSON,
            json!({"sg_sequence": {"type": "Sequence", "id": 99}}),
            400,
            104,
        ),
        (format!("POST {one}"), JSON, json!({}), 400, 103),
        ("PUT /api/v1/entity/shots/99".into(), JSON, json!({"code": "A"}), 404, 104),
        ("DELETE /api/v1/entity/shots/99".into(), JSON, json!({}), 404, 104),
        ("GET /api/v1/entity/shots/ninety".into(), JSON, json!({}), 404, 103),
        ("DELETE /api/v1/entity/event_log_entries/1000".into(), JSON, json!({}), 400, 104),
        ("GET /api/v1/schema/Shot/fields/colour".into(), JSON, json!({}), 404, 104),
        ("POST /api/v1/webhook/hooks".into(), JSON, json!({"url": "http://127.0.0.1/"}), 400, 103),
        ("GET /api/v1/webhook/hooks/7".into(), JSON, json!({}), 404, 103),
    ];
    for (call, kind, body, status, number) in cases {
        let (got, answer) = stand.call(&call, kind, &body).await;
        assert_eq!((got, code(&answer)), (status, number), "{call} {body}: {answer}");
        let error = &answer["errors"][0];
        assert!(error["id"].is_string() && error["title"].is_string(), "{call}: {answer}");
    }
}

#[tokio::test]
async fn an_acknowledgement_has_4096_bytes_and_not_one_more() {
    let stand = Stand::new().await;
    let hook = crate::NewHook::on_entities("http://127.0.0.1:9/", &json!({"Shot": {"create": []}}));
    stand.site.add_hook(&hook).unwrap();
    stand.fill();
    let id = stand.site.deliveries()[0].id;
    let put = format!("PUT /api/v1.1/webhook/deliveries/{id}");
    let text = |text: String| json!({ "acknowledgement": text });
    // Three bytes a character: 1365 of them are 4095 bytes.
    let most = format!("{}a", "샷".repeat(1365));
    assert_eq!(stand.call(&put, JSON, &text(most.clone())).await.0, 200);
    assert_eq!(stand.site.delivery(id).unwrap().acknowledgement, Some(most.clone()));
    let (status, answer) = stand.call(&put, JSON, &text(most.clone() + "a")).await;
    assert_eq!((status, code(&answer)), (400, 103));
    assert_eq!(answer["errors"][0]["title"], "Request Parameters invalid.");
    assert!(answer["errors"][0]["source"]["acknowledgement"][0].is_string());
    assert_eq!(stand.call(&put, JSON, &json!({})).await.0, 200, "200 is no proof");
    let kept = stand.site.delivery(id).unwrap();
    assert_eq!((kept.acknowledgement, kept.acknowledgements), (Some(most), 1));
    for (id, number) in [(Uuid::new_v4().to_string(), 104), ("12".to_owned(), 103)] {
        let put = format!("PUT /api/v1.1/webhook/deliveries/{id}");
        let (status, answer) = stand.call(&put, JSON, &text("late".to_owned())).await;
        assert_eq!((status, code(&answer)), (404, number));
    }
}

#[tokio::test]
async fn a_planned_fault_comes_as_planned_and_calls_are_counted() {
    let stand = Stand::new().await;
    let shot = stand.fill().shots[0].clone();
    let put = format!("PUT /api/v1/entity/shots/{}", shot.id);
    let set = |status: &str| json!({ "sg_status_list": status });
    let status = || stand.site.find("Shot", shot.id).unwrap().fields["sg_status_list"].clone();
    let fault = Fault::Status { code: 503, retry_after: Some(7) };
    stand.site.plan_fault("PUT /entity/{type}", 1, fault);
    assert_eq!(stand.call(&put, JSON, &set("ip")).await.0, 503);
    assert_eq!(status(), "wtg");
    stand.site.plan_fault("/entity/shots", 1, Fault::Garbage);
    assert_eq!(stand.call(&put, JSON, &set("ip")).await, (200, Value::Null));
    assert_eq!(status(), "wtg");
    stand.site.plan_fault("/entity", 1, Fault::DoneThenClose);
    let url = format!("{}/api/v1/entity/shots/{}", stand.emulator.url(), shot.id);
    let lost = stand.client.put(url).bearer_auth(&stand.token).json(&set("fin")).send().await;
    let lost = match lost {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(lost, "the answer breaks off");
    assert_eq!(status(), "fin", "and yet it was done");
    assert_eq!(stand.site.call_counts()["PUT /entity/{type}/{id}"], 3);
    assert_eq!(stand.site.calls().last().unwrap().path, format!("/entity/shots/{}", shot.id));
}

#[tokio::test]
async fn a_hung_call_ends_when_the_emulator_stops() {
    let stand = Stand::new().await;
    stand.site.plan_fault("/entity", 1, Fault::Hang);
    let url = format!("{}/api/v1/entity/shots/1", stand.emulator.url());
    let client = stand.client.clone();
    let call = tokio::spawn(async move { client.get(url).send().await.map(|got| got.status()) });
    while stand.site.calls().iter().all(|call| call.method != "GET") {
        tokio::task::yield_now().await;
    }
    let site = stand.site.clone();
    stand.emulator.stop().await;
    assert_eq!(call.await.unwrap().unwrap(), 503);
    site.until(|_| false).await;
}
