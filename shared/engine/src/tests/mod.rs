//! Batches against a small site and a real ledger.

mod chains;
mod crossing;
mod dry_run;
mod faults;
mod folders;
mod given_up;
mod halts;
mod once;
mod order;
mod other_ledger;
mod redelivered;
mod refused;
pub(crate) mod site;
mod trouble;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sgh_core::clock::SystemClock;
use sgh_core::config::Config;
use sgh_core::message::StoredMessage;
use sgh_queue::{Owner, Receipt, Received};
use sgh_sqlite::SqliteLedger;
use site::TestSite;

use crate::{Disposition, Engine, Outside, Report, Rules};

/// Version drives task, note reopens tasks, and a rule that only another project has.
const CONFIG: &str = "automations:
  - name: version-drives-task
    on: Version/update/sg_status_list
    do: set
    target: sg_task
    map: { sg_status_list: { apr: fin, note: ip } }
  - name: note-reopens-task
    on: Note/create
    do: set
    target: tasks
    where: { sg_status_list: [rev, fin] }
    values: { sg_status_list: ip, sg_flag: true }
  - name: ring
    on: Task/update/sg_flag
    projects: [7]
    do: set
    values: { sg_status_list: rev }
";

pub(crate) const DELIVERY: &str = "fe37d91a-fc99-4d9e-acb2-2a4b855348b";

/// An engine, its site, and the file of its ledger.
pub(crate) struct House {
    pub engine: Engine,
    pub site: Arc<TestSite>,
    pub folder: tempfile::TempDir,
}

pub(crate) fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let site = Arc::new(TestSite::default());
    let ledger = folder.path().join("ledger.sqlite");
    let ledger = Arc::new(SqliteLedger::open(ledger).expect("opens"));
    let engine = Engine {
        rules: Rules {
            config: Arc::new(Config::read(CONFIG, Path::new("sgh.yaml")).expect("valid")),
            folders: None,
            site: site.clone(),
        },
        site_host: "studio.example".into(),
        registry: ledger.clone(),
        ledger,
        clock: Arc::new(SystemClock),
        outside: Outside::default(),
    };
    House { engine, site, folder }
}

impl House {
    pub(crate) async fn work(&self, batch: Vec<Received>) -> Report {
        static INVOCATIONS: AtomicU64 = AtomicU64::new(0);
        let owner = Owner(format!("owner-{}", INVOCATIONS.fetch_add(1, Ordering::SeqCst)));
        self.engine.work(batch, &owner, self.deadline()).await
    }

    pub(crate) fn deadline(&self) -> Timestamp {
        self.engine.clock.now() + SignedDuration::from_secs(60)
    }
}

pub(crate) fn received(id: u64, group: &str, receives: u32, body: &str) -> Received {
    Received {
        message_id: format!("message-{id}"),
        receipt: Receipt(format!("receipt-{id}")),
        group: group.into(),
        receives,
        message: StoredMessage { body: body.into(), ..Default::default() },
    }
}

pub(crate) fn version_event(entry: u64, version: u64, status: &str) -> Value {
    json!({
        "id": format!("{entry}.0.0"), "event_log_entry_id": entry,
        "event_type": "Shotgun_Version_Change", "entity": {"type": "Version", "id": version},
        "project": {"type": "Project", "id": 65}, "user": {"type": "HumanUser", "id": 1},
        "attribute_name": "sg_status_list", "delivery_id": format!("{DELIVERY}{:x}", entry % 16),
        "meta": {"new_value": status, "field_data_type": "status_list"},
    })
}

pub(crate) fn note_event(entry: u64, note: u64) -> Value {
    json!({
        "id": format!("{entry}.0.0"), "event_log_entry_id": entry,
        "event_type": "Shotgun_Note_New", "entity": {"type": "Note", "id": note},
        "project": {"type": "Project", "id": 65}, "user": {"type": "HumanUser", "id": 1},
        "delivery_id": format!("{DELIVERY}{:x}", entry % 16),
    })
}

/// The event as message `entry`, received once.
pub(crate) fn message(event: &Value) -> Received {
    let entry = event["event_log_entry_id"].as_u64().unwrap_or_default();
    received(entry, "project-65", 1, &event.to_string())
}

/// What became of each message: `finish`, `back`, `dead`.
pub(crate) fn fates(report: &Report) -> Vec<&'static str> {
    let word = |disposition: &Disposition| match disposition {
        Disposition::Finish => "finish",
        Disposition::Return { after } => {
            assert!(*after <= Duration::from_secs(300));
            "back"
        }
        Disposition::DeadLetter { reason } => {
            assert!(!reason.is_empty());
            "dead"
        }
    };
    report.messages.iter().map(|(_, disposition)| word(disposition)).collect()
}

pub(crate) fn key(event: &Value) -> sgh_core::ids::EventKey {
    sgh_core::event::Event::read(event.to_string().as_bytes()).unwrap().key("studio.example")
}

pub(crate) fn with_delivery(event: &Value, last: &str) -> Value {
    let mut event = event.clone();
    event["delivery_id"] = json!(format!("{DELIVERY}{last}"));
    event
}

pub(crate) fn as_message(id: u64, event: &Value) -> Received {
    received(id, "project-65", 1, &event.to_string())
}
