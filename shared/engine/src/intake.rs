//! From a received message to an event and the automations that want it. Nothing is read yet.

use sgh_automations::matching;
use sgh_core::envelope;
use sgh_core::event::Event;
use sgh_core::ids::{DeliveryId, EventKey};
use sgh_queue::Received;
use sgh_site::SiteError;
use sha2::{Digest, Sha256};

use crate::Engine;

/// One message of a batch.
pub(crate) enum Item {
    /// Nothing in it can be worked.
    Unreadable { received: Received, delivery: Option<DeliveryId>, why: String },
    /// An event.
    Event(Box<EventItem>),
}

/// A message that holds an event.
pub(crate) struct EventItem {
    pub received: Received,
    /// Where its acknowledgement goes.
    pub delivery: Option<DeliveryId>,
    pub event: Event,
    /// What the ledger knows it by.
    pub key: EventKey,
    /// The event as it was signed.
    pub bytes: Vec<u8>,
    /// The automations that want it, by their place in sgh.yaml.
    pub wanted: Vec<usize>,
    /// Whether all that is left is to acknowledge it, as far as the ledger knew before the claim.
    pub ended: bool,
    /// Why what is missing of it could not be read just now.
    pub held: Option<SiteError>,
}

impl Item {
    pub(crate) fn event(&mut self) -> Option<&mut EventItem> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Event(item) => Some(item),
        }
    }

    pub(crate) fn received(&self) -> &Received {
        match self {
            Self::Unreadable { received, .. } => received,
            Self::Event(item) => &item.received,
        }
    }
}

impl Engine {
    pub(crate) fn take_in(&self, received: Received) -> Item {
        let header = received.message.header_delivery();
        let bytes = match received.message.unpack() {
            Ok(bytes) => bytes,
            Err(error) => {
                return Item::Unreadable { received, delivery: header, why: error.to_string() };
            }
        };
        match Event::read(&bytes) {
            Ok(event) => {
                let (delivery, wanted) = (event.delivery.or(header), self.wanted(&event));
                let key = self.key(&event, &bytes);
                Item::Event(Box::new(EventItem {
                    received,
                    delivery,
                    event,
                    key,
                    bytes,
                    wanted,
                    ended: false,
                    held: None,
                }))
            }
            Err(error) => {
                let delivery = envelope::delivery_id(&bytes).or(header);
                Item::Unreadable { received, delivery, why: error.to_string() }
            }
        }
    }

    /// An event that stands in no event log and names no delivery is known by its bytes.
    fn key(&self, event: &Event, bytes: &[u8]) -> EventKey {
        if event.entry.is_some() || event.delivery.is_some() {
            return event.key(&self.site_host);
        }
        let digest = hex::encode(Sha256::digest(bytes));
        EventKey::of_service_event(&self.site_host, &digest, None)
    }

    /// The automations that want an event, in the order of sgh.yaml.
    pub(crate) fn wanted(&self, event: &Event) -> Vec<usize> {
        let automations = self.rules.config.automations.iter().enumerate();
        automations
            .filter(|(_, automation)| matching::wants(automation, event).is_ok())
            .map(|(place, _)| place)
            .collect()
    }
}

/// The items of each group in order, the groups in the order of their first items.
pub(crate) fn groups(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut groups: Vec<Vec<Item>> = Vec::new();
    for item in items {
        let name = &item.received().group;
        let same =
            |group: &&mut Vec<Item>| group.iter().any(|other| other.received().group == *name);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}
