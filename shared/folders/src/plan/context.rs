//! What is known on one way through the schema: the values of the levels above, the folder that
//! was made last, and the task that was asked for.

use std::rc::Rc;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_site::Record;

use super::tree::At;
use super::turn::Turn;

/// The value of a level.
#[derive(Debug, Clone)]
pub(super) enum Held<'a> {
    /// An entity; `folder` is its folder's name once that is made.
    Entity { entity: EntityRef, folder: Option<Rc<str>> },
    /// A list value, as the site has it.
    Listed(&'a Value),
    /// A list value from the field's own list.
    Valid(&'a str),
}

/// The levels so far, newest first. The newest value of a key counts: keys are types, so a type
/// that stands twice on a way hides its first.
#[derive(Debug)]
pub(super) struct Level<'a> {
    key: &'a str,
    held: Held<'a>,
    above: Trail<'a>,
}

pub(super) type Trail<'a> = Option<Rc<Level<'a>>>;

/// One way, at one level.
#[derive(Debug, Clone)]
pub(super) struct Context<'a> {
    /// The folder that the next level goes into.
    pub(super) at: At,
    pub(super) trail: Trail<'a>,
    /// When Toolkit would come to that folder.
    pub(super) turn: Rc<Turn>,
    /// The task that was asked for, where one was.
    pub(super) task: Option<&'a Record>,
}

pub(super) fn with<'a>(above: &Trail<'a>, key: &'a str, held: Held<'a>) -> Trail<'a> {
    Some(Rc::new(Level { key, held, above: above.clone() }))
}

pub(super) fn find<'t, 'a>(trail: &'t Trail<'a>, key: &str) -> Option<&'t Held<'a>> {
    let mut level = trail.as_deref();
    while let Some(here) = level {
        if here.key == key {
            return Some(&here.held);
        }
        level = here.above.as_deref();
    }
    None
}

/// The entity of a level.
pub(super) fn entity<'t>(trail: &'t Trail<'_>, key: &str) -> Option<&'t EntityRef> {
    match find(trail, key)? {
        Held::Entity { entity, .. } => Some(entity),
        Held::Listed(_) | Held::Valid(_) => None,
    }
}

impl Held<'_> {
    /// As the site takes it in a condition.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Entity { entity, .. } => json!(entity),
            Self::Listed(value) => (*value).clone(),
            Self::Valid(text) => json!(text),
        }
    }
}
