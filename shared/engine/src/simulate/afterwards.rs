//! What came of a field after an automation would have written it: did people do the same?

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sgh_automations::values::{same, shown};
use sgh_core::ids::EntityRef;

use super::past::Past;

/// Who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A person.
    Person,
    /// The script that we log in as: our own automations, where they are in use already.
    Us,
    /// Another script.
    Script,
    /// The log does not say.
    Unknown,
}

/// The next change of the same field in the log.
#[derive(Debug, Clone, PartialEq)]
pub enum Afterwards {
    /// It came to the same value.
    Same {
        /// Who did it.
        by: Who,
        /// How long after the event; `None` where the log does not say.
        after: Option<SignedDuration>,
    },
    /// It came to another value.
    Other {
        /// Which.
        value: Value,
        /// Who did it.
        by: Who,
        /// How long after the event; `None` where the log does not say.
        after: Option<SignedDuration>,
    },
    /// Nobody has changed it since.
    Untouched,
}

impl Who {
    /// As people read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "a person",
            Self::Us => "this script",
            Self::Script => "another script",
            Self::Unknown => "somebody",
        }
    }
}

impl std::fmt::Display for Afterwards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Same { by, after } => write!(f, "{} did the same{}", by.word(), later(*after)),
            Self::Other { value, by, after } => {
                write!(f, "{} set {} instead{}", by.word(), shown(value), later(*after))
            }
            Self::Untouched => write!(f, "nobody has changed it since"),
        }
    }
}

/// ` 4m later`, in minutes, hours or days.
fn later(after: Option<SignedDuration>) -> String {
    let Some(after) = after else { return String::new() };
    let (minutes, hours) = (after.as_mins(), after.as_hours());
    match (minutes, hours) {
        (..1, _) => " at once".to_owned(),
        (..120, _) => format!(" {minutes} min later"),
        (_, ..48) => format!(" {hours} h later"),
        _ => format!(" {} days later", hours / 24),
    }
}

/// What came of a field after an entry that happened at a moment, if `to` would have been written.
pub(super) fn afterwards(
    past: &Past,
    (entity, field): (&EntityRef, &str),
    to: &Value,
    (entry, at): (u64, Option<Timestamp>),
    us: Option<&EntityRef>,
) -> Afterwards {
    let turns = past.history.turns(entity, field);
    let Some(next) = turns.get(turns.partition_point(|turn| turn.entry <= entry)) else {
        return Afterwards::Untouched;
    };
    let by = who(next.by.as_ref(), us);
    let after = next.at.zip(at).map(|(next, at)| next.duration_since(at));
    let now = past.present.fields(entity).and_then(|fields| fields.get(field));
    let value = past.history.value(entity, field, next.entry, now.unwrap_or(&Value::Null));
    if same(&value, to) {
        Afterwards::Same { by, after }
    } else {
        Afterwards::Other { value, by, after }
    }
}

fn who(by: Option<&EntityRef>, us: Option<&EntityRef>) -> Who {
    match by {
        None => Who::Unknown,
        Some(by) if Some(by) == us => Who::Us,
        Some(by) if by.kind == "HumanUser" || by.kind == "ClientUser" => Who::Person,
        Some(_) => Who::Script,
    }
}
