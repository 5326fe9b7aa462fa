//! HTTP requests as Lambda hands them over (function URL and HTTP API, payload 2.0), signed as
//! the site signs, and what a function answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha1::Sha1;

/// The header that carries the signature.
const SIGNATURE: &str = "x-sg-signature";

/// The site's signature of a body: `sha1=` and 40 hex digits.
#[must_use]
pub fn sign(token: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("any length is a key");
    mac.update(body);
    format!("sha1={}", hex::encode(mac.finalize().into_bytes()))
}

/// How the event carries the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Base64,
}

/// One HTTP request to a function.
#[derive(Debug, Clone)]
pub struct HttpEvent {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    form: Form,
}

impl HttpEvent {
    /// A request. The body is carried as Lambda would: text if it is text, else base64.
    #[must_use]
    pub fn new(method: &str, path: &str, body: &[u8]) -> Self {
        let form = if std::str::from_utf8(body).is_ok() { Form::Text } else { Form::Base64 };
        let headers = [
            ("host", "receiver.lambda-url.us-east-1.on.aws"),
            ("x-forwarded-proto", "https"),
            ("content-type", "application/json"),
            ("user-agent", "Ruby"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { method: method.to_owned(), path: path.to_owned(), headers, body: body.into(), form }
    }

    /// A POST to `/`, as a hook of the site makes it, not signed yet.
    #[must_use]
    pub fn post(body: &[u8]) -> Self {
        Self::new("POST", "/", body)
    }

    /// Carries the body as base64, text or not.
    #[must_use]
    pub fn base64(mut self) -> Self {
        self.form = Form::Base64;
        self
    }

    /// Goes to another path.
    #[must_use]
    pub fn to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// One more header. Lambda joins those of one name with a comma.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// A header instead of those of its name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.header(name, value)
    }

    /// Signs the body as it is now.
    #[must_use]
    pub fn signed(self, token: &str) -> Self {
        let signature = sign(token, &self.body);
        self.header(SIGNATURE, &signature)
    }

    /// Bears this text where the signature belongs.
    #[must_use]
    pub fn signature(self, value: &str) -> Self {
        self.header(SIGNATURE, value)
    }

    /// Puts another body under the headers, the signature included.
    #[must_use]
    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.into();
        self
    }

    /// The event.
    ///
    /// # Panics
    /// The body was changed to bytes that are no text and are not to be carried as base64.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut headers = Map::new();
        for (name, value) in &self.headers {
            match headers.get_mut(name) {
                Some(Value::String(known)) => *known = format!("{known},{value}"),
                _ => drop(headers.insert(name.clone(), json!(value))),
            }
        }
        let body = match self.form {
            Form::Text => std::str::from_utf8(&self.body).expect("text").to_owned(),
            Form::Base64 => BASE64.encode(&self.body),
        };
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": "",
            "headers": headers,
            "requestContext": {
                "accountId": "anonymous",
                "apiId": "receiver",
                "domainName": "receiver.lambda-url.us-east-1.on.aws",
                "domainPrefix": "receiver",
                "http": {
                    "method": self.method,
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "Ruby"
                },
                "requestId": "00000000-0000-4000-8000-000000000000",
                "routeKey": "$default",
                "stage": "$default",
                "time": "01/Feb/2022:20:53:09 +0000",
                "timeEpoch": 1_643_748_789_000_u64
            },
            "body": body,
            "isBase64Encoded": self.form == Form::Base64
        })
    }
}

/// What a function answered to an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body, base64 undone.
    pub body: String,
}

impl Answer {
    /// Reads the function's answer; `None` if it is not one to an HTTP request.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let status = u16::try_from(value.get("statusCode")?.as_u64()?).ok()?;
        let text = value.get("body").and_then(Value::as_str).unwrap_or_default();
        let body = match value.get("isBase64Encoded").and_then(Value::as_bool) {
            Some(true) => String::from_utf8(BASE64.decode(text).ok()?).ok()?,
            Some(false) | None => text.to_owned(),
        };
        let headers = value.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str().unwrap_or("").into()))
            .collect();
        Some(Self { status, headers, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_hmac_sha1_as_rfc_2202_has_it() {
        let signature = sign("Jefe", b"what do ya want for nothing?");
        assert_eq!(signature, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }

    #[test]
    fn headers_of_one_name_are_joined_as_lambda_does() {
        let event = HttpEvent::post(b"{}").signature("a").signature("b").to_json();
        assert_eq!(event["headers"]["x-sg-signature"], "a,b");
        assert_eq!(event["isBase64Encoded"], false);
    }

    #[test]
    fn bytes_that_are_no_text_travel_as_base64() {
        let event = HttpEvent::post(b"\xff").to_json();
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/w=="), &json!(true)));
    }
}
