//! What happened, as the site tells it: rows of the event log, of which some are delivered.

pub(crate) mod log;
pub(crate) mod meta;
pub(crate) mod time;

use jiff::Timestamp;
use serde_json::Value;
use sgh_core::ids::EntityRef;

use crate::store::Store;

/// What was done to an entity, by the name that hooks subscribe to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// It was made.
    Create,
    /// A field was changed.
    Update,
    /// It was retired.
    Delete,
    /// It came back.
    Revive,
}

impl Operation {
    /// The name in a hook and in a delivery.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Revive => "revive",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        let all = [Self::Create, Self::Update, Self::Delete, Self::Revive];
        all.into_iter().find(|operation| operation.word() == word)
    }

    fn event_type(self, kind: &str) -> String {
        let what = match self {
            Self::Create => "New",
            Self::Update => "Change",
            Self::Delete => "Retirement",
            Self::Revive => "Revival",
        };
        format!("Shotgun_{kind}_{what}")
    }
}

/// Something that happened and is not logged yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NewEvent {
    pub(crate) event_type: String,
    /// `None` for a row that a script wrote itself.
    pub(crate) operation: Option<Operation>,
    pub(crate) attribute_name: Option<String>,
    pub(crate) entity: Option<EntityRef>,
    pub(crate) project: Option<EntityRef>,
    pub(crate) description: String,
    pub(crate) meta: Value,
    /// Whether hooks are told, or only the log.
    pub(crate) delivered: bool,
    /// The row that holds it already, where a script wrote it.
    pub(crate) row: Option<u64>,
}

impl NewEvent {
    fn of(store: &Store, of: &EntityRef, operation: Operation, meta: Value) -> Self {
        let name = store.display_name(of).unwrap_or_default();
        Self {
            event_type: operation.event_type(&of.kind),
            operation: Some(operation),
            attribute_name: None,
            entity: Some(of.clone()),
            project: store.project_of(of),
            description: format!("{} {} {name}", operation.word(), of.kind),
            meta,
            delivered: is_delivered(&of.kind),
            row: None,
        }
    }

    pub(crate) fn created(store: &Store, of: &EntityRef) -> Self {
        Self::of(store, of, Operation::Create, meta::new_entity(of))
    }

    pub(crate) fn revived(store: &Store, of: &EntityRef) -> Self {
        Self::of(store, of, Operation::Revive, meta::revival(of))
    }

    /// A field that changed. What is set while a record is made is logged and not delivered.
    pub(crate) fn changed(store: &Store, change: &meta::Change<'_>) -> Self {
        let meta = meta::attribute_change(store, change);
        let mut event = Self::of(store, change.of, Operation::Update, meta);
        event.attribute_name = Some(change.field.to_owned());
        event.delivered &= !change.in_create;
        event
    }

    /// Retiring writes two rows; only the first is delivered.
    pub(crate) fn retired(
        store: &Store,
        of: &EntityRef,
        name: Option<&str>,
        at: Timestamp,
    ) -> [Self; 2] {
        let told = Self::of(store, of, Operation::Delete, meta::retirement(of, name, at));
        let field = "retirement_date";
        let change = meta::retirement_date(of, at);
        let mut logged = Self::of(store, of, Operation::Update, change);
        logged.attribute_name = Some(field.to_owned());
        logged.delivered = false;
        [told, logged]
    }

    /// The parent's side of `Task.entity`: an event on the parent whose meta is about the task.
    /// Of all links with two sides only this one is told twice here.
    pub(crate) fn back_references(store: &Store, change: &meta::Change<'_>) -> Vec<Self> {
        if change.of.kind != "Task" || change.field != "entity" {
            return Vec::new();
        }
        let mut events = Vec::new();
        let (old, new) = (EntityRef::from_json(change.before), EntityRef::from_json(change.after));
        for (parent, came) in
            old.map(|old| (old, false)).into_iter().chain(new.map(|new| (new, true)))
        {
            let meta = meta::back_reference(store, change, came);
            let mut event = Self::of(store, &parent, Operation::Update, meta);
            event.attribute_name = Some("tasks".to_owned());
            event.delivered &= !change.in_create;
            events.push(event);
        }
        events
    }

    /// A row that a script wrote.
    pub(crate) fn custom(store: &Store, row: &EntityRef) -> Option<Self> {
        let fields = &store.kept(row)?.fields;
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            event_type: text("event_type")?,
            operation: None,
            attribute_name: text("attribute_name"),
            entity: fields.get("entity").and_then(EntityRef::from_json),
            project: fields.get("project").and_then(EntityRef::from_json),
            description: text("description").unwrap_or_default(),
            meta: fields.get("meta").cloned().unwrap_or_default(),
            delivered: true,
            row: Some(row.id),
        })
    }
}

/// Users of the API, the log itself and connection entities are never delivered.
fn is_delivered(kind: &str) -> bool {
    !matches!(kind, "ApiUser" | "EventLogEntry" | "TaskDependency")
}
