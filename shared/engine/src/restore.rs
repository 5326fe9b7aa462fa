//! Events whose values were too large to send are read again, whole, from the event log.

use std::collections::BTreeMap;

use serde_json::Value;
use sgh_site::facts::Read;
use tracing::warn;

use crate::Engine;
use crate::intake::{EventItem, Item};
use crate::reading::Count;

/// The site's type of event log entries.
const EVENT_LOG: &str = "EventLogEntry";
/// Where an entry keeps what a delivery has in `meta`.
const META: &str = "meta";

/// Restores what can be restored, with one search. An event whose entry cannot be read just now
/// is held back; one whose entry is gone, or hidden from us, is decided on what is there.
pub(crate) async fn restore(engine: &Engine, items: &mut [Item], count: &Count) {
    let ids: Vec<u64> = items.iter().filter_map(cut).filter_map(|item| item.event.entry).collect();
    if ids.is_empty() || !count.take() {
        return;
    }
    match engine.rules.site.search(&Read::of_ids(EVENT_LOG, ids, [META]).search()).await {
        Ok(records) => {
            let metas: BTreeMap<u64, Value> = records
                .into_iter()
                .filter_map(|mut record| Some((record.entity.id, record.fields.remove(META)?)))
                .collect();
            for item in items.iter_mut().filter_map(Item::event) {
                let meta = item.event.entry.filter(|_| item.event.truncated);
                if let Some(Value::Object(meta)) = meta.and_then(|entry| metas.get(&entry).cloned())
                {
                    item.event.meta = meta;
                    item.event.truncated = false;
                    item.wanted = engine.wanted(&item.event);
                }
            }
        }
        Err(error) if error.is_passing() => {
            for item in items.iter_mut().filter_map(Item::event) {
                if is_cut(item) {
                    item.held = Some(error.clone());
                }
            }
        }
        Err(error) => warn!(%error, "events without their values; decided on the present state"),
    }
}

fn cut(item: &Item) -> Option<&EventItem> {
    match item {
        Item::Event(item) if is_cut(item) => Some(item),
        Item::Event(_) | Item::Unreadable { .. } => None,
    }
}

fn is_cut(item: &EventItem) -> bool {
    item.event.truncated && item.event.entry.is_some() && !item.wanted.is_empty() && !item.ended
}
