//! Code outside that is told of events: what it hears is what was done, whoever believes what.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::Value;
use sgh_engine::{Bus, BusError, BusEvent};

use crate::hands::{Hands, Invocation};
use crate::world::World;

const PUT: [&str; 2] = ["bus refuses", "put on the bus, the answer is lost"];

/// One event, told once.
pub(crate) struct Told {
    pub entry: u64,
    key: String,
    by: Arc<Invocation>,
    /// Whether who told it knows that it was heard.
    is_known: bool,
    /// Whether the ledger has said since that it will remember.
    is_settled: bool,
}

#[derive(Default)]
pub(crate) struct ModelBus(Mutex<Vec<Told>>);

impl ModelBus {
    /// What was told, each event where it was told first.
    pub(crate) fn entries(&self) -> Vec<u64> {
        self.0.lock().unwrap().iter().map(|told| told.entry).collect()
    }

    /// The ledger has an event's endings.
    pub(crate) fn settle(&self, key: &str, by: &Arc<Invocation>) {
        let mut all = self.0.lock().unwrap();
        for told in all.iter_mut().filter(|told| told.key == key && Arc::ptr_eq(&told.by, by)) {
            told.is_settled |= told.is_known;
        }
    }

    /// Nobody can know any more what was told before.
    pub(crate) fn forget_causes(&self) {
        for told in self.0.lock().unwrap().iter_mut() {
            told.is_settled = false;
            told.by.trouble();
        }
    }

    fn hear(&self, world: &World, event: &BusEvent, by: &Arc<Invocation>) -> usize {
        let detail: Value = serde_json::from_str(&event.detail).expect("a document");
        let key = detail["key"].as_str().expect("a key").to_owned();
        let entry = detail["event"]["event_log_entry_id"].as_u64().unwrap_or_default();
        let mut all = self.0.lock().unwrap();
        for before in all.iter().filter(|told| told.key == key) {
            let cause = if before.is_settled {
                by.is_lapsed(world)
            } else {
                let troubled = before.by.is_troubled.load(std::sync::atomic::Ordering::SeqCst);
                troubled || before.by.is_lapsed(world) || by.is_lapsed(world)
            };
            if !cause {
                let first = if before.is_settled { "recorded" } else { "without any trouble" };
                world.wrong(format!(
                    "event {entry} was told twice: by invocation {}, {first}, and by {}",
                    before.by.id, by.id
                ));
            }
        }
        world.note(|| format!("told {entry} by {}", by.id));
        let (is_known, is_settled) = (false, false);
        all.push(Told { entry, key, by: Arc::clone(by), is_known, is_settled });
        all.len() - 1
    }
}

#[async_trait]
impl Bus for Hands {
    async fn put(&self, event: &BusEvent) -> Result<String, BusError> {
        let invocation = self.invocation();
        if self.world.faults.happens("bus refuses for good", self.world.knobs.refusals) {
            invocation.trouble();
            let detail: Value = serde_json::from_str(&event.detail).expect("a document");
            let entry = detail["event"]["event_log_entry_id"].as_u64().unwrap_or_default();
            self.world.refused.lock().unwrap().insert(entry);
            return Err(BusError::Refused("there is no such bus".into()));
        }
        let put = self.call(PUT, self.world.knobs.bus_faults, |world| {
            world.bus.hear(world, event, &invocation)
        });
        let Some(place) = put.await else {
            return Err(BusError::Passing("the bus does not answer".into()));
        };
        self.world.bus.0.lock().unwrap()[place].is_known = true;
        Ok(format!("id-{place}"))
    }
}
