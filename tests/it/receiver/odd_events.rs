//! Whatever an event holds, there is an answer of ours: an invocation that fails is 502 to the
//! site, and one of the 100 failures a day.

use serde_json::{Value, json};

use super::{delivery, door, signed, single};

/// The event of a good delivery, with one thing in it as it should not be.
fn odd(change: impl FnOnce(&mut Value)) -> Value {
    let mut event = signed(single(&delivery(1, None))).to_json();
    change(&mut event);
    event
}

async fn status(event: &Value) -> Value {
    let door = door();
    match door.function.invoke(event).await {
        Ok(answer) => answer["statusCode"].clone(),
        Err(error) => panic!("{error}\n{}", door.function.log()),
    }
}

#[tokio::test]
async fn a_body_that_is_not_the_base64_it_should_be_is_answered() {
    let event = odd(|event| {
        event["isBase64Encoded"] = json!(true);
        event["body"] = json!("not base64!");
    });
    assert_eq!(status(&event).await, 401, "nobody signed that");
}

#[tokio::test]
async fn what_surrounds_the_body_does_not_matter() {
    for (header, value) in [
        ("host", ""),
        ("host", "a b"),
        ("host", "a:99999"),
        ("host", "[::"),
        ("x-forwarded-proto", ""),
        ("x-forwarded-proto", "x y"),
        ("x-other", "\u{7f}"),
        ("x-other", "a\nb"),
        ("x-sg-delivery-id", "\u{1}"),
        ("", "a"),
        ("a b", "a"),
    ] {
        let event = odd(|event| event["headers"][header] = json!(value));
        assert_eq!(status(&event).await, 200, "{header}: {value:?}");
    }
    for query in ["%", "a b", "\u{1}", "\u{e9}"] {
        let event = odd(|event| event["rawQueryString"] = json!(query));
        assert_eq!(status(&event).await, 200, "{query:?}");
    }
    let cookies = odd(|event| event["cookies"] = json!(["a=b", "\n"]));
    assert_eq!(status(&cookies).await, 200);
    let stage = odd(|event| event["requestContext"]["stage"] = json!("prod"));
    assert_eq!(status(&stage).await, 200);
    let unknown = odd(|event| event["new"] = json!({"field": 1}));
    assert_eq!(status(&unknown).await, 200);
}

#[tokio::test]
async fn an_odd_method_is_405() {
    for method in ["", "brew", "A B", "\u{e9}"] {
        let event = odd(|event| event["requestContext"]["http"]["method"] = json!(method));
        assert_eq!(status(&event).await, 405, "{method:?}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_answered_and_the_function_lives_on() {
    let door = door();
    for event in [json!({}), json!([]), json!(null), json!({"source": "aws.events"})] {
        let answer = door.function.invoke(&event).await;
        let answer = answer.unwrap_or_else(|error| panic!("{event}: {error}"));
        let status = answer["statusCode"].as_u64().unwrap();
        assert!((400..500).contains(&status), "{event}: {answer}");
    }
    door.check(&signed("{}"), 200, "kept").await;
}
