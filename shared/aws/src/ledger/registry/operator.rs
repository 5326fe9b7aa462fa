//! What operators ask, and no worker: all folders of an entity, and to forget them.
//!
//! No key leads from an entity to all of its folders, nor from a folder to those below it, so the
//! whole table is looked through: once to list, once more for each storage to forget. That takes
//! seconds where it is large. A worker has the rights for none of this.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_queue::LedgerError;

use super::DynamoLedger;
use super::below::{Below, Range};
use super::item::{self, ENTITY, PATH, ROOT};
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
    let mut folders = folders(&scan(ledger, &Filter::of(entity)).await?)?;
    folders.sort();
    Ok(folders)
}

/// Its folders and places, and all folders below its own. Its own go last: they are what leads a
/// repeat to the others, should this be cut short.
pub(super) async fn forget(
    ledger: &DynamoLedger,
    entity: &EntityRef,
) -> Result<Vec<RegisteredFolder>, LedgerError> {
    let its = scan(ledger, &Filter::of(entity)).await?;
    let mut others = Vec::new();
    let its_folders = folders(&its)?;
    let below = Below::of(&its_folders);
    for range in below.ranges() {
        for item in scan(ledger, &Filter::within(range)).await? {
            let is_other =
                |folder: RegisteredFolder| folder.entity != *entity && below.holds(&folder.at);
            if item::folder(&item)?.is_some_and(is_other) {
                others.push(item);
            }
        }
    }
    let mut forgotten = forget_items(ledger, others).await?;
    forgotten.extend(forget_items(ledger, its).await?);
    forgotten.sort();
    Ok(forgotten)
}

fn folders(items: &[Item]) -> Result<Vec<RegisteredFolder>, LedgerError> {
    items.iter().filter_map(|item| item::folder(item).transpose()).collect()
}

/// In any order. Answers the folders among them.
async fn forget_items(
    ledger: &DynamoLedger,
    items: Vec<Item>,
) -> Result<Vec<RegisteredFolder>, LedgerError> {
    let calls: Vec<_> = items.into_iter().map(|item| forget_item(ledger, item)).collect();
    let forgotten: Vec<_> =
        stream::iter(calls).buffer_unordered(CALLS_AT_ONCE).try_collect().await?;
    Ok(forgotten.into_iter().flatten().collect())
}

/// Answers the folder that it was; `None` for a place, and for what has become another's.
async fn forget_item(
    ledger: &DynamoLedger,
    item: Item,
) -> Result<Option<RegisteredFolder>, LedgerError> {
    let text = |name| item::text(&item, name).map(|text| AttributeValue::S(text.to_owned()));
    let call = ledger
        .client
        .delete_item()
        .table_name(&ledger.table)
        .key(PK, text(PK)?)
        .condition_expression("#entity = :entity")
        .expression_attribute_names("#entity", ENTITY)
        .expression_attribute_values(":entity", text(ENTITY)?);
    match call.send().await {
        Ok(_) => item::folder(&item),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(None),
        Err(error) => Err(LedgerError(ledger.place.fault(&error))),
    }
}

/// Which items are given of those that are looked at.
struct Filter {
    expression: &'static str,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Filter {
    /// All that is of an entity: folders and places.
    fn of(entity: &EntityRef) -> Self {
        let values = [(":entity", entity.to_string())];
        Self::new("#entity = :entity", [("#entity", ENTITY)], values)
    }

    /// Folders from one path to another.
    fn within(Range { root, first, last }: Range<'_>) -> Self {
        let values = [(":root", root.to_owned()), (":first", first), (":last", last)];
        let names = [("#root", ROOT), ("#path", PATH)];
        Self::new("#root = :root AND #path BETWEEN :first AND :last", names, values)
    }

    fn new<const N: usize, const V: usize>(
        expression: &'static str,
        names: [(&str, &str); N],
        values: [(&str, String); V],
    ) -> Self {
        let value = |(name, text): (&str, String)| (name.to_owned(), AttributeValue::S(text));
        let names = names.map(|(name, of)| (name.to_owned(), of.to_owned()));
        Self { expression, names: names.into(), values: values.map(value).into() }
    }
}

/// Every item that a filter lets through.
async fn scan(ledger: &DynamoLedger, filter: &Filter) -> Result<Vec<Item>, LedgerError> {
    let parts: Vec<_> = (0..PARTS).map(|part| scan_part(ledger, filter, part)).collect();
    let found: Vec<Vec<Item>> = futures_util::future::try_join_all(parts).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Page by page: a page is 1 MB of the table, whatever is found in it.
async fn scan_part(
    ledger: &DynamoLedger,
    filter: &Filter,
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
            .filter_expression(filter.expression)
            .set_expression_attribute_names(Some(filter.names.clone()))
            .set_expression_attribute_values(Some(filter.values.clone()))
            .set_exclusive_start_key(after);
        let page = call.send().await.map_err(|error| LedgerError(ledger.place.fault(&error)))?;
        found.extend(page.items.into_iter().flatten());
        after = page.last_evaluated_key.filter(|key| !key.is_empty());
        if after.is_none() {
            return Ok(found);
        }
    }
}
