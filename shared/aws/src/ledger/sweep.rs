//! What the sweep of the event log asks of the ledger, and its record in the same table.
//!
//! Not here: what is swept, and what is in the record (`sgh-sweep`).

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use sgh_core::ids::EventKey;
use sgh_queue::{LedgerError, RecordError, Saved, Seen, Stored, SweepRecord};

use super::item::{self, PK, REVISION, SEEN_BY, TEXT};
use super::read::{Attributes, items};
use super::{DynamoLedger, lost_condition};

#[async_trait]
impl Seen for DynamoLedger {
    async fn unseen(&self, keys: &[EventKey], now: Timestamp) -> Result<Vec<bool>, LedgerError> {
        let keys: Vec<String> = keys.iter().map(item::event_key).collect();
        // DynamoDB refuses a call that names an item twice.
        let once: BTreeSet<&String> = keys.iter().collect();
        let once = once.into_iter().cloned().collect();
        // Not the events that are kept with what failed: they would be megabytes.
        let found = items(self, once, Attributes::Only(&SEEN_BY)).await?;
        let is_seen = |key: &String| found.get(key).is_some_and(|item| item::is_seen(item, now));
        Ok(keys.iter().map(|key| !is_seen(key)).collect())
    }
}

#[async_trait]
impl SweepRecord for DynamoLedger {
    async fn load(&self, site_host: &str) -> Result<Option<Stored>, RecordError> {
        let found = self.read(item::record_key(site_host)).await;
        let Some(found) = found.map_err(|error| RecordError(error.0))? else { return Ok(None) };
        let stored = item::stored(&found);
        stored.map(Some).ok_or_else(|| {
            RecordError(format!("the item `{}` is no record", item::record_key(site_host)))
        })
    }

    async fn save_if(
        &self,
        site_host: &str,
        text: &str,
        revision: u64,
    ) -> Result<Saved, RecordError> {
        let mut call = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, AttributeValue::S(item::record_key(site_host)))
            .update_expression("SET #text = :text, #revision = :next")
            .expression_attribute_names("#text", TEXT)
            .expression_attribute_names("#revision", REVISION)
            .expression_attribute_values(":text", AttributeValue::S(text.to_owned()))
            .expression_attribute_values(":next", item::number(revision.saturating_add(1)));
        call = if revision == 0 {
            call.condition_expression("attribute_not_exists(#revision)")
        } else {
            call.condition_expression("#revision = :expected")
                .expression_attribute_values(":expected", item::number(revision))
        };
        match call.send().await {
            Ok(_) => Ok(Saved::Yes),
            // Also where our own answer was lost and the SDK asked again: whoever sweeps next
            // reads what we saved.
            Err(error) if lost_condition(&error).is_some() => Ok(Saved::Overtaken),
            Err(error) => Err(RecordError(self.place.fault(&error))),
        }
    }
}
