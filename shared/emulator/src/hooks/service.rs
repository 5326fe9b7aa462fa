//! Deliveries that no entity caused: a test of the connection, a hook that changed its status.

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{Delivery, HookStatus, Hooks};

impl Hooks {
    /// Sends a test. Its exact body is not known to us; what receivers are known to look at is
    /// there, and what they cannot count on (an entity's type) is not.
    pub(crate) fn test_connection(&mut self, hook: Uuid, at: Timestamp) {
        let id = Uuid::new_v4();
        let data = json!({
            "id": "0",
            "event_log_entry_id": 0,
            "event_type": "Test_Connection",
            "entity": {"id": 0},
            "project": null,
            "meta": {"type": "test_connection", "hook_id": hook},
            "created_at": crate::events::time::spaced(at),
            "delivery_id": id,
        });
        self.queue(Delivery::new(id, hook, 0, data, at));
    }

    /// Tells a hook that its own status changed, even one that gets nothing else.
    pub(super) fn status_changed(
        &mut self,
        hook: Uuid,
        before: HookStatus,
        source: &str,
        at: Timestamp,
    ) {
        let Some(now) = self.hooks.get(&hook).map(|hook| hook.status.word()) else { return };
        let before = before.word();
        let data = json!({
            "id": "0",
            "event_type": "Webhook_Status_Change",
            "event_log_entry_id": 0,
            "webhook_status": now,
            "previous_webhook_status": before,
            "meta": {
                "type": "webhook_status_change",
                "source": source,
                "old_value": before,
                "new_value": now,
            },
        });
        self.queue(Delivery::new(Uuid::new_v4(), hook, 0, data, at));
    }
}
