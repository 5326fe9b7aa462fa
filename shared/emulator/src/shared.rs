//! What all parts of a running emulator share: the store behind its lock, the clock, the signals.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use crate::config::EmulatorConfig;
use crate::faults::Faults;
use crate::first::{self, People};
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

impl Shared {
    pub(crate) fn new(
        config: EmulatorConfig,
        origin: String,
        http: reqwest::Client,
        runtime: Handle,
    ) -> Result<Self, Refusal> {
        let mut store = Store::new(Hooks::new(&config), config.first_event_id);
        let people = first::fill(&mut store, &config)?;
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
