//! Writing: one record with an update, several with a batch. All values are absolute, so a
//! repeat after a time-out does no harm.

use serde::de::IgnoredAny;
use serde_json::{Value, json};
use sgh_core::limits::BATCH_REQUESTS_MAX;

use super::ask::Ask;
use super::{RestSite, Verb, address};
use crate::SiteError;
use crate::port::Change;

impl RestSite {
    /// More than [`BATCH_REQUESTS_MAX`] changes take several batches, one after the other, and
    /// then "all or nothing" holds for each of them.
    pub(super) async fn write_all(&self, changes: &[Change]) -> Result<(), SiteError> {
        let changes: Vec<&Change> =
            changes.iter().filter(|change| !change.fields.is_empty()).collect();
        // Names first: a bad one must not show up when half is written.
        for change in &changes {
            address::valid(&change.entity.kind, "entity type")?;
        }
        for changes in changes.chunks(BATCH_REQUESTS_MAX) {
            let ask = match changes {
                [change] => {
                    let path = address::record(&change.entity)?;
                    Ask::put(Verb::Update, path, &json!(change.fields))
                }
                changes => {
                    let requests: Vec<Value> = changes.iter().map(|one| request(one)).collect();
                    Ask::post(Verb::Batch, address::BATCH, &json!({ "requests": requests }))
                }
            };
            self.call::<IgnoredAny>(&ask).await?;
        }
        Ok(())
    }
}

/// `_batch` names a type by its schema name, not by its slug.
fn request(change: &Change) -> Value {
    json!({
        "request_type": "update",
        "entity": change.entity.kind,
        "record_id": change.entity.id,
        "data": change.fields,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sgh_core::ids::EntityRef;

    use super::*;
    use crate::rest::test_site::{TestSite, json_of};

    fn change(kind: &str, id: u64, status: &str) -> Change {
        let fields = BTreeMap::from([("sg_status_list".to_owned(), json!(status))]);
        Change { entity: EntityRef::new(kind, id), fields }
    }

    #[tokio::test]
    async fn one_change_is_an_update() {
        let site = TestSite::start().await;
        site.answers("PUT", "/api/v1.1/entity/tasks/7", 200, json!({"data": {"id": 7}})).await;
        let nothing = Change { fields: BTreeMap::new(), ..change("Task", 8, "") };
        site.rest.write_all(&[change("Task", 7, "fin"), nothing]).await.expect("written");
        let sent = site.sent("/entity/").await;
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].headers["content-type"], "application/json");
        assert_eq!(json_of(&sent[0]), json!({"sg_status_list": "fin"}));
    }

    #[tokio::test]
    async fn several_changes_are_one_batch_by_schema_name() {
        let site = TestSite::start().await;
        site.answers("POST", "/api/v1.1/entity/_batch", 200, json!({"data": []})).await;
        let changes = [change("Task", 7, "fin"), change("CustomEntity01", 8, "ip")];
        site.rest.write_all(&changes).await.expect("written");
        let sent = site.sent("/entity/").await;
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].headers["content-type"], "application/json");
        let expect = json!({"requests": [
            {"request_type": "update", "entity": "Task", "record_id": 7,
             "data": {"sg_status_list": "fin"}},
            {"request_type": "update", "entity": "CustomEntity01", "record_id": 8,
             "data": {"sg_status_list": "ip"}},
        ]});
        assert_eq!(json_of(&sent[0]), expect);
    }

    #[tokio::test]
    async fn many_changes_are_split_and_none_is_lost() {
        let site = TestSite::start().await;
        site.answers("POST", "/api/v1.1/entity/_batch", 200, json!({"data": []})).await;
        site.answers("PUT", "/api/v1.1/entity/tasks/201", 200, json!({})).await;
        let changes: Vec<Change> = (1..=201).map(|id| change("Task", id, "fin")).collect();
        site.rest.write_all(&changes).await.expect("written");
        let calls = site.rest.calls();
        assert_eq!((calls.of(Verb::Batch), calls.of(Verb::Update)), (2, 1));
        let sent = site.sent("/_batch").await;
        let ids = |place: usize| {
            let requests = json_of(&sent[place])["requests"].clone();
            let requests = requests.as_array().expect("requests").clone();
            requests.iter().map(|one| one["record_id"].as_u64().expect("id")).collect::<Vec<_>>()
        };
        assert_eq!([ids(0), ids(1)].concat(), (1..=200).collect::<Vec<u64>>());
    }

    #[tokio::test]
    async fn nothing_to_write_calls_nothing() {
        let site = TestSite::start().await;
        site.rest.write_all(&[]).await.expect("written");
        let bad = [change("Task", 1, "fin"), change("Task/2", 2, "fin")];
        site.rest.write_all(&bad).await.expect_err("a bad name");
        assert_eq!(site.rest.calls().total(), 0);
    }
}
