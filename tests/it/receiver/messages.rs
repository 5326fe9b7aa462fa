//! What a message carries besides the delivery's bytes: its group, what it is folded by, and the
//! header's delivery id.

use tests::lambda::{HttpEvent, Kept};

use super::{TOKEN, batch, delivery, door, door_with, signed, single};

async fn keep(settings: &[(&str, &str)], events: &[HttpEvent]) -> Vec<Kept> {
    let door = door_with(settings);
    for event in events {
        door.check(event, 200, "kept").await;
    }
    door.sqs.kept()
}

fn groups(kept: &[Kept]) -> Vec<&str> {
    kept.iter().map(|kept| kept.group.as_str()).collect()
}

/// Entities 1 and 2 of project 7, 1 of project 8 (and Task 1), one without project, and bytes
/// that are no event.
fn mixed() -> HttpEvent {
    let task = delivery(1, Some(7)).replace("\"Shot\"", "\"Task\"");
    let mut deliveries = vec![delivery(1, Some(7)), delivery(2, Some(7)), delivery(1, Some(8))];
    deliveries.extend([task, delivery(3, None), "7".to_owned(), "{}".to_owned()]);
    signed(batch(&deliveries))
}

#[tokio::test]
async fn a_group_is_a_project_and_what_has_none_shares_one() {
    for settings in [&[][..], &[("SGH_ORDERING", "project")]] {
        let kept = keep(settings, &[mixed()]).await;
        let groups = groups(&kept);
        assert_eq!(groups[0], groups[1]);
        assert_eq!(groups[0], groups[3]);
        assert_ne!(groups[0], groups[2]);
        assert_eq!(groups[4..], [groups[4]; 3]);
        assert!(!groups[..4].contains(&groups[4]));
    }
}

#[tokio::test]
async fn a_group_is_an_entity_where_the_studio_says_so() {
    let kept = keep(&[("SGH_ORDERING", "entity")], &[mixed()]).await;
    let groups = groups(&kept);
    assert_eq!(groups[0], groups[2], "the same Shot");
    assert_ne!(groups[0], groups[1], "another Shot");
    assert_ne!(groups[0], groups[3], "a Task of the same id");
    assert_ne!(groups[4], groups[0]);
    assert_eq!(groups[5], groups[6]);
}

#[tokio::test]
async fn the_project_of_one_delivery_does_not_depend_on_how_it_came() {
    let alone = keep(&[], &[signed(single(&delivery(1, Some(7))))]).await;
    let batched = keep(&[], &[signed(batch(&[delivery(1, Some(7))]))]).await;
    assert_eq!(groups(&alone), groups(&batched));
}

#[tokio::test]
async fn a_repeated_post_is_folded_and_a_redelivery_is_not() {
    let (delivery, door) = (delivery(1, Some(7)), door());
    let later = single(&delivery).replace("20:53:09", "20:54:09");
    for body in [single(&delivery), single(&delivery), later.clone(), later] {
        door.check(&signed(body), 200, "kept").await;
    }
    let kept = door.sqs.kept();
    assert_eq!(kept.iter().map(|kept| kept.call).collect::<Vec<_>>(), [0, 2]);
    for kept in &kept {
        assert_eq!(kept.body, delivery);
        let id = &kept.deduplication;
        assert!(id.len() == 64 && id.chars().all(|c| c.is_ascii_hexdigit()), "SHA-256: {id}");
    }
}

#[tokio::test]
async fn a_header_or_a_path_does_not_make_another_message() {
    let (body, door) = (single(&delivery(1, Some(7))), door());
    door.check(&signed(&body), 200, "kept").await;
    door.check(&signed(&body).to("/other").base64(), 200, "kept").await;
    door.check(&signed(&body).header("x-sg-delivery-id", OTHER), 200, "kept").await;
    assert_eq!(door.sqs.kept().len(), 1);
}

#[tokio::test]
async fn deliveries_of_one_body_that_differ_are_never_folded() {
    let deliveries: Vec<_> = (1..=20).map(|id| delivery(id, Some(7))).collect();
    let kept = keep(&[], &[signed(batch(&deliveries))]).await;
    assert_eq!(kept.len(), 20);
}

const OTHER: &str = "11111111-0000-4000-8000-000000000000";
const ATTRIBUTE: &str = "delivery";

async fn attribute(body: &str, header: Option<&str>) -> (Option<String>, String) {
    let door = door();
    let mut event = HttpEvent::post(body.as_bytes()).signed(TOKEN);
    if let Some(header) = header {
        event = event.header("X-SG-Delivery-Id", header);
    }
    door.check(&event, 200, "kept").await;
    let kept = door.sqs.kept();
    (kept[0].attributes.get(ATTRIBUTE).cloned(), door.function.log())
}

#[tokio::test]
async fn the_headers_delivery_id_stands_in_where_the_body_has_none() {
    let with = single(&delivery(1, None));
    let without = with.replace("\"delivery_id\"", "\"no_delivery_id\"");
    let own = "00000000-0000-4000-8000-000000000001";
    assert_eq!(attribute(&without, Some(OTHER)).await.0.as_deref(), Some(OTHER));
    assert_eq!(attribute("not json", Some(OTHER)).await.0.as_deref(), Some(OTHER));
    assert_eq!(attribute(&without, None).await.0, None);
    for wrong in ["", "../../entity/shots/1", "11111111000040008000000000000000", "1"] {
        assert_eq!(attribute(&without, Some(wrong)).await.0, None, "{wrong}");
    }
    let (same, quiet) = attribute(&with, Some(own)).await;
    let (other, log) = attribute(&with, Some(OTHER)).await;
    assert_eq!((same, other), (None, None));
    assert!(log.contains("delivery id") && !quiet.contains("delivery id"), "{log}");
}

#[tokio::test]
async fn a_header_cannot_speak_for_many() {
    let nameless = |id| delivery(id, None).replace("\"delivery_id\"", "\"no_delivery_id\"");
    let event = signed(batch(&[nameless(1), nameless(2)])).header("x-sg-delivery-id", OTHER);
    let kept = keep(&[], &[event]).await;
    assert!(kept.iter().all(|kept| !kept.attributes.contains_key(ATTRIBUTE)));
}
