//! `on:` of an automation: which events it is for.

use crate::event::{Event, EventKind, Operation};

/// One entry of `on:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// `Shot/create`, `Task/update`, `Task/update/sg_status_list`.
    Entity {
        /// The entity type by its schema name.
        entity_type: String,
        /// What has to happen to it.
        operation: Operation,
        /// For an update: the field; `None` for any.
        field: Option<String>,
    },
    /// `event:<event_type>`.
    EventType(String),
}

/// Text that is no trigger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTrigger {
    /// Not of either form.
    #[error(
        "`{0}` is no trigger: write `Entity/create`, `/update`, `/delete`, `/revive`, \
         `Entity/update/field` or `event:<event_type>`"
    )]
    Form(String),
    /// Only an update is about a field.
    #[error("`{0}`: only `update` takes a field")]
    Field(String),
}

impl Trigger {
    /// Reads one entry of `on:`.
    ///
    /// # Errors
    /// The text is none, and what one looks like.
    pub fn parse(text: &str) -> Result<Self, BadTrigger> {
        let form = || BadTrigger::Form(text.to_owned());
        if let Some(event_type) = text.strip_prefix("event:") {
            let event_type = event_type.trim();
            return if event_type.is_empty() {
                Err(form())
            } else {
                Ok(Self::EventType(event_type.to_owned()))
            };
        }
        let mut parts = text.split('/');
        let entity_type = parts.next().filter(|name| is_name(name)).ok_or_else(form)?;
        let word = parts.next().ok_or_else(form)?;
        let operation =
            Operation::ALL.into_iter().find(|known| known.word() == word).ok_or_else(form)?;
        let field = parts.next();
        if field.is_some_and(|field| !is_name(field)) || parts.next().is_some() {
            return Err(form());
        }
        if field.is_some() && operation != Operation::Update {
            return Err(BadTrigger::Field(text.to_owned()));
        }
        let field = field.map(str::to_owned);
        Ok(Self::Entity { entity_type: entity_type.to_owned(), operation, field })
    }

    /// What it is about: an entity type, or an event type.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Entity { entity_type, .. } => entity_type.clone(),
            Self::EventType(event_type) => event_type.clone(),
        }
    }

    /// Whether an event is what this waits for; if not, what differs first.
    ///
    /// # Errors
    /// What differs, and how near the event came, from 0.
    pub fn matches(&self, event: &Event) -> Result<(), (u8, String)> {
        match (self, &event.kind) {
            (Self::EventType(wanted), _) if *wanted == event.event_type => Ok(()),
            (Self::EventType(wanted), _) => {
                Err((0, format!("it wants `{wanted}`, this is `{}`", event.event_type)))
            }
            (
                Self::Entity { entity_type: wanted, operation: wanted_operation, field },
                EventKind::Entity { entity_type, operation },
            ) => {
                if wanted != entity_type {
                    return Err((0, format!("it wants {wanted}, this is about {entity_type}")));
                }
                if wanted_operation != operation {
                    let (wants, is) = (wanted_operation.word(), operation.word());
                    return Err((1, format!("it wants {wanted}/{wants}, this is {wanted}/{is}")));
                }
                let changed = event.attribute.as_deref();
                match field.as_deref() {
                    Some(field) if Some(field) != changed => {
                        let changed = changed.unwrap_or("nothing that is named");
                        Err((2, format!("it wants `{field}`, `{changed}` was changed")))
                    }
                    Some(_) | None => Ok(()),
                }
            }
            (
                Self::Entity { entity_type, .. },
                EventKind::Custom | EventKind::TestConnection | EventKind::HookStatus { .. },
            ) => Err((0, format!("it wants {entity_type}, this is `{}`", event.event_type))),
        }
    }
}

impl std::fmt::Display for Trigger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EventType(event_type) => write!(f, "event:{event_type}"),
            Self::Entity { entity_type, operation, field } => {
                write!(f, "{entity_type}/{}", operation.word())?;
                field.iter().try_for_each(|field| write!(f, "/{field}"))
            }
        }
    }
}

/// A schema name: letters, digits and `_`, a letter first.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_printed_as_it_is_read() {
        for text in [
            "Shot/create",
            "Task/update",
            "Task/update/sg_status_list",
            "event:X_Y",
            "CustomEntity06/revive",
        ] {
            assert_eq!(Trigger::parse(text).expect(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_trigger_says_what_one_looks_like() {
        for text in [
            "Shot",
            "Shot/made",
            "/create",
            "Shot/update/",
            "Shot/update/a/b",
            "Shot update",
            "event:",
            "",
        ] {
            let error = Trigger::parse(text).expect_err(text).to_string();
            assert!(error.contains("Entity/create"), "{error}");
        }
        assert_eq!(
            Trigger::parse("Shot/create/code"),
            Err(BadTrigger::Field("Shot/create/code".into()))
        );
    }
}
