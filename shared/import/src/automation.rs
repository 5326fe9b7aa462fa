//! From what a callback is registered for to automations: one for each event type.

use sgh_core::config::Trigger;
use sgh_core::event::{Operation, life_of};
use sgh_core::hook::EVENT_TYPES;

use super::filter::{self, Fields, Filter};
use super::known::{self, Suggestion};
use super::plugin::{Plugin, Unread, registrations};
use super::register::Registration;
use super::value::Value;

/// One callback of a plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct Callback {
    /// The plugin's file.
    pub plugin: std::path::PathBuf,
    /// Where it is registered.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// Whether the daemon stops it at an error, which is what it does if nothing is said.
    pub stops_on_error: bool,
    /// Whether it is handed every type of event, which no rule of ours can be.
    pub wants_everything: bool,
    /// What becomes of it; empty where that could not be read.
    pub automations: Vec<Imported>,
    /// A rule of ours that does the same, where it is known what the callback does.
    pub suggestion: Option<Suggestion>,
}

/// One automation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its name, unique.
    pub name: String,
    /// The daemon's event type.
    pub event_type: String,
    /// The entries of `on`.
    pub on: Vec<String>,
    /// What is not quite as it was.
    pub remarks: Vec<String>,
}

/// What a plugin registers, as automations.
pub(crate) fn of_plugin(plugin: &Plugin) -> (Vec<Callback>, Vec<Unread>) {
    let (found, mut unread) = registrations(plugin);
    let stem = plugin.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let callbacks = found
        .into_iter()
        .map(|registration| {
            let mut told = Vec::new();
            let callback = of_registration(plugin, &stem, &registration, &mut told);
            let at = |what| Unread { file: plugin.path.clone(), line: registration.line, what };
            let about = |what: String| at(format!("callback `{}`: {what}", registration.callback));
            unread.extend(told.into_iter().map(about));
            callback
        })
        .collect();
    unread.sort_by_key(|one| one.line);
    (callbacks, unread)
}

fn of_registration(
    plugin: &Plugin,
    stem: &str,
    registration: &Registration,
    told: &mut Vec<String>,
) -> Callback {
    let stops_on_error = registration.stop_on_error.truth().unwrap_or_else(|| {
        told.push(
            "`stopOnError` is not known: it is taken for true, as if it were left out".into(),
        );
        true
    });
    if let Some(line) = registration.depends {
        told.push(format!("whether it is registered depends on the condition at line {line}"));
    }
    let (filter, remarks) = filter::of(&registration.events);
    told.extend(remarks);
    let mut wants_everything = false;
    let mut automations = Vec::new();
    match &filter {
        Filter::Types(types) => {
            for (event_type, fields) in types {
                match imported(event_type, fields) {
                    Ok(automation) => automations.push(automation),
                    Err(why) => told.push(format!("`{event_type}`: {why}")),
                }
            }
        }
        Filter::Everything => {
            wants_everything = true;
            told.push("it wants every event: name in `on` the types that it needs".to_owned());
        }
        Filter::EveryType(fields) => {
            wants_everything = true;
            let fields = fields_in_words(fields);
            told.push(format!("it wants {fields} of every type: name in `on` those it needs"));
        }
        Filter::Unknown(why) => {
            told.push(format!("its `matchEvents` is not known: {} (line {})", why.what, why.line));
        }
        Filter::Broken(why) => told.push((*why).to_owned()),
    }
    let is_one = automations.len() == 1;
    for automation in &mut automations {
        automation.name = name(stem, &registration.callback, automation, is_one);
    }
    let suggestion = known::suggestion(registration, &automations);
    Callback {
        plugin: plugin.path.clone(),
        line: registration.line,
        name: registration.callback.clone(),
        stops_on_error,
        wants_everything,
        automations,
        suggestion,
    }
}

fn fields_in_words(fields: &Fields) -> String {
    match fields {
        Fields::Any => "every field".to_owned(),
        Fields::Named(names) => format!("`{}`", names.join("`, `")),
        Fields::PartOf(text) => format!("`{text}`"),
        Fields::Unknown(_) | Fields::Broken(_) => "some fields".to_owned(),
    }
}

/// Tells two automations of one plugin apart.
fn name(stem: &str, callback: &str, automation: &Imported, is_one: bool) -> String {
    let mut name = stem.to_owned();
    if callback != stem {
        name += &format!(".{callback}");
    }
    if !is_one {
        let of = automation.event_type.trim_start_matches("Shotgun_");
        name += &format!(".{of}");
    }
    name
}

/// The triggers of one event type, or why there is none.
fn imported(event_type: &str, fields: &Fields) -> Result<Imported, String> {
    let mut remarks = Vec::new();
    let on = match life_of(event_type) {
        Some((kind, operation)) if !EVENT_TYPES.contains(&event_type) => {
            of_life(kind, operation, fields, &mut remarks)?
        }
        Some(_) | None => of_other(event_type, fields, &mut remarks)?,
    };
    if let Some(wrong) = on.iter().find(|text| Trigger::parse(text).is_err()) {
        return Err(format!("`{wrong}` is no trigger of ours"));
    }
    Ok(Imported { name: String::new(), event_type: event_type.to_owned(), on, remarks })
}

fn of_life(
    kind: &str,
    operation: Operation,
    fields: &Fields,
    remarks: &mut Vec<String>,
) -> Result<Vec<String>, String> {
    let whole = format!("{kind}/{}", operation.word());
    let names = match fields {
        Fields::Any => return Ok(vec![whole]),
        Fields::Broken(why) => return Err((*why).to_owned()),
        Fields::Unknown(why) => {
            return Err(format!(
                "its fields are not known: {} (line {}); `{whole}` is for all of them",
                why.what, why.line
            ));
        }
        Fields::Named(names) => names.clone(),
        Fields::PartOf(text) => {
            remarks.push(format!("the daemon takes every field whose name is a part of `{text}`"));
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            let names = text.split(|c| !is_name(c)).filter(|name| !name.is_empty());
            names.map(str::to_owned).collect()
        }
    };
    if operation != Operation::Update {
        return Err(format!(
            "such an event names no field, so it was never run; if it is meant, write `{whole}`"
        ));
    }
    if names.is_empty() {
        return Err("it names no field, so it was never run".to_owned());
    }
    Ok(names.into_iter().map(|name| format!("{whole}/{name}")).collect())
}

fn of_other(
    event_type: &str,
    fields: &Fields,
    remarks: &mut Vec<String>,
) -> Result<Vec<String>, String> {
    match fields {
        Fields::Any => {}
        Fields::Broken(why) => return Err((*why).to_owned()),
        Fields::Named(_) | Fields::PartOf(_) | Fields::Unknown(_) => {
            let fields = fields_in_words(fields);
            remarks.push(format!("it was for {fields} only; `event:` is for all such events"));
        }
    }
    if !EVENT_TYPES.contains(&event_type) {
        remarks.push("no hook delivers such an event: the sweep of the event log finds it".into());
    }
    Ok(vec![format!("event:{event_type}")])
}

/// Makes names unique, in their order.
pub(crate) fn tell_apart(callbacks: &mut [Callback]) {
    let mut taken = std::collections::BTreeSet::new();
    for automation in callbacks.iter_mut().flat_map(|callback| &mut callback.automations) {
        let name = automation.name.clone();
        let mut number = 2;
        while !taken.insert(automation.name.clone()) {
            automation.name = format!("{name}.{number}");
            number += 1;
        }
    }
}

/// A part of what a callback is handed as its own arguments.
pub(crate) fn argument<'a>(registration: &'a Registration, key: &str) -> Option<&'a Value> {
    registration.args.get(&Value::Text(key.to_owned()))
}
