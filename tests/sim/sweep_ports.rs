//! What the sweep asks of the stores: what the ledger has seen, and one small record.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::ids::EventKey;
use sgh_core::message::Message;
use sgh_queue::{Keep, KeepError, LedgerError, RecordError, Saved, Seen, Stored, SweepRecord};

use crate::hands::Hands;
use crate::mutants::Mutant;

const ASK: [&str; 2] = ["ledger does not say what it has seen", "what it has seen is lost"];
const LOAD: [&str; 2] = ["sweep record cannot be read", "sweep record is not answered"];
const SAVE: [&str; 2] = ["sweep record is not saved", "sweep record is saved, the answer is lost"];

#[async_trait]
impl Seen for Hands {
    async fn unseen(&self, keys: &[EventKey], now: Timestamp) -> Result<Vec<bool>, LedgerError> {
        let unseen = self.call(ASK, self.world.knobs.store_faults, |world| {
            let is_unseen =
                |key| world.ledger.is_unseen(key, now) && !world.is(Mutant::SweepThinksAllIsSeen);
            keys.iter().map(is_unseen).collect()
        });
        unseen.await.ok_or(LedgerError("down".into()))
    }
}

impl Hands {
    async fn load_record(&self) -> Result<Option<Stored>, RecordError> {
        let loaded = self.call(LOAD, self.world.knobs.store_faults, |world| {
            world.record.lock().unwrap().clone()
        });
        loaded.await.ok_or(RecordError("down".into()))
    }

    async fn save_record(&self, text: &str, revision: u64) -> Result<Saved, RecordError> {
        let saved = self.call(SAVE, self.world.knobs.store_faults, |world| {
            let mut stored = world.record.lock().unwrap();
            if stored.as_ref().map_or(0, |stored| stored.revision) != revision {
                return Saved::Overtaken;
            }
            let text = if world.is(Mutant::OverlapForgotten) {
                changed(text, |reached| reached["gaps"] = json!([]))
            } else if world.is(Mutant::SweepAhead) {
                changed(text, ahead)
            } else {
                text.to_owned()
            };
            world.note(|| format!("sweep record {}: {text}", revision + 1));
            *stored = Some(Stored { text, revision: revision + 1 });
            Saved::Yes
        });
        saved.await.ok_or(RecordError("down".into()))
    }
}

/// The record as somebody would save it who does not wait for late ids, or counts too far.
fn changed(text: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut record: Value = serde_json::from_str(text).expect("a record");
    if record["reached"].is_object() {
        change(&mut record["reached"]);
    }
    record.to_string()
}

fn ahead(reached: &mut Value) {
    reached["through"] = json!(reached["through"].as_u64().unwrap_or_default() + 2);
    // So that it is not told from a log that was restored from a backup.
    reached["at"] = Value::Null;
}

#[async_trait]
impl SweepRecord for Hands {
    async fn load(&self, _: &str) -> Result<Option<Stored>, RecordError> {
        self.load_record().await
    }

    async fn save_if(&self, _: &str, text: &str, revision: u64) -> Result<Saved, RecordError> {
        self.save_record(text, revision).await
    }
}

/// A queue that takes what the sweep found and keeps none of it.
pub(crate) struct Forgetful;

#[async_trait]
impl Keep for Forgetful {
    async fn keep(&self, _: &[Message]) -> Result<(), KeepError> {
        Ok(())
    }
}
