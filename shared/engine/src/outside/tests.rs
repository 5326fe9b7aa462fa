//! Events that go outside, against a bus and programs that do as they are told.

mod programs;

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use sgh_core::config::Config;
use sgh_core::event::Event;
use sgh_core::outcome::EndingKind;
use sgh_queue::Received;
use sgh_site::{Change, Site};

use super::*;
use crate::tests::*;
use crate::{Explanation, Report};

/// A bus that keeps what is put on it.
#[derive(Default)]
struct TestBus {
    put: Mutex<Vec<BusEvent>>,
    /// What the next puts answer instead.
    faults: Mutex<Vec<BusError>>,
}

#[async_trait]
impl Bus for TestBus {
    async fn put(&self, event: &BusEvent) -> Result<String, BusError> {
        let fault = self.faults.lock().unwrap().pop();
        if let Some(fault) = fault {
            return Err(fault);
        }
        let mut put = self.put.lock().unwrap();
        put.push(event.clone());
        Ok(format!("event-{}", put.len()))
    }
}

/// Programs that answer as told, and may write to the site.
#[derive(Default)]
struct TestPrograms {
    told: Mutex<Vec<Value>>,
    /// What the next runs come to; done without a word where nothing is left.
    ran: Mutex<Vec<Ran>>,
    writes: Mutex<Option<(Arc<dyn Site>, Change)>>,
}

fn exit(code: i32, stdout: &str) -> Ran {
    Ran { ended: Ended::Exit(code), stdout: stdout.into(), is_cut: false, stderr: Vec::new() }
}

#[async_trait]
impl Programs for TestPrograms {
    async fn run(&self, call: &Call<'_>) -> Ran {
        self.told.lock().unwrap().push(serde_json::from_slice(call.document).unwrap());
        let writes = self.writes.lock().unwrap().take();
        if let Some((site, change)) = writes {
            site.write(&[change]).await.unwrap();
        }
        self.ran.lock().unwrap().pop().unwrap_or_else(|| exit(0, ""))
    }
}

struct Stage {
    house: House,
    bus: Arc<TestBus>,
    programs: Arc<TestPrograms>,
}

/// Automations on a status of a version.
fn stage(automations: &str) -> Stage {
    let mut house = house();
    let (bus, programs) = (Arc::new(TestBus::default()), Arc::new(TestPrograms::default()));
    house.engine.rules.config =
        Arc::new(Config::read(automations, Path::new("/studio/sgh.yaml")).unwrap());
    house.engine.outside = Outside { bus: Some(bus.clone()), programs: Some(programs.clone()) };
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house.site.version(2, "apr", 5);
    Stage { house, bus, programs }
}

impl Stage {
    async fn work(&self, batch: Vec<Received>) -> Report {
        self.house.work(batch).await
    }

    /// The last acknowledgement.
    fn said(&self) -> String {
        self.house.site.texts().last().cloned().unwrap_or_default()
    }

    fn put(&self) -> Vec<BusEvent> {
        self.bus.put.lock().unwrap().clone()
    }

    fn told(&self) -> Vec<Value> {
        self.programs.told.lock().unwrap().clone()
    }
}

const EMIT: &str = "automations:
  - name: tell-pipeline
    on: [Version/update/sg_status_list, Version/delete]
    do: emit
    bus: studio
    fields: [code, sg_status_list, sg_nothing]
";

const RUN: &str = "automations:
  - name: publish
    on: Version/update/sg_status_list
    do: run
    command: [./publish.py, --quick]
    fields: [sg_status_list]
";

fn apr(entry: u64, version: u64) -> Received {
    message(&version_event(entry, version, "apr"))
}

#[tokio::test]
async fn an_event_goes_on_the_bus_with_the_present_fields() {
    let stage = stage(EMIT);
    // Another event says `apr`; by now it is `note`, and both are told.
    stage.house.site.version(1, "note", 5);
    let report = stage.work(vec![apr(1, 1)]).await;
    assert_eq!(fates(&report), ["finish"]);
    assert_eq!(stage.said(), "done\ntell-pipeline: done: on bus `studio` as event-1");
    let put = stage.put();
    assert_eq!((put.len(), put[0].bus.as_str()), (1, "studio"));
    assert_eq!(put[0].detail_type, "Shotgun_Version_Change");
    let detail: Value = serde_json::from_str(&put[0].detail).unwrap();
    let fields = json!({"code": "v1", "sg_status_list": "note", "sg_nothing": null});
    assert_eq!(detail["entity"], json!({"type": "Version", "id": 1, "fields": fields}));
    assert_eq!(detail["event"]["new_value"], "apr");
    assert_eq!(detail["key"], key(&version_event(1, 1, "apr")).as_str());
    assert_eq!(report.reads, 1);
}

#[tokio::test]
async fn a_redelivered_event_goes_out_no_second_time() {
    let stage = stage(&format!("{EMIT}{}", RUN.trim_start_matches("automations:\n")));
    let event = version_event(1, 1, "apr");
    stage.work(vec![message(&event)]).await;
    stage.work(vec![as_message(9, &with_delivery(&event, "f"))]).await;
    assert!(stage.said().contains("already done by delivery"), "{}", stage.said());
    assert_eq!((stage.put().len(), stage.told().len()), (1, 1));
}

#[tokio::test]
async fn a_bus_that_is_throttled_is_tried_again_and_one_that_refuses_is_not() {
    let stage = stage(EMIT);
    stage.bus.faults.lock().unwrap().push(BusError::Passing("throttled".into()));
    let event = version_event(1, 1, "apr");
    assert_eq!(fates(&stage.work(vec![message(&event)]).await), ["back"]);
    assert_eq!(stage.house.site.texts().len(), 0, "nothing is said of what comes back");
    stage.bus.faults.lock().unwrap().push(BusError::Refused("no right".into()));
    assert_eq!(fates(&stage.work(vec![message(&event)]).await), ["finish"]);
    assert_eq!(stage.said(), "failed\ntell-pipeline: failed: no right");
    let now = stage.house.engine.clock.now();
    let entry = stage.house.engine.ledger.entry(&key(&event), now).await.unwrap().unwrap();
    assert!(entry.kept_event.is_some(), "it can be run again after the fix");
    stage.work(vec![as_message(9, &with_delivery(&event, "f"))]).await;
    assert_eq!((stage.put().len(), stage.said().lines().next()), (1, Some("done")));
}

#[tokio::test]
async fn where_there_is_no_bus_and_no_program_may_run_it_says_what_to_do() {
    let mut stage = stage(&format!("{EMIT}{}", RUN.trim_start_matches("automations:\n")));
    stage.house.engine.outside = Outside::default();
    stage.work(vec![apr(1, 1)]).await;
    let said = stage.said();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[1].starts_with("tell-pipeline: failed: there is no AWS here"), "{said}");
    assert!(lines[1].contains("AWS_REGION"), "{said}");
    assert!(lines[2].starts_with("publish: failed: programs are run by `sgh serve`"), "{said}");
}

#[tokio::test]
async fn a_deletion_is_told_with_what_is_left_of_the_entity() {
    let stage = stage(EMIT);
    let mut event = version_event(1, 8, "apr");
    event["event_type"] = json!("Shotgun_Version_Retirement");
    stage.work(vec![message(&event)]).await;
    assert!(stage.house.site.searches.lock().unwrap().iter().all(|search| search.retired));
    let detail: Value = serde_json::from_str(&stage.put()[0].detail).unwrap();
    assert_eq!(detail["entity"], json!({"type": "Version", "id": 8, "fields": null}));
    assert_eq!(detail["event"]["operation"], "delete");
}

#[tokio::test]
async fn an_entity_that_is_gone_by_now_is_skipped() {
    let stage = stage(EMIT);
    stage.work(vec![apr(1, 8)]).await;
    assert_eq!(
        stage.said(),
        "skipped\ntell-pipeline: skipped: Version 8 is deleted or not visible"
    );
    assert_eq!(stage.put(), []);
}

#[tokio::test]
async fn without_fields_nothing_is_read_of_the_site() {
    let stage = stage(
        "automations: [{ name: tell, on: Version/update, do: emit }]
",
    );
    let report = stage.work(vec![apr(1, 8)]).await;
    assert_eq!((report.reads, stage.put().len()), (0, 1));
    assert_eq!(stage.put()[0].bus, "default");
    let kind = report.events[0].endings["tell"].kind;
    assert_eq!(kind, EndingKind::Done);
}

#[tokio::test]
async fn explaining_and_a_dry_run_send_and_start_nothing() {
    let both = format!("{EMIT}{}", RUN.trim_start_matches("automations:\n"));
    let stage = stage(&format!("dry_run: true\n{both}"));
    let event = version_event(1, 1, "apr");
    let read = Event::read(event.to_string().as_bytes()).unwrap();
    let explained = stage.house.engine.rules.explain(&read).await;
    let would: Vec<Explanation> = explained.into_iter().map(|one| one.explanation).collect();
    let expect = ["emit to bus `studio`", "run `/studio/./publish.py --quick`"];
    assert_eq!(would, expect.map(|text| Explanation::Would(text.to_owned())));
    stage.work(vec![message(&event)]).await;
    assert_eq!((stage.put().len(), stage.told().len()), (0, 0));
    for text in expect {
        assert!(stage.said().contains(&format!("would {text}")), "{}", stage.said());
    }
}
