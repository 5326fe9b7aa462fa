//! Who is let in: the header's form, the key, several keys at once, none.

use tests::lambda::{HttpEvent, sign};

use super::{TOKEN, delivery, door, door_with, signed, single};

fn body() -> String {
    single(&delivery(1, Some(7)))
}

fn post(signature: &str) -> HttpEvent {
    HttpEvent::post(body().as_bytes()).signature(signature)
}

#[tokio::test]
async fn a_signature_of_either_case_with_space_around_is_taken() {
    let door = door();
    let good = sign(TOKEN, body().as_bytes());
    let digits = good.trim_start_matches("sha1=");
    for form in [
        good.clone(),
        format!("sha1={}", digits.to_uppercase()),
        format!("  {good} "),
        format!("\t{good}\t"),
    ] {
        door.check(&post(&form), 200, "kept").await;
    }
}

#[tokio::test]
async fn a_signature_of_any_other_form_is_refused() {
    let door = door();
    let good = sign(TOKEN, body().as_bytes());
    let digits = good.trim_start_matches("sha1=").to_owned();
    for form in [
        String::new(),
        " ".to_owned(),
        "sha1=".to_owned(),
        "sha1".to_owned(),
        digits.clone(),
        format!("={digits}"),
        format!("sha256={digits}"),
        format!("md5={digits}"),
        format!("sha1:{digits}"),
        format!("sha1 ={digits}"),
        format!("sha1= {digits}"),
        format!("sha1={} {}", &digits[..20], &digits[20..]),
        format!("sha1={}", &digits[..39]),
        format!("sha1={digits}0"),
        format!("sha1={digits}00"),
        format!("sha1={}g", &digits[..39]),
        format!("sha1={}", "é".repeat(20)),
        format!("sha1=0x{}", &digits[..38]),
        format!("sha1=sha1={digits}"),
        format!("{good};"),
        format!("\"{good}\""),
        format!("sha1={}", "0".repeat(40)),
    ] {
        door.check(&post(&form), 401, "signature").await;
        door.check(&post(&form).base64(), 401, "signature").await;
    }
    assert_eq!(door.sqs.call_count(), 0);
}

#[tokio::test]
async fn a_signature_missing_or_given_twice_is_refused() {
    let (door, body) = (door(), body());
    let good = sign(TOKEN, body.as_bytes());
    door.check(&HttpEvent::post(body.as_bytes()), 401, "signature").await;
    door.check(&post(&good).signature(&good), 401, "signature").await;
    door.check(&post(&good).signature("sha1=00"), 401, "signature").await;
    door.check(&post(&good).signature(""), 401, "signature").await;
    let elsewhere = HttpEvent::post(body.as_bytes()).header("x-hub-signature", &good);
    door.check(&elsewhere, 401, "signature").await;
    assert_eq!(door.sqs.call_count(), 0);
}

#[tokio::test]
async fn a_wrong_key_or_another_body_is_refused() {
    let (door, body) = (door(), body());
    for key in ["", "x", "Canary-token-7d1f4e", "canary-token-7d1f4", "canary-token-7d1f4e\n"] {
        door.check(&post(&sign(key, body.as_bytes())), 401, "signature").await;
    }
    let respaced = body.replace(" , ", ",").replace("{ ", "{");
    for other in [format!("{body} "), format!("{body}\n"), respaced, String::new(), "{}".into()] {
        door.check(&signed(&body).body(other.as_bytes()), 401, "signature").await;
    }
    assert_eq!(door.sqs.call_count(), 0);
}

#[tokio::test]
async fn any_changed_bit_of_the_body_or_the_signature_is_refused() {
    let door = door();
    let body = br#"{"data":{"id":"1"}}"#;
    for bit in 0..body.len() * 8 {
        let mut other = body.to_vec();
        other[bit / 8] ^= 1 << (bit % 8);
        door.check(&signed(body).body(&other).base64(), 401, "signature").await;
    }
    let good = sign(TOKEN, body);
    for at in "sha1=".len()..good.len() {
        let digit = if &good[at..=at] == "0" { "1" } else { "0" };
        let other = format!("{}{digit}{}", &good[..at], &good[at + 1..]);
        door.check(&HttpEvent::post(body).signature(&other), 401, "signature").await;
    }
    assert_eq!(door.sqs.call_count(), 0);
}

#[tokio::test]
async fn why_a_signature_was_refused_is_for_the_operator_alone() {
    let body = body();
    let good = sign(TOKEN, body.as_bytes());
    for (event, reason) in [
        (HttpEvent::post(body.as_bytes()), "no signature header"),
        (post("sha1=12"), "40 hex digits"),
        (post(&sign("other", body.as_bytes())), "wrong key"),
        (signed(&body).body(format!("{body}\n").as_bytes()), "altered"),
        (HttpEvent::post(b"").signature(&good), "empty"),
    ] {
        let door = door();
        door.check(&event, 401, "signature").await;
        let log = door.function.log();
        assert!(log.contains(reason), "{reason} is not in: {log}");
    }
}

#[tokio::test]
async fn each_of_four_tokens_is_taken_while_they_are_rotated() {
    let tokens = "canary-one\r\n\n  \ncanary two\ncanary-three\r\n\r\ncanary-vier-é\n\n";
    let door = door_with(&[("TOKENS", tokens)]);
    for (id, token) in (1..).zip(["canary-one", "canary two", "canary-three", "canary-vier-é"]) {
        let delivery = delivery(id, None);
        let event = HttpEvent::post(single(&delivery).as_bytes()).signed(token);
        door.check_kept(&event, &[delivery]).await;
    }
    for token in ["", "  ", "canary-one\r", "canary", tokens] {
        let event = HttpEvent::post(body().as_bytes()).signed(token);
        door.check(&event, 401, "signature").await;
    }
}

#[tokio::test]
async fn unsigned_deliveries_are_taken_only_where_the_studio_said_so_and_only_json() {
    let door = door_with(&[("SGH_WEBHOOK_SECRETS", "unsigned:")]);
    door.function.ready().await.unwrap();
    assert!(door.function.log().contains("unsigned"), "a warning at start");
    let (bare, odd) = (delivery(1, None), delivery(1, Some(7)));
    door.check_kept(&HttpEvent::post(single(&bare).as_bytes()), &[&bare]).await;
    door.check_kept(&post("sha1=whatever"), &[&odd]).await;
    for body in ["not json", "", "{", "{} {}", "{\"a\":\u{1}}"] {
        door.check(&HttpEvent::post(body.as_bytes()), 400, "not json").await;
    }
    door.check(&HttpEvent::post(b"\xff"), 400, "not json").await;
    assert_eq!(door.sqs.kept().len(), 2);
}
