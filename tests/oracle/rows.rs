//! The site's records of folders and the events that announce them, against the recording's.
//!
//! Not compared, since it cannot agree: the pipeline configuration (we are none), the version in
//! an event, and events of folders that were forgotten, which are the registry's.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_folders::Roots;
use sgh_folders::registry::{Storages, created_event, location};
use sgh_site::NewRecord;

use crate::facts::Facts;

/// What one step of ours tells the site.
pub struct Made {
    rows: Vec<Value>,
    events: Vec<Value>,
    /// It went well here, and not in the recording.
    is_ours_alone: bool,
    /// The other way round.
    is_theirs_alone: bool,
}

/// Whether the records agree.
pub enum RowsVerdict {
    Agree,
    /// What differs follows from a step that differs on purpose.
    OnPurpose(&'static str),
    Differ(Vec<String>),
}

impl Made {
    pub fn of(facts: &Facts<'_>) -> Self {
        let Facts { world, step, attempt, .. } = facts;
        let storages = Storages::as_mounted(&Roots::new(world.roots.clone()));
        let user = world.user.as_ref();
        let record = |row| location(row, &storages, user).expect("a storage that is known");
        let shown = |row: NewRecord| {
            let field = |name: &str| row.fields[name].clone();
            let metadata = field("configuration_metadata");
            let path = field("path");
            json!({
                "entity": entity(&field("entity")),
                "code": field("code"),
                "is_primary": field("is_primary"),
                "path": world.shown(path["local_path"].as_str().expect("a path")),
                "path_name": path["name"],
                "project": field("project")["id"],
                "created_by": entity(&field("created_by")),
                "configuration_metadata":
                    serde_json::from_str::<Value>(metadata.as_str().expect("text")).expect("JSON"),
            })
        };
        let rows: Vec<Value> = attempt.new.iter().map(record).map(shown).collect();
        let (is_ok, theirs_is_ok) = (attempt.result.is_ok(), facts.expect["ok"] == true);
        Self {
            events: events(step, facts),
            rows,
            is_ours_alone: is_ok && !theirs_is_ok,
            is_theirs_alone: !is_ok && theirs_is_ok,
        }
    }
}

/// One event for each project that has new folders.
fn events(step: &Value, facts: &Facts<'_>) -> Vec<Value> {
    let new = &facts.attempt.new;
    let mut projects: Vec<_> = new.iter().map(|row| &row.project.entity).collect();
    projects.dedup();
    let ids: Vec<u64> =
        step["ids"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let kind = step["type"].as_str().expect("a type");
    let event = |project: &EntityRef| {
        let of = new.iter().enumerate().filter(|(_, row)| row.project.entity == *project);
        let made: Vec<u64> = of.map(|(at, _)| at as u64).collect();
        let event = created_event(kind, &ids, project, &made, facts.world.user.as_ref());
        json!({
            "event_type": event.fields["event_type"],
            "description": without_version(&event.fields["description"]),
            "folders": event.fields["meta"]["sg_folder_ids"].as_array().map(Vec::len),
        })
    };
    projects.into_iter().map(event).collect()
}

/// `Shot:30`
fn entity(link: &Value) -> Value {
    match link["type"].as_str() {
        Some(kind) => json!(format!("{kind}:{}", link["id"])),
        None => Value::Null,
    }
}

fn without_version(description: &Value) -> Value {
    let text = description.as_str().unwrap_or_default();
    json!(text.split_once(": ").map_or(text, |(_, rest)| rest))
}

/// All that was told in a case; `is_on_purpose` where its steps differ on purpose and no otherwise.
pub fn compare(expected: &Value, made: &[Made], is_on_purpose: bool) -> RowsVerdict {
    let theirs = Told {
        rows: list(expected, "locations").into_iter().map(without_configuration).collect(),
        events: list(expected, "events").into_iter().filter_map(created).collect(),
    };
    let all = Told::of(made.iter());
    if all == theirs {
        return RowsVerdict::Agree;
    }
    let together = Told::of(made.iter().filter(|made| !made.is_ours_alone));
    if is_on_purpose && together == theirs {
        return RowsVerdict::OnPurpose(
            "what the original refuses after making it is not told there",
        );
    }
    let is_refused = is_on_purpose && made.iter().any(|made| made.is_theirs_alone);
    if is_refused && together.is_part_of(&theirs) {
        return RowsVerdict::OnPurpose(
            "what we refuse and the original does not is told there only",
        );
    }
    let missing = |a: &Told, b: &Told, what: &str| -> Vec<String> {
        let of = |a: &[Value], b: &[Value]| -> Vec<String> {
            a.iter().filter(|row| !b.contains(row)).map(|row| format!("{what}: {row}")).collect()
        };
        [of(&a.rows, &b.rows), of(&a.events, &b.events)].concat()
    };
    let mut differences = missing(&all, &theirs, "too much");
    differences.extend(missing(&theirs, &all, "missing"));
    if differences.is_empty() {
        differences.push("the same in another order".to_owned());
    }
    RowsVerdict::Differ(differences)
}

#[derive(PartialEq)]
struct Told {
    rows: Vec<Value>,
    events: Vec<Value>,
}

impl Told {
    fn of<'m>(made: impl Iterator<Item = &'m Made> + Clone) -> Self {
        let rows = made.clone().flat_map(|made| made.rows.clone()).collect();
        Self { rows, events: made.flat_map(|made| made.events.clone()).collect() }
    }

    fn is_part_of(&self, other: &Self) -> bool {
        let is_part = |a: &[Value], b: &[Value]| {
            let mut left = b.iter();
            a.iter().all(|row| left.any(|known| known == row))
        };
        is_part(&self.rows, &other.rows) && is_part(&self.events, &other.events)
    }
}

fn list(expected: &Value, key: &str) -> Vec<Value> {
    expected[key].as_array().cloned().unwrap_or_default()
}

fn without_configuration(mut row: Value) -> Value {
    if let Some(row) = row.as_object_mut() {
        row.remove("pipeline_configuration");
    }
    row
}

fn created(event: Value) -> Option<Value> {
    (event["event_type"] == "Toolkit_Folders_Create").then(|| {
        let description = without_version(&event["description"]);
        json!({
            "event_type": event["event_type"],
            "description": description,
            "folders": event["folders"],
        })
    })
}
