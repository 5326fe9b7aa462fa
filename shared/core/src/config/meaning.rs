//! sgh.yaml as it is meant: each automation with exactly the keys of its kind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::low::{Low, LowAutomation, OneOrMany};
use super::{Action, Automation, Config, MakeFolders, Problem, Set, Target, Trigger, folders};

/// Kinds of automation that work.
const KINDS: [&str; 2] = ["make_folders", "set"];
/// Kinds that the format knows and this version does not do yet.
const LATER_KINDS: [&str; 5] = ["open_downstream", "roll_up", "push_down", "emit", "run"];

pub(super) fn of(low: Low, folder: &Path) -> Result<Config, Vec<Problem>> {
    let mut problems = Vec::new();
    let folders = low.folders.and_then(|folders| folders::of(folders, folder, &mut problems));
    let mut automations = Vec::new();
    let mut names = BTreeSet::new();
    for low in low.automations {
        let line = low.referenced.line();
        let column = low.referenced.column();
        let name = low.value.name.clone();
        let mut complain = |message: String| {
            let message = format!("automation `{name}`: {message}");
            problems.push(Problem { line, column, message });
        };
        if name.trim().is_empty() {
            complain("it has no name; give it one that people understand".to_owned());
        }
        if !names.insert(name.clone()) {
            complain("there is another of this name; names have to differ".to_owned());
        }
        match automation_of(low.value, line) {
            Ok(Automation { action: Action::MakeFolders(_), .. }) if folders.is_none() => {
                complain("make_folders needs `folders:` with a schema and roots".to_owned());
            }
            Ok(automation) => automations.push(automation),
            Err(messages) => messages.into_iter().for_each(complain),
        }
    }
    if problems.is_empty() { Ok(Config { folders, automations }) } else { Err(problems) }
}

fn automation_of(low: LowAutomation, line: u64) -> Result<Automation, Vec<String>> {
    let mut problems = Vec::new();
    let mut on = Vec::new();
    for text in &low.on.0 {
        match Trigger::parse(text) {
            Ok(trigger) => on.push(trigger),
            Err(error) => problems.push(error.to_string()),
        }
    }
    if low.on.0.is_empty() {
        problems.push("`on` is empty: it would never run".to_owned());
    }
    problems.extend(misplaced_keys(&low));
    let action = match low.r#do.as_str() {
        "make_folders" => {
            let engines = low.engines.as_ref().map(|engines| engines.0.clone());
            Some(Action::MakeFolders(MakeFolders { engines }))
        }
        "set" => set_of(&low).map(Action::Set).map_err(|error| problems.push(error)).ok(),
        later if LATER_KINDS.contains(&later) => {
            problems.push(format!(
                "`do: {later}` does not work in this version, take the automation out until it \
                 does; these work: {}",
                KINDS.join(", ")
            ));
            None
        }
        other => {
            let near = nearest(other, KINDS.into_iter().chain(LATER_KINDS));
            let near = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
            problems.push(format!("`do: {other}` is unknown{near}; known: {}", KINDS.join(", ")));
            None
        }
    };
    match action {
        Some(action) if problems.is_empty() => Ok(Automation {
            name: low.name,
            on,
            projects: low.projects.map(|ids| ids.0.into_iter().collect()),
            from: low.from.map(|values| values.0),
            to: low.to.map(|values| values.0),
            action,
            line,
        }),
        Some(_) | None => Err(problems),
    }
}

/// Keys that this kind of automation does not have.
fn misplaced_keys(low: &LowAutomation) -> Vec<String> {
    let kind = low.r#do.as_str();
    let of_set = ["set"].as_slice();
    let later = LATER_KINDS.as_slice();
    let keys = [
        ("engines", low.engines.is_some(), ["make_folders"].as_slice()),
        ("target", low.target.is_some(), of_set),
        ("where", low.r#where.is_some(), of_set),
        ("map", low.map.is_some(), of_set),
        ("values", low.values.is_some(), &["set", "push_down"]),
        ("done", low.done.is_some(), later),
        ("skip", low.skip.is_some(), later),
        ("waiting", low.waiting.is_some(), later),
        ("ready", low.ready.is_some(), later),
        ("started", low.started.is_some(), later),
        ("parents", low.parents.is_some(), later),
        ("keep", low.keep.is_some(), later),
        ("all", low.all.is_some(), later),
        ("any", low.any.is_some(), later),
        ("reopen", low.reopen.is_some(), later),
    ];
    if !KINDS.contains(&kind) {
        return Vec::new();
    }
    let misplaced = keys.iter().filter(|(_, given, of)| *given && !of.contains(&kind));
    misplaced.map(|(key, ..)| format!("`{key}` is no key of `do: {kind}`")).collect()
}

fn set_of(low: &LowAutomation) -> Result<Set, String> {
    let values: BTreeMap<String, Value> = match &low.values {
        None => BTreeMap::new(),
        Some(Value::Object(fields)) => fields.clone().into_iter().collect(),
        Some(_) => return Err("`values` has to name fields: `values: { field: value }`".to_owned()),
    };
    let map = low.map.clone().unwrap_or_default();
    if map.is_empty() && values.is_empty() {
        return Err("`set` needs `values` or `map`, or it sets nothing".to_owned());
    }
    if let Some(field) = map.keys().find(|field| values.contains_key(*field)) {
        return Err(format!("`{field}` stands in `map` and in `values`: which one is meant?"));
    }
    let target = match low.target.as_deref() {
        None | Some("self") => Target::Itself,
        Some(field) => Target::Link(field.to_owned()),
    };
    let list = |values: &OneOrMany<Value>| values.0.clone();
    let conditions = low.r#where.iter().flatten();
    let conditions = conditions.map(|(field, values)| (field.clone(), list(values))).collect();
    Ok(Set { target, conditions, values, map })
}

/// The name that somebody may have meant.
pub(super) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let near = names.into_iter().map(|name| (strsim::damerau_levenshtein(wrong, name), name));
    let (distance, name) = near.min()?;
    (distance <= 2.max(wrong.len() / 4)).then_some(name)
}
