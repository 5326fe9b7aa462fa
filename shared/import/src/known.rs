//! The vendor's example plugins, known by the names of their callbacks: what rule of ours does the
//! same. Their settings are taken from the plugin's own `args`, as far as those are known.
//!
//! Not here: whether a studio has changed such a plugin. What is said is a suggestion.

use serde_json::{Map, Value as Json, json};

use super::automation::{Imported, argument};
use super::register::Registration;
use super::value::Value;
use super::yaml::flow;

/// What is said about a callback that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it is compared with, and what is different, in plain words.
    pub words: String,
    /// One automation as lines of YAML; empty where none is needed, or none does the same.
    pub rule: Vec<String>,
}

/// The name of a callback, a part of an event type it is for, and what makes a suggestion of it.
type Known = (&'static str, &'static str, fn(&Args) -> Suggestion);

/// The callbacks that are known.
const KNOWN: [Known; 13] = [
    ("tasks_approved", "Shotgun_Task_Change", open_downstream),
    ("update_entity_status", "Shotgun_Task_Change", roll_up),
    ("entity_status_update_task_status", "_Change", push_down),
    ("version_status_changed", "Shotgun_Version_Change", version_to_task),
    ("task_status_changed", "Shotgun_Task_Change", task_to_version),
    ("version_finaled", "Shotgun_Version_Change", version_to_shot),
    ("update_status_when_note_is_created", "Shotgun_Note_New", note_to_version),
    ("assign_to_project", "Shotgun_Task_Change", people_to_project),
    ("init_entity", "_New", first_values),
    ("init_shot_handles", "Shotgun_Shot_New", first_handles),
    ("set_datestamp", "Shotgun_", date),
    ("update_field_value", "_Change", one_field_to_another),
    ("logArgs", "", nothing),
];

/// The rule that does what a callback does, where that is known.
pub(crate) fn suggestion(registration: &Registration, found: &[Imported]) -> Option<Suggestion> {
    let (_, of_type, make) =
        KNOWN.iter().find(|(callback, _, _)| *callback == registration.callback)?;
    let is_for_it = found.iter().any(|one| one.event_type.contains(of_type));
    (of_type.is_empty() || is_for_it).then(|| make(&Args { registration, found }))
}

/// What the callback is handed, and what it is for.
struct Args<'a> {
    registration: &'a Registration,
    found: &'a [Imported],
}

impl Args<'_> {
    /// A setting; what the vendor's own example has where it is not known.
    fn get(&self, key: &str, otherwise: Json) -> Json {
        argument(self.registration, key).and_then(as_json).unwrap_or(otherwise)
    }

    fn has(&self, key: &str) -> bool {
        argument(self.registration, key).is_some()
    }

    fn text(&self, key: &str, otherwise: &str) -> String {
        let value = self.get(key, Json::from(otherwise));
        value.as_str().map_or_else(|| otherwise.to_owned(), str::to_owned)
    }

    /// All that its automations are for.
    fn on(&self) -> Vec<&str> {
        self.found.iter().flat_map(|one| &one.on).map(String::as_str).collect()
    }

    /// That the status stands in the field that our kinds of automation look at.
    fn is_status(&self, key: &str) -> bool {
        self.text(key, "sg_status_list") == "sg_status_list"
    }
}

fn as_json(value: &Value) -> Option<Json> {
    match value {
        Value::Text(text) => Some(Json::from(text.as_str())),
        Value::Number(number) => serde_json::from_str(number).ok(),
        Value::Bool(is) => Some(Json::from(*is)),
        Value::None => Some(Json::Null),
        Value::List(items) => items.iter().map(as_json).collect::<Option<Vec<_>>>().map(Json::from),
        Value::Map(pairs) => {
            let pair =
                |(key, value): &(Value, Value)| Some((key.text()?.to_owned(), as_json(value)?));
            pairs.iter().map(pair).collect::<Option<Map<_, _>>>().map(Json::from)
        }
        Value::Function(_) | Value::Registrar | Value::Unknown(_) => None,
    }
}

/// An automation of these keys, which are an object in their order.
fn rule(words: &str, keys: &Json) -> Suggestion {
    let pairs = keys.as_object().into_iter().flatten().enumerate();
    let line = |(place, (key, value)): (usize, (&String, &Json))| {
        let start = if place == 0 { "- " } else { "  " };
        format!("{start}{key}: {}", flow(value))
    };
    Suggestion { words: words.to_owned(), rule: pairs.map(line).collect() }
}

fn words(words: &str) -> Suggestion {
    Suggestion { words: words.to_owned(), rule: Vec::new() }
}

const OTHER_FIELD: &str = "it uses a field of its own for the status; write `do: set` for it";

fn open_downstream(args: &Args) -> Suggestion {
    if !args.is_status("task_status_field") {
        return words(OTHER_FIELD);
    }
    let keys = json!({
        "name": "open-downstream", "on": ["Task/create", "Task/update/sg_status_list"],
        "do": "open_downstream",
        "done": args.get("task_status", json!(["fin"])),
        "skip": args.get("downstream_task_status_recurse", json!(["na"])),
        "waiting": args.get("downstream_task_status_activate", json!(["wtg"])),
        "ready": args.get("downstream_task_status_active", json!("ip")),
    });
    rule(
        "the same, and skipped tasks are looked through from both sides; notes are closed by a \
         second automation, `roll_up` with `children: Task.notes`",
        &keys,
    )
}

fn roll_up(args: &Args) -> Suggestion {
    if !(args.is_status("task_status_field") && args.is_status("target_status_field")) {
        return words(OTHER_FIELD);
    }
    let code = |key: &str, otherwise: &str| args.text(key, otherwise);
    let (done, begun) = (code("task_fin_status", "fin"), code("task_ip_status", "ip"));
    let target = (code("target_fin_status", "fin"), code("target_ip_status", "ip"));
    let keys = json!({
        "name": "roll-up",
        "on": ["Task/create", "Task/update/sg_status_list", "Task/update/entity", "Task/delete",
               "Task/revive"],
        "do": "roll_up", "parents": ["Shot", "Asset"],
        "skip": [code("task_na_status", "na")],
        "keep": [code("target_disable_status", "na")],
        "all": { target.0: [done] }, "any": { target.1.clone(): [begun] }, "reopen": target.1,
    });
    rule("the same for shots and assets, and for tasks that are moved or deleted", &keys)
}

fn push_down(args: &Args) -> Suggestion {
    if !args.is_status("entity_status_field") {
        return words(OTHER_FIELD);
    }
    let status = args.text("target_status", "hld");
    let mut keep = args.get("skip_statuses", json!(["fin", "na"]));
    if let Some(keep) = keep.as_array_mut() {
        keep.retain(|code| *code != status);
    }
    let keys = json!({
        "name": "push-down", "on": args.on(), "do": "push_down", "values": [status], "keep": keep,
    });
    rule("the same", &keys)
}

fn version_to_task(args: &Args) -> Suggestion {
    let keys = json!({
        "name": "version-drives-task", "on": "Version/update/sg_status_list", "do": "set",
        "target": "sg_task", "map": { "sg_status_list": { "apr": "fin", "rev": "rev" } },
    });
    let date = args.text("date_approved_field", "client_approved_at");
    let text = format!(
        "put in `map` what stands in the field `sg_task_status_mapping` of your statuses; the date \
         is a second one: `to: {}`, `values: {{ {}: $now }}`",
        flow(&args.get("approved_status_code", json!("apr"))),
        flow(&json!(date)),
    );
    rule(&text, &keys)
}

fn task_to_version(_: &Args) -> Suggestion {
    let keys = json!({
        "name": "task-drives-newest-version", "on": "Task/update/sg_status_list", "do": "set",
        "target": { "find": "Version", "linked_by": "sg_task", "newest": "created_at" },
        "map": { "sg_status_list": { "fin": "apr", "rev": "rev" } },
    });
    rule(
        "put in `map` what stands in the field `sg_version_status_mapping` of your statuses",
        &keys,
    )
}

fn version_to_shot(args: &Args) -> Suggestion {
    let (field, status) = (args.text("target_status_field", ""), args.text("target_status", ""));
    if field.is_empty() || status.is_empty() {
        return words("it sets no status of what the version is of; write `do: set` for the rest");
    }
    let kind = args.text("target_entity_type", "Shot");
    let keys = json!({
        "name": "version-finals-its-shot", "on": args.on(),
        "to": args.get("query_statuses", json!(["fna"])), "do": "set",
        "target": format!("entity.{kind}"), "values": { field: status },
    });
    rule("its status; dates, links and other versions are automations of their own", &keys)
}

fn note_to_version(args: &Args) -> Suggestion {
    let field = args.text("status_field", "sg_status_list");
    let keys = json!({
        "name": "note-marks-version-viewed", "on": ["Note/create", "Note/update/note_links"],
        "do": "set",
        "target": format!("note_links.{}", args.text("entity_type", "Version")),
        "where": { field.clone(): args.get("trigger_statuses", json!(["rev"])) },
        "values": { field: args.get("new_status", json!("vwd")) },
    });
    rule("the same, and for links that the note gets later", &keys)
}

fn people_to_project(_: &Args) -> Suggestion {
    let keys = json!({
        "name": "assigned-people-join-the-project", "on": "Task/update/task_assignees",
        "do": "set", "target": "project", "add": { "users": "task_assignees" },
    });
    rule("the same", &keys)
}

fn first_values(args: &Args) -> Suggestion {
    let values = args.get("initial_data", json!({}));
    let fields: Vec<String> =
        values.as_object().into_iter().flatten().map(|(f, _)| f.clone()).collect();
    if fields.is_empty() {
        return words("write `do: set` with the `values` that a new one gets");
    }
    let mut keys = json!({ "name": "first-values", "on": args.on(), "do": "set" });
    if args.get("force", json!(false)) != json!(true) {
        let empty: Map<String, Json> =
            fields.into_iter().map(|field| (field, json!([null]))).collect();
        keys["where"] = Json::from(empty);
    }
    keys["values"] = values;
    rule(
        "the same, but where one field is filled already none is set: split it if that counts",
        &keys,
    )
}

fn first_handles(_: &Args) -> Suggestion {
    words("fixed values are `do: set` with `values`; what has to be computed stays a program")
}

fn date(args: &Args) -> Suggestion {
    let field = args.text("date_field", "");
    let on: Vec<&str> = args.on().into_iter().filter(|on| on.contains("/update")).collect();
    if field.is_empty() || on.is_empty() {
        return words("write `do: set` with `values: { sg_finaled_on: $today }`");
    }
    let mut keys = json!({
        "name": "date-stamp", "on": on, "to": args.get("statuses", json!(["fin"])), "do": "set",
    });
    if args.get("allow_date_overwrite", json!(false)) != json!(true) {
        keys["where"] = json!({ field.clone(): [null] });
    }
    keys["values"] = json!({ field: "$today" });
    let zone = flow(&args.get("timezone", json!("America/Los_Angeles")));
    let text = format!("the same, with `time_zone: {zone}` at the top; `$now` for a date and time");
    rule(&text, &keys)
}

fn one_field_to_another(args: &Args) -> Suggestion {
    let field = args.text("to_field", "");
    if field.is_empty() || !args.has("to_value") {
        return words("what has to be computed stays a program");
    }
    let keys = json!({
        "name": "field-to-field", "on": args.on(), "to": [args.get("from_value", json!(null))],
        "do": "set", "values": { field: args.get("to_value", json!(null)) },
    });
    rule("the same", &keys)
}

fn nothing(_: &Args) -> Suggestion {
    words("every delivery is logged and acknowledged; nothing has to be written for it")
}

#[cfg(test)]
mod tests;
