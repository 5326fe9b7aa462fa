//! The record of one delivery, as the site shows it for seven days.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// It waits, or is under way.
    Pending,
    /// The receiver answered with a status below 400.
    Delivered,
    /// It answered otherwise, or not at all.
    Failed,
}

impl DeliveryStatus {
    /// The site's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// One event on its way to one hook.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its id; an acknowledgement is put there.
    pub id: Uuid,
    /// The hook.
    pub hook: Uuid,
    /// `data` of it, as it is sent.
    pub event: Value,
    /// The event log entry; 0 for an event of the site's own.
    pub event_log_entry_id: u64,
    /// When the event happened.
    pub event_time: Timestamp,
    /// How it ended.
    pub status: DeliveryStatus,
    /// HTTP status of the answer; 0 for no answer.
    pub response_code: u16,
    /// How long the answer took.
    pub process_time_ms: u64,
    /// First 100 characters of the answer.
    pub body: String,
    /// What the receiver reported on it.
    pub acknowledgement: Option<String>,
    /// How often it was acknowledged.
    pub acknowledgements: u32,
    /// How often it was sent.
    pub attempts: u32,
    /// Headers it was sent with.
    pub request_headers: Vec<(String, String)>,
    /// Body it was sent in; a batched one holds others too.
    pub request_body: String,
    /// Headers of the answer.
    pub response_headers: Vec<(String, String)>,
}

impl Delivery {
    pub(super) fn new(id: Uuid, hook: Uuid, entry: u64, event: Value, at: Timestamp) -> Self {
        Self {
            id,
            hook,
            event,
            event_log_entry_id: entry,
            event_time: at,
            status: DeliveryStatus::Pending,
            response_code: 0,
            process_time_ms: 0,
            body: String::new(),
            acknowledgement: None,
            acknowledgements: 0,
            attempts: 0,
            request_headers: Vec::new(),
            request_body: String::new(),
            response_headers: Vec::new(),
        }
    }

    /// As REST shows it.
    pub(crate) fn to_json(&self) -> Value {
        let headers = |headers: &[(String, String)]| -> Value {
            headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
        };
        let body: Value = serde_json::from_str(&self.request_body).unwrap_or(Value::Null);
        json!({
            "id": self.id,
            "hook_id": self.hook,
            "event_time": self.event_time.as_second(),
            "status": self.status.word(),
            "process_time": self.process_time_ms,
            "body": self.body,
            "response_code": self.response_code,
            "acknowledgement": self.acknowledgement,
            "request_headers": headers(&self.request_headers),
            "response_headers": headers(&self.response_headers),
            "request_body": body,
        })
    }
}
