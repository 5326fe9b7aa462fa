//! The samples in `events/` are what the door and the queue would make of their sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::Value;
use sgh_core::message::StoredMessage;
use sgh_core::signature::Body;
use tests::samples;

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The body of a request as it came, base64 undone.
fn raw_body(request: &Value) -> Vec<u8> {
    let body = request["body"].as_str().expect("a body");
    if request["isBase64Encoded"] == true {
        base64::engine::general_purpose::STANDARD.decode(body).expect("base64")
    } else {
        body.as_bytes().to_vec()
    }
}

fn members(name: &str) -> Vec<PathBuf> {
    samples::files(&samples::folder().join(name)).unwrap()
}

#[test]
fn every_generated_file_is_up_to_date() {
    let events = samples::folder();
    let generated = samples::generated(&events).expect("generated");
    for (path, text) in &generated {
        let found = fs::read_to_string(events.join(path)).unwrap_or_default();
        let name = path.display();
        assert!(found == *text, "events/{name} is old: cargo run -p tests --bin make-events");
    }
    for path in members("http").into_iter().chain(members("sqs")) {
        let name = path.strip_prefix(&events).unwrap();
        assert!(generated.contains_key(name), "{} has no source in bodies/", name.display());
    }
}

#[test]
fn every_request_is_signed_with_the_published_secret() {
    let keys = samples::dev_keys(&samples::folder()).unwrap();
    let requests = members("http");
    assert!(requests.len() >= 30, "only {} requests", requests.len());
    for path in requests {
        let request = json(&path);
        let signature = request["headers"]["x-sg-signature"].as_str().expect("signed");
        let verified = keys.verify(Body::unverified(raw_body(&request)), [signature.as_bytes()]);
        assert!(verified.is_ok(), "{}: {verified:?}", path.display());
    }
}

#[test]
fn every_message_holds_the_bytes_of_its_delivery_as_signed() {
    let bodies = samples::samples(&samples::folder()).unwrap();
    let mut messages = 0;
    for path in members("sqs") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let body = &bodies.iter().find(|sample| sample.name == name).expect("a source").body;
        let event = json(&path);
        for record in event["Records"].as_array().expect("records") {
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            let attributes = record["messageAttributes"].as_object().expect("attributes");
            let attributes = attributes
                .iter()
                .map(|(name, value)| (name.clone(), text(&value["stringValue"])))
                .collect();
            let bytes = StoredMessage { body: text(&record["body"]), attributes }.unpack().unwrap();
            let stands_in = body.windows(bytes.len()).any(|window| window == bytes);
            assert!(stands_in, "{name}: a message is no part of the body");
            messages += 1;
        }
    }
    // One for each body, none for the empty batch, three for the other.
    assert_eq!(messages, bodies.len() - 1 + 2);
}

#[test]
fn every_kind_of_body_has_a_sample() {
    let bodies = samples::samples(&samples::folder()).unwrap();
    let found: BTreeSet<String> = bodies
        .iter()
        .filter_map(|sample| serde_json::from_slice::<Value>(&sample.body).ok())
        .filter_map(|body| {
            let event = body.pointer("/data/deliveries/0").unwrap_or(&body["data"]);
            Some(event["event_type"].as_str()?.to_owned())
        })
        .collect();
    for event_type in [
        "Shotgun_Asset_New",
        "Shotgun_Note_Change",
        "Shotgun_Note_New",
        "Shotgun_Preferences_Change",
        "Shotgun_Project_New",
        "Shotgun_Review_Tools_Version_View",
        "Shotgun_Sequence_New",
        "Shotgun_Shot_Change",
        "Shotgun_Shot_New",
        "Shotgun_Shot_Retirement",
        "Shotgun_Shot_Revival",
        "Shotgun_Task_Change",
        "Shotgun_Task_New",
        "Shotgun_Version_Change",
        "Shotgun_Version_New",
        "Test_Connection",
        "Webhook_Status_Change",
    ] {
        assert!(found.contains(event_type), "no sample of {event_type}");
    }
}
