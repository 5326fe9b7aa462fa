//! A site of a few records that counts what it is asked, and fails as it is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_site::{Change, NewRecord, Record, Search, Site, SiteError};
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct TestSite {
    pub records: Mutex<BTreeMap<EntityRef, BTreeMap<String, Value>>>,
    pub searches: Mutex<Vec<Search>>,
    /// Every call of `write`, refused ones too.
    pub writes: Mutex<Vec<Vec<Change>>>,
    /// Tasks whose status was written, in order; what was refused is not among them.
    pub tasks_set: Mutex<Vec<u64>>,
    pub created: Mutex<Vec<NewRecord>>,
    /// Codes of a field, by `Type.field`.
    pub valid_values: Mutex<BTreeMap<String, Vec<String>>>,
    /// Every call of `valid_values`: type, field, project.
    pub asked_values: Mutex<Vec<(String, String, Option<u64>)>>,
    pub acknowledgements: Mutex<Vec<(String, String)>>,
    /// What the next calls answer instead, by verb.
    pub search_faults: Mutex<Vec<SiteError>>,
    pub write_faults: Mutex<Vec<SiteError>>,
    pub acknowledge_faults: Mutex<Vec<SiteError>>,
    /// Values that are refused for good.
    pub refused_values: Mutex<Vec<Value>>,
    pub own_user: Mutex<Option<EntityRef>>,
    pub slow_searches: Mutex<Option<std::time::Duration>>,
    pub slow_writes: Mutex<Option<std::time::Duration>>,
    pub slow_user: Mutex<Option<std::time::Duration>>,
    pub hanging_write: Mutex<Option<EntityRef>>,
    pub panicking_write: Mutex<Option<EntityRef>>,
    /// The next write waits until it is told to go on, and says that it has begun.
    pub held_write: Mutex<Option<Held>>,
}

/// Holds a write.
#[derive(Clone, Default)]
pub(crate) struct Held {
    pub began: Arc<Notify>,
    pub go_on: Arc<Notify>,
}

pub(crate) fn down() -> SiteError {
    SiteError::Unavailable { reason: "503".into(), after: None }
}

pub(crate) fn refused() -> SiteError {
    SiteError::Refused { status: 400, reason: "not a status; valid are wtg, ip, fin".into() }
}

fn fault(faults: &Mutex<Vec<SiteError>>) -> Result<(), SiteError> {
    let mut faults = faults.lock().unwrap();
    if faults.is_empty() { Ok(()) } else { Err(faults.remove(0)) }
}

impl TestSite {
    pub(crate) fn put(&self, kind: &str, id: u64, fields: Value) {
        let fields = fields.as_object().expect("an object").clone().into_iter().collect();
        self.records.lock().unwrap().insert(EntityRef::new(kind, id), fields);
    }

    pub(crate) fn task(&self, id: u64, status: &str) {
        let on = json!({"type": "Shot", "id": 7, "name": "SH010"});
        let task =
            json!({"content": "Comp", "entity": on, "sg_status_list": status, "sg_flag": false});
        self.put("Task", id, task);
    }

    pub(crate) fn version(&self, id: u64, status: &str, task: u64) {
        let task = json!({"type": "Task", "id": task});
        self.put("Version", id, json!({"code": "v1", "sg_status_list": status, "sg_task": task}));
    }

    pub(crate) fn note(&self, id: u64, tasks: &[u64]) {
        let tasks: Vec<Value> = tasks.iter().map(|id| json!({"type": "Task", "id": id})).collect();
        self.put("Note", id, json!({"subject": "redo", "tasks": tasks}));
    }

    pub(crate) fn status(&self, task: u64) -> Value {
        self.records.lock().unwrap()[&EntityRef::new("Task", task)]["sg_status_list"].clone()
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.acknowledgements.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }

    pub(crate) fn write_count(&self) -> usize {
        self.writes.lock().unwrap().len()
    }
}

#[async_trait]
impl Site for TestSite {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        self.searches.lock().unwrap().push(search.clone());
        let slow = *self.slow_searches.lock().unwrap();
        if let Some(slow) = slow {
            tokio::time::sleep(slow).await;
        }
        fault(&self.search_faults)?;
        let ids = search.conditions[0].value.as_array().expect("ids").clone();
        let records = self.records.lock().unwrap();
        let found = records
            .iter()
            .filter(|(entity, _)| entity.kind == search.kind && ids.contains(&json!(entity.id)));
        let record = |(entity, fields): (&EntityRef, &BTreeMap<String, Value>)| {
            let mut fields = fields.clone();
            fields.retain(|field, _| search.fields.contains(field));
            Record { entity: entity.clone(), fields }
        };
        Ok(found.map(record).collect())
    }

    async fn write(&self, changes: &[Change]) -> Result<(), SiteError> {
        let held = self.held_write.lock().unwrap().take();
        if let Some(Held { began, go_on }) = held {
            began.notify_one();
            go_on.notified().await;
        }
        let hanging = self.hanging_write.lock().unwrap().clone();
        if changes.iter().any(|change| Some(&change.entity) == hanging.as_ref()) {
            std::future::pending::<()>().await;
        }
        let panicking = self.panicking_write.lock().unwrap().clone();
        if changes.iter().any(|change| Some(&change.entity) == panicking.as_ref()) {
            panic!("as told");
        }
        self.writes.lock().unwrap().push(changes.to_vec());
        fault(&self.write_faults)?;
        let refused_values = self.refused_values.lock().unwrap().clone();
        let mut values = changes.iter().flat_map(|change| change.fields.values());
        if values.any(|value| refused_values.contains(value)) {
            return Err(refused());
        }
        let mut records = self.records.lock().unwrap();
        for change in changes {
            let Some(record) = records.get_mut(&change.entity) else {
                return Err(SiteError::NotFound { reason: change.entity.to_string() });
            };
            record.extend(change.fields.clone());
            if change.entity.kind == "Task" && change.fields.contains_key("sg_status_list") {
                self.tasks_set.lock().unwrap().push(change.entity.id);
            }
        }
        Ok(())
    }

    async fn create(&self, records: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        let mut created = self.created.lock().unwrap();
        let made = records.iter().map(|record| {
            created.push(record.clone());
            EntityRef::new(&record.kind, created.len() as u64)
        });
        Ok(made.collect())
    }

    async fn valid_values(
        &self,
        kind: &str,
        field: &str,
        project: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        self.asked_values.lock().unwrap().push((kind.into(), field.into(), project));
        let values = self.valid_values.lock().unwrap().get(&format!("{kind}.{field}")).cloned();
        values.ok_or(SiteError::NotFound { reason: format!("no field {kind}.{field}") })
    }

    async fn acknowledge(&self, delivery: DeliveryId, text: &str) -> Result<(), SiteError> {
        fault(&self.acknowledge_faults)?;
        self.acknowledgements.lock().unwrap().push((delivery.to_string(), text.into()));
        Ok(())
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        let slow = *self.slow_user.lock().unwrap();
        if let Some(slow) = slow {
            tokio::time::sleep(slow).await;
        }
        Ok(self.own_user.lock().unwrap().clone())
    }
}
