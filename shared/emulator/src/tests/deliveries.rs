//! What a receiver gets, and what the site makes of its answers.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use uuid::Uuid;

use super::receiver::{Got, Receiver};
use super::{JSON, Stand, config};
use crate::{DeliveryStatus, HookStatus, NewHook};

fn on_tasks(receiver: &Receiver) -> NewHook {
    let types = json!({"Task": {"update": ["sg_status_list"], "delete": [], "revive": []}});
    NewHook::on_entities(&receiver.url, &types)
}

fn is_signed(got: &Got, token: &str) -> bool {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(&got.body);
    let expect = format!("sha1={}", hex::encode(mac.finalize().into_bytes()));
    got.header("x-sg-signature") == Some(expect.as_str())
}

#[tokio::test]
async fn a_change_is_delivered_signed_and_with_every_header() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    let hook = stand.site.add_hook(&on_tasks(&receiver).signed_with("s3cret")).unwrap();
    let filled = stand.fill();
    let task = &filled.tasks[0];
    let set = json!({"sg_status_list": "fin", "content": "not subscribed"});
    stand.site.update(task, set, &stand.by).unwrap();
    stand.site.deliveries_answered().await;
    let [delivery] = &stand.site.deliveries()[..] else { panic!("one delivery") };
    let [got] = &receiver.got()[..] else { panic!("one POST") };
    assert!(is_signed(got, "s3cret"));
    assert_eq!(got.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(got.header("user-agent"), Some("SG event-pipeline"));
    assert_eq!(got.header("x-sg-webhook-id"), Some(hook.to_string().as_str()));
    assert_eq!(got.header("x-sg-delivery-id"), Some(delivery.id.to_string().as_str()));
    assert_eq!(got.header("x-sg-webhook-site-url"), Some(&*format!("{}/", stand.emulator.url())));
    for name in ["x-sg-event-batch-id", "x-sg-event-batch-size", "x-sg-event-batch-index"] {
        assert!(got.header(name).is_some(), "{name}");
    }
    let body = got.json();
    assert_eq!(body["timestamp"].as_str().unwrap().len(), "2022-02-01T20:53:09Z".len());
    let data = &body["data"];
    assert_eq!(data["delivery_id"], json!(delivery.id));
    assert_eq!(data["event_log_entry_id"], delivery.event_log_entry_id);
    assert_eq!(
        (&data["event_type"], &data["operation"]),
        (&json!("Shotgun_Task_Change"), &json!("update"))
    );
    assert_eq!(data["entity"], json!({"type": "Task", "id": task.id}), "without a name");
    assert_eq!(data["project"], json!(filled.project));
    assert_eq!(data["user"], json!(stand.by));
    assert_eq!(data["meta"]["new_value"], "fin");
    assert_eq!(data["id"].as_str().unwrap().split('.').count(), 3);
    assert_eq!(data["created_at"].as_str().unwrap().len(), "2022-02-01 20:53:08.523887".len());
    assert_eq!((delivery.status, delivery.response_code), (DeliveryStatus::Delivered, 200));
    assert_eq!(delivery.body.len(), 100, "the first hundred characters");
}

#[tokio::test]
async fn a_redelivery_has_the_same_id_and_a_test_is_sent_to_any_hook() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    let hook = stand.site.add_hook(&on_tasks(&receiver)).unwrap();
    let task = stand.fill().tasks[0].clone();
    stand.site.retire(&task, &stand.by).unwrap();
    stand.site.deliveries_answered().await;
    let id = stand.site.deliveries()[0].id;
    let call = format!("POST /api/v1/webhook/deliveries/{id}/redeliver");
    assert_eq!(stand.call(&call, JSON, &Value::Null).await.0, 204);
    let call = |hook: Uuid| format!("POST /api/v1/webhook/hooks/{hook}/test_connection");
    assert_eq!(stand.call(&call(hook), JSON, &Value::Null).await.0, 204);
    assert_eq!(stand.call(&call(Uuid::new_v4()), JSON, &Value::Null).await.0, 204);
    stand.site.deliveries_answered().await;
    let got: Vec<Value> = receiver.got().iter().map(Got::json).collect();
    assert_eq!(got.len(), 3);
    assert_eq!(got[0]["data"], got[1]["data"]);
    assert_eq!(got[0]["data"]["operation"], "delete");
    assert_eq!(got[2]["data"]["event_type"], "Test_Connection");
    assert_eq!(got[2]["data"]["event_log_entry_id"], 0);
    assert!(receiver.got().iter().all(|got| got.header("x-sg-signature").is_none()));
    assert_eq!(stand.site.delivery(id).unwrap().attempts, 2);
}

#[tokio::test]
async fn a_batched_hook_sends_what_waits_fifty_at_a_time() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    stand.site.add_hook(&on_tasks(&receiver).batched().signed_with("t")).unwrap();
    let task = stand.fill().tasks[0].clone();
    // No task of the runtime runs in between, so all sixty wait when the first body is made.
    for round in 0..60 {
        let status = if round % 2 == 0 { "ip" } else { "rdy" };
        stand.site.update(&task, json!({"sg_status_list": status}), &stand.by).unwrap();
    }
    stand.site.deliveries_answered().await;
    let got = receiver.got();
    let size = |got: &Got| got.json()["data"]["deliveries"].as_array().unwrap().len();
    assert_eq!(got.iter().map(size).collect::<Vec<_>>(), [50, 10]);
    assert!(got.iter().all(|got| is_signed(got, "t") && got.header("x-sg-delivery-id").is_none()));
    let body = got[0].json();
    assert_eq!(body["timestamp"].as_str().unwrap().len(), "2022-02-01T20:53:09.140Z".len());
    let ids: Vec<Value> = stand.site.deliveries().iter().map(|sent| json!(sent.id)).collect();
    assert_eq!(body["data"]["deliveries"][49]["delivery_id"], ids[49]);
    assert!(stand.site.deliveries().iter().all(|sent| sent.status == DeliveryStatus::Delivered));
}

#[tokio::test]
async fn a_hook_gets_only_what_it_subscribes_to() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    let filled = stand.fill();
    let types = json!({"Shot": {"create": [], "update": []}, "Asset": {"create": []}});
    let hook = NewHook::on_entities(&receiver.url, &types).in_projects(&[filled.project.id]);
    stand.site.add_hook(&hook).unwrap();
    stand.site.add_hook(&NewHook::on_event_type(&receiver.url, "Studio_Done")).unwrap();
    let other = stand.make("Project", json!({"name": "Other"}));
    stand.make("Shot", json!({"code": "elsewhere", "project": other}));
    stand.make("Shot", json!({"code": "here", "project": filled.project, "description": "x"}));
    stand.make("Sequence", json!({"code": "no such hook", "project": filled.project}));
    stand.site.update(&filled.shots[0], json!({"description": "any field"}), &stand.by).unwrap();
    let body = json!({"event_type": "Studio_Done"});
    stand.call("POST /api/v1/entity/event_log_entries", JSON, &body).await;
    stand.site.deliveries_answered().await;
    let got = stand.site.deliveries();
    let types: Vec<&Value> = got.iter().map(|sent| &sent.event["event_type"]).collect();
    assert_eq!(types, ["Shotgun_Shot_New", "Shotgun_Shot_Change", "Studio_Done"]);
    assert_eq!(receiver.got().len(), 3);
    let (status, answer) = stand.get("/api/v1/webhook/hooks").await;
    assert_eq!((status, answer["data"].as_array().unwrap().len()), (200, 2));
    for wrong in [json!({"Cloud": {"create": []}}), json!({"Shot": {"make": []}}), json!({})] {
        let body = json!({"url": receiver.url, "entity_types": wrong});
        assert_eq!(stand.call("POST /api/v1/webhook/hooks", JSON, &body).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn failures_make_a_hook_unstable_then_failed_and_nothing_is_tried_again() {
    let mut config = config();
    config.failures_until_failed = 3;
    let (stand, receiver) = (Stand::with(config).await, Receiver::start().await);
    let hook = stand.site.add_hook(&on_tasks(&receiver)).unwrap();
    let task = stand.fill().tasks[0].clone();
    let set = async |status: &str| {
        stand.site.update(&task, json!({"sg_status_list": status}), &stand.by).unwrap();
        stand.site.deliveries_answered().await;
    };
    receiver.answers(302, Duration::ZERO);
    set("ip").await;
    assert_eq!(receiver.got().len(), 1, "a redirect is not followed");
    assert_eq!(stand.site.deliveries()[0].status, DeliveryStatus::Delivered);
    receiver.answers(500, Duration::ZERO);
    set("rev").await;
    assert_eq!(stand.site.hook(hook).unwrap().status, HookStatus::Unstable);
    let told = receiver.got().last().unwrap().json();
    assert_eq!(told["data"]["event_type"], "Webhook_Status_Change");
    assert_eq!(told["data"]["webhook_status"], "unstable");
    assert_eq!(told["data"].get("entity"), None);
    assert_eq!(receiver.got().len(), 3, "nothing is tried again");
    set("fin").await;
    assert_eq!(stand.site.hook(hook).unwrap().status, HookStatus::Failed);
    let so_far = receiver.got().len();
    set("apr").await;
    assert_eq!(receiver.got().len(), so_far, "a failed hook gets nothing");
    let missed = stand.site.records("EventLogEntry").last().unwrap().entity.id;
    assert_eq!(stand.site.lost_events(), [missed]);
    receiver.answers(200, Duration::ZERO);
    let put = format!("PUT /api/v1/webhook/hooks/{hook}");
    assert_eq!(stand.call(&put, JSON, &json!({"status": "failed"})).await.0, 400);
    assert_eq!(stand.call(&put, JSON, &json!({"status": "active"})).await.0, 200);
    set("ip").await;
    let told: Vec<Value> = receiver.got().split_off(so_far).iter().map(Got::json).collect();
    assert_eq!(told[0]["data"]["previous_webhook_status"], "failed");
    assert_eq!(told[1]["data"]["meta"]["new_value"], "ip");
}

#[tokio::test]
async fn a_slow_receiver_is_a_failed_delivery() {
    let mut config = config();
    config.delivery_timeout = Duration::from_millis(200);
    let (stand, receiver) = (Stand::with(config).await, Receiver::start().await);
    stand.site.add_hook(&on_tasks(&receiver)).unwrap();
    receiver.answers(200, Duration::from_secs(60));
    let task = stand.fill().tasks[0].clone();
    stand.site.update(&task, json!({"sg_status_list": "ip"}), &stand.by).unwrap();
    stand.site.until(|site| site.deliveries()[0].status == DeliveryStatus::Failed).await;
    let delivery = stand.site.deliveries()[0].clone();
    assert_eq!(delivery.response_code, 0);
    assert!(delivery.process_time_ms >= 200, "{}", delivery.process_time_ms);
}

#[tokio::test]
async fn lost_deliveries_stand_in_the_log_and_nowhere_else() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    stand.site.add_hook(&on_tasks(&receiver)).unwrap();
    let task = stand.fill().tasks[0].clone();
    stand.site.lose_deliveries(50, 3);
    for round in 0..40 {
        let status = if round % 2 == 0 { "ip" } else { "rdy" };
        stand.site.update(&task, json!({"sg_status_list": status}), &stand.by).unwrap();
    }
    stand.site.deliveries_answered().await;
    let lost = stand.site.lost_events();
    assert!((5..35).contains(&lost.len()), "{}", lost.len());
    assert_eq!(receiver.got().len(), 40 - lost.len());
    assert_eq!(stand.found("event_log_entries", json!([["id", "in", lost]])).await, lost);
}

#[tokio::test]
async fn delivery_records_are_read_by_hook_and_filtered() {
    let (stand, receiver) = (Stand::new().await, Receiver::start().await);
    let hook = stand.site.add_hook(&on_tasks(&receiver)).unwrap();
    let filled = stand.fill();
    for task in &filled.tasks {
        stand.site.update(task, json!({"sg_status_list": "ip"}), &stand.by).unwrap();
    }
    stand.site.deliveries_answered().await;
    let id = stand.site.deliveries()[0].id;
    let put = format!("PUT /api/v1.1/webhook/deliveries/{id}");
    stand.call(&put, JSON, &json!({"acknowledgement": "done\nfolders: 3"})).await;
    let count = async |query: &str| {
        let path = format!("/api/v1/webhook/hooks/{hook}/deliveries?{query}");
        let (status, answer) = stand.get(&path).await;
        assert_eq!(status, 200, "{answer}");
        assert!(answer["performance_metrics"]["event_count"].is_u64());
        answer["data"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("acknowledgement=folders").await, 1);
    assert_eq!(count(&format!("entity_type=Task&entity_id={}", filled.tasks[1].id)).await, 1);
    assert_eq!(count("status=failed").await, 0);
    assert_eq!(count("from=9999999999").await, 0);
    let (_, one) = stand.get(&format!("/api/v1/webhook/deliveries/{id}")).await;
    assert_eq!(one["data"]["acknowledgement"], "done\nfolders: 3");
    assert_eq!(one["data"]["response_code"], 200);
    assert_eq!(one["data"]["request_body"]["data"]["delivery_id"], json!(id));
    assert!(one["data"]["request_headers"]["x-sg-webhook-id"].is_string());
    let delete = format!("DELETE /api/v1/webhook/hooks/{hook}");
    assert_eq!(stand.call(&delete, JSON, &Value::Null).await.0, 204);
    assert_eq!(stand.get(&format!("/api/v1/webhook/deliveries/{id}")).await.0, 404);
}
