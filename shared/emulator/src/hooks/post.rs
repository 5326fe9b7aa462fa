//! What a hook sends next: one delivery, or in batched mode all that wait, at most fifty.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sgh_core::limits::DELIVERIES_PER_BODY_MAX;
use uuid::Uuid;

use super::{Hooks, body};

/// One POST.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) deliveries: Vec<Uuid>,
    pub(crate) timeout: Duration,
}

/// What a hook does next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Send this.
    Post(Box<Post>),
    /// Wait for something to happen.
    Nothing,
    /// There is no such hook any more.
    Gone,
}

impl Hooks {
    pub(crate) fn next_post(&mut self, id: Uuid, origin: &str, now: Timestamp) -> Next {
        let limits = self.limits;
        let Some(hook) = self.hooks.get_mut(&id) else { return Next::Gone };
        let most = if hook.batch_deliveries { DELIVERIES_PER_BODY_MAX } else { 1 };
        let count = most.min(hook.waiting.len());
        let ids: Vec<Uuid> = hook.waiting.drain(..count).collect();
        let known = ids.iter().filter_map(|id| self.deliveries.get(id));
        let events: Vec<(Uuid, &Value)> = known.map(|found| (found.id, &found.event)).collect();
        let Some((first, event)) = events.first() else { return Next::Nothing };
        hook.is_sending = true;
        let (body, delivery) = if hook.batch_deliveries {
            (body::batched(&events, now), None)
        } else {
            (body::single(event, now), Some(*first))
        };
        let headers = body::headers(hook.id, delivery, origin, hook.token.as_deref(), &body);
        let each = limits.delivery_timeout / 6;
        let for_all = each * u32::try_from(events.len()).unwrap_or(u32::MAX);
        let batched = hook.batch_deliveries;
        let timeout = limits.delivery_timeout.max(if batched { for_all } else { each });
        let deliveries = events.iter().map(|(id, _)| *id).collect();
        let url = hook.url.clone();
        for id in &ids {
            if let Some(delivery) = self.deliveries.get_mut(id) {
                delivery.attempts += 1;
                delivery.request_headers.clone_from(&headers);
                delivery.request_body = String::from_utf8_lossy(&body).into_owned();
            }
        }
        Next::Post(Box::new(Post { url, headers, body, deliveries, timeout }))
    }
}
