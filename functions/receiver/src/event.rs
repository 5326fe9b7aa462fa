//! An HTTP API v2 or function URL event, read so leniently that there is always a request to
//! answer: an invocation that fails is a 502 to the site, and one of the 100 failures a day.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use sgh_door::{Answer, Request};

/// The request in an event. What is missing or odd becomes what the door refuses.
pub fn request(mut event: Value) -> Request {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let method = Method::from_bytes(text("/requestContext/http/method").as_bytes());
    let path = text("/rawPath").to_owned();
    let headers = event.get("headers").and_then(Value::as_object);
    let headers = headers.into_iter().flatten().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value.as_str()?).ok()?))
    });
    let headers: HeaderMap = headers.collect();
    let encoded = event.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or_default();
    let body = match event.get_mut("body").map(Value::take) {
        Some(Value::String(body)) if encoded => {
            // Nobody has signed what is not the base64 it should be.
            BASE64.decode(&body).unwrap_or_else(|_| body.into_bytes())
        }
        Some(Value::String(body)) => body.into_bytes(),
        Some(_) | None => Vec::new(),
    };
    // A method that is none is refused like any that is not POST.
    Request { method: method.unwrap_or(Method::TRACE), path, headers, body }
}

/// The answer as Lambda takes it.
pub fn response(answer: Answer) -> Value {
    json!({
        "statusCode": answer.status(),
        "headers": {"content-type": "text/plain"},
        "body": answer.body(),
        "isBase64Encoded": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_its_headers_and_its_bytes() {
        let request = request(json!({
            "rawPath": "/hook", "requestContext": {"http": {"method": "POST"}},
            "headers": {"X-SG-Signature": "sha1=00", "a b": "c", "x": 7},
            "body": "eyB9", "isBase64Encoded": true,
        }));
        assert_eq!((request.method, request.path.as_str()), (Method::POST, "/hook"));
        assert_eq!(request.headers.len(), 1);
        assert_eq!(request.headers["x-sg-signature"], "sha1=00");
        assert_eq!(request.body, b"{ }");
    }

    #[test]
    fn what_is_no_request_is_one_that_the_door_refuses() {
        for event in [json!({}), json!([]), Value::Null, json!({"body": 7, "headers": []})] {
            let request = request(event);
            assert_eq!(request.method, Method::TRACE);
            assert!(request.body.is_empty());
        }
    }
}
