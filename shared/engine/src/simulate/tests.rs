//! How much is asked of the site, and that nothing is ever told it.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use sgh_core::clock::SystemClock;
use sgh_core::config::Config;
use sgh_core::ids::DeliveryId;
use sgh_site::{Change, NewRecord, Record, Search, Site};

use super::*;

const RULES: &str = "automations:
  - { name: drives, on: Version/update/sg_status_list, do: set, target: sg_task,
      map: { sg_status_list: { apr: fin } } }
  - { name: rolls-up, on: Task/update/sg_status_list, do: roll_up, parents: [Shot],
      any: { ip: [ip] } }
";

/// Shots with four tasks each, and a version of every task: as many as are asked for.
struct Plain;

impl Plain {
    fn record(kind: &str, id: u64) -> Record {
        let link = |kind: &str, id: u64| json!({"type": kind, "id": id, "name": format!("n{id}")});
        let fields = match kind {
            "Version" => json!({"code": "v", "sg_status_list": "apr", "sg_task": link("Task", id)}),
            "Task" => {
                json!({"content": "t", "sg_status_list": "ip", "entity": link("Shot", id / 4)})
            }
            _ => json!({"code": "s", "sg_status_list": "wtg"}),
        };
        let fields = fields.as_object().unwrap().clone().into_iter().collect();
        Record { entity: EntityRef::new(kind, id), fields }
    }
}

#[async_trait]
impl Site for Plain {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        let values = search.conditions[0].value.as_array().unwrap();
        let ids: Vec<u64> = if search.conditions[0].path == "id" {
            values.iter().map(|id| id.as_u64().unwrap()).collect()
        } else {
            let shots = values.iter().map(|shot| shot["id"].as_u64().unwrap());
            shots.flat_map(|shot| shot * 4..shot * 4 + 4).collect()
        };
        Ok(ids.into_iter().map(|id| Self::record(&search.kind, id)).collect())
    }

    async fn write(&self, _: &[Change]) -> Result<(), SiteError> {
        panic!("it wrote")
    }

    async fn create(&self, _: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        panic!("it made something")
    }

    async fn valid_values(
        &self,
        _: &str,
        _: &str,
        _: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        Ok(Vec::new())
    }

    async fn acknowledge(&self, _: DeliveryId, _: &str) -> Result<(), SiteError> {
        panic!("it acknowledged")
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        Ok(None)
    }
}

fn happened(entry: u64) -> Happened {
    let (kind, new) = if entry.is_multiple_of(2) { ("Version", "apr") } else { ("Task", "ip") };
    let event = json!({
        "event_type": format!("Shotgun_{kind}_Change"), "attribute_name": "sg_status_list",
        "entity": {"type": kind, "id": entry}, "user": {"type": "HumanUser", "id": 1},
        "meta": {"old_value": "wtg", "new_value": new, "field_data_type": "status_list"},
    });
    let event = Event::read(event.to_string().as_bytes()).unwrap();
    Happened { entry, at: None, event, is_delivered: true }
}

/// Simulates so many events. Answers what was found and how many searches it took.
async fn simulated(events: u64) -> (Simulated, usize) {
    let site = Arc::new(ReadOnly::new(Arc::new(Plain)));
    let config = Arc::new(Config::read(RULES, Path::new("sgh.yaml")).expect("valid"));
    let rules = Rules { config, folders: None, site: site.clone() };
    let mut simulation = Simulation::new(rules, Scope::default());
    for entry in 101..=100 + events {
        simulation.take(happened(entry)).unwrap();
    }
    let found = simulation.run(&SystemClock, |_| ()).await.expect("it answers");
    (found, site.searches())
}

#[tokio::test]
async fn a_portion_costs_the_same_searches_whatever_is_in_it() {
    let (few, searches_for_few) = simulated(10).await;
    assert_eq!((few.events, few.writes.len()), (10, 8));
    // Versions and the tasks that changed; the versions' tasks, the shots, and what is on those.
    assert_eq!(searches_for_few, 5);
    let (many, searches) = simulated(PORTION as u64).await;
    assert_eq!(many.events, PORTION as u64);
    assert_eq!(searches, searches_for_few);
    let (_, searches) = simulated(4 * PORTION as u64).await;
    assert!(searches <= 4 * searches_for_few, "{searches}");
}

#[tokio::test]
#[ignore = "a measurement: run it in release with --nocapture"]
#[allow(clippy::print_stdout, reason = "figures are printed")]
async fn ten_thousand_events() {
    let start = sgh_core::clock::Clock::now(&SystemClock);
    let (found, searches) = simulated(10_000).await;
    let took = sgh_core::clock::Clock::now(&SystemClock).duration_since(start).as_secs_f64();
    println!("{} events, {searches} searches, {:.0} a second", found.events, 10_000.0 / took);
}

#[tokio::test]
async fn a_site_for_reading_refuses_every_write() {
    let site = ReadOnly::new(Arc::new(Plain));
    let change = Change { entity: EntityRef::new("Task", 1), fields: Default::default() };
    let record = NewRecord { kind: "Task".into(), fields: Default::default() };
    let delivery = DeliveryId::parse("00000000-1111-2222-3333-444444444444").unwrap();
    let refused = |error: SiteError| error.to_string().contains("a simulation writes nothing");
    assert!(refused(site.write(&[change]).await.unwrap_err()));
    assert!(refused(site.create(&[record]).await.unwrap_err()));
    assert!(refused(site.acknowledge(delivery, "").await.unwrap_err()));
    assert_eq!(site.searches(), 0);
}
