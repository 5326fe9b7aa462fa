//! What hooks have to deliver so that every automation of sgh.yaml gets its events, and the
//! filters of hooks that do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sgh_core::config::{Config, Trigger};
use sgh_core::event::life_of;
use sgh_core::hook::EVENT_TYPES;
use sgh_site::rest::{EntityTypes, HookFilter};

/// The smallest thing that a hook can be for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom {
    /// What happens to entities of a type; for an update one field, or any.
    Entity {
        /// The entity type by its schema name.
        kind: String,
        /// `create`, `update`, `delete`, `revive`.
        operation: &'static str,
        /// The field; `None` for any, and for what is no update.
        field: Option<String>,
    },
    /// Events of a type that has nothing to do with the life of an entity.
    EventType(String),
}

impl Atom {
    /// What delivers the events of a trigger. Events of an entity have hooks by entity type only,
    /// also where sgh.yaml calls them by their event type.
    pub fn of(trigger: &Trigger) -> Self {
        match trigger {
            Trigger::Entity { entity_type, operation, field } => Self::Entity {
                kind: entity_type.clone(),
                operation: operation.word(),
                field: field.clone(),
            },
            Trigger::EventType(event_type) => {
                of_entity(event_type).unwrap_or_else(|| Self::EventType(event_type.clone()))
            }
        }
    }

    /// Whether the site lets a hook be for it: it refuses event types that it does not know.
    pub fn is_offered(&self) -> bool {
        match self {
            Self::Entity { .. } => true,
            Self::EventType(event_type) => EVENT_TYPES.contains(&event_type.as_str()),
        }
    }

    /// Whether everything of the other is of this one too.
    fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Entity { kind, operation, field: None },
                Self::Entity { kind: of, operation: done, field: _ },
            ) => kind == of && operation == done,
            (_, _) => self == other,
        }
    }
}

/// `Shotgun_Shot_New` is the creation of a shot. A type of the site's own list stays what it is.
fn of_entity(event_type: &str) -> Option<Atom> {
    if EVENT_TYPES.contains(&event_type) {
        return None;
    }
    let (kind, operation) = life_of(event_type)?;
    let kind = kind.to_owned();
    (!kind.is_empty()).then(|| Atom::Entity { kind, operation: operation.word(), field: None })
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EventType(event_type) => write!(f, "event:{event_type}"),
            Self::Entity { kind, operation, field } => {
                write!(f, "{kind}/{operation}")?;
                field.iter().try_for_each(|field| write!(f, "/{field}"))
            }
        }
    }
}

/// Something that has to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What.
    pub what: Atom,
    /// Of which projects; `None` for the whole site.
    pub projects: Option<BTreeSet<u64>>,
}

/// What has to be delivered for all automations together, each thing once.
pub fn needs(config: &Config) -> Vec<Need> {
    let mut all: BTreeMap<Atom, Option<BTreeSet<u64>>> = BTreeMap::new();
    for automation in &config.automations {
        for trigger in &automation.on {
            let projects = all.entry(Atom::of(trigger)).or_insert_with(|| Some(BTreeSet::new()));
            match (projects.as_mut(), &automation.projects) {
                (Some(known), Some(more)) => known.extend(more),
                (_, None) => *projects = None,
                (None, Some(_)) => {}
            }
        }
    }
    let known = all.clone();
    let mut needs = Vec::new();
    for (what, projects) in all {
        // Where any field is wanted, one of them need not be wanted once more.
        let wider = known.iter().find(|(other, _)| **other != what && other.holds(&what));
        match wider.map(|(_, of)| (of, projects.clone())) {
            None => needs.push(Need { what, projects }),
            Some((None, _)) => {}
            Some((Some(_), None)) => needs.push(Need { what, projects: None }),
            Some((Some(within), Some(wanted))) => {
                let left: BTreeSet<u64> = wanted.difference(within).copied().collect();
                if !left.is_empty() {
                    needs.push(Need { what, projects: Some(left) });
                }
            }
        }
    }
    needs
}

/// The same for these projects only.
pub fn within(needs: Vec<Need>, projects: &BTreeSet<u64>) -> Vec<Need> {
    if projects.is_empty() {
        return needs;
    }
    let limit = |need: Need| {
        let wanted = match need.projects {
            None => projects.clone(),
            Some(wanted) => wanted.intersection(projects).copied().collect(),
        };
        (!wanted.is_empty()).then_some(Need { what: need.what, projects: Some(wanted) })
    };
    needs.into_iter().filter_map(limit).collect()
}

/// The filters of hooks that deliver these: one for all that is about entities, and one for each
/// other event type.
pub fn filters<'a>(atoms: impl IntoIterator<Item = &'a Atom>) -> Vec<HookFilter> {
    let mut types = EntityTypes::new();
    let mut filters = BTreeSet::new();
    // All fields: an empty list, whatever else is asked for.
    let mut whole = BTreeSet::new();
    for atom in atoms {
        match atom {
            Atom::EventType(event_type) => {
                filters.insert(HookFilter::EventType(event_type.clone()));
            }
            Atom::Entity { kind, operation, field } => {
                let operations = types.entry(kind.clone()).or_default();
                let fields = operations.entry((*operation).to_owned()).or_default();
                match field {
                    Some(field) => _ = fields.insert(field.clone()),
                    None => _ = whole.insert((kind.clone(), *operation)),
                }
            }
        }
    }
    for (kind, operation) in whole {
        let operations = types.get_mut(&kind);
        if let Some(fields) = operations.and_then(|operations| operations.get_mut(operation)) {
            fields.clear();
        }
    }
    let types = (!types.is_empty()).then_some(HookFilter::EntityTypes(types));
    types.into_iter().chain(filters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::hooks::config;

    /// What is needed, as `Task/update of 65, 66`.
    fn check(rules: &[&str], expect: &[&str]) {
        let line = |need: Need| match need.projects {
            None => need.what.to_string(),
            Some(ids) => format!("{} of {ids:?}", need.what),
        };
        let found: Vec<String> = needs(&config(rules)).into_iter().map(line).collect();
        assert_eq!(found, expect, "{rules:?}");
    }

    #[test]
    fn what_several_automations_want_is_needed_once_in_all_their_projects() {
        check(
            &[
                "on: [Task/update/sg_status_list, Shot/create], projects: [65]",
                "on: Task/update/sg_status_list, projects: [66]",
                "on: Shot/create",
            ],
            &["Shot/create", "Task/update/sg_status_list of {65, 66}"],
        );
    }

    #[test]
    fn where_any_field_is_wanted_one_of_them_is_not_wanted_once_more() {
        check(&["on: [Task/update/entity, Task/update]"], &["Task/update"]);
        check(
            &["on: Task/update, projects: [65]", "on: Task/update/entity, projects: [65, 66]"],
            &["Task/update of {65}", "Task/update/entity of {66}"],
        );
    }

    #[test]
    fn an_event_of_an_entity_is_delivered_by_its_entity_type() {
        check(
            &["on: ['event:Shotgun_Shot_New', 'event:Shotgun_User_Login', 'event:Studio_Done']"],
            &["Shot/create", "event:Shotgun_User_Login", "event:Studio_Done"],
        );
        // It ends like the change of an entity, and is none.
        let own = Atom::of(&Trigger::EventType("Shotgun_Reading_Change".into()));
        assert_eq!(own, Atom::EventType("Shotgun_Reading_Change".into()));
        assert!(own.is_offered());
        assert!(!Atom::EventType("Studio_Done".into()).is_offered());
    }

    #[test]
    fn needs_can_be_cut_to_some_projects() {
        let all = needs(&config(&["on: Task/create", "on: Shot/create, projects: [65, 66]"]));
        let cut = within(all.clone(), &BTreeSet::from([66, 67]));
        let projects: Vec<_> = cut.iter().map(|need| need.projects.clone()).collect();
        assert_eq!(projects, [Some(BTreeSet::from([66])), Some(BTreeSet::from([66, 67]))]);
        assert_eq!(within(all.clone(), &BTreeSet::new()), all);
        assert_eq!(within(all, &BTreeSet::from([67])).len(), 1);
    }

    #[test]
    fn filters_are_one_for_entities_and_one_for_each_event_type() {
        let on = "on: [Task/update/entity, Task/update/code, Shot/update/code, Shot/update, \
                  'event:B', 'event:A']";
        let needs = needs(&config(&[on]));
        let found: Vec<(&str, Value)> =
            filters(needs.iter().map(|need| &need.what)).iter().map(HookFilter::to_json).collect();
        let types = json!({"Shot": {"update": []}, "Task": {"update": ["code", "entity"]}});
        assert_eq!(
            found,
            [("entity_types", types), ("event_type", json!("A")), ("event_type", json!("B"))]
        );
    }
}
