//! What a hook delivers, by its own fields.

use std::collections::BTreeSet;

use serde_json::Value;
use sgh_site::rest::{EntityTypes, Hook, HookFilter};

use super::needs::Atom;
use crate::output::plain;

/// Whether the site sends anything by it.
pub fn is_sending(hook: &Hook) -> bool {
    matches!(hook.text("status"), None | Some("active" | "unstable"))
}

/// The projects that a hook is limited to; none for the whole site.
pub fn projects(hook: &Hook) -> BTreeSet<u64> {
    let projects = hook.fields.get("projects").and_then(Value::as_array);
    let id = |project: &Value| project.as_u64().or_else(|| project.get("id")?.as_u64());
    projects.into_iter().flatten().filter_map(id).collect()
}

/// What a hook is for; `None` where the site does not say.
pub fn filter(hook: &Hook) -> Option<HookFilter> {
    if let Some(event_type) = hook.text("event_type").filter(|text| !text.is_empty()) {
        return Some(HookFilter::EventType(event_type.to_owned()));
    }
    let mut types = EntityTypes::new();
    for (kind, operations) in hook.fields.get("entity_types")?.as_object()? {
        let known = types.entry(kind.clone()).or_default();
        for (operation, fields) in operations.as_object().into_iter().flatten() {
            let Some(fields) = fields.as_array() else { continue };
            let fields = fields.iter().filter_map(Value::as_str).map(str::to_owned);
            known.insert(operation.clone(), fields.collect());
        }
    }
    Some(HookFilter::EntityTypes(types))
}

/// Whether the hook is for this, whatever its projects and its status.
pub fn is_for(hook: &Hook, atom: &Atom) -> bool {
    match (filter(hook), atom) {
        (Some(HookFilter::EventType(of)), Atom::EventType(wanted)) => of == *wanted,
        (Some(HookFilter::EntityTypes(types)), Atom::Entity { kind, operation, field }) => {
            let fields = types.get(kind).and_then(|operations| operations.get(*operation));
            match (fields, field) {
                (None, _) => false,
                (Some(fields), Some(field)) => fields.is_empty() || fields.contains(field),
                (Some(fields), None) => fields.is_empty(),
            }
        }
        (_, _) => false,
    }
}

/// What a hook is for, in a few words: `Shot create; Task update (entity, sg_status_list)`.
pub fn filter_words(filter: &HookFilter) -> String {
    let types = match filter {
        HookFilter::EventType(event_type) => return plain(&format!("event {event_type}")),
        HookFilter::EntityTypes(types) => types,
    };
    let of_type = |(kind, operations): (&String, &std::collections::BTreeMap<_, _>)| {
        let words: Vec<String> = operations.iter().map(in_words).collect();
        format!("{kind} {}", words.join(", "))
    };
    let words: Vec<String> = types.iter().map(of_type).collect();
    plain(&words.join("; "))
}

fn in_words((operation, fields): (&String, &BTreeSet<String>)) -> String {
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    if fields.is_empty() {
        operation.clone()
    } else {
        format!("{operation} ({})", fields.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sgh_core::config::Trigger;

    use super::*;
    use crate::hooks::hook;

    #[test]
    fn a_hook_delivers_what_its_filter_says() {
        let types = json!({"Shot": {"create": []}, "Task": {"update": ["sg_status_list"]}});
        let active = hook(json!({"status": "active", "entity_types": types}));
        let check = |text: &str, expect| {
            let atom = Atom::of(&Trigger::parse(text).expect(text));
            assert_eq!(is_for(&active, &atom), expect, "{text}");
        };
        check("Shot/create", true);
        check("event:Shotgun_Shot_New", true);
        check("Shot/delete", false);
        check("Task/update/sg_status_list", true);
        check("Task/update/entity", false);
        check("Task/update", false);
        check("Note/create", false);
        check("event:X", false);
        let of_event = hook(json!({"event_type": "X", "entity_types": null}));
        assert!(is_for(&of_event, &Atom::EventType("X".into())));
    }

    #[test]
    fn only_an_active_or_unstable_hook_sends() {
        for (status, expect) in
            [("active", true), ("unstable", true), ("failed", false), ("disabled", false)]
        {
            assert_eq!(is_sending(&hook(json!({ "status": status }))), expect, "{status}");
        }
        assert!(is_sending(&hook(json!({}))));
    }

    #[test]
    fn what_a_hook_is_for_is_said_in_a_few_words() {
        let check = |fields, expect: Option<&str>| {
            let words = filter(&hook(fields)).map(|filter| filter_words(&filter));
            assert_eq!(words.as_deref(), expect);
        };
        let types = json!({
            "Task": {"update": ["sg_status_list", "entity"], "create": []}, "Shot": {"delete": []},
        });
        let expect = "Shot delete; Task create, update (entity, sg_status_list)";
        check(json!({"entity_types": types}), Some(expect));
        check(json!({"event_type": "A\u{1b}B", "entity_types": null}), Some("event A\u{fffd}B"));
        check(json!({"entity_types": "odd"}), None);
        check(json!({}), None);
    }
}
