//! Looking through the table for what failed: an operator's question, page by page.
//!
//! A page is what DynamoDB looked through in one go, 1 MB of the table, whatever is found in it.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use sgh_core::ids::EventKey;
use sgh_queue::{Failure, FailureFilter, FailurePage, Failures, LedgerError, PageMark};

use super::DynamoLedger;
use super::item::{self, ENTRY, Item, KNOWN_UNTIL, PK};

/// What stands before the key of an event.
const EVENT: &str = "event#";
/// The text of an entry with a failed ending. In a name or a reason its quotes are escaped.
const FAILED: &str = "\"kind\":\"failed\"";

#[async_trait]
impl Failures for DynamoLedger {
    async fn failures(
        &self,
        filter: &FailureFilter,
        after: Option<&PageMark>,
        now: Timestamp,
    ) -> Result<FailurePage, LedgerError> {
        let after =
            after.map(|mark| HashMap::from([(PK.to_owned(), AttributeValue::S(mark.0.clone()))]));
        let call = self
            .client
            .scan()
            .table_name(&self.table)
            .consistent_read(true)
            .filter_expression(
                "begins_with(#pk, :event) AND contains(#entry, :failed) AND #known > :now",
            )
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#entry", ENTRY)
            .expression_attribute_names("#known", KNOWN_UNTIL)
            .expression_attribute_values(":event", AttributeValue::S(EVENT.to_owned()))
            .expression_attribute_values(":failed", AttributeValue::S(FAILED.to_owned()))
            .expression_attribute_values(":now", item::number(now.as_second()))
            .set_exclusive_start_key(after);
        let page = call.send().await.map_err(|error| LedgerError(self.place.fault(&error)))?;
        let mut failures = Vec::new();
        for item in page.items.into_iter().flatten() {
            let failure = failure(&item, now)?;
            failures.extend(failure.filter(|failure| filter.takes(failure)));
        }
        let next = page.last_evaluated_key.as_ref().and_then(|key| key.get(PK)?.as_s().ok());
        Ok(FailurePage { failures, next: next.cloned().map(PageMark) })
    }
}

fn failure(found: &Item, now: Timestamp) -> Result<Option<Failure>, LedgerError> {
    let Some(AttributeValue::S(key)) = found.get(PK) else { return Ok(None) };
    let event = EventKey::of_ledger(key.strip_prefix(EVENT).unwrap_or(key));
    let Some(entry) = item::entry(&event, found, now)? else { return Ok(None) };
    let Some(recorded_at) = item::recorded_at(found) else { return Ok(None) };
    Ok(Some(Failure { event, entry, recorded_at }))
}
