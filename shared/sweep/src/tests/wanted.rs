//! Which entries are missing: what an automation wants and a hook would have told, or what an
//! automation names that no hook tells; and looking without sweeping.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use sgh_core::config::Config;

use super::Stand;
use super::site::wanted;
use crate::{Begin, Missing, Report};

const NAMES: &str = "automations:
  - { name: records, on: event:Toolkit_Folders_Create, do: set, values: { x: 1 } }
  - { name: links, on: event:Shotgun_TaskDependency_New, do: set, values: { x: 1 } }
  - { name: own, on: [event:Studio_Done, event:Shotgun_Task_Change], do: set, values: { x: 1 } }
  - { name: logins, on: ApiUser/create, do: set, values: { x: 1 } }
";

async fn begun(config: &str) -> Stand {
    let mut stand = Stand::new();
    stand.config = Arc::new(Config::read(config, Path::new("sgh.yaml")).expect("valid"));
    stand.run().await.expect("begins");
    stand
}

fn row(event_type: &str) -> Value {
    json!({"event_type": event_type, "meta": {"new_value": 1}})
}

/// What a look at everything since the beginning finds.
async fn look(stand: &Stand) -> (Report, Vec<Missing>) {
    let mut missing = Vec::new();
    let until = stand.now() + jiff::SignedDuration::from_hours(1);
    let mut found = |one| missing.push(one);
    let looked = stand.sweep().look(Begin::AtRecord, until, &mut found, &mut |_| ()).await;
    (looked.expect("looks"), missing)
}

#[tokio::test]
async fn what_no_hook_is_told_of_is_queued_for_who_names_its_type() {
    let stand = begun(NAMES).await;
    let mut in_create = row("Shotgun_Task_Change");
    in_create["meta"] = json!({"type": "attribute_change", "in_create": true});
    let rows = [
        row("Toolkit_Folders_Create"),
        row("Shotgun_TaskDependency_New"),
        row("Studio_Done"),
        row("Shotgun_Task_Change"),
        // What a hook on it would not tell either.
        in_create,
        // Wanted as an entity's, of which no hook tells.
        row("Shotgun_ApiUser_New"),
        row("Studio_Undone"),
    ];
    for (id, fields) in (1..).zip(rows) {
        stand.site.put(id, 0, 0, fields);
    }
    stand.pass(120);
    let report = stand.run().await.expect("sweeps");
    assert_eq!((stand.queue.entries(), report.entries), (vec![1, 2, 3, 4], 7));
}

#[tokio::test]
async fn a_look_names_what_is_missing_and_changes_nothing() {
    let stand = Stand::begun().await;
    stand.site.happens(1..=3);
    stand.site.put(6, 0, 0, wanted(66));
    stand.ledger.see(&[2]);
    stand.pass(130);
    let record = stand.record.stored();
    for _ in 0..2 {
        let (report, missing) = look(&stand).await;
        let entries: Vec<u64> = missing.iter().map(|one| one.entry).collect();
        assert_eq!((entries, report.wanted, report.queued), (vec![1, 3, 6], 4, 3));
        let last = missing.last().expect("one");
        assert_eq!(last.automations, ["a"]);
        assert_eq!(last.event_type, "Shotgun_Shot_Change");
        assert_eq!(last.attribute.as_deref(), Some("sg_status_list"));
        assert_eq!(last.entity.as_ref().map(|entity| entity.id), Some(7));
        assert_eq!(last.project.as_ref().map(|project| project.id), Some(66));
        assert_eq!((stand.queue.entries(), stand.record.stored()), (vec![], record.clone()));
    }
    assert_eq!(stand.run().await.expect("sweeps").queued, 3);
    assert_eq!(look(&stand).await.1, []);
}

/// As the very first, too: nothing is begun by looking.
#[tokio::test]
async fn a_first_look_begins_nothing() {
    let stand = Stand::new();
    let (report, missing) = look(&stand).await;
    assert_eq!((report.first, missing.len(), stand.record.stored()), (true, 0, None));
}
