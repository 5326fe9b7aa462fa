//! Taking back single folders, by their keys.
//!
//! The place that a folder is in goes on naming it: a name that leads to nothing is passed over,
//! and is there already should the folder come back.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use sgh_core::folder::RegisteredFolder;
use sgh_queue::LedgerError;

use super::DynamoLedger;
use super::item::{ENTITY, folder_key};
use crate::ledger::item::PK;

/// Items that are deleted at once. Ours.
const CALLS_AT_ONCE: usize = 8;

pub(super) async fn all(
    ledger: &DynamoLedger,
    folders: &[RegisteredFolder],
) -> Result<(), LedgerError> {
    let calls: Vec<_> = folders.iter().map(|folder| one(ledger, folder)).collect();
    stream::iter(calls).buffer_unordered(CALLS_AT_ONCE).try_collect().await
}

/// What has become another entity's stays.
async fn one(ledger: &DynamoLedger, folder: &RegisteredFolder) -> Result<(), LedgerError> {
    let RegisteredFolder { at, entity, is_primary, .. } = folder;
    let call = ledger
        .client
        .delete_item()
        .table_name(&ledger.table)
        .key(PK, AttributeValue::S(folder_key(at, entity, *is_primary)))
        .condition_expression("#entity = :entity")
        .expression_attribute_names("#entity", ENTITY)
        .expression_attribute_values(":entity", AttributeValue::S(entity.to_string()));
    match call.send().await {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(()),
        Err(error) => Err(LedgerError(ledger.place.fault(&error))),
    }
}
