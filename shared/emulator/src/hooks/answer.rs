//! What an answer does to its deliveries and to the hook: failures add up over 24 hours.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{DeliveryStatus, HookStatus, Hooks, Post};

/// How long a failure counts.
const FAILURE_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// Characters of an answer that are kept.
const ANSWER_SHOWN_MAX: usize = 100;

/// What came back; a status of 0 is no answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) took: Duration,
}

impl Answer {
    fn is_success(&self) -> bool {
        (1..400).contains(&self.status)
    }
}

impl Hooks {
    /// Keeps an answer.
    pub(crate) fn answered(&mut self, id: Uuid, post: &Post, answer: &Answer, now: Timestamp) {
        let success = answer.is_success();
        for delivery in &post.deliveries {
            let Some(delivery) = self.deliveries.get_mut(delivery) else { continue };
            delivery.status =
                if success { DeliveryStatus::Delivered } else { DeliveryStatus::Failed };
            delivery.response_code = answer.status;
            delivery.process_time_ms = u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX);
            delivery.body = answer.body.chars().take(ANSWER_SHOWN_MAX).collect();
            delivery.response_headers.clone_from(&answer.headers);
        }
        let limits = self.limits;
        let Some(hook) = self.hooks.get_mut(&id) else { return };
        hook.is_sending = false;
        if !success {
            hook.failures.extend(post.deliveries.iter().map(|_| now));
        }
        if let Ok(oldest) = now.checked_sub(FAILURE_LIFE) {
            hook.failures.retain(|at| *at > oldest);
        }
        let (before, failures) = (hook.status, hook.failures.len());
        hook.status = match before {
            HookStatus::Disabled => HookStatus::Disabled,
            HookStatus::Failed => HookStatus::Failed,
            HookStatus::Active | HookStatus::Unstable => {
                if failures >= limits.failures_until_failed {
                    HookStatus::Failed
                } else if failures >= limits.failures_until_unstable {
                    HookStatus::Unstable
                } else {
                    HookStatus::Active
                }
            }
        };
        if hook.status != before {
            if hook.status == HookStatus::Failed {
                self.lose_waiting(id);
            }
            self.status_changed(id, before, "system", now);
        }
    }

    /// What waits for a hook that failed is never sent. Only the event log has it.
    fn lose_waiting(&mut self, id: Uuid) {
        let Some(hook) = self.hooks.get_mut(&id) else { return };
        for lost in hook.waiting.drain(..) {
            if let Some(delivery) = self.deliveries.get_mut(&lost) {
                delivery.status = DeliveryStatus::Failed;
                self.loss.lost.push(delivery.event_log_entry_id);
            }
        }
    }
}
