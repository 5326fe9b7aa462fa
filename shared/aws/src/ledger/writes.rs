//! Remembering writes of ours: many at a time, what DynamoDB puts off once more.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use jiff::Timestamp;
use sgh_queue::LedgerError;
use sgh_queue::ledger::{Chain, OwnWrite};

use super::DynamoLedger;
use super::item::{AUTOMATIONS, DEPTH, EXPIRES, PK, number, write_expiry, write_key};

/// Items in one `BatchWriteItem`. AWS.
const ITEMS_PER_CALL_MAX: usize = 25;
/// Calls for what is put off, beyond the one for each batch. Ours.
const MORE_CALLS_MAX: u32 = 6;
/// First wait before what was put off is tried again; doubled every time. Ours.
const WAIT_FIRST: Duration = Duration::from_millis(50);

pub(super) async fn remember(
    ledger: &DynamoLedger,
    writes: &[OwnWrite],
    now: Timestamp,
) -> Result<(), LedgerError> {
    let mut left = requests(writes, now)?;
    let mut put_off = 0;
    while !left.is_empty() {
        let rest = left.split_off(left.len().min(ITEMS_PER_CALL_MAX));
        let unprocessed = call(ledger, left).await?;
        left = rest;
        if !unprocessed.is_empty() {
            if put_off == MORE_CALLS_MAX {
                return Err(ledger.puts_off(unprocessed.len() + left.len(), "writes"));
            }
            // DynamoDB asks for longer and longer waits, and says not when it would take them.
            tokio::time::sleep(WAIT_FIRST * 2_u32.pow(put_off)).await;
            put_off += 1;
            left.extend(unprocessed);
        }
    }
    Ok(())
}

/// One request per field and value: DynamoDB refuses a call that names an item twice. The last
/// write counts.
fn requests(writes: &[OwnWrite], now: Timestamp) -> Result<Vec<WriteRequest>, LedgerError> {
    let key = |write: &OwnWrite| write_key(&write.entity, &write.field, &write.value);
    let last: HashMap<String, &Chain> =
        writes.iter().map(|write| (key(write), &write.chain)).collect();
    let request = |(key, chain): (String, &Chain)| {
        let names = chain.automations.iter().cloned().map(AttributeValue::S).collect();
        let put = PutRequest::builder()
            .item(PK, AttributeValue::S(key))
            .item(DEPTH, number(chain.depth))
            .item(AUTOMATIONS, AttributeValue::L(names))
            .item(EXPIRES, number(write_expiry(now)))
            .build()
            .map_err(|error| LedgerError(error.to_string()))?;
        Ok(WriteRequest::builder().put_request(put).build())
    };
    last.into_iter().map(request).collect()
}

async fn call(
    ledger: &DynamoLedger,
    requests: Vec<WriteRequest>,
) -> Result<Vec<WriteRequest>, LedgerError> {
    let call = ledger.client.batch_write_item().request_items(&ledger.table, requests);
    let answer = call.send().await.map_err(|error| LedgerError(ledger.place.fault(&error)))?;
    Ok(answer.unprocessed_items.into_iter().flatten().flat_map(|(_, items)| items).collect())
}
