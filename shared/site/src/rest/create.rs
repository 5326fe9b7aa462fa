//! Making records: one with a create, several with a batch. A create that was perhaps done is not
//! done again, for that would make a second record.

use serde::Deserialize;
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_core::limits::BATCH_REQUESTS_MAX;

use super::ask::Ask;
use super::{RestSite, Verb, address};
use crate::SiteError;
use crate::port::NewRecord;

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
struct Made {
    id: u64,
}

impl RestSite {
    /// More than [`BATCH_REQUESTS_MAX`] records take several batches, one after the other.
    pub(super) async fn create_all(
        &self,
        records: &[NewRecord],
    ) -> Result<Vec<EntityRef>, SiteError> {
        for record in records {
            address::valid(&record.kind, "entity type")?;
        }
        let mut made = Vec::with_capacity(records.len());
        for records in records.chunks(BATCH_REQUESTS_MAX) {
            let ids = match records {
                [record] => vec![self.create_one(record).await?],
                records => self.create_batch(records).await?,
            };
            let entities = records.iter().zip(ids);
            made.extend(entities.map(|(record, made)| EntityRef::new(&record.kind, made.id)));
        }
        Ok(made)
    }

    async fn create_one(&self, record: &NewRecord) -> Result<Made, SiteError> {
        let path = address::records(&record.kind)?;
        let ask = Ask::post(Verb::Create, path, &json!(record.fields)).once();
        Ok(self.call::<Answer<Made>>(&ask).await?.data)
    }

    async fn create_batch(&self, records: &[NewRecord]) -> Result<Vec<Made>, SiteError> {
        let requests: Vec<Value> = records.iter().map(request).collect();
        let ask = Ask::post(Verb::Batch, address::BATCH, &json!({ "requests": requests })).once();
        Ok(self.call::<Answer<Vec<Made>>>(&ask).await?.data)
    }
}

fn request(record: &NewRecord) -> Value {
    json!({ "request_type": "create", "entity": record.kind, "data": record.fields })
}
