//! The rules of the studio, one of each kind, and where the truth about their end is well defined.

use std::path::Path;
use std::sync::Arc;

use sgh_core::config::Config;

use crate::knobs::Knobs;

/// The host that the ledger knows events by.
pub(crate) const HOST: &str = "studio.example";
/// The event type that only scripts write, and that no hook is told of.
pub(crate) const CUSTOM: &str = "Studio_Publish";

const RULES: &str = "
  - { name: label, on: Version/update/sg_status_list, do: set,
      copy: { sg_label: sg_status_list } }
  - { name: version-drives-task, on: Version/update/sg_status_list, do: set, target: sg_task,
      map: { sg_status_list: { rev: rev, ip: ip, apr: fin } } }
  - { name: open, on: Task/update/sg_status_list, do: open_downstream,
      done: [fin], waiting: [wtg], ready: rdy }
  - { name: roll-up, on: Task/update/sg_status_list, do: roll_up, parents: [Shot],
      children: Task.entity, all: { fin: [fin] }, any: { ip: [ip, rev, rdy, fin] } }
  - { name: push-down, on: Asset/update/sg_status_list, do: push_down, values: [hld, omt],
      children: Task.entity }
  - { name: flip, on: Version/update/sg_flip, do: set, map: { sg_flip: { a: b, b: a } } }
";

/// What code outside is told of: type and field of an update, or another event type.
pub(crate) fn told(knobs: &Knobs) -> Vec<(&'static str, &'static str)> {
    let mut told = vec![("Version", "sg_status_list"), (CUSTOM, "")];
    if knobs.tells_all {
        told.extend(["Task", "Shot", "Asset"].map(|kind| (kind, "sg_status_list")));
    }
    told
}

/// The sgh.yaml of a run.
pub(crate) fn config(knobs: &Knobs, home: Option<&Path>) -> Arc<Config> {
    let on = told(knobs).into_iter().map(|(kind, field)| match field {
        "" => format!("\"event:{kind}\""),
        field => format!("{kind}/update/{field}"),
    });
    let on: Vec<String> = on.collect();
    let mut text = String::new();
    if let Some(home) = home {
        let root = home.join("projects");
        text.push_str(&format!(
            "folders:\n  schema: ./schema\n  roots: {{ primary: {} }}\n",
            root.display()
        ));
    }
    let halt = if knobs.halts { ", on_failure: halt" } else { "" };
    text.push_str("automations:");
    text.push_str(RULES);
    if home.is_some() {
        text.push_str("  - { name: make-folders, on: Shot/create, do: make_folders }\n");
    }
    text.push_str(&format!(
        "  - {{ name: tell, on: [{}], do: emit, bus: studio{halt} }}\n",
        on.join(", ")
    ));
    let file = home.map_or_else(|| "sgh.yaml".into(), |home| home.join("sgh.yaml"));
    Arc::new(Config::read(&text, &file).unwrap_or_else(|error| panic!("{error}")))
}
