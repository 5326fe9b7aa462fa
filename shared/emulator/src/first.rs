//! What is there before anybody did anything: who can act, where files lie, what statuses are
//! called. It was made by nobody, so the event log does not know of it.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use crate::config::EmulatorConfig;
use crate::refusal::Refusal;
use crate::schema::STATUS_NAMES;
use crate::store::Store;

/// Local storages by their code. The paths are examples: a test sets its own.
const STORAGES: [(&str, &str, &str, &str); 2] = [
    ("primary", "/mnt/projects", "/Volumes/projects", "P:\\projects"),
    ("renders", "/mnt/renders", "/Volumes/renders", "R:\\renders"),
];

/// Who is there from the start, so that somebody can act and something can log in.
#[derive(Debug, Clone)]
pub(crate) struct People {
    pub(crate) person: EntityRef,
    pub(crate) script: EntityRef,
}

/// Makes all of it.
pub(crate) fn fill(store: &mut Store, config: &EmulatorConfig) -> Result<People, Refusal> {
    let (now, nobody) = (config.clock.now(), EntityRef::new("ApiUser", 0));
    let mut add = |kind: &str, fields: Value| {
        let fields = fields.as_object().cloned().unwrap_or_default();
        store.write(&nobody, now, |write| write.create(kind, &fields))
    };
    for (code, linux, mac, windows) in STORAGES {
        let paths =
            json!({"code": code, "linux_path": linux, "mac_path": mac, "windows_path": windows});
        add("LocalStorage", paths)?;
    }
    for (code, name) in STATUS_NAMES {
        add("Status", json!({"code": code, "name": name}))?;
    }
    let (name, events) = (&config.script_name, config.script_events);
    let person = add("HumanUser", json!({"name": "Coordinator", "login": "coordinator"}))?;
    let script = json!({"firstname": name, "generate_event_log_entries": events});
    Ok(People { person, script: add("ApiUser", script)? })
}
