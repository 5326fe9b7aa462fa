//! What the demo shows: deliveries, the directory tree, statuses.

use std::path::Path;

use serde_json::{Value, json};
use sgh_emulator::Delivery;

use super::stage::Stage;
use crate::output::Output;

/// Types whose statuses are shown.
const WITH_STATUS: [&str; 4] = ["Shot", "Task", "Version", "Note"];

/// One delivery: what it was about, how it was answered, what was acknowledged.
pub fn delivery(delivery: &Delivery, output: Output) {
    let event = &delivery.event;
    let word = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let id = event.pointer("/entity/id").map(ToString::to_string).unwrap_or_default();
    let acknowledgement = delivery.acknowledgement.as_deref().unwrap_or("not acknowledged");
    let text = format!(
        "  {} ({} {id}) answered {} in {} ms\n    {}",
        word("/event_type"),
        word("/entity/type"),
        delivery.response_code,
        delivery.process_time_ms,
        acknowledgement.replace('\n', "\n    "),
    );
    output.print(text, || {
        json!({
            "event_type": word("/event_type"),
            "entity": event.get("entity"),
            "delivery": delivery.id.to_string(),
            "answered": delivery.response_code,
            "ms": delivery.process_time_ms,
            "acknowledgement": delivery.acknowledgement,
        })
    });
}

/// The directories below a folder, as a tree.
pub fn tree(root: &Path, output: Output) {
    let mut paths = Vec::new();
    let mut lines = Vec::new();
    grow(root, root, "", &mut lines, &mut paths);
    output.print(
        format!("\nDirectories\n  projects\n{}", lines.join("\n")),
        || json!({"directories": paths}),
    );
}

fn grow(
    root: &Path,
    folder: &Path,
    indent: &str,
    lines: &mut Vec<String>,
    paths: &mut Vec<String>,
) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for (index, entry) in entries.iter().enumerate() {
        let last = index + 1 == entries.len();
        let name = entry.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        lines.push(format!("  {indent}{} {name}", if last { "└──" } else { "├──" }));
        let path = entry.strip_prefix(root).unwrap_or(entry);
        paths.push(path.display().to_string());
        if entry.is_dir() && !entry.is_symlink() {
            let indent = format!("{indent}{}", if last { "    " } else { "│   " });
            grow(root, entry, &indent, lines, paths);
        }
    }
}

/// The status of everything that has one.
pub fn statuses(stage: &Stage, output: Output) {
    let site = stage.emulator.site();
    let mut rows = Vec::new();
    for kind in WITH_STATUS {
        for record in site.records(kind) {
            let field = |name: &str| record.fields.get(name).and_then(Value::as_str);
            let name =
                ["code", "content", "subject"].into_iter().find_map(field).unwrap_or_default();
            rows.push((kind, name.to_owned(), field("sg_status_list").unwrap_or("-").to_owned()));
        }
    }
    let lines =
        rows.iter().map(|(kind, name, status)| format!("\n  {kind:<8} {name:<22} {status}"));
    output.print(format!("\nStatuses{}", lines.collect::<String>()), || {
        let row = |(kind, name, status): &(&str, String, String)| {
            json!({"type": kind, "name": name, "sg_status_list": status})
        };
        json!({"statuses": rows.iter().map(row).collect::<Vec<Value>>()})
    });
}
