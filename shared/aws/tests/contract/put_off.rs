//! Folders, at a DynamoDB that puts things off, cancels and refuses.

use serde_json::{Value, json};
use sgh_aws::DynamoLedger;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;
use sgh_queue::{Registry, WantedFolder};

use crate::canned::{Answer, Canned, ok, serve};

const NOTHING: &str = r#"{"Responses": {"table": []}}"#;

fn folder() -> RegisteredFolder {
    RegisteredFolder {
        at: FolderPath::new("primary", "show/SH010"),
        entity: EntityRef::new("Shot", 1),
        name: "SH010".to_owned(),
        is_primary: true,
        location: None,
    }
}

async fn registry(answers: Vec<Answer>) -> (DynamoLedger, Canned) {
    let canned = serve(answers).await;
    (DynamoLedger::new(&canned.config, "table"), canned)
}

/// The keys that a read asks for.
fn keys(request: &Value) -> Vec<String> {
    let keys = request["RequestItems"]["table"]["Keys"].as_array().unwrap();
    keys.iter().map(|key| key["pk"]["S"].as_str().unwrap().to_owned()).collect()
}

/// The keys that a transaction writes.
fn written(request: &Value) -> Vec<&str> {
    let items = request["TransactItems"].as_array().unwrap();
    items.iter().map(|item| item["Update"]["Key"]["pk"]["S"].as_str().unwrap()).collect()
}

/// A transaction of two items, cancelled for these reasons.
fn cancelled(reasons: [&str; 2]) -> Answer {
    let reasons = reasons.map(|code| json!({"Code": code, "Message": "so it says"}));
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    let body = json!({"__type": kind, "message": "cancelled", "CancellationReasons": reasons});
    Box::new(move |_| (400, body.to_string()))
}

fn refused(code: &str) -> Answer {
    let body = json!({"__type": format!("x#{code}"), "message": "so it says"}).to_string();
    Box::new(move |_| (400, body.clone()))
}

/// The item of the folder, for whoever asks for it.
fn item_of_folder(request: &Value) -> (u16, String) {
    let key = keys(request).into_iter().find(|key| key.starts_with("folder#")).unwrap();
    let item = json!({
        "pk": {"S": key}, "entity": {"S": "Shot 1"}, "name": {"S": "SH010"},
        "root": {"S": "primary"}, "path": {"S": "show/SH010"},
    });
    (200, json!({"Responses": {"table": [item]}}).to_string())
}

#[tokio::test]
async fn keys_that_were_put_off_are_asked_for_again_and_no_others() {
    let put_off = |request: &Value| {
        let keys = keys(request).into_iter().filter(|key| !key.starts_with("place#"));
        let keys: Vec<_> = keys.map(|key| json!({"pk": {"S": key}})).collect();
        let rest = json!({"table": {"Keys": keys}});
        (200, json!({"Responses": {"table": []}, "UnprocessedKeys": rest}).to_string())
    };
    let throttled = refused("ProvisionedThroughputExceededException");
    let (registry, mut canned) =
        registry(vec![Box::new(put_off), throttled, Box::new(item_of_folder)]).await;
    let wanted = WantedFolder { at: folder().at, entity: EntityRef::new("Shot", 2) };
    assert_eq!(registry.registered(&[wanted]).await.unwrap(), [folder()]);
    let first = keys(&canned.asked.recv().await.unwrap());
    let rest: Vec<_> = first.iter().filter(|key| !key.starts_with("place#")).collect();
    assert_eq!((first.len(), rest.len()), (3, 2));
    for _ in 0..2 {
        let mut again = keys(&canned.asked.recv().await.unwrap());
        again.sort_by_key(|key| rest.iter().position(|rest| *rest == key));
        assert_eq!(again.iter().collect::<Vec<_>>(), rest);
    }
}

#[tokio::test]
async fn a_transaction_that_was_cancelled_for_now_is_made_again() {
    for codes in [["None", "TransactionConflict"], ["ThrottlingError", "ConditionalCheckFailed"]] {
        let answers = vec![ok(NOTHING), cancelled(codes), ok(NOTHING), ok("{}")];
        let (registry, mut canned) = registry(answers).await;
        assert_eq!(registry.register(&[folder()]).await.unwrap(), []);
        let mut requests = Vec::new();
        while let Some(request) = canned.asked.recv().await {
            requests.push(request);
        }
        assert_eq!(requests.len(), 4);
        assert_eq!(written(&requests[1]), written(&requests[3]));
        assert_eq!(written(&requests[1]).len(), 2, "the folder and its place");
    }
}

#[tokio::test]
async fn who_was_faster_is_told() {
    let lost = cancelled(["ConditionalCheckFailed", "None"]);
    let (registry, _canned) = registry(vec![ok(NOTHING), lost, Box::new(item_of_folder)]).await;
    let late = RegisteredFolder { entity: EntityRef::new("Shot", 2), ..folder() };
    assert_eq!(registry.register(&[late]).await.unwrap(), [folder()]);
}

#[tokio::test]
async fn what_no_repeat_can_mend_is_an_error_and_says_why() {
    let (first, _canned) =
        registry(vec![ok(NOTHING), cancelled(["ValidationError", "None"])]).await;
    let error = first.register(&[folder()]).await.unwrap_err().to_string();
    assert!(error.contains("table `table`"), "{error}");
    assert!(error.contains("(ValidationError: so it says)"), "{error}");
    let (second, _canned) = registry(vec![refused("AccessDeniedException")]).await;
    let error = second.register(&[folder()]).await.unwrap_err().to_string();
    assert!(error.contains("access denied: so it says; allow it in the policy"), "{error}");
}

/// A page of the table: these items where the first part is looked through, else nothing.
fn page(items: Value) -> Answer {
    Box::new(move |request| {
        let items = if request["Segment"] == 0 { items.clone() } else { json!([]) };
        (200, json!({"Items": items}).to_string())
    })
}

/// Were the shot's own folder forgotten first, nothing would lead to the others any more.
#[tokio::test]
async fn what_lies_below_is_forgotten_before_what_leads_to_it() {
    let item = |key: &str, entity: &str, path: &str| {
        json!([{
            "pk": {"S": key}, "entity": {"S": entity}, "name": {"S": "x"},
            "root": {"S": "primary"}, "path": {"S": path},
        }])
    };
    let own = || page(item("folder#1", "Shot 1", "show/SH010"));
    let below = || page(item("folder#2", "Task 2", "show/SH010/x"));
    let mut answers: Vec<Answer> = (0..4).map(|_| own()).collect();
    answers.extend((0..4).map(|_| below()));
    answers.push(refused("AccessDeniedException"));
    let (registry, mut canned) = registry(answers).await;
    let error = registry.forget(&EntityRef::new("Shot", 1)).await.unwrap_err().to_string();
    assert!(error.contains("access denied"), "{error}");
    let mut requests = Vec::new();
    while let Some(request) = canned.asked.recv().await {
        requests.push(request);
    }
    assert_eq!(requests.len(), 9);
    let deleted = &requests[8];
    assert_eq!(deleted["Key"]["pk"]["S"], "folder#2");
    assert_eq!(deleted["ExpressionAttributeValues"][":entity"]["S"], "Task 2");
}
