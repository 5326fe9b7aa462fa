//! The ledger in DynamoDB: one item per event, one per field that we wrote.
//!
//! A claim, a record and a release are one conditional write each, so two workers never both have
//! an event. Times are the caller's. DynamoDB removes expired items days late; so an item says
//! itself when it stops counting, and every read looks at that.
//!
//! Not here: how an item is laid out (`item`), remembering writes (`writes`), what the sweep asks
//! (`sweep`), and the folders that the table keeps too (`registry`).

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure,
};
use jiff::Timestamp;
use sgh_core::ids::{EntityRef, EventKey};
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};
use sgh_queue::{Claim, Halts, Ledger, LedgerEntry, LedgerError, Owner};

use crate::fault::Place;

mod failures;
mod halts;
mod item;
mod patience;
mod read;
mod registry;
mod sweep;
mod writes;

use item::{ENTRY, EXPIRES, KEPT, KEPT_SIZE, KNOWN_UNTIL, LEASE_UNTIL, OWNER, PK};

/// A ledger, and a registry of folders, in a DynamoDB table with the string key `pk` and time to
/// live on `expires`.
#[derive(Debug, Clone)]
pub struct DynamoLedger {
    client: Client,
    table: String,
    place: Place,
}

impl DynamoLedger {
    /// The ledger in this table, by name or ARN.
    #[must_use]
    pub fn new(config: &SdkConfig, table: &str) -> Self {
        let place = Place::of_config("table", table, config, "SGH_LEDGER");
        Self { client: Client::new(config), table: table.to_owned(), place }
    }

    fn update(&self, event: &EventKey) -> UpdateItemFluentBuilder {
        let key = AttributeValue::S(item::event_key(event));
        self.client.update_item().table_name(&self.table).key(PK, key)
    }
}

#[async_trait]
impl Ledger for DynamoLedger {
    async fn claim(
        &self,
        event: &EventKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, LedgerError> {
        let call = self
            .update(event)
            .update_expression("SET #owner = :me, #lease = :until, #expires = :expires")
            .condition_expression("attribute_not_exists(#lease) OR #lease <= :now OR #owner = :me")
            .expression_attribute_names("#owner", OWNER)
            .expression_attribute_names("#lease", LEASE_UNTIL)
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":me", AttributeValue::S(owner.0.clone()))
            .expression_attribute_values(":until", item::number(until.as_millisecond()))
            .expression_attribute_values(":now", item::number(now.as_millisecond()))
            .expression_attribute_values(":expires", item::number(item::expiry(now.max(until))))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        match call.send().await {
            Ok(answer) => {
                let item = answer.attributes.unwrap_or_default();
                let known = item::entry(event, &item, now)?;
                Ok(Claim::Ours(known.unwrap_or_default()))
            }
            Err(error) => match lost_condition(&error) {
                Some(item) => Ok(Claim::Busy { until: item::lease(event, item)? }),
                None => Err(LedgerError(self.place.fault(&error))),
            },
        }
    }

    async fn record(
        &self,
        event: &EventKey,
        owner: &Owner,
        entry: &LedgerEntry,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let packed = item::Packed::of(event, entry)?;
        let mut call = self
            .update(event)
            .condition_expression("#owner = :me")
            .expression_attribute_names("#owner", OWNER)
            .expression_attribute_names("#lease", LEASE_UNTIL)
            .expression_attribute_names("#entry", ENTRY)
            .expression_attribute_names("#known", KNOWN_UNTIL)
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_names("#kept", KEPT)
            .expression_attribute_names("#size", KEPT_SIZE)
            .expression_attribute_values(":me", AttributeValue::S(owner.0.clone()))
            .expression_attribute_values(":entry", AttributeValue::S(packed.entry))
            .expression_attribute_values(":expires", item::number(item::expiry(now)));
        let set = "SET #entry = :entry, #known = :expires, #expires = :expires";
        // The owner stays: the same record made twice, after an answer that was lost, is no error.
        call = match (packed.kept, packed.kept_size) {
            (Some(kept), Some(size)) => call
                .update_expression(format!("{set}, #kept = :kept, #size = :size REMOVE #lease"))
                .expression_attribute_values(":kept", kept)
                .expression_attribute_values(":size", size),
            (None, Some(size)) => call
                .update_expression(format!("{set}, #size = :size REMOVE #lease, #kept"))
                .expression_attribute_values(":size", size),
            (_, None) => call.update_expression(format!("{set} REMOVE #lease, #kept, #size")),
        };
        call.send().await.map(drop).map_err(|error| match lost_condition(&error) {
            Some(_) => {
                LedgerError(format!("the claim on event {event} was lost to another worker"))
            }
            None => LedgerError(self.place.fault(&error)),
        })
    }

    async fn release(&self, event: &EventKey, owner: &Owner) -> Result<(), LedgerError> {
        let call = self
            .update(event)
            .update_expression("REMOVE #lease, #owner")
            .condition_expression("#owner = :me")
            .expression_attribute_names("#owner", OWNER)
            .expression_attribute_names("#lease", LEASE_UNTIL)
            .expression_attribute_values(":me", AttributeValue::S(owner.0.clone()));
        match call.send().await {
            Err(error) if lost_condition(&error).is_none() => {
                Err(LedgerError(self.place.fault(&error)))
            }
            // A claim that is not ours is left alone.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn entry(
        &self,
        event: &EventKey,
        now: Timestamp,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        let item = self.read(item::event_key(event)).await?;
        item.map_or(Ok(None), |item| item::entry(event, &item, now))
    }

    async fn remember_writes(
        &self,
        writes: &[OwnWrite],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        writes::remember(self, writes, now).await
    }

    async fn chain_of(
        &self,
        entity: &EntityRef,
        field: &str,
        value: &ValueMark,
        now: Timestamp,
    ) -> Result<Option<Chain>, LedgerError> {
        let item = self.read(item::write_key(entity, field, value)).await?;
        Ok(item.and_then(|item| item::chain(&item, now)))
    }

    fn halts(&self) -> Option<&dyn Halts> {
        Some(self)
    }
}

impl DynamoLedger {
    /// Sees every write that was answered before.
    async fn read(&self, key: String) -> Result<Option<item::Item>, LedgerError> {
        let call = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = call.key(PK, AttributeValue::S(key)).send().await;
        Ok(answer.map_err(|error| LedgerError(self.place.fault(&error)))?.item)
    }

    /// What was tried long enough.
    fn puts_off(&self, count: usize, what: &str) -> LedgerError {
        let table = &self.table;
        LedgerError(format!("table `{table}` puts off {count} {what}; is its capacity used up?"))
    }
}

/// The item as it is, where a write was refused by its condition; else it failed otherwise.
fn lost_condition<R>(error: &SdkError<UpdateItemError, R>) -> Option<&item::Item> {
    static NO_ITEM: std::sync::LazyLock<item::Item> = std::sync::LazyLock::new(item::Item::new);
    if let UpdateItemError::ConditionalCheckFailedException(failed) = error.as_service_error()? {
        Some(failed.item().unwrap_or(&NO_ITEM))
    } else {
        None
    }
}
