//! Hooks over REST, as a script makes, changes and looks after them.

use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{JSON, Stand, code, detail};
use crate::NewHook;

const HOOKS: &str = "/api/v1.1/webhook/hooks";

#[tokio::test]
async fn a_hook_is_made_changed_in_part_and_never_shows_its_token() {
    let stand = Stand::new().await;
    let sent = json!({
        "url": "http://127.0.0.1:9/", "name": "ours", "token": "canary", "projects": [65],
        "entity_types": {"Shot": {"update": ["no_such_field"]}}, "batch_deliveries": true,
        "no_such_key": 1,
    });
    let (status, made) = stand.call(&format!("POST {HOOKS}"), JSON, &sent).await;
    assert_eq!(status, 201, "fields, projects and keys are not checked: {made}");
    let id = made["data"]["id"].as_str().unwrap();
    let one = format!("{HOOKS}/{id}");
    let change = json!({"entity_types": {"Shot": {"update": []}}});
    assert_eq!(stand.call(&format!("PUT {one}"), JSON, &change).await.0, 200);
    let (_, read) = stand.get(&one).await;
    let hook = &read["data"];
    assert_eq!(hook["entity_types"], json!({"Shot": {"update": []}}));
    assert_eq!((&hook["name"], &hook["projects"]), (&json!("ours"), &json!([65])));
    assert_eq!((&hook["is_token_set"], &hook["status"]), (&json!(true), &json!("active")));
    assert!(!read.to_string().contains("canary"));
    let empty = stand.call(&format!("PUT {one}"), JSON, &json!({})).await;
    assert_eq!(empty.0, 400, "{}", empty.1);
}

#[tokio::test]
async fn an_event_type_has_to_be_one_that_the_site_knows() {
    let stand = Stand::new().await;
    let create = async |event_type: Value| {
        let sent = json!({"url": "http://127.0.0.1:9/", "event_type": event_type});
        stand.call(&format!("POST {HOOKS}"), JSON, &sent).await
    };
    assert_eq!(create(json!("Shotgun_User_Login")).await.0, 201);
    for (wrong, why) in [
        (json!("Studio_Done"), "is not valid"),
        (json!("Shotgun_Shot_New"), "is not valid"),
        (json!(["Shotgun_User_Login"]), "must be a string"),
        (json!(""), "must be filled"),
    ] {
        let (status, answer) = create(wrong.clone()).await;
        assert_eq!((status, code(&answer)), (400, 103), "{wrong}");
        assert!(detail(&answer).contains(why), "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn the_figures_of_a_hook_are_zero_before_it_delivers_and_those_of_its_answers_after() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    let types = json!({"Shot": {"create": []}});
    let hook = stand.site.add_hook(&NewHook::on_entities(&receiver.url, &types)).unwrap();
    let metrics = async || {
        let (status, answer) = stand.get(&format!("{HOOKS}/{hook}/deliveries")).await;
        assert_eq!(status, 200, "{answer}");
        answer["performance_metrics"].as_object().unwrap().clone()
    };
    let before = metrics().await;
    assert_eq!(before.len(), 9);
    assert!(before.values().all(|figure| figure.as_f64() == Some(0.0)), "{before:?}");
    stand.fill();
    stand.site.deliveries_answered().await;
    let after = metrics().await;
    assert_eq!(after["event_count"], 2);
    assert!(after["start_event_time"].as_u64() > Some(0), "{after:?}");
    let took: u64 = stand.site.deliveries().iter().map(|sent| sent.process_time_ms).sum();
    assert_eq!(after["process_time_sum"], took);
    assert_eq!(
        stand.get(&format!("{HOOKS}/{hook}/deliveries?page[number]=2")).await.1["data"],
        json!([])
    );
}
