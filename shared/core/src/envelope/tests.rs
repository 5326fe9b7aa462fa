use super::*;
use crate::message::ENCODING;
use crate::message::group::GROUP_SIZE_MAX;
use crate::signature::{Body, Keys};

const HEADER: &str = "dea7a71d-4896-482f-b238-b61820df8b65";
const OWN: &str = "fe37d91a-fc99-4d9e-acb2-2a4b855348ba";

fn accepted(body: &[u8]) -> Body<Accepted> {
    let keys = Keys::new([b"k".as_slice()]).expect("a token");
    let signature = keys.sign(body);
    keys.verify(Body::unverified(body.into()), [signature.as_bytes()]).expect("signed")
}

fn messages(body: &[u8], ordering: Ordering) -> Vec<Message> {
    let circumstances = Circumstances {
        header_delivery: DeliveryId::parse(HEADER),
        received_at: jiff::Timestamp::UNIX_EPOCH,
        ordering,
    };
    deliveries(&accepted(body)).messages(&circumstances)
}

fn check_bodies(body: &str, expect: &[&str]) {
    let messages = messages(body.as_bytes(), Ordering::Project);
    let got: Vec<_> = messages.iter().map(|message| message.stored().body.as_str()).collect();
    assert_eq!(got, expect, "{body}");
}

#[test]
fn each_delivery_is_one_message_of_exactly_its_bytes() {
    check_bodies(r#"{"data": {"id" :"1.2.0" }, "timestamp":"t"}"#, &[r#"{"id" :"1.2.0" }"#]);
    check_bodies(
        r#"{"timestamp":"t","data":{"deliveries":[{"a": 1},{"b":2}]}}"#,
        &[r#"{"a": 1}"#, r#"{"b":2}"#],
    );
    check_bodies(r#"{"data":{"deliveries":[1,"x",null,[2]]}}"#, &["1", "\"x\"", "null", "[2]"]);
}

#[test]
fn a_body_without_deliveries_is_no_message() {
    check_bodies("", &[]);
    check_bodies(r#"{"data":{"deliveries":[]},"timestamp":"t"}"#, &[]);
}

#[test]
fn signed_bytes_of_unknown_shape_are_one_delivery_whole() {
    for body in ["not json", "[1,2]", "{}", r#"{"data":null}"#, r#"{"data":[1]}"#, "7", " "] {
        check_bodies(body, &[body]);
    }
    check_bodies(r#"{"data":{"deliveries":{}}}"#, &[r#"{"data":{"deliveries":{}}}"#]);
    check_bodies(r#"{"data":{},"data":{"id":"twice"}}"#, &[r#"{"data":{},"data":{"id":"twice"}}"#]);
}

#[test]
fn more_deliveries_than_the_site_sends_are_all_kept() {
    let members = vec!["{}"; 51].join(",");
    let body = format!(r#"{{"data":{{"deliveries":[{members}]}}}}"#);
    assert_eq!(messages(body.as_bytes(), Ordering::Project).len(), 51);
}

#[test]
fn bytes_that_are_no_text_are_kept_as_base64() {
    let messages = messages(b"\xff\x00", Ordering::Project);
    assert_eq!(messages[0].stored().attributes[ENCODING], "base64");
    assert_eq!(messages[0].stored().unpack().expect("unpacks"), b"\xff\x00");
}

fn check_group(delivery: &str, project: &str, entity: &str) {
    let body = format!(r#"{{"data":{delivery}}}"#);
    assert_eq!(messages(body.as_bytes(), Ordering::Project)[0].group(), project);
    assert_eq!(messages(body.as_bytes(), Ordering::Entity)[0].group(), entity);
}

#[test]
fn the_group_is_the_project_or_the_entity() {
    let shot = r#""entity":{"type":"Shot","id":7}"#;
    check_group(
        &format!(r#"{{"project":{{"type":"Project","id":65}},{shot}}}"#),
        "project-65",
        "Shot-7",
    );
    check_group(&format!(r#"{{"project":null,{shot}}}"#), "site", "Shot-7");
    check_group(r#"{"project":{"id":"x"},"entity":{"id":7}}"#, "site", "site");
    check_group(r#"{"project_id":65,"entity_type":"Task","entity_id":9}"#, "project-65", "Task-9");
    check_group("{}", "site", "site");
}

#[test]
fn a_group_is_never_what_a_queue_refuses() {
    let name = "샷 ".repeat(100);
    let body = format!(r#"{{"data":{{"entity":{{"type":"{name}","id":1}}}}}}"#);
    let messages = messages(body.as_bytes(), Ordering::Entity);
    let group = messages[0].group();
    assert!(group.len() <= GROUP_SIZE_MAX && group.is_ascii() && !group.contains(' '), "{group}");
}

#[test]
fn the_header_names_the_delivery_only_where_the_body_does_not() {
    let header =
        |body: &str| messages(body.as_bytes(), Ordering::Project)[0].stored().header_delivery();
    assert_eq!(header(r#"{"data":{"id":"1"}}"#), DeliveryId::parse(HEADER));
    assert_eq!(header(r#"{"data":{"delivery_id":null}}"#), DeliveryId::parse(HEADER));
    assert_eq!(header(&format!(r#"{{"data":{{"delivery_id":"{OWN}"}}}}"#)), None);
    assert_eq!(header(r#"{"data":{"deliveries":[{},{}]}}"#), None);
    assert_eq!(header(r#"{"data":{"deliveries":[{}]}}"#), DeliveryId::parse(HEADER));
}

#[test]
fn a_header_that_differs_is_told() {
    let body = accepted(format!(r#"{{"data":{{"delivery_id":"{OWN}"}}}}"#).as_bytes());
    assert!(deliveries(&body).header_differs(DeliveryId::parse(HEADER)));
    assert!(!deliveries(&body).header_differs(DeliveryId::parse(OWN)));
    assert!(!deliveries(&body).header_differs(None));
}

#[test]
fn a_repeated_post_folds_and_a_redelivery_does_not() {
    let id =
        |body: &str| messages(body.as_bytes(), Ordering::Project)[0].deduplication().to_owned();
    let first = id(r#"{"data":{"id":"1"},"timestamp":"10:00"}"#);
    assert_eq!(first.len(), 64);
    assert_eq!(first, id(r#"{"timestamp":"10:00","data":{"id":"1"}}"#));
    assert_ne!(first, id(r#"{"data":{"id":"1"},"timestamp":"10:01"}"#));
    assert_ne!(first, id(r#"{"data":{"id":"2"},"timestamp":"10:00"}"#));
}
