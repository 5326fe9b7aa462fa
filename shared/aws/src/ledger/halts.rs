//! Halts in the table, one item for each automation that ever halted.
//!
//! An item stays when its halt is lifted, with the number of its last state: so whoever read a
//! state before cannot change a later one. Not here: what a halt means (`sgh-engine`).

use std::collections::BTreeMap;
use std::io::Read;

use async_trait::async_trait;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use flate2::read::GzDecoder;
use sgh_queue::LedgerError;
use sgh_queue::halts::{Halt, HaltMark, Halts, StandingHalt};

use super::item::{CONTENT_SIZE_MAX, HALT, Item, MARK, PK, gzip, number};
use super::read::{Attributes, items};
use super::{DynamoLedger, lost_condition};

/// A halt unpacked. Ours: two hundred thousand events that wait.
const UNPACKED_MAX: u64 = 16 * 1024 * 1024;

fn key(automation: &str) -> String {
    format!("halt#{automation}")
}

#[async_trait]
impl Halts for DynamoLedger {
    async fn standing(
        &self,
        automations: &[String],
    ) -> Result<BTreeMap<String, StandingHalt>, LedgerError> {
        let keys = automations.iter().map(|name| key(name)).collect();
        let found = items(self, keys, Attributes::All).await?;
        let mut standing = BTreeMap::new();
        for name in automations {
            let item = found.get(&key(name));
            if let Some(halt) = item.and_then(|item| read(name, item).transpose()) {
                standing.insert(name.clone(), halt?);
            }
        }
        Ok(standing)
    }

    async fn change_halt(
        &self,
        automation: &str,
        from: Option<&HaltMark>,
        to: Option<&Halt>,
    ) -> Result<Option<HaltMark>, LedgerError> {
        let next = "SET #mark = if_not_exists(#mark, :none) + :one";
        let mut call = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, AttributeValue::S(key(automation)))
            .expression_attribute_names("#mark", MARK)
            .expression_attribute_names("#halt", HALT)
            .expression_attribute_values(":none", number(0))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew);
        call = match from {
            None => call.condition_expression("attribute_not_exists(#halt)"),
            Some(mark) => call
                .condition_expression("attribute_exists(#halt) AND #mark = :mark")
                .expression_attribute_values(":mark", AttributeValue::N(state(mark))),
        };
        call = match to {
            None => call.update_expression(format!("{next} REMOVE #halt")),
            Some(halt) => call
                .update_expression(format!("{next}, #halt = :halt"))
                .expression_attribute_values(":halt", packed(automation, halt)?),
        };
        match call.send().await {
            Ok(answer) => {
                let mark = answer.attributes.as_ref().and_then(mark);
                mark.map(Some).ok_or_else(|| unreadable(automation, "no number came back"))
            }
            Err(error) if lost_condition(&error).is_some() => Ok(None),
            Err(error) => Err(LedgerError(self.place.fault(&error))),
        }
    }
}

/// A mark that is none of ours is of no state: states are counted from 1.
fn state(mark: &HaltMark) -> String {
    mark.0.parse::<u64>().unwrap_or_default().to_string()
}

fn mark(item: &Item) -> Option<HaltMark> {
    item.get(MARK)?.as_n().ok().cloned().map(HaltMark)
}

/// `None` where it was lifted.
fn read(automation: &str, item: &Item) -> Result<Option<StandingHalt>, LedgerError> {
    let Some(AttributeValue::B(zipped)) = item.get(HALT) else { return Ok(None) };
    let mut text = String::new();
    GzDecoder::new(zipped.as_ref())
        .take(UNPACKED_MAX)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(automation, &error.to_string()))?;
    let halt = serde_json::from_str(&text);
    let halt = halt.map_err(|error| unreadable(automation, &error.to_string()))?;
    let mark = mark(item).ok_or_else(|| unreadable(automation, "it has no number"))?;
    Ok(Some(StandingHalt { halt, mark }))
}

fn packed(automation: &str, halt: &Halt) -> Result<AttributeValue, LedgerError> {
    let text = serde_json::to_string(halt);
    let text = text.map_err(|error| unreadable(automation, &error.to_string()))?;
    let zipped = gzip(text.as_bytes());
    let zipped = zipped.map_err(|error| unreadable(automation, &error.to_string()))?;
    if zipped.len() > CONTENT_SIZE_MAX {
        let count = halt.waiting();
        return Err(LedgerError(format!(
            "{count} events wait for automation {automation}, more than an item of DynamoDB holds; \
             mend what it failed at and run `sgh replay --automation`"
        )));
    }
    Ok(AttributeValue::B(Blob::new(zipped)))
}

fn unreadable(automation: &str, why: &str) -> LedgerError {
    LedgerError(format!("the halt of automation {automation} cannot be read: {why}"))
}
