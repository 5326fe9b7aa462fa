//! What is measured: a release binary, its environment, and what it is asked.

use std::path::PathBuf;

use bytes::Bytes;
use tests::lambda::{Answer, Function, HttpEvent, Profile, Runtime, Sqs, built};

const TOKEN: &str = "a token of the usual length, 40 letters";

/// One of the two.
pub struct Subject {
    pub name: &'static str,
    pub binary: PathBuf,
}

/// How large a body is.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// 1 KiB: a delivery as the site sends it.
    Small,
    /// As much below 1 MiB as a message needs for its attributes.
    Large,
}

impl Subject {
    pub fn new(name: &'static str) -> Self {
        Self { name, binary: built(name, Profile::Release) }
    }

    /// Starts it in front of a queue. The system's certificates are left out of it: Lambda's are
    /// others, and both would read them alike.
    pub fn start(&self, sqs: &Sqs) -> Function {
        let certificate =
            sqs.certificate().map_or("/dev/null".into(), |file| file.to_string_lossy());
        let env = [
            ("SGH_WEBHOOK_SECRETS", "env:TOKENS".to_owned()),
            ("TOKENS", TOKEN.to_owned()),
            ("SGH_QUEUE", format!("sqs:{}", sqs.queue_url())),
            ("AWS_ENDPOINT_URL", sqs.endpoint()),
            ("SSL_CERT_FILE", certificate.into_owned()),
        ];
        Runtime::start().spawn(&self.binary, &env)
    }
}

impl Body {
    /// A signed delivery of this size, as an event.
    pub fn event(self) -> Bytes {
        let (size, head) = match self {
            Self::Small => (1024, self.head()),
            Self::Large => (1024 * 1024 - 2048, self.head()),
        };
        let tail = "\"}},\"timestamp\":\"2022-02-01T20:53:09Z\"}";
        let body = format!("{head}{}{tail}", "x".repeat(size - head.len() - tail.len()));
        HttpEvent::post(body.as_bytes()).signed(TOKEN).to_json().to_string().into()
    }

    fn head(self) -> &'static str {
        concat!(
            r#"{"data":{"id":"11777.3065.0","event_log_entry_id":3635187,"#,
            r#""event_type":"Shotgun_Shot_Change","operation":"update","#,
            r#""user":{"type":"HumanUser","id":1346},"entity":{"type":"Shot","id":20716},"#,
            r#""project":{"type":"Project","id":2817},"attribute_name":"description","#,
            r#""created_at":"2022-02-01 20:53:08.523887","session_uuid":null,"#,
            r#""delivery_id":"00000000-0000-4000-8000-000000000000","#,
            r#""meta":{"type":"attribute_change","attribute_name":"description","#,
            r#""entity_type":"Shot","entity_id":20716,"field_data_type":"text","#,
            r#""old_value":null,"new_value":""#
        )
    }
}

/// A figure counts only if the delivery was kept.
pub fn assert_kept(answer: &[u8]) {
    let answer = Answer::from_json(&serde_json::from_slice(answer).unwrap()).unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "kept"));
}
