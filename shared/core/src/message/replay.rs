//! Messages that come a second time, because somebody wants what failed to be run again.
//!
//! An attribute says what of the event is to be run: so nothing that is done is done again, and
//! the delivery is acknowledged anew. Not here: which events those are, and whether an automation
//! has failed at all; the worker looks that up in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::group;
use super::{HEADER_DELIVERY, Message, RECEIVED_AT, StoredMessage};
use crate::event::{Event, NoEvent};
use crate::ids::DeliveryId;
use crate::settings::Ordering;

/// Attribute: what of the event is to be run again. A list of names as JSON, or `*` for all.
pub const REPLAY: &str = "replay";
/// Stands for whatever has failed, or has not been run.
const ALL: &str = "*";

/// What of an event is to be run again, if it has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// Everything.
    All,
    /// These automations.
    Only(BTreeSet<String>),
}

/// Which replay it is, and when: two runs of it are not folded into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRun {
    /// The run's own id.
    pub id: String,
    /// When it is.
    pub now: Timestamp,
}

impl Replay {
    /// Whether an automation is meant.
    #[must_use]
    pub fn names(&self, automation: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(automation),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::All => ALL.to_owned(),
            Self::Only(names) => serde_json::json!(names).to_string(),
        }
    }

    /// What cannot be read means everything: that is only what failed.
    fn parse(text: &str) -> Self {
        serde_json::from_str(text).map_or(Self::All, Self::Only)
    }
}

impl StoredMessage {
    /// What is to be run again; `None` for a message that is no replay.
    #[must_use]
    pub fn replay(&self) -> Option<Replay> {
        self.attributes.get(REPLAY).map(|text| Replay::parse(text))
    }
}

impl Message {
    /// A message of an event that the ledger has kept, in the group that it had.
    ///
    /// # Errors
    /// The bytes are no event.
    pub fn replay(
        bytes: &[u8],
        delivery: Option<DeliveryId>,
        replay: &Replay,
        ordering: Ordering,
        run: &ReplayRun,
    ) -> Result<Self, NoEvent> {
        let event = Event::read(bytes)?;
        let group = match ordering {
            Ordering::Project => group::of_project(event.project.as_ref().map(|link| link.id)),
            Ordering::Entity => {
                let entity = event.entity.as_ref();
                group::of_entity(entity.map(|link| (link.kind.as_str(), link.id)))
            }
        };
        let mut stored = StoredMessage::pack(bytes).unwrap_or_else(|| crate::truncate::fit(bytes));
        if let Some(delivery) = delivery.filter(|_| event.delivery.is_none()) {
            stored.attributes.insert(HEADER_DELIVERY.to_owned(), delivery.to_string());
        }
        stored.attributes.insert(RECEIVED_AT.to_owned(), run.now.to_string());
        Ok(again(stored, group, replay, run))
    }

    /// A message that was given up, as it was: whatever of it failed, or was never run.
    #[must_use]
    pub fn of_dead_letter(letter: &StoredMessage, group: &str, run: &ReplayRun) -> Self {
        again(letter.clone(), group.to_owned(), &Replay::All, run)
    }
}

fn again(mut stored: StoredMessage, group: String, replay: &Replay, run: &ReplayRun) -> Message {
    stored.attributes.insert(REPLAY.to_owned(), replay.text());
    let digest = Sha256::new()
        .chain_update(&run.id)
        .chain_update(&stored.body)
        .chain_update(told(&stored.attributes));
    Message { deduplication: hex::encode(digest.finalize()), stored, group }
}

/// What tells two messages of the same body apart; when they are sent does not.
fn told(attributes: &BTreeMap<String, String>) -> String {
    let lasting = attributes.iter().filter(|(name, _)| *name != RECEIVED_AT);
    serde_json::json!(lasting.collect::<BTreeMap<_, _>>()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"event_log_entry_id": 7, "event_type": "Shotgun_Shot_New",
        "entity": {"type": "Shot", "id": 1}, "project": {"type": "Project", "id": 65}}"#;

    fn run(id: &str) -> ReplayRun {
        ReplayRun { id: id.to_owned(), now: Timestamp::UNIX_EPOCH }
    }

    fn only(name: &str) -> Replay {
        Replay::Only(BTreeSet::from([name.to_owned()]))
    }

    fn message(replay: &Replay, id: &str) -> Message {
        let delivery = DeliveryId::parse("fe37d91a-fc99-4d9e-acb2-2a4b855348b1");
        Message::replay(EVENT.as_bytes(), delivery, replay, Ordering::Project, &run(id)).unwrap()
    }

    #[test]
    fn a_replay_is_the_event_with_what_is_to_be_run() {
        let stored = message(&only("make \"folders\""), "a").stored().clone();
        assert_eq!(stored.unpack().unwrap(), EVENT.as_bytes());
        assert_eq!(stored.replay(), Some(only("make \"folders\"")));
        let delivery = stored.header_delivery().unwrap().to_string();
        assert_eq!(delivery, "fe37d91a-fc99-4d9e-acb2-2a4b855348b1");
        assert_eq!(message(&Replay::All, "a").stored().replay(), Some(Replay::All));
        assert_eq!(StoredMessage::pack(b"{}").unwrap().replay(), None);
    }

    #[test]
    fn it_keeps_the_order_of_its_project() {
        assert_eq!(message(&Replay::All, "a").group(), "project-65");
        let entity =
            Message::replay(EVENT.as_bytes(), None, &Replay::All, Ordering::Entity, &run("a"));
        assert_eq!(entity.unwrap().group(), "Shot-1");
    }

    #[test]
    fn two_runs_and_two_automations_are_not_folded() {
        let ids = [
            message(&only("x"), "a").deduplication().to_owned(),
            message(&only("x"), "b").deduplication().to_owned(),
            message(&only("y"), "a").deduplication().to_owned(),
        ];
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(ids[0], message(&only("x"), "a").deduplication(), "a repeat is folded");
    }

    #[test]
    fn a_dead_letter_keeps_what_it_had() {
        let mut stored = StoredMessage::pack(b"no event").unwrap();
        stored.attributes.insert(HEADER_DELIVERY.to_owned(), "x".to_owned());
        let message = Message::of_dead_letter(&stored, "project-1", &run("a"));
        assert_eq!(message.group(), "project-1");
        assert_eq!(message.stored().unpack().unwrap(), b"no event");
        assert_eq!(message.stored().attributes[HEADER_DELIVERY], "x");
        assert_eq!(message.stored().replay(), Some(Replay::All));
    }
}
