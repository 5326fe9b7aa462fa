//! What operators ask, and no worker: all folders of an entity, and to forget them.
//!
//! No key leads from an entity to all of its folders, so the whole table is looked through; that
//! takes seconds where it is large. A worker has the rights for none of this.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_queue::LedgerError;

use super::DynamoLedger;
use super::item::{self, ENTITY};
use crate::ledger::item::{Item, PK};

/// Parts of the table that are looked through at once. Ours.
const PARTS: i32 = 4;
/// Items that are forgotten at once. Ours.
const CALLS_AT_ONCE: usize = 8;

/// Sorted.
pub(super) async fn folders_of(
    ledger: &DynamoLedger,
    entity: &EntityRef,
) -> Result<Vec<RegisteredFolder>, LedgerError> {
    let items = items_of(ledger, entity).await?;
    let folders = items.iter().filter_map(|item| item::folder(item).transpose());
    let mut folders = folders.collect::<Result<Vec<_>, _>>()?;
    folders.sort();
    Ok(folders)
}

/// Its folders and places, in any order: what a crash leaves, the next one finds again.
pub(super) async fn forget(
    ledger: &DynamoLedger,
    entity: &EntityRef,
) -> Result<Vec<RegisteredFolder>, LedgerError> {
    let items = items_of(ledger, entity).await?;
    let calls: Vec<_> = items.into_iter().map(|item| forget_item(ledger, entity, item)).collect();
    let forgotten: Vec<_> =
        stream::iter(calls).buffer_unordered(CALLS_AT_ONCE).try_collect().await?;
    let mut forgotten: Vec<_> = forgotten.into_iter().flatten().collect();
    forgotten.sort();
    Ok(forgotten)
}

/// Answers the folder that it was; `None` for a place, and for what has become another's.
async fn forget_item(
    ledger: &DynamoLedger,
    entity: &EntityRef,
    item: Item,
) -> Result<Option<RegisteredFolder>, LedgerError> {
    let key = AttributeValue::S(item::text(&item, PK)?.to_owned());
    let call = ledger
        .client
        .delete_item()
        .table_name(&ledger.table)
        .key(PK, key)
        .condition_expression("#entity = :entity")
        .expression_attribute_names("#entity", ENTITY)
        .expression_attribute_values(":entity", AttributeValue::S(entity.to_string()));
    match call.send().await {
        Ok(_) => item::folder(&item),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(None),
        Err(error) => Err(LedgerError(ledger.place.fault(&error))),
    }
}

/// Every item that is of an entity.
async fn items_of(ledger: &DynamoLedger, entity: &EntityRef) -> Result<Vec<Item>, LedgerError> {
    let parts: Vec<_> = (0..PARTS).map(|part| part_of(ledger, entity, part)).collect();
    let found: Vec<Vec<Item>> = futures_util::future::try_join_all(parts).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Page by page: a page is 1 MB of the table, whatever is found in it.
async fn part_of(
    ledger: &DynamoLedger,
    entity: &EntityRef,
    part: i32,
) -> Result<Vec<Item>, LedgerError> {
    let mut found = Vec::new();
    let mut after: Option<HashMap<String, AttributeValue>> = None;
    loop {
        let call = ledger
            .client
            .scan()
            .table_name(&ledger.table)
            .consistent_read(true)
            .segment(part)
            .total_segments(PARTS)
            .filter_expression("#entity = :entity")
            .expression_attribute_names("#entity", ENTITY)
            .expression_attribute_values(":entity", AttributeValue::S(entity.to_string()))
            .set_exclusive_start_key(after);
        let page = call.send().await.map_err(|error| LedgerError(ledger.place.fault(&error)))?;
        found.extend(page.items.into_iter().flatten());
        after = page.last_evaluated_key.filter(|key| !key.is_empty());
        if after.is_none() {
            return Ok(found);
        }
    }
}
