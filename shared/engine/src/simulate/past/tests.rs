//! Any history of an emulated site, undone step by step, is what the site showed at each step.

use std::sync::Arc;

use serde_json::json;
use sgh_core::clock::SystemClock;
use sgh_core::event_log::EventLogEntry;
use sgh_emulator::{EmulatedSite, Emulator, EmulatorConfig, SiteRecord};
use sgh_site::facts::By;

use super::*;

/// Numbers that a seed decides.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const STATUSES: [&str; 4] = ["wtg", "rdy", "ip", "fin"];

struct Stage {
    site: EmulatedSite,
    project: EntityRef,
    shots: Vec<EntityRef>,
    tasks: Vec<EntityRef>,
}

impl Stage {
    fn new(emulator: &Emulator) -> Self {
        let site = emulator.site();
        let by = site.coordinator();
        let make = |kind: &str, fields: Value| {
            EntityRef::new(kind, site.create(kind, fields, &by).unwrap())
        };
        let project = make("Project", json!({"name": "Film"}));
        let shot = |n| make("Shot", json!({"code": format!("SH{n}"), "project": project}));
        let shots: Vec<EntityRef> = (0..3).map(shot).collect();
        Self { site, project, shots, tasks: Vec::new() }
    }

    fn set(&self, of: &EntityRef, fields: Value) {
        self.site.update(of, fields, &self.site.coordinator()).unwrap();
    }

    fn task(&mut self, draw: &mut Draw) {
        let fields = json!({
            "content": format!("t{}", self.tasks.len()), "project": self.project,
            "entity": draw.one(&self.shots), "sg_status_list": draw.one(&STATUSES),
        });
        let id = self.site.create("Task", fields, &self.site.coordinator()).unwrap();
        self.tasks.push(EntityRef::new("Task", id));
    }

    fn live(&self) -> Vec<EntityRef> {
        self.site.records("Task").into_iter().map(|task| task.entity).collect()
    }

    /// Something that a person may do.
    fn act(&mut self, draw: &mut Draw, retires: bool) {
        let live = self.live();
        let by = self.site.coordinator();
        match draw.below(if retires { 7 } else { 5 }) {
            0 => self.task(draw),
            1 | 2 => self.set(draw.one(&live), json!({"sg_status_list": draw.one(&STATUSES)})),
            3 => self.set(draw.one(&live), json!({"entity": draw.one(&self.shots)})),
            4 if retires => {
                self.set(draw.one(&self.shots), json!({"sg_status_list": draw.one(&STATUSES)}));
            }
            4 => {
                let task = draw.one(&live);
                let others: Vec<&EntityRef> =
                    live.iter().filter(|other| other.id < task.id && draw.below(3) == 0).collect();
                self.set(task, json!({"upstream_tasks": others}));
            }
            5 if live.len() > 2 => self.site.retire(draw.one(&live), &by).unwrap(),
            _ => _ = self.site.revive(draw.one(&self.tasks), &by).unwrap(),
        }
    }

    fn last_entry(&self) -> u64 {
        self.site.records("EventLogEntry").last().expect("an entry").entity.id
    }

    /// What a read finds now.
    fn find(&self, read: &Read) -> Vec<Record> {
        let all: Vec<SiteRecord> = if read.kind == "Task" {
            self.tasks.iter().filter_map(|task| self.site.find("Task", task.id)).collect()
        } else {
            self.site.records(&read.kind)
        };
        let found = all.into_iter().filter(|record| record.retired == read.retired);
        let wanted = |record: &SiteRecord| match &read.by {
            By::Ids(ids) => ids.contains(&record.entity.id),
            By::Links { field, to } => {
                links_of(record.fields.get(field)).iter().any(|link| to.contains(link))
            }
            By::All => true,
        };
        let fields = with_heads(read);
        let record = |mut record: SiteRecord| {
            record.fields.retain(|field, _| fields.contains(field));
            Record { entity: record.entity, fields: record.fields }
        };
        found.filter(wanted).map(record).collect()
    }
}

/// The answer for a moment, with whatever has to be read for it.
fn answer(past: &mut Past, stage: &Stage, read: &Read, at: u64) -> Vec<Record> {
    for _ in 0..5 {
        match past.answer(read, at) {
            Ok(records) => return records,
            Err(missing) => {
                for read in missing {
                    let found = stage.find(&read);
                    past.learn(read, Ok(found));
                }
            }
        }
    }
    panic!("it asks for more and more: {read:?}");
}

/// The order of links does not count, nor what else they carry.
fn bare(records: Vec<Record>) -> Vec<Record> {
    let link =
        |value: &Value| EntityRef::from_json(value).map_or_else(|| value.clone(), |l| json!(l));
    let value = |value: Value| {
        let Value::Array(links) = &value else { return link(&value) };
        let mut links: Vec<Value> = links.iter().map(link).collect();
        links.sort_by_key(ToString::to_string);
        Value::Array(links)
    };
    let fields = |record: Record| {
        let fields = record.fields.into_iter().map(|(name, of)| (name, value(of))).collect();
        Record { entity: record.entity, fields }
    };
    records.into_iter().map(fields).collect()
}

fn reads(stage: &Stage, fields: &[&str]) -> Vec<Read> {
    let fields = || fields.iter().copied();
    let of_tasks = Read::of_ids("Task", stage.tasks.iter().map(|task| task.id), fields());
    let by_shot = stage.shots.iter().map(|shot| {
        let by = By::Links { field: "entity".into(), to: BTreeSet::from([shot.clone()]) };
        Read { by, ..Read::of_ids("Task", [], fields()) }
    });
    let of_shots = Read::of_ids("Shot", stage.shots.iter().map(|s| s.id), ["sg_status_list"]);
    by_shot.chain([of_tasks, of_shots]).collect()
}

fn play(seed: u64, retires: bool) {
    let config = EmulatorConfig::new(0, "robot", "key", Arc::new(SystemClock));
    let emulator = Emulator::start(config).unwrap();
    let mut stage = Stage::new(&emulator);
    let mut draw = Draw(seed);
    for _ in 0..4 {
        stage.task(&mut draw);
    }
    let before = stage.last_entry();
    let fields: &[&str] = if retires {
        &["sg_status_list", "entity", "content"]
    } else {
        &["sg_status_list", "entity", "upstream_tasks", "downstream_tasks"]
    };
    let mut shown = Vec::new();
    for _ in 0..30 {
        stage.act(&mut draw, retires);
        let found: Vec<_> =
            reads(&stage, fields).into_iter().map(|read| (stage.find(&read), read)).collect();
        shown.push((stage.last_entry(), found));
    }
    let mut past = Past::default();
    for row in stage.site.records("EventLogEntry") {
        if row.entity.id > before {
            let entry = EventLogEntry::from_fields(row.entity.id, row.fields);
            past.history.take(entry.id, entry.created_at, &entry.event().unwrap());
        }
    }
    let mut compared = 0;
    for (at, found) in shown {
        for (expect, read) in found {
            let got = answer(&mut past, &stage, &read, at);
            assert_eq!(bare(got), bare(expect), "seed {seed}, entry {at}, {read:?}");
            compared += 1;
        }
    }
    assert!(compared > 100);
    assert_eq!((past.gaps(), past.hidden(), past.history.silent), (0, 0, 0), "seed {seed}");
}

#[tokio::test]
async fn statuses_and_links_are_what_they_were() {
    (0..6).for_each(|seed| play(seed, false));
}

#[tokio::test]
async fn what_was_deleted_or_moved_is_found_where_it_was() {
    (0..6).for_each(|seed| play(seed, true));
}

#[test]
fn a_question_that_only_the_site_can_answer_is_answered_for_the_present() {
    let read = Read {
        conditions: vec![sgh_site::Condition::new("code", "is", json!("x"))],
        ..Read::of_ids("Shot", [1], ["code"])
    };
    let mut past = Past::default();
    assert_eq!(past.answer(&read, 1), Err(vec![read.clone()]));
    let record = Record { entity: EntityRef::new("Shot", 1), fields: BTreeMap::new() };
    past.learn(read.clone(), Ok(vec![record.clone()]));
    assert_eq!(past.answer(&read, 1), Ok(vec![record]));
}

#[test]
fn a_value_at_the_end_of_a_link_is_undone_as_long_as_the_link_stays() {
    let mut past = Past::default();
    let meta = json!({"old_value": "SQ1", "new_value": "SQ2", "field_data_type": "text"});
    let event = json!({"event_type": "Shotgun_Shot_Change", "entity": {"type": "Shot", "id": 7},
        "attribute_name": "code", "meta": meta});
    let event = sgh_core::event::Event::read(event.to_string().as_bytes()).unwrap();
    past.history.take(10, None, &event);
    let read = Read::of_ids("Task", [1], ["entity.Shot.code"]);
    let asked = past.answer(&read, 9).expect_err("nothing is known");
    assert!(asked[0].fields.contains("entity"), "{asked:?}");
    let fields = BTreeMap::from([
        ("entity".to_owned(), json!({"type": "Shot", "id": 7})),
        ("entity.Shot.code".to_owned(), json!("SQ2")),
    ]);
    let record = Record { entity: EntityRef::new("Task", 1), fields };
    past.learn(asked[0].clone(), Ok(vec![record]));
    let code = |at| past.answer(&read, at).unwrap()[0].fields["entity.Shot.code"].clone();
    assert_eq!((code(9), code(10)), (json!("SQ1"), json!("SQ2")));
}
