//! Hooks and their deliveries: who is told what, in which order, and how it ended.
//!
//! Not here: the HTTP of it (`deliverer`), the bytes of it (`body`).

mod answer;
mod body;
pub(crate) mod deliverer;
mod delivery;
mod hook;
mod loss;
mod post;
mod service;
mod subscription;
pub(crate) mod throttle;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

pub use delivery::{Delivery, DeliveryStatus};
pub use hook::{Hook, HookStatus, NewHook};
pub(crate) use loss::Loss;
pub(crate) use post::{Next, Post};
pub(crate) use subscription::Subscription;

use crate::config::EmulatorConfig;
use crate::events::NewEvent;
use crate::refusal::Refusal;
use crate::schema::Schema;
use hook::Edit;

/// Days a delivery is kept.
const DELIVERY_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// What the hooks share.
#[derive(Debug)]
pub(crate) struct Hooks {
    hooks: BTreeMap<Uuid, Hook>,
    deliveries: BTreeMap<Uuid, Delivery>,
    /// Ids of the deliveries, oldest first.
    order: Vec<Uuid>,
    pub(crate) loss: Loss,
    limits: Limits,
}

/// What ends a wait or a hook.
#[derive(Debug, Clone, Copy)]
struct Limits {
    delivery_timeout: Duration,
    failures_until_unstable: usize,
    failures_until_failed: usize,
}

impl Hooks {
    pub(crate) fn new(config: &EmulatorConfig) -> Self {
        Self {
            hooks: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            order: Vec::new(),
            loss: Loss::default(),
            limits: Limits {
                delivery_timeout: config.delivery_timeout,
                failures_until_unstable: config.failures_until_unstable,
                failures_until_failed: config.failures_until_failed,
            },
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Hook> {
        self.hooks.values()
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&Hook> {
        self.hooks.get(&id)
    }

    /// Makes a hook of what was sent, as REST has it.
    pub(crate) fn add(
        &mut self,
        sent: &Value,
        schema: &Schema,
        at: Timestamp,
    ) -> Result<Uuid, Refusal> {
        let hook = Hook::parse(sent, schema, at)?;
        let id = hook.id;
        self.hooks.insert(id, hook);
        Ok(id)
    }

    /// Changes some of a hook. A status that changes is told to the hook itself.
    pub(crate) fn edit(
        &mut self,
        id: Uuid,
        sent: &Value,
        schema: &Schema,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        let edit = Edit::parse(sent, schema)?;
        let Some(hook) = self.hooks.get_mut(&id) else {
            return Err(Refusal::request(format!("hook {id} not found")));
        };
        let before = hook.status;
        edit.apply(hook, at);
        let now = hook.status;
        if before != now {
            self.status_changed(id, before, "client", at);
        }
        Ok(())
    }

    /// Removes a hook and its deliveries.
    pub(crate) fn remove(&mut self, id: Uuid) -> bool {
        let known = self.hooks.remove(&id).is_some();
        self.deliveries.retain(|_, delivery| delivery.hook != id);
        let deliveries = &self.deliveries;
        self.order.retain(|id| deliveries.contains_key(id));
        known
    }

    /// All deliveries, oldest first.
    pub(crate) fn deliveries(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.order.iter().filter_map(|id| self.deliveries.get(id))
    }

    pub(crate) fn delivery(&self, id: Uuid) -> Option<&Delivery> {
        self.deliveries.get(&id)
    }

    /// Writes the acknowledgement; the last one counts.
    pub(crate) fn acknowledge(&mut self, id: Uuid, text: Option<String>) -> bool {
        let Some(delivery) = self.deliveries.get_mut(&id) else { return false };
        if let Some(text) = text {
            delivery.acknowledgement = Some(text);
            delivery.acknowledgements += 1;
        }
        true
    }

    /// Sends a delivery once more, with the same id.
    pub(crate) fn redeliver(&mut self, id: Uuid) -> bool {
        let Some(delivery) = self.deliveries.get_mut(&id) else { return false };
        let Some(hook) = self.hooks.get_mut(&delivery.hook) else { return false };
        delivery.status = DeliveryStatus::Pending;
        hook.waiting.push_back(id);
        true
    }

    /// Queues an event for every hook that subscribes to it.
    pub(crate) fn offer(&mut self, event: &NewEvent, entry: u64, data: &Value, at: Timestamp) {
        let wanting: Vec<(Uuid, HookStatus)> = self
            .hooks
            .values()
            .filter(|hook| hook.wants(event))
            .map(|hook| (hook.id, hook.status))
            .collect();
        for (hook, status) in wanting {
            match status {
                HookStatus::Disabled => continue,
                HookStatus::Failed => {
                    self.loss.lost.push(entry);
                    continue;
                }
                HookStatus::Active | HookStatus::Unstable => {}
            }
            if self.loss.loses(entry) {
                continue;
            }
            let mut data = data.clone();
            let id = Uuid::new_v4();
            data["delivery_id"] = json!(id);
            self.queue(Delivery::new(id, hook, entry, data, at));
        }
        self.forget_old(at);
    }

    fn queue(&mut self, delivery: Delivery) {
        let Some(hook) = self.hooks.get_mut(&delivery.hook) else { return };
        hook.num_deliveries += 1;
        hook.waiting.push_back(delivery.id);
        self.order.push(delivery.id);
        self.deliveries.insert(delivery.id, delivery);
    }

    fn forget_old(&mut self, at: Timestamp) {
        let life = jiff::SignedDuration::try_from(DELIVERY_LIFE).unwrap_or_default();
        let Ok(oldest) = at.checked_sub(life) else { return };
        let deliveries = &mut self.deliveries;
        let is_old = |id: &Uuid| deliveries.get(id).is_none_or(|known| known.event_time < oldest);
        let gone = self.order.iter().take_while(|id| is_old(id)).count();
        for id in self.order.drain(..gone) {
            deliveries.remove(&id);
        }
    }

    /// Whether every delivery has had its answer.
    pub(crate) fn are_quiet(&self) -> bool {
        self.hooks.values().all(|hook| hook.waiting.is_empty() && !hook.is_sending)
    }
}
