//! What all parts of a running emulator share: the store behind its lock, the clock, the signals.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use crate::config::EmulatorConfig;
use crate::faults::Faults;
use crate::hooks::{Hooks, deliverer, throttle::Throttle};
use crate::refusal::Refusal;
use crate::rest::auth::Scripts;
use crate::store::Store;

/// The inside of an emulator.
pub(crate) struct Shared {
    pub(crate) config: EmulatorConfig,
    pub(crate) http: reqwest::Client,
    pub(crate) throttle: Throttle,
    pub(crate) faults: Faults,
    pub(crate) scripts: Scripts,
    origin: String,
    store: Mutex<Store>,
    changes: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    runtime: Handle,
    people: People,
}

/// Who is there from the start, so that somebody can act and something can log in.
#[derive(Debug, Clone)]
pub(crate) struct People {
    pub(crate) person: EntityRef,
    pub(crate) script: EntityRef,
}

impl Shared {
    pub(crate) fn new(
        config: EmulatorConfig,
        origin: String,
        http: reqwest::Client,
        runtime: Handle,
    ) -> Result<Self, Refusal> {
        let mut store = Store::new(Hooks::new(&config), config.first_event_id);
        let people = People::first(&mut store, &config)?;
        let scripts = Scripts::new();
        scripts.add(&config.script_name, &config.script_key, people.script.clone());
        Ok(Self {
            config,
            http,
            throttle: Throttle::default(),
            faults: Faults::default(),
            scripts,
            origin,
            store: Mutex::new(store),
            changes: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            runtime,
            people,
        })
    }

    pub(crate) fn people(&self) -> &People {
        &self.people
    }

    /// `http://127.0.0.1:port`, without a slash at its end.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// The store, to read. Never held while anything is awaited.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the store and tells everybody who waits.
    pub(crate) fn change<T>(&self, work: impl FnOnce(&mut Store) -> T) -> T {
        let worked = work(&mut self.store());
        self.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
        worked
    }

    /// Follows the changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Follows the end.
    pub(crate) fn stop(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    pub(crate) fn stop_all(&self) {
        self.stop.send_replace(true);
    }

    /// Starts the deliveries of a new hook.
    pub(crate) fn start_hook(self: &Arc<Self>, hook: Uuid) {
        self.runtime.spawn(deliverer::deliver(Arc::clone(self), hook));
    }
}

impl People {
    /// Made by nobody, so the event log does not know of it.
    fn first(store: &mut Store, config: &EmulatorConfig) -> Result<Self, Refusal> {
        let (now, nobody) = (config.clock.now(), EntityRef::new("ApiUser", 0));
        let mut add = |kind: &str, fields: Value| {
            let fields = fields.as_object().cloned().unwrap_or_default();
            store.write(&nobody, now, |write| write.create(kind, &fields))
        };
        let (name, events) = (&config.script_name, config.script_events);
        let person = add("HumanUser", json!({"name": "Coordinator", "login": "coordinator"}))?;
        let script = json!({"firstname": name, "generate_event_log_entries": events});
        Ok(Self { person, script: add("ApiUser", script)? })
    }
}
