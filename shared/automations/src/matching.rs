//! Whether an automation wants an event.

use serde_json::Value;
use sgh_core::config::{Automation, Trigger};
use sgh_core::event::{Event, EventKind};

use crate::values::{same, shown};

/// What differed, for an automation that does not want an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// How near the event came; higher is nearer.
    pub nearness: u8,
    /// What differed first.
    pub why: String,
}

/// Nearness of an event that only happened in another project.
const PROJECT: u8 = 3;
/// Nearness of an event that only had another value.
const VALUE: u8 = 4;
/// Nearness of an event that only came before the one that counts.
const TRANSIENT: u8 = 5;

/// Whether an automation wants an event.
///
/// # Errors
/// What differed.
pub fn wants(automation: &Automation, event: &Event) -> Result<(), Mismatch> {
    let mut nearest: Option<Mismatch> = None;
    for trigger in &automation.on {
        match trigger.matches(event) {
            Ok(()) => return check_filters(automation, event),
            Err((nearness, why)) => {
                if nearest.as_ref().is_none_or(|known| known.nearness < nearness) {
                    nearest = Some(Mismatch { nearness, why });
                }
            }
        }
    }
    match nearest {
        // Nothing was near: then all of it is named, not the first that comes.
        Some(Mismatch { nearness: 0, .. }) | None => Err(nothing_near(automation, event)),
        Some(near) => Err(near),
    }
}

fn nothing_near(automation: &Automation, event: &Event) -> Mismatch {
    let mut wanted: Vec<String> = automation.on.iter().map(Trigger::about).collect();
    wanted.dedup();
    let is = match &event.kind {
        EventKind::Entity { entity_type, .. } => entity_type.clone(),
        EventKind::Custom | EventKind::TestConnection | EventKind::HookStatus { .. } => {
            event.event_type.clone()
        }
    };
    Mismatch { nearness: 0, why: format!("it is for {}, this is {is}", list(wanted)) }
}

fn check_filters(automation: &Automation, event: &Event) -> Result<(), Mismatch> {
    if let Some(projects) = &automation.projects {
        let id = event.project.as_ref().map(|project| project.id);
        if !id.is_some_and(|id| projects.contains(&id)) {
            let is = id.map_or("no project".to_owned(), |id| format!("project {id}"));
            let why = format!("it is for project {}, this is {is}", list(projects));
            return Err(Mismatch { nearness: PROJECT, why });
        }
    }
    check_value("from", automation.from.as_deref(), event, event.old_value())?;
    check_value("to", automation.to.as_deref(), event, event.new_value())?;
    check_settled(event)
}

/// A thumbnail that is still being made is told of twice: an automation runs for the second.
fn check_settled(event: &Event) -> Result<(), Mismatch> {
    if !event.is_transient() {
        return Ok(());
    }
    let field = event.attribute.as_deref().unwrap_or("the value");
    let why = format!(
        "`{field}` is still being made (`is_transient`); it runs for the event that says it is there"
    );
    Err(Mismatch { nearness: TRANSIENT, why })
}

/// An event whose values were too large to send may have had the right one: the decision, which
/// looks at the present state, is left to say.
fn check_value(
    word: &str,
    wanted: Option<&[Value]>,
    event: &Event,
    value: Option<&Value>,
) -> Result<(), Mismatch> {
    let Some(wanted) = wanted else { return Ok(()) };
    let why = match value {
        Some(value) if wanted.iter().any(|wanted| same(wanted, value)) => return Ok(()),
        None if event.truncated => return Ok(()),
        Some(value) => format!("this is a change {word} {}", shown(value)),
        None => "this event has no value".to_owned(),
    };
    let wanted: Vec<String> = wanted.iter().map(shown).collect();
    let why = format!("it wants a change {word} {}, {why}", wanted.join(" or "));
    Err(Mismatch { nearness: VALUE, why })
}

/// The automation that came nearest to wanting an event, and what differed. `None` without any
/// automation.
#[must_use]
pub fn nearest<'a>(automations: &'a [Automation], event: &Event) -> Option<(&'a str, Mismatch)> {
    let mismatches = automations.iter().filter_map(|automation| {
        wants(automation, event).err().map(|mismatch| (automation.name.as_str(), mismatch))
    });
    // The first of those that are equally near.
    mismatches.reduce(|best, next| if next.1.nearness > best.1.nearness { next } else { best })
}

fn list(ids: impl IntoIterator<Item = impl ToString>) -> String {
    ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sgh_core::config::Config;
    use std::path::Path;

    const CONFIG: &str = "automations:
  - { name: a, on: Shot/create, do: set, values: { x: 1 } }
  - { name: b, on: [Task/create, Task/update/sg_status_list], projects: [65], from: ip,
      to: [fin, apr], do: set, values: { x: 1 } }
";

    fn event(event_type: &str, project: u64, field: &str, old: &str, new: &str) -> Event {
        let kind = event_type.split('_').nth(1).expect("an entity type");
        let event = json!({
            "event_type": event_type, "entity": {"type": kind, "id": 1},
            "project": {"type": "Project", "id": project}, "attribute_name": field,
            "meta": {"old_value": old, "new_value": new},
        });
        Event::read(event.to_string().as_bytes()).expect("an event")
    }

    fn check(event: &Event, nearest_one: &str, why: &str) {
        let config = Config::read(CONFIG, Path::new("sgh.yaml")).expect("valid");
        let (name, mismatch) = nearest(&config.automations, event).expect("a mismatch");
        assert_eq!((name, mismatch.why.as_str()), (nearest_one, why));
    }

    #[test]
    fn the_nearest_automation_is_named_with_what_differed() {
        let change = "Shotgun_Task_Change";
        let status = "sg_status_list";
        check(&event("Shotgun_Note_New", 65, "", "", ""), "a", "it is for Shot, this is Note");
        check(
            &event("Shotgun_Task_Retirement", 65, "", "", ""),
            "b",
            "it wants Task/create, this is Task/delete",
        );
        check(
            &event(change, 65, "due_date", "", ""),
            "b",
            "it wants `sg_status_list`, `due_date` was changed",
        );
        check(
            &event(change, 7, status, "ip", "fin"),
            "b",
            "it is for project 65, this is project 7",
        );
        check(
            &event(change, 65, status, "ip", "rev"),
            "b",
            "it wants a change to `fin` or `apr`, this is a change to `rev`",
        );
        check(
            &event(change, 65, status, "hld", "fin"),
            "b",
            "it wants a change from `ip`, this is a change from `hld`",
        );
    }

    #[test]
    fn a_thumbnail_is_wanted_once_and_that_is_when_it_is_there() {
        let yaml = "automations:
  - { name: a, on: Version/update/image, do: set, values: { x: 1 } }
  - { name: b, on: Version/update, projects: 7, do: set, values: { x: 1 } }
";
        let config = Config::read(yaml, Path::new("sgh.yaml")).expect("valid");
        let mut event = event("Shotgun_Version_Change", 65, "image", "", "thumb.jpg");
        let cases = [(json!(true), false), (json!(false), true), (Value::Null, true)];
        for (is_transient, wanted) in cases {
            event.meta.insert("is_transient".to_owned(), is_transient.clone());
            let said = wants(&config.automations[0], &event);
            assert_eq!(said.is_ok(), wanted, "{is_transient}: {said:?}");
        }
        event.meta.insert("is_transient".to_owned(), json!(true));
        let (name, mismatch) = nearest(&config.automations, &event).expect("a mismatch");
        let why = "`image` is still being made (`is_transient`); it runs for the event that says \
                   it is there";
        assert_eq!((name, mismatch.why.as_str()), ("a", why));
    }

    #[test]
    fn what_fits_is_wanted() {
        let config = Config::read(CONFIG, Path::new("sgh.yaml")).expect("valid");
        let mut event = event("Shotgun_Task_Change", 65, "sg_status_list", "ip", "apr");
        assert_eq!(wants(&config.automations[1], &event), Ok(()));
        event.meta.clear();
        assert!(wants(&config.automations[1], &event).is_err());
        event.truncated = true;
        assert_eq!(wants(&config.automations[1], &event), Ok(()));
    }
}
