//! Hooks and deliveries, as an admin sees them.

use uuid::Uuid;

use super::EmulatedSite;
use crate::hooks::{Delivery, DeliveryStatus, Hook, NewHook};
use crate::refusal::Refusal;

/// Hooks and deliveries.
impl EmulatedSite {
    /// Makes a hook.
    ///
    /// # Errors
    /// What the site would refuse.
    pub fn add_hook(&self, hook: &NewHook) -> Result<Uuid, Refusal> {
        let now = self.shared.now();
        let id = self.shared.change(|store| store.hooks.add(hook.sent(), &store.schema, now))?;
        self.shared.start_hook(id);
        Ok(id)
    }

    /// Switches a hook on or off, as an admin does; the hook is told.
    ///
    /// # Errors
    /// There is no such hook.
    pub fn set_hook_enabled(&self, hook: Uuid, enabled: bool) -> Result<(), Refusal> {
        let status = if enabled { "active" } else { "disabled" };
        let (now, sent) = (self.shared.now(), serde_json::json!({ "status": status }));
        self.shared.change(|store| store.hooks.edit(hook, &sent, &store.schema, now))
    }

    /// All hooks.
    #[must_use]
    pub fn hooks(&self) -> Vec<Hook> {
        self.shared.store().hooks.all().cloned().collect()
    }

    /// One hook.
    #[must_use]
    pub fn hook(&self, id: Uuid) -> Option<Hook> {
        self.shared.store().hooks.get(id).cloned()
    }

    /// Removes a hook and its deliveries.
    pub fn remove_hook(&self, id: Uuid) -> bool {
        self.shared.change(|store| store.hooks.remove(id))
    }

    /// All deliveries, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.store().hooks.deliveries().cloned().collect()
    }

    /// One delivery.
    #[must_use]
    pub fn delivery(&self, id: Uuid) -> Option<Delivery> {
        self.shared.store().hooks.delivery(id).cloned()
    }

    /// Sends a delivery again; `false` if it is not known.
    pub fn redeliver(&self, id: Uuid) -> bool {
        self.shared.change(|store| store.hooks.redeliver(id))
    }

    /// Sends a test to a hook.
    pub fn test_connection(&self, hook: Uuid) {
        let now = self.shared.now();
        self.shared.change(|store| store.hooks.test_connection(hook, now));
    }

    /// Waits until every delivery has had its answer.
    pub async fn deliveries_answered(&self) {
        self.until(|site| site.shared.store().hooks.are_quiet()).await;
    }

    /// Waits until every delivery that was delivered is acknowledged, but for the hook's own
    /// status changes.
    pub async fn deliveries_acknowledged(&self) {
        let settled = |delivery: &Delivery| match delivery.status {
            DeliveryStatus::Pending => false,
            DeliveryStatus::Failed => true,
            DeliveryStatus::Delivered => {
                delivery.acknowledgement.is_some()
                    || delivery.event["event_type"] == "Webhook_Status_Change"
            }
        };
        self.until(|site| site.shared.store().hooks.deliveries().all(settled)).await;
    }

    /// Waits until something holds; looks again at every change. Ends when the emulator stops.
    pub async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let (mut changes, mut stop) = (self.shared.changes(), self.shared.stop());
        loop {
            changes.borrow_and_update();
            if holds(self) {
                return;
            }
            tokio::select! {
                _ = changes.changed() => {}
                _ = stop.wait_for(|stopped| *stopped) => return,
            }
        }
    }
}
