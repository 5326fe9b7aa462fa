//! Making records: one with a create, several with a batch.
//!
//! A second try of a create makes a second record, so one is sent again only where the site surely
//! did not take the first: see `verdict`. Where it perhaps did, the error says so, and whoever
//! asked has to look before asking again.

use serde::Deserialize;
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_core::limits::BATCH_REQUESTS_MAX;

use super::ask::Ask;
use super::verdict::PERHAPS_DONE;
use super::{RestSite, Verb, address};
use crate::SiteError;
use crate::port::NewRecord;

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

/// What is read of a record that was made.
#[derive(Deserialize)]
struct Made {
    id: u64,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// One answer of a batch. Creates were seen with the record under `data`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    Wrapped { data: Made },
    Flat(Made),
}

impl RestSite {
    /// More than [`BATCH_REQUESTS_MAX`] records take several batches, one after the other, and
    /// then "all or nothing" holds for each of them.
    pub(super) async fn create_all(
        &self,
        records: &[NewRecord],
    ) -> Result<Vec<EntityRef>, SiteError> {
        // Names first: a bad one must not show up when half is made.
        for record in records {
            address::valid(&record.kind, "entity type")?;
        }
        let mut made = Vec::with_capacity(records.len());
        for records in records.chunks(BATCH_REQUESTS_MAX) {
            let answered = match records {
                [record] => vec![self.create_one(record).await?],
                records => self.create_batch(records).await?,
            };
            made.extend(matched(records, answered)?);
        }
        Ok(made)
    }

    async fn create_one(&self, record: &NewRecord) -> Result<Made, SiteError> {
        let path = address::records(&record.kind)?;
        let ask = Ask::post(Verb::Create, path, &json!(record.fields)).doubling();
        Ok(self.call::<Answer<Made>>(&ask).await?.data)
    }

    async fn create_batch(&self, records: &[NewRecord]) -> Result<Vec<Made>, SiteError> {
        let requests: Vec<Value> = records.iter().map(request).collect();
        let body = json!({ "requests": requests });
        let ask = Ask::post(Verb::Batch, address::BATCH, &body).doubling();
        let rows = self.call::<Answer<Vec<Row>>>(&ask).await?.data;
        let of_row = |row| match row {
            Row::Wrapped { data } => data,
            Row::Flat(made) => made,
        };
        Ok(rows.into_iter().map(of_row).collect())
    }
}

/// `_batch` names a type by its schema name, not by its slug.
fn request(record: &NewRecord) -> Value {
    json!({ "request_type": "create", "entity": record.kind, "data": record.fields })
}

/// The answers by their place. An id that went to the wrong record would be worse than none, so
/// number and types have to be those that were asked for.
fn matched(records: &[NewRecord], answered: Vec<Made>) -> Result<Vec<EntityRef>, SiteError> {
    let (asked, told) = (records.len(), answered.len());
    let same_kind = |(record, made): (&NewRecord, &Made)| {
        made.kind.as_ref().is_none_or(|kind| *kind == record.kind)
    };
    let why = if asked != told {
        format!("{asked} records were to be made and it answered {told}; {PERHAPS_DONE}")
    } else if !records.iter().zip(&answered).all(same_kind) {
        format!("it answered records of other types than were to be made; {PERHAPS_DONE}")
    } else {
        let pairs = records.iter().zip(answered);
        return Ok(pairs.map(|(record, made)| EntityRef::new(&record.kind, made.id)).collect());
    };
    Err(SiteError::Unavailable { reason: why, after: None })
}

#[cfg(test)]
mod tests;
