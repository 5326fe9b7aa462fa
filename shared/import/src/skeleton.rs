//! What was read as an sgh.yaml that a studio can go on from: it can be read as it stands, and its
//! comments say what is left to do.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value as Json, json};
use sgh_core::config::Trigger;

use super::Import;
use super::automation::{Callback, Imported};
use super::yaml::{flow, in_a_line};

/// The folder, beside sgh.yaml, of the programs that are to be written.
const PROGRAMS: &str = "programs";

const HEAD: &str = "\
# sgh.yaml, begun by `sgh import` from the plugins of the event daemon.
#
# Each callback became one automation for each of its event types, in the daemon's order. `run`
# starts a program that gets the event as JSON on its stdin: the programs named here are still to
# be written. Programs run in `sgh serve` and `sgh work`; in Lambda write `do: emit` instead.
# A value that is set while a record is made is no update of its own here, as it was for the
# daemon: where that counts, add `create` to `on`.
# Where a callback is called as in one of the vendor's examples, the rule that does the same without
# a program stands beside it as a comment: take it if the plugin is still that example.
";

/// The text of an sgh.yaml.
#[must_use]
pub fn skeleton(import: &Import) -> String {
    let mut out = HEAD.to_owned();
    if let Some(site) = &import.site {
        let _ = writeln!(out, "# The site of the daemon's conf: SGH_SITE_URL={}", in_a_line(site));
    }
    let automations = import.callbacks.iter().map(|callback| callback.automations.len());
    if automations.sum::<usize>() == 0 {
        out += "\nautomations: []\n";
    } else {
        out += "\nautomations:\n";
    }
    for callback in &import.callbacks {
        write_callback(&mut out, callback);
    }
    write_list(&mut out, "Hooks that these need; `sgh hooks create` makes them:", &hooks(import));
    let unread: Vec<String> = import.unread.iter().map(ToString::to_string).collect();
    write_list(&mut out, "To be looked at by hand:", &unread);
    out
}

fn write_list(out: &mut String, head: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n# {head}");
    for line in lines {
        let _ = writeln!(out, "#   {}", in_a_line(line));
    }
}

fn write_callback(out: &mut String, callback: &Callback) {
    let plugin = callback.plugin.display().to_string();
    let place = in_a_line(&format!("{plugin}:{}", callback.line));
    let _ = writeln!(out, "\n  # {place}, callback {}", in_a_line(&callback.name));
    if callback.wants_everything {
        out.push_str(
            "  # It wants events of every type: write an automation for those it needs.\n",
        );
    }
    if let Some(suggestion) = &callback.suggestion {
        let _ = writeln!(
            out,
            "  # The vendor's example of this name: {}",
            in_a_line(&suggestion.words)
        );
        for line in &suggestion.rule {
            let _ = writeln!(out, "  # {}", in_a_line(line));
        }
    }
    for automation in &callback.automations {
        write_automation(out, callback, automation);
    }
}

fn write_automation(out: &mut String, callback: &Callback, automation: &Imported) {
    let _ = writeln!(out, "  - name: {}", flow(&json!(automation.name)));
    for remark in &automation.remarks {
        let _ = writeln!(out, "    # {}", in_a_line(remark));
    }
    let on = match automation.on.as_slice() {
        [one] => json!(one),
        many => json!(many),
    };
    let _ = writeln!(out, "    on: {}", flow(&on));
    let command = command(&callback.plugin, &callback.name);
    let _ = writeln!(out, "    do: run\n    command: {}", flow(&command));
    if callback.stops_on_error {
        out.push_str("    on_failure: halt\n");
    }
}

/// One program for each plugin; a callback that has another name is handed to it.
fn command(plugin: &Path, callback: &str) -> Json {
    let stem = plugin.file_stem().unwrap_or_default().to_string_lossy();
    let is_safe = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let file: String = stem.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    let program = format!("./{PROGRAMS}/{file}.py");
    if callback == stem { json!([program]) } else { json!([program, callback]) }
}

/// What the automations need of hooks, a line for each type of entity or event.
#[must_use]
pub fn hooks(import: &Import) -> Vec<String> {
    let mut of_life: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut others = Vec::new();
    let automations = import.callbacks.iter().flat_map(|callback| &callback.automations);
    for text in automations.flat_map(|automation| &automation.on) {
        match Trigger::parse(text) {
            Ok(Trigger::Entity { entity_type, operation, field }) => {
                let what = match field {
                    Some(field) => format!("{} {field}", operation.word()),
                    None => operation.word().to_owned(),
                };
                let whats = of_life.entry(entity_type).or_default();
                if !whats.contains(&what) {
                    whats.push(what);
                }
            }
            Ok(Trigger::EventType(event_type)) => {
                let line = format!("event:{event_type}");
                if !others.contains(&line) {
                    others.push(line);
                }
            }
            Err(_) => {}
        }
    }
    let of_life = of_life.into_iter().map(|(kind, whats)| format!("{kind}: {}", whats.join(", ")));
    of_life.chain(others).collect()
}

#[cfg(test)]
mod tests;
