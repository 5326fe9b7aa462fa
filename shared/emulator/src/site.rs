//! The site as a test or a demo holds it: what people do in the browser, and a look inside.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use sgh_core::ids::EntityRef;
use uuid::Uuid;

use crate::faults::{Fault, RestCall};
use crate::hooks::{Delivery, DeliveryStatus, Hook, NewHook};
use crate::refusal::Refusal;
use crate::schema::Field;
use crate::shared::Shared;
use crate::store::{Kept, Store};

/// A cheap handle on the site inside an emulator.
#[derive(Clone)]
pub struct EmulatedSite {
    shared: Arc<Shared>,
    person: EntityRef,
    script: EntityRef,
}

/// A record as the site shows it: every field, links with names.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRecord {
    /// Which entity.
    pub entity: EntityRef,
    /// Whether it is retired.
    pub retired: bool,
    /// Fields by name.
    pub fields: BTreeMap<String, Value>,
}

/// People, records and rows.
impl EmulatedSite {
    pub(crate) fn new(shared: Arc<Shared>, person: EntityRef, script: EntityRef) -> Self {
        Self { shared, person, script }
    }

    /// A person who is there from the start.
    #[must_use]
    pub fn coordinator(&self) -> EntityRef {
        self.person.clone()
    }

    /// The API user of the script that is there from the start.
    #[must_use]
    pub fn script(&self) -> EntityRef {
        self.script.clone()
    }

    /// Adds a script that may log in; says which API user it is.
    ///
    /// # Errors
    /// Never with the schema that an emulator starts with.
    pub fn add_script(&self, name: &str, key: &str, events: bool) -> Result<EntityRef, Refusal> {
        let fields = serde_json::json!({"firstname": name, "generate_event_log_entries": events});
        let id = self.create("ApiUser", fields, &self.person)?;
        let user = EntityRef::new("ApiUser", id);
        self.shared.scripts.add(name, key, user.clone());
        Ok(user)
    }

    /// Makes a record, as `by`.
    ///
    /// # Errors
    /// What the site would refuse.
    pub fn create(&self, kind: &str, fields: Value, by: &EntityRef) -> Result<u64, Refusal> {
        let fields = object(fields)?;
        self.write(by, |store, at| {
            store.write(by, at, |write| write.create(kind, &fields)).map(|of| of.id)
        })
    }

    /// Sets fields of a record, as `by`.
    ///
    /// # Errors
    /// What the site would refuse.
    pub fn update(&self, of: &EntityRef, fields: Value, by: &EntityRef) -> Result<(), Refusal> {
        let fields = object(fields)?;
        self.write(by, |store, at| store.write(by, at, |write| write.update(of, &fields)))
    }

    /// Retires a record, as `by`.
    ///
    /// # Errors
    /// It does not exist.
    pub fn retire(&self, of: &EntityRef, by: &EntityRef) -> Result<(), Refusal> {
        self.write(by, |store, at| store.write(by, at, |write| write.retire(of)))
    }

    /// Brings a record back, as `by`; `false` if it was there.
    ///
    /// # Errors
    /// It never existed.
    pub fn revive(&self, of: &EntityRef, by: &EntityRef) -> Result<bool, Refusal> {
        self.write(by, |store, at| store.write(by, at, |write| write.revive(of)))
    }

    fn write<T>(
        &self,
        by: &EntityRef,
        work: impl FnOnce(&mut Store, jiff::Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = self.shared.now();
        self.shared.change(|store| {
            if store.live(by).is_none() {
                return Err(Refusal::NotFound(by.clone()));
            }
            work(store, now)
        })
    }

    /// A record, live or retired.
    #[must_use]
    pub fn find(&self, kind: &str, id: u64) -> Option<SiteRecord> {
        let store = self.shared.store();
        let of = EntityRef::new(kind, id);
        store.kept(&of).map(|kept| shown(&store, &of, kept))
    }

    /// All live records of a type, by id; `EventLogEntry` for the event log.
    #[must_use]
    pub fn records(&self, kind: &str) -> Vec<SiteRecord> {
        let store = self.shared.store();
        let live = store.all(kind).filter(|(_, kept)| !kept.retired);
        live.map(|(of, kept)| shown(&store, &of, kept)).collect()
    }

    /// Adds a field to a type, or replaces it; an unknown type is made.
    pub fn declare_field(&self, kind: &str, name: &str, field: Field) {
        self.shared.change(|store| store.schema.declare(kind, name, field));
    }

    /// Hides status codes of a type from a project. They can be written all the same.
    pub fn hide_statuses(&self, kind: &str, project: u64, codes: &[&str]) {
        self.shared.change(|store| store.schema.hide(kind, project, codes));
    }
}

/// Hooks and deliveries.
impl EmulatedSite {
    /// Makes a hook.
    ///
    /// # Errors
    /// What the site would refuse.
    pub fn add_hook(&self, hook: &NewHook) -> Result<Uuid, Refusal> {
        let now = self.shared.now();
        let id = self.shared.change(|store| store.hooks.add(hook.sent(), now))?;
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
        self.shared.change(|store| store.hooks.edit(hook, &sent, now))
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

/// Faults and counts.
impl EmulatedSite {
    /// Lets the next `times` REST calls that begin with `calls` go wrong. `calls` is a path below
    /// `/api/v1` (`/entity/tasks`), with its method (`PUT /entity/tasks/12`), or a kind
    /// (`PUT /entity/{type}`).
    pub fn plan_fault(&self, calls: &str, times: u32, fault: Fault) {
        self.shared.faults.plan(calls, times, fault);
    }

    /// Forgets all faults: REST, lost deliveries, held rows.
    pub fn heal(&self) {
        self.shared.faults.heal();
        self.shared.change(|store| store.hooks.loss.set(0, 0));
        self.release_log_rows();
    }

    /// Loses a share of the deliveries from now on; which ones, `seed` decides.
    pub fn lose_deliveries(&self, percent: u8, seed: u64) {
        self.shared.change(|store| store.hooks.loss.set(percent, seed));
    }

    /// Event log entries whose delivery was lost, or never sent because the hook had failed.
    #[must_use]
    pub fn lost_events(&self) -> Vec<u64> {
        self.shared.store().hooks.loss.lost.clone()
    }

    /// Keeps the next rows of the event log back: their ids are taken and not seen yet.
    pub fn hold_log_rows(&self, count: usize) {
        self.shared.change(|store| store.log_faults.hold_next = count);
    }

    /// Shows the rows that were kept back; says how many.
    pub fn release_log_rows(&self) -> usize {
        self.shared.change(crate::events::log::release)
    }

    /// Takes event log ids that no row will ever have.
    pub fn skip_log_ids(&self, count: u64) {
        self.shared.change(|store| {
            for _ in 0..count {
                store.next_id("EventLogEntry");
            }
        });
    }

    /// REST calls so far, by kind: `POST /entity/{type}/_search`.
    #[must_use]
    pub fn call_counts(&self) -> BTreeMap<String, u64> {
        self.shared.faults.counts()
    }

    /// The last REST calls, one by one.
    #[must_use]
    pub fn calls(&self) -> Vec<RestCall> {
        self.shared.faults.calls()
    }

    /// Counts from zero again.
    pub fn forget_calls(&self) {
        self.shared.faults.forget_calls();
    }
}

fn object(fields: Value) -> Result<Map<String, Value>, Refusal> {
    let fields = fields.as_object().cloned();
    fields.ok_or_else(|| Refusal::request("fields have to be an object"))
}

fn shown(store: &Store, of: &EntityRef, kept: &Kept) -> SiteRecord {
    let known = store.schema.entity_type(&of.kind);
    let names = known.into_iter().flat_map(|known| known.fields.keys());
    let fields = names.filter_map(|name| Some((name.clone(), store.shown(of, name)?))).collect();
    SiteRecord { entity: of.clone(), retired: kept.retired, fields }
}
