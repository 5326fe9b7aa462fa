//! A site in memory that finds records by id and by link without looking at the others, so that
//! it does not hide what we cost. It counts what it is asked, and how long it takes to answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::{Value, json};
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_core::limits::PAGE_SIZE;
use sgh_site::{Change, Condition, NewRecord, Record, Search, Site, SiteError};

use crate::STEPS;

/// Shots in one sequence.
const IN_SEQUENCE: u64 = 50;
const PROJECT: u64 = 1;

/// What the site was asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    pub searches: usize,
    /// Calls on the wire, 500 records each.
    pub pages: usize,
    pub took: Duration,
}

type Fields = BTreeMap<String, Value>;

/// Records of one type.
#[derive(Default)]
struct Records {
    all: BTreeMap<u64, Fields>,
    /// Ids by link field and what it leads to.
    by_link: HashMap<(String, EntityRef), Vec<u64>>,
}

#[derive(Default)]
pub struct MemorySite {
    kinds: BTreeMap<String, Records>,
    asked: Mutex<Asked>,
}

impl MemorySite {
    /// A project with so many shots, 50 in a sequence, and a task of each shot on every step.
    pub fn film(shots: u64) -> Self {
        let mut site = Self::default();
        let project = json!({"type": "Project", "id": PROJECT, "name": "Film"});
        site.add("Project", PROJECT, json!({"name": "Film", "tank_name": "film"}));
        let step = |step: u64| format!("st{step}");
        for id in 1..=STEPS {
            site.add("Step", id, json!({"code": step(id), "short_name": step(id)}));
        }
        for shot in 1..=shots {
            let of = (shot - 1) / IN_SEQUENCE + 1;
            let code = format!("SQ{of:04}");
            let sequence = json!({"type": "Sequence", "id": of, "name": code});
            if shot % IN_SEQUENCE == 1 {
                site.add("Sequence", of, json!({"code": code, "project": project}));
            }
            let code = format!("{code}_SH{shot:05}");
            let fields = json!({"code": code, "project": project, "sg_sequence": sequence});
            site.add("Shot", shot, fields);
            let entity = json!({"type": "Shot", "id": shot, "name": code});
            for id in 1..=STEPS {
                let on = json!({"type": "Step", "id": id, "name": step(id)});
                let fields = json!({
                    "content": step(id), "project": project, "entity": entity, "step": on,
                });
                site.add("Task", (shot - 1) * STEPS + id, fields);
            }
        }
        site
    }

    fn add(&mut self, kind: &str, id: u64, fields: Value) {
        let records = self.kinds.entry(kind.to_owned()).or_default();
        let fields: Fields = fields.as_object().unwrap().clone().into_iter().collect();
        for (name, value) in &fields {
            if let Some(to) = EntityRef::from_json(value) {
                records.by_link.entry((name.clone(), to)).or_default().push(id);
            }
        }
        records.all.insert(id, fields);
    }

    /// What it was asked since this was called last.
    pub fn taken(&self) -> Asked {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn found(&self, search: &Search) -> Vec<Record> {
        let Some(records) = self.kinds.get(&search.kind) else { return Vec::new() };
        let (first, others) = search.conditions.split_first().expect("no search without a filter");
        let record = |(id, fields): (u64, &Fields)| Record {
            entity: EntityRef::new(&search.kind, id),
            fields: search
                .fields
                .iter()
                .filter_map(|name| Some((name.clone(), fields.get(name)?.clone())))
                .collect(),
        };
        let of = |id: u64| Some((id, records.all.get(&id)?));
        let ids = records.ids(first).into_iter().filter_map(of);
        ids.filter(|(id, fields)| others.iter().all(|one| holds(*id, fields, one)))
            .map(record)
            .collect()
    }
}

impl Records {
    /// The ids that fulfil a condition, by the index, sorted.
    fn ids(&self, condition: &Condition) -> Vec<u64> {
        let values = values(condition);
        if condition.path == "id" {
            return values.iter().filter_map(Value::as_u64).collect();
        }
        let to = values.iter().filter_map(EntityRef::from_json);
        let lists = to.filter_map(|to| self.by_link.get(&(condition.path.clone(), to)));
        let mut ids: Vec<u64> = lists.flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

fn values(condition: &Condition) -> &[Value] {
    match (condition.relation.as_str(), &condition.value) {
        ("in", Value::Array(values)) => values,
        ("is", value) => std::slice::from_ref(value),
        other => panic!("nothing that this bench searches by: {other:?}"),
    }
}

fn holds(id: u64, fields: &Fields, condition: &Condition) -> bool {
    let field = fields.get(&condition.path);
    values(condition).iter().any(|value| match EntityRef::from_json(value) {
        Some(link) => field.and_then(EntityRef::from_json) == Some(link),
        None if condition.path == "id" => value.as_u64() == Some(id),
        None => field == Some(value),
    })
}

#[async_trait]
impl Site for MemorySite {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        let start = Instant::now();
        let found = self.found(search);
        let mut asked = self.asked.lock().unwrap();
        asked.searches += 1;
        asked.pages += found.len() / PAGE_SIZE + 1;
        asked.took += start.elapsed();
        Ok(found)
    }

    async fn write(&self, _: &[Change]) -> Result<(), SiteError> {
        panic!("directories write nothing to the site");
    }

    async fn create(&self, _: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        panic!("Toolkit is not told");
    }

    async fn valid_values(
        &self,
        _: &str,
        _: &str,
        _: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        Ok(["Character", "Prop"].map(str::to_owned).to_vec())
    }

    async fn acknowledge(&self, _: DeliveryId, _: &str) -> Result<(), SiteError> {
        panic!("there is no delivery");
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        Ok(None)
    }
}
