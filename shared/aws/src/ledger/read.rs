//! Reading items: a hundred a call, some calls at once, what is put off once more.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::{StreamExt, TryStreamExt, stream};
use sgh_queue::LedgerError;

use super::DynamoLedger;
use super::item::{Item, PK};
use super::patience::{Patient, is_put_off};

/// Items in one `BatchGetItem`. AWS.
const ITEMS_PER_CALL_MAX: usize = 100;
/// Calls at once. Ours.
const CALLS_AT_ONCE: usize = 8;

/// How much of an item is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Attributes {
    /// All of it.
    All,
    /// These, and the key.
    Only(&'static [&'static str]),
}

/// Those items that there are, by key. A key must not come twice.
pub(super) async fn items(
    ledger: &DynamoLedger,
    mut left: Vec<String>,
    attributes: Attributes,
) -> Result<HashMap<String, Item>, LedgerError> {
    let mut found = HashMap::new();
    let mut patient = Patient::default();
    while !left.is_empty() {
        let calls: Vec<_> = left
            .chunks(ITEMS_PER_CALL_MAX)
            .map(|keys| call(ledger, keys.to_vec(), attributes))
            .collect();
        let answers: Vec<Answer> =
            stream::iter(calls).buffer_unordered(CALLS_AT_ONCE).try_collect().await?;
        let count = left.len();
        left.clear();
        for Answer { items, put_off } in answers {
            for item in items {
                found.insert(key(&item)?.to_owned(), item);
            }
            left.extend(put_off);
        }
        if !left.is_empty() && !patient.waits(left.len() == count).await {
            return Err(ledger.puts_off(left.len(), "reads"));
        }
    }
    Ok(found)
}

struct Answer {
    items: Vec<Item>,
    /// Keys that were not looked at.
    put_off: Vec<String>,
}

/// Sees every write that was answered before.
async fn call(
    ledger: &DynamoLedger,
    keys: Vec<String>,
    attributes: Attributes,
) -> Result<Answer, LedgerError> {
    let named = |key: &String| HashMap::from([(PK.to_owned(), AttributeValue::S(key.clone()))]);
    let mut wanted = KeysAndAttributes::builder()
        .set_keys(Some(keys.iter().map(named).collect()))
        .consistent_read(true);
    if let Attributes::Only(names) = attributes {
        // By numbers: a name of ours may be a word of DynamoDB's.
        let number = |place: usize| format!("#a{place}");
        let numbers: Vec<String> = (0..=names.len()).map(number).collect();
        wanted = wanted.projection_expression(numbers.join(", "));
        for (number, name) in numbers.iter().zip([PK].iter().chain(names)) {
            wanted = wanted.expression_attribute_names(number, *name);
        }
    }
    let wanted = wanted.build().map_err(|error| LedgerError(error.to_string()))?;
    match ledger.client.batch_get_item().request_items(&ledger.table, wanted).send().await {
        Ok(answer) => {
            let items = answer.responses.into_iter().flatten().flat_map(|(_, items)| items);
            let rest = answer.unprocessed_keys.into_iter().flatten();
            let rest = rest.flat_map(|(_, keys)| keys.keys);
            let put_off = rest.map(|rest| key(&rest).map(str::to_owned));
            Ok(Answer { items: items.collect(), put_off: put_off.collect::<Result<_, _>>()? })
        }
        Err(error) if error.code().is_some_and(is_put_off) => {
            Ok(Answer { items: Vec::new(), put_off: keys })
        }
        Err(error) => Err(LedgerError(ledger.place.fault(&error))),
    }
}

fn key(item: &Item) -> Result<&str, LedgerError> {
    let key = item.get(PK).and_then(|key| key.as_s().ok());
    let key = key.ok_or_else(|| LedgerError("DynamoDB gives an item without its key".into()));
    key.map(String::as_str)
}
