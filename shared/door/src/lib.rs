#![doc = include_str!("../README.md")]

mod answer;
mod keep;

use std::sync::Arc;
use std::time::Duration;

pub use answer::Answer;
use http::{HeaderMap, Method, header};
use sgh_core::clock::Clock;
use sgh_core::envelope::{self, Circumstances};
use sgh_core::ids::DeliveryId;
use sgh_core::limits::{BODY_SIZE_MAX, DELIVERIES_PER_BODY_MAX};
use sgh_core::settings::{Ordering, WebhookSecrets};
use sgh_core::signature::{Accepted, Body, Keys, Refusal, Unverified, accept_unsigned};
use sgh_queue::Keep;
use sgh_telemetry::{figures, record_together};
use tracing::{info, warn};

/// The site's signature header.
pub const SIGNATURE_HEADER: &str = "x-sg-signature";
/// The site's delivery header. It is not signed.
pub const DELIVERY_HEADER: &str = "x-sg-delivery-id";
/// Where a load balancer asks whether we are there.
const HEALTH_PATH: &str = "/health";

/// A request as it came, base64 undone.
#[derive(Debug)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte for byte.
    pub body: Vec<u8>,
}

/// Who may send.
enum Senders {
    Signing(Keys),
    Anyone,
}

/// What takes deliveries in.
pub struct Door {
    senders: Senders,
    ordering: Ordering,
    queue: Arc<dyn Keep>,
    clock: Arc<dyn Clock>,
}

impl Door {
    /// A door in front of a queue. `None` where there is no token at all, which
    /// [`WebhookSecrets`] does not let happen.
    #[must_use]
    pub fn new(
        secrets: &WebhookSecrets,
        ordering: Ordering,
        queue: Arc<dyn Keep>,
        clock: Arc<dyn Clock>,
    ) -> Option<Self> {
        let senders = match secrets {
            WebhookSecrets::Tokens(tokens) => {
                let tokens = tokens.iter().map(|token| token.expose().as_bytes());
                Senders::Signing(Keys::new(tokens)?)
            }
            WebhookSecrets::Unsigned => {
                warn!("unsigned deliveries are accepted: anyone who knows the URL can send them");
                Senders::Anyone
            }
        };
        Some(Self { senders, ordering, queue, clock })
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Answer {
        let start = self.clock.now();
        let (answer, deliveries) = match self.take_in(request).await {
            Ok(kept) => (Answer::Kept, kept),
            Err(answer) => (answer, 0),
        };
        let elapsed = self.clock.now().duration_since(start);
        let duration_ms = Duration::try_from(elapsed).unwrap_or_default().as_secs_f64() * 1000.0;
        match answer {
            Answer::Kept => {
                let kept = (&figures::KEPT, deliveries as f64);
                let time = (&figures::KEPT_TIME, duration_ms);
                record_together([(&figures::RECEIVED, 1.0), kept, time]);
                info!(deliveries, duration_ms, "kept");
            }
            Answer::Healthy => {}
            Answer::BadSignature
            | Answer::NotJson
            | Answer::NotPost
            | Answer::TooLarge
            | Answer::Encoded
            | Answer::QueueUnavailable => figures::RECEIVED.record(1.0, []),
        }
        answer
    }

    async fn take_in(&self, request: Request) -> Result<usize, Answer> {
        if request.method == Method::GET && request.path == HEALTH_PATH {
            return Err(Answer::Healthy);
        }
        check_form(&request)?;
        let header_delivery = request.headers.get(DELIVERY_HEADER);
        let header_delivery = header_delivery.and_then(|id| DeliveryId::parse(id.to_str().ok()?));
        let body = self.accept(&request.headers, Body::unverified(request.body))?;
        let deliveries = envelope::deliveries(&body);
        if deliveries.len() > DELIVERIES_PER_BODY_MAX {
            warn!(deliveries = deliveries.len(), "more deliveries in a body than the site sends");
        }
        if deliveries.header_differs(header_delivery) {
            warn!("the delivery id of the header is not the body's; the body's counts");
        }
        let circumstances = Circumstances {
            header_delivery,
            received_at: self.clock.now(),
            ordering: self.ordering,
        };
        let messages = deliveries.messages(&circumstances);
        keep::keep(self.queue.as_ref(), &messages).await.map_err(|error| {
            figures::REFUSED.record(1.0, ["queue"]);
            tracing::error!(%error, deliveries = messages.len(), "the queue did not take it");
            Answer::QueueUnavailable
        })?;
        Ok(messages.len())
    }

    fn accept(
        &self,
        headers: &HeaderMap,
        body: Body<Unverified>,
    ) -> Result<Body<Accepted>, Answer> {
        let accepted = match &self.senders {
            Senders::Signing(keys) => {
                let signatures = headers.get_all(SIGNATURE_HEADER).iter();
                keys.verify(body, signatures.map(http::HeaderValue::as_bytes))
            }
            Senders::Anyone => accept_unsigned(body),
        };
        accepted.map_err(|refusal| {
            figures::REFUSED.record(1.0, [refusal.word()]);
            warn!(reason = %refusal, "refused");
            match refusal {
                Refusal::NotJson => Answer::NotJson,
                Refusal::Missing
                | Refusal::Twice
                | Refusal::Malformed
                | Refusal::WrongKey
                | Refusal::Altered
                | Refusal::Empty => Answer::BadSignature,
            }
        })
    }
}

/// What can be told without looking at the body.
fn check_form(request: &Request) -> Result<(), Answer> {
    let refuse = |answer: Answer, reason| {
        figures::REFUSED.record(1.0, [reason]);
        warn!(reason, method = %request.method, "refused");
        Err(answer)
    };
    if request.method != Method::POST {
        return refuse(Answer::NotPost, "method");
    }
    if request.body.len() > BODY_SIZE_MAX {
        return refuse(Answer::TooLarge, "size");
    }
    let mut encodings = request.headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return refuse(Answer::Encoded, "encoding");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
