//! What directories came to, in words for an acknowledgement.

use sgh_automations::set::some_of;
use sgh_core::folder::FolderPath;
use sgh_core::outcome::Outcome;
use sgh_folders::registry::Storages;
use sgh_folders::{Made, Plan};

use super::FolderKit;
use super::storages::place;

/// Folders named in one acknowledgement. An entity has one in each storage.
const NAMED_MAX: usize = 3;

/// Why a plan is empty, as people read it.
pub(crate) fn no_directories(plan: &Plan) -> String {
    let notes: Vec<String> = plan.notes().iter().map(ToString::to_string).collect();
    if notes.is_empty() {
        return "the schema has no directories for it".to_owned();
    }
    format!("no directories: {}", some_of(&notes))
}

/// What was made, and where the entity's own folders are.
pub(super) fn told(
    kit: &FolderKit,
    storages: &Storages,
    homes: &[FolderPath],
    made: &Made,
) -> Outcome {
    let mut places: Vec<String> =
        homes.iter().take(NAMED_MAX).map(|home| place(kit, storages, home)).collect();
    if places.is_empty() {
        places.extend(made.paths.iter().take(NAMED_MAX).cloned());
    }
    let places = if places.is_empty() { String::new() } else { format!(": {}", places.join(", ")) };
    if made.is_nothing() {
        let text = format!("all there already, {}{places}", directories(made.existed));
        return Outcome::Skipped(text);
    }
    let mut text = format!("{} made", directories(made.made));
    if made.existed > 0 {
        text.push_str(&format!(", {} there already", made.existed));
    }
    let mut count = |count: usize, what: &str| {
        if count > 0 {
            text.push_str(&format!(", {what}: {count}"));
        }
    };
    count(made.files, "files copied");
    count(made.links, "links made");
    count(made.modes_refused, "without `folders.mode`, which the storage refuses");
    count(made.owners_refused, "without `folders.owner`, which the storage refuses");
    Outcome::Done(format!("{text}{places}"))
}

fn directories(count: usize) -> String {
    if count == 1 { "1 directory".to_owned() } else { format!("{count} directories") }
}
