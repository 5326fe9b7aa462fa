//! A site that has nothing but an event log, whose rows appear when they are to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::clock::Clock;
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_core::limits::PAGE_SIZE;
use sgh_queue::contract::SettableClock;
use sgh_site::{Change, Condition, NewRecord, Record, Search, Site, SiteError};

use super::stores::Steps;

struct Row {
    appears: Timestamp,
    created: Timestamp,
    fields: Value,
}

pub(crate) struct TestSite {
    clock: Arc<SettableClock>,
    steps: Arc<Steps>,
    rows: Mutex<BTreeMap<u64, Row>>,
    /// Conditions of each search, and how many rows it gave.
    searches: Mutex<Vec<(Condition, usize)>>,
}

/// A status change that the automation wants.
pub(crate) fn wanted(project: u64) -> Value {
    json!({
        "event_type": "Shotgun_Shot_Change", "attribute_name": "sg_status_list",
        "entity": {"type": "Shot", "id": 7, "name": "SH010"},
        "project": {"type": "Project", "id": project, "name": "Big Film"},
        "user": {"type": "HumanUser", "id": 1, "name": "Ann"},
        "meta": {"type": "attribute_change", "attribute_name": "sg_status_list",
            "entity_type": "Shot", "entity_id": 7, "old_value": "ip", "new_value": "fin"},
    })
}

impl TestSite {
    pub(crate) fn new(clock: Arc<SettableClock>, steps: Arc<Steps>) -> Self {
        Self { clock, steps, rows: Mutex::default(), searches: Mutex::default() }
    }

    /// Something wanted happens now, and is in the log at once.
    pub(crate) fn happens(&self, ids: impl IntoIterator<Item = u64>) {
        for id in ids {
            self.put(id, 0, 0, wanted(65));
        }
    }

    /// An id is taken now; its row appears so many seconds later, and is from so many before.
    pub(crate) fn put(&self, id: u64, appears_in: i64, seconds_ago: i64, fields: Value) {
        let now = self.clock.now();
        let second = |seconds: i64| now + jiff::SignedDuration::from_secs(seconds);
        let row = Row { appears: second(appears_in), created: second(-seconds_ago), fields };
        self.rows.lock().unwrap().insert(id, row);
    }

    pub(crate) fn remove(&self, ids: impl IntoIterator<Item = u64>) {
        let mut rows = self.rows.lock().unwrap();
        ids.into_iter().for_each(|id| drop(rows.remove(&id)));
    }

    /// How many rows each search gave, and forgets them.
    pub(crate) fn searches(&self) -> Vec<usize> {
        let searches = std::mem::take(&mut *self.searches.lock().unwrap());
        searches.into_iter().map(|(_, rows)| rows).collect()
    }

    fn answer(&self, search: &Search, most: usize) -> Vec<Record> {
        let [condition] = search.conditions.as_slice() else { panic!("{search:?}") };
        let (now, rows) = (self.clock.now(), self.rows.lock().unwrap());
        let found: Vec<Record> = rows
            .iter()
            .filter(|(id, row)| row.appears <= now && holds(condition, **id, row))
            .take(most)
            .map(|(id, row)| record(*id, row, &search.fields))
            .collect();
        self.searches.lock().unwrap().push((condition.clone(), found.len()));
        found
    }
}

fn holds(condition: &Condition, id: u64, row: &Row) -> bool {
    let numbers = || -> Vec<u64> {
        condition.value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
    };
    match (condition.path.as_str(), condition.relation.as_str()) {
        ("id", "in") => numbers().contains(&id),
        ("id", "between") => (numbers()[0]..=numbers()[1]).contains(&id),
        ("id", "greater_than") => id > condition.value.as_u64().expect("an id"),
        ("created_at", "between") => {
            let ends: [Timestamp; 2] =
                serde_json::from_value(condition.value.clone()).expect("two moments");
            (ends[0]..=ends[1]).contains(&row.created)
        }
        _ => panic!("the log is not known to be asked by {condition:?}"),
    }
}

fn record(id: u64, row: &Row, asked: &[String]) -> Record {
    let fields = row.fields.as_object().expect("an object").clone();
    let mut fields: BTreeMap<String, Value> = fields.into_iter().collect();
    let second = Timestamp::from_second(row.created.as_second()).expect("a time");
    fields.insert("created_at".into(), json!(second));
    fields.retain(|name, _| asked.contains(name));
    Record { entity: EntityRef::new("EventLogEntry", id), fields }
}

fn reads_only<T>() -> Result<T, SiteError> {
    Err(SiteError::Refused { status: 400, reason: "a sweep writes nothing to the site".into() })
}

#[async_trait]
impl Site for TestSite {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        panic!("a sweep reads pages, and not all of {search:?}")
    }

    async fn search_first(&self, search: &Search, most: usize) -> Result<Vec<Record>, SiteError> {
        assert!(most <= PAGE_SIZE, "more than one call");
        let down = SiteError::Unavailable { reason: "down".into(), after: None };
        self.steps.step(|| self.answer(search, most)).await.ok_or(down)
    }

    async fn write(&self, _: &[Change]) -> Result<(), SiteError> {
        reads_only()
    }

    async fn create(&self, _: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        reads_only()
    }

    async fn valid_values(
        &self,
        _: &str,
        _: &str,
        _: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        reads_only()
    }

    async fn acknowledge(&self, _: DeliveryId, _: &str) -> Result<(), SiteError> {
        reads_only()
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        reads_only()
    }
}
