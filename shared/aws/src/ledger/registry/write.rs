//! Writing folders: up to a hundred items in one transaction, some transactions at once.
//!
//! A transaction is cancelled as a whole, so whatever it held is looked at again. The SDK gives
//! each a token, so that one whose answer was lost is not made twice.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, TransactWriteItem, Update};
use futures_util::{StreamExt, TryStreamExt, stream};
use sgh_core::folder::RegisteredFolder;
use sgh_queue::LedgerError;

use super::DynamoLedger;
use super::item::{ENTITY, LOCATION, NAME, Names, OTHER, OWN, PATH, Place, ROOT};
use super::plan::Write;
use crate::ledger::item::PK;
use crate::ledger::patience::is_put_off;

/// Items in one `TransactWriteItems`. AWS.
const ITEMS_PER_CALL_MAX: usize = 100;
/// Bytes in one. AWS allows 4 MB; the rest is for names and keys.
const SIZE_PER_CALL_MAX: usize = 3_000_000;
/// Transactions at once. Ours: more of them, and a table that was idle would put them off.
const CALLS_AT_ONCE: usize = 4;

/// Makes these writes. Answers the keys of folders that were not written and should be looked at
/// again.
pub(super) async fn all(
    ledger: &DynamoLedger,
    writes: Vec<Write>,
) -> Result<BTreeSet<String>, LedgerError> {
    let calls: Vec<_> = calls(writes).into_iter().map(|writes| call(ledger, writes)).collect();
    let again: Vec<BTreeSet<String>> =
        stream::iter(calls).buffer_unordered(CALLS_AT_ONCE).try_collect().await?;
    Ok(again.into_iter().flatten().collect())
}

/// Which writes go into one transaction; none is torn apart.
pub(super) fn calls(writes: Vec<Write>) -> Vec<Vec<Write>> {
    let mut calls = Vec::new();
    let (mut call, mut items, mut size) = (Vec::new(), 0, 0);
    for write in writes {
        let more_items = write.folders.len() + usize::from(write.place.is_some());
        let more_size = write.folders.values().map(size_of).sum::<usize>();
        let is_full =
            items + more_items > ITEMS_PER_CALL_MAX || size + more_size > SIZE_PER_CALL_MAX;
        if is_full && !call.is_empty() {
            calls.push(std::mem::take(&mut call));
            (items, size) = (0, 0);
        }
        call.push(write);
        (items, size) = (items + more_items, size + more_size);
    }
    if !call.is_empty() {
        calls.push(call);
    }
    calls
}

/// What DynamoDB counts, and some more: the folder, and its name in a place.
fn size_of(folder: &RegisteredFolder) -> usize {
    let RegisteredFolder { at, entity, name, .. } = folder;
    at.root.len() + 2 * at.path.len() + 2 * entity.kind.len() + name.len() + 500
}

async fn call(ledger: &DynamoLedger, writes: Vec<Write>) -> Result<BTreeSet<String>, LedgerError> {
    let mut call = ledger.client.transact_write_items();
    for write in &writes {
        for (key, folder) in &write.folders {
            call = call.transact_items(update(ledger, key, of_folder(folder, write.is_rename))?);
        }
        if let Some((place, names)) = &write.place {
            call = call.transact_items(update(ledger, &place.key(), of_place(place, names))?);
        }
    }
    match call.send().await {
        Ok(_) => Ok(BTreeSet::new()),
        Err(error) if is_worth_another(&error) => {
            Ok(writes.into_iter().flat_map(|write| write.folders.into_keys()).collect())
        }
        Err(error) => Err(fault(ledger, &error)),
    }
}

/// An `UpdateItem` and not a `PutItem`, so that a worker needs no right that it has not got.
fn update(
    ledger: &DynamoLedger,
    key: &str,
    update: UpdateBuilder,
) -> Result<TransactWriteItem, LedgerError> {
    let update = update.table_name(&ledger.table).key(PK, AttributeValue::S(key.to_owned()));
    let update = update.build().map_err(|error| LedgerError(error.to_string()))?;
    Ok(TransactWriteItem::builder().update(update).build())
}

fn of_folder(folder: &RegisteredFolder, is_rename: bool) -> UpdateBuilder {
    let RegisteredFolder { at, entity, name, is_primary: _, location } = folder;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    // What was forgotten meanwhile is not to come back without its place.
    let condition = match is_rename {
        true => "#entity = :entity",
        false => "attribute_not_exists(#entity) OR #entity = :entity",
    };
    let mut set = "SET #root = :root, #path = :path, #entity = :entity, #name = :name".to_owned();
    let mut update = Update::builder();
    if let Some(location) = location {
        // Where none is given, the one that is known stays.
        set.push_str(", #location = :location");
        update = update
            .expression_attribute_names("#location", LOCATION)
            .expression_attribute_values(":location", AttributeValue::N(location.to_string()));
    }
    update
        .update_expression(set)
        .condition_expression(condition)
        .expression_attribute_names("#root", ROOT)
        .expression_attribute_names("#path", PATH)
        .expression_attribute_names("#entity", ENTITY)
        .expression_attribute_names("#name", NAME)
        .expression_attribute_values(":root", text(&at.root))
        .expression_attribute_values(":path", text(&at.path))
        .expression_attribute_values(":entity", AttributeValue::S(entity.to_string()))
        .expression_attribute_values(":name", text(name))
}

/// Adds to what is there, so that two workers at once lose neither's names.
fn of_place(place: &Place, names: &Names) -> UpdateBuilder {
    let mut update = Update::builder()
        .expression_attribute_names("#entity", ENTITY)
        .expression_attribute_values(":entity", AttributeValue::S(place.entity.to_string()));
    let mut added = Vec::new();
    for (attribute, names) in [(OWN, &names.own), (OTHER, &names.other)] {
        if !names.is_empty() {
            added.push(format!("#{attribute} :{attribute}"));
            let names = AttributeValue::Ss(names.iter().cloned().collect());
            update = update
                .expression_attribute_names(format!("#{attribute}"), attribute)
                .expression_attribute_values(format!(":{attribute}"), names);
        }
    }
    update.update_expression(format!("SET #entity = :entity ADD {}", added.join(", ")))
}

/// Somebody else was faster or at it just now, or DynamoDB is busy.
fn is_worth_another<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let is_later = |code: &str| {
        ["None", "ConditionalCheckFailed", "TransactionConflict"].contains(&code)
            || is_put_off(code)
    };
    match reasons(error) {
        [] => error.code().is_some_and(is_put_off),
        reasons => reasons.iter().all(|reason| reason.code().is_none_or(is_later)),
    }
}

/// Why a transaction was cancelled, one reason for each item.
fn reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> &[CancellationReason] {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        Some(_) | None => &[],
    }
}

/// A cancelled transaction says why for each item, and of itself nothing that helps.
fn fault<R>(ledger: &DynamoLedger, error: &SdkError<TransactWriteItemsError, R>) -> LedgerError
where
    R: std::fmt::Debug + 'static,
{
    let of_item = reasons(error).iter().find_map(|reason| {
        let code = reason.code().filter(|code| *code != "None")?;
        Some(format!(" ({code}: {})", reason.message().unwrap_or("no reason given")))
    });
    LedgerError(ledger.place.fault(error) + &of_item.unwrap_or_default())
}
