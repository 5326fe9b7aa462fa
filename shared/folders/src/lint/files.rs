//! Files of a schema's folder that are not what they look like: sidecars that describe nothing,
//! links that are none, and what an editor or git left behind.

use std::path::Path;

use super::{Finding, Severity, above, finding, meant};
use crate::schema::{Node, NodeId, Schema};

/// Files that are there for git, a desktop or an editor, and are hardly meant for artists.
const LEFT_BEHIND: [&str; 7] =
    [".gitkeep", ".gitignore", ".keep", ".DS_Store", "Thumbs.db", "placeholder", "desktop.ini"];

/// What a file is that looks like a sidecar and is none: what becomes of it, and what to do.
type Becomes = (&'static str, &'static str);
const COPIED: Becomes = (
    "is no sidecar: it is copied into every folder that is made here",
    "take it out if that is not meant",
);
const UNUSED: Becomes = ("describes no folder, and nothing uses it", "take it out");

pub(super) fn check(schema: &Schema, folder: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    let tops = schema.nodes.iter().filter(|node| node.parent.is_none());
    let tops: Vec<&str> = tops.map(|node| &*node.name).collect();
    for name in entries(folder) {
        let is_used = name.strip_suffix(".yml").is_some_and(|stem| folder.join(stem).is_dir());
        if !is_used && folder.join(&name).is_file() {
            found.extend(sidecar("", &name, &tops, UNUSED));
        }
    }
    for (id, node) in schema.nodes.iter().enumerate() {
        let place = place(schema, id);
        let folders: Vec<&str> =
            node.children.iter().map(|child| &*schema.nodes[*child].name).collect();
        found.extend(node.files.iter().filter_map(|(name, _)| copied(&place, name, &folders)));
        for name in entries(&folder.join(&place)).iter().filter(|name| is_odd_link(name)) {
            let what = "is taken neither for a link nor for a file: its name only ends like one";
            let fix = "a link is described by `NAME.symlink.yml`, with the dot";
            found.push(finding(Severity::Warning, &format!("{place}/{name}"), what, fix));
        }
    }
    found
}

/// The path of a node's folder below the schema's.
fn place(schema: &Schema, id: NodeId) -> String {
    let names = std::iter::once(&schema.nodes[id]).chain(above(schema, id));
    let mut names: Vec<&str> = names.map(|node: &Node| &*node.name).collect();
    names.reverse();
    names.join("/")
}

/// The names in a folder, sorted. What cannot be read was refused before.
fn entries(folder: &Path) -> Vec<String> {
    let read = folder.read_dir().into_iter().flatten().flatten();
    let mut names: Vec<String> =
        read.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn is_odd_link(name: &str) -> bool {
    name.ends_with("symlink.yml") && (name == ".symlink.yml" || !name.ends_with(".symlink.yml"))
}

/// The name without an ending that looks like a sidecar's.
fn stem(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    matches!(ending.to_lowercase().as_str(), "yml" | "yaml").then_some(stem)
}

/// A file that is copied.
fn copied(place: &str, name: &str, folders: &[&str]) -> Option<Finding> {
    if LEFT_BEHIND.contains(&name) || name.ends_with('~') || name.ends_with(".swp") {
        let what = "is copied into every folder that is made here";
        let fix = format!("add the line `{name}` to `ignore_files`");
        return Some(finding(Severity::Warning, &format!("{place}/{name}"), what, fix));
    }
    sidecar(&format!("{place}/"), name, folders, COPIED)
}

/// A file that looks like a sidecar and describes no folder.
fn sidecar(place: &str, name: &str, folders: &[&str], becomes: Becomes) -> Option<Finding> {
    let stem = stem(name)?;
    let file = format!("{place}{name}");
    let own = place.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let fix = if let Some(folder) = folders.iter().find(|folder| folder.eq_ignore_ascii_case(stem))
    {
        format!("rename it to `{folder}.yml`, which describes the folder `{folder}`")
    } else if !own.is_empty() && own == stem {
        format!("a sidecar stands beside its folder and not in it: move `{name}` up")
    } else if let Some(folder) = meant(stem, folders) {
        format!("if it describes the folder `{folder}`, rename it to `{folder}.yml`")
    } else {
        return Some(finding(Severity::Note, &file, becomes.0, becomes.1));
    };
    Some(finding(Severity::Warning, &file, becomes.0, fix))
}
