//! A site in memory for tests: records, the answering of reads, and a batch worked as the engine
//! does it. All reads of a round are merged, and writes are seen by what comes after.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use sgh_core::config::{Action, Automation, Config};
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_site::facts::{By, Facts, Need, Read, merge_reads};
use sgh_site::{Change, Record};

use crate::set::Judge;
use crate::{Decision, matching, open_downstream, push_down, roll_up, set};

/// A site, and what is automated on it.
pub(crate) struct Stage {
    automations: Vec<Automation>,
    live: BTreeMap<EntityRef, Record>,
    retired: BTreeMap<EntityRef, Record>,
}

/// What came of some events.
#[derive(Default)]
pub(crate) struct Worked {
    /// For each event, what was said: changes, then what is left, `skip: ...` and `fail: ...`.
    pub said: Vec<Vec<String>>,
    /// The writes, in order.
    pub writes: Vec<Change>,
    /// The searches that it took.
    pub reads: Vec<Read>,
}

impl Stage {
    /// Automations by their text, e.g. `on: Task/create, do: roll_up, ...`.
    pub(crate) fn new<const N: usize>(automations: [&str; N]) -> Self {
        let mut text = "automations:\n".to_owned();
        for (place, keys) in automations.iter().enumerate() {
            text.push_str(&format!("  - {{ name: a{place}, {keys} }}\n"));
        }
        Self::of_file(&text)
    }

    /// The automations of a whole sgh.yaml, without those that make directories.
    pub(crate) fn of_file(text: &str) -> Self {
        let config = Config::read(text, Path::new("sgh.yaml")).unwrap_or_else(|e| panic!("{e}"));
        let mut automations = config.automations;
        automations.retain(|rule| !matches!(rule.action, Action::MakeFolders(_)));
        Self { automations, live: BTreeMap::new(), retired: BTreeMap::new() }
    }

    /// Makes or replaces a record.
    pub(crate) fn put(&mut self, kind: &str, id: u64, fields: Value) -> EntityRef {
        let Value::Object(fields) = fields else { panic!("no object") };
        let entity = EntityRef::new(kind, id);
        let record = Record { entity: entity.clone(), fields: fields.into_iter().collect() };
        self.live.insert(entity.clone(), record);
        entity
    }

    /// A task on a shot; the name of the shot is `SH` and its id.
    pub(crate) fn task(&mut self, id: u64, name: &str, shot: u64, status: &str) {
        let on = json!({"type": "Shot", "id": shot, "name": format!("SH{shot}")});
        let fields = json!({
            "content": name, "entity": on, "sg_status_list": status,
            "upstream_tasks": [], "downstream_tasks": [],
        });
        self.put("Task", id, fields);
    }

    /// A shot.
    pub(crate) fn shot(&mut self, id: u64, status: &str) {
        self.put("Shot", id, json!({"code": format!("SH{id}"), "sg_status_list": status}));
    }

    /// Lets a task wait for another, in a way; an empty way makes no row, as if it were hidden.
    pub(crate) fn link(&mut self, upstream: u64, downstream: u64, way: &str) {
        self.push_link(downstream, "upstream_tasks", upstream);
        self.push_link(upstream, "downstream_tasks", downstream);
        if !way.is_empty() {
            let ends = json!({"task": task(downstream), "dependent_task": task(upstream),
                "dependency_type": way});
            self.put("TaskDependency", upstream * 10_000 + downstream, ends);
        }
    }

    fn push_link(&mut self, of: u64, field: &str, to: u64) {
        let record = self.live.get_mut(&EntityRef::new("Task", of)).expect("a task");
        let links = record.fields.get_mut(field).and_then(Value::as_array_mut);
        links.expect("links").push(task(to));
    }

    /// Retires a record. Links to it stay, as on a site that still shows them.
    pub(crate) fn retire(&mut self, kind: &str, id: u64) {
        let (entity, record) =
            self.live.remove_entry(&EntityRef::new(kind, id)).expect("a live record");
        self.retired.insert(entity, record);
    }

    /// Sets a field.
    pub(crate) fn set(&mut self, kind: &str, id: u64, field: &str, value: Value) {
        let record = self.live.get_mut(&EntityRef::new(kind, id)).expect("a live record");
        record.fields.insert(field.to_owned(), value);
    }

    /// A field as it is.
    pub(crate) fn get(&self, kind: &str, id: u64, field: &str) -> &Value {
        &self.live[&EntityRef::new(kind, id)].fields[field]
    }

    fn answer(&self, read: &Read) -> Vec<Record> {
        assert_eq!(read.conditions, [], "{read:?}");
        let search = read.search();
        let records = if read.retired { &self.retired } else { &self.live };
        let points = |record: &Record, field: &str, to: &BTreeSet<EntityRef>| {
            let links = crate::values::links_of(record.fields.get(field));
            links.into_iter().any(|link| to.contains(&link))
        };
        let wanted = |record: &&Record| {
            record.entity.kind == read.kind
                && match &read.by {
                    By::Ids(ids) => ids.contains(&record.entity.id),
                    By::Links { field, to } => points(record, field, to),
                    By::All => true,
                }
        };
        let mut found: Vec<Record> = records.values().filter(wanted).cloned().collect();
        for record in &mut found {
            record.fields.retain(|field, _| search.fields.contains(field));
        }
        found
    }

    /// Works events as one batch.
    pub(crate) fn work(&mut self, events: &[Event]) -> Worked {
        let mut worked = Worked::default();
        let mut facts = Facts::default();
        let wanted: Vec<(&Event, Vec<Automation>)> = events
            .iter()
            .map(|event| {
                let wants = |rule: &&Automation| matching::wants(rule, event).is_ok();
                (event, self.automations.iter().filter(wants).cloned().collect())
            })
            .collect();
        loop {
            let mut reads = Vec::new();
            for (event, rules) in &wanted {
                for rule in rules {
                    if let Need::Reads(more) = decide(rule, event, Judge::Compare, &facts) {
                        reads.extend(more);
                    }
                }
            }
            if reads.is_empty() {
                break;
            }
            self.read(reads, &mut facts, &mut worked);
        }
        for (event, rules) in wanted {
            let mut said = Vec::new();
            let mut judge = Judge::Compare;
            for rule in rules {
                let decision = self.decided(&rule, event, judge, &mut facts, &mut worked);
                said.extend(self.make(decision, event, &mut judge, &mut facts, &mut worked));
            }
            worked.said.push(said);
        }
        worked
    }

    fn decided(
        &self,
        rule: &Automation,
        event: &Event,
        judge: Judge,
        facts: &mut Facts,
        worked: &mut Worked,
    ) -> Decision {
        loop {
            match decide(rule, event, judge, facts) {
                Need::Ready(decision) => return decision,
                Need::Reads(reads) => self.read(reads, facts, worked),
            }
        }
    }

    fn read(&self, reads: Vec<Read>, facts: &mut Facts, worked: &mut Worked) {
        for read in merge_reads(reads) {
            assert_eq!(facts.answer(&read), None, "asked twice: {read:?}");
            facts.learn(read.clone(), self.answer(&read));
            worked.reads.push(read);
            assert!(worked.reads.len() < 100, "it never ends: {:?}", worked.reads);
        }
    }

    fn make(
        &mut self,
        decision: Decision,
        event: &Event,
        judge: &mut Judge,
        facts: &mut Facts,
        worked: &mut Worked,
    ) -> Vec<String> {
        let (planned, left) = match decision {
            Decision::Skip(why) => return vec![format!("skip: {why}")],
            Decision::Fail(why) => return vec![format!("fail: {why}")],
            Decision::Change { planned, left } => (planned, left),
        };
        assert!(!planned.is_empty(), "a change of nothing");
        let mut said = Vec::new();
        for planned in planned {
            let change = planned.change;
            facts.apply(&change);
            for (field, value) in &change.fields {
                self.set(&change.entity.kind, change.entity.id, field, value.clone());
                let own = event.entity.as_ref() == Some(&change.entity);
                if own && event.attribute.as_ref() == Some(field) {
                    *judge = Judge::Trust;
                }
            }
            worked.writes.push(change);
            said.push(planned.what);
        }
        said.extend(left);
        said
    }
}

impl Worked {
    /// What was said of the only event.
    pub(crate) fn only(&self) -> &[String] {
        assert_eq!(self.said.len(), 1);
        &self.said[0]
    }
}

fn decide(rule: &Automation, event: &Event, judge: Judge, facts: &Facts) -> Need<Decision> {
    match &rule.action {
        Action::MakeFolders(_) | Action::Emit(_) | Action::Run(_) => panic!("none of the site's"),
        Action::Set(rule) => set::decide(rule, event, judge, facts),
        Action::OpenDownstream(rule) => open_downstream::decide(rule, event, facts),
        Action::RollUp(rule) => roll_up::decide(rule, event, facts),
        Action::PushDown(rule) => push_down::decide(rule, event, judge, facts),
    }
}

fn task(id: u64) -> Value {
    json!({"type": "Task", "id": id, "name": format!("task {id}")})
}

/// An event: `Shotgun_Task_Change` and so on, about this entity.
pub(crate) fn event(event_type: &str, id: u64, field: &str, meta: Value) -> Event {
    let kind = event_type.split('_').nth(1).expect("an entity type");
    let event = json!({
        "event_type": event_type, "entity": {"type": kind, "id": id}, "attribute_name": field,
        "event_log_entry_id": 77, "created_at": "2026-03-01 02:30:00.123456", "meta": meta,
    });
    Event::read(event.to_string().as_bytes()).expect("an event")
}

/// A change of a status.
pub(crate) fn status(kind: &str, id: u64, to: &str) -> Event {
    let meta = json!({"new_value": to, "field_data_type": "status_list"});
    event(&format!("Shotgun_{kind}_Change"), id, "sg_status_list", meta)
}

/// The making of an entity.
pub(crate) fn created(kind: &str, id: u64) -> Event {
    event(&format!("Shotgun_{kind}_New"), id, "", json!({}))
}
