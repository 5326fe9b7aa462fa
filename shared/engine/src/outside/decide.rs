//! What the code outside is to be told of an event: pure, so that it can be explained.
//!
//! An event is told although its value has been overtaken: others may want every event, and what
//! they are told of the entity is its present state.

use std::collections::BTreeMap;

use serde_json::Value;
use sgh_core::config::{Emit, Run};
use sgh_core::event::{Event, EventKind, Operation};
use sgh_site::facts::{Facts, Need, Read};

/// What is to be done, with what was read for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub deed: Deed,
    /// The entity's fields; `None` where nothing can be read of it.
    pub fields: Option<BTreeMap<String, Value>>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    Emit(Emit),
    Run(Run),
}

impl Deed {
    fn fields(&self) -> &[String] {
        match self {
            Self::Emit(emit) => &emit.fields,
            Self::Run(run) => &run.fields,
        }
    }

    /// In words, after `would`.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Emit(emit) => format!("emit to bus `{}`", emit.bus),
            Self::Run(run) => {
                let words: Vec<&str> = run.arguments.iter().map(String::as_str).collect();
                format!(
                    "run `{}`",
                    [&[run.program.to_string().as_str()], &*words].concat().join(" ")
                )
            }
        }
    }
}

/// What is to be told, or why nothing is.
pub(crate) fn decide(deed: Deed, event: &Event, facts: &Facts) -> Need<Result<Wanted, String>> {
    let (Some(entity), false) = (&event.entity, deed.fields().is_empty()) else {
        return Need::Ready(Ok(Wanted {
            deed,
            fields: event.entity.as_ref().map(|_| BTreeMap::new()),
        }));
    };
    let retired = is_deletion(event);
    let fields = deed.fields().iter().map(String::as_str);
    let read = Read { retired, ..Read::of_ids(&entity.kind, [entity.id], fields) };
    let found = match facts.gather(&read) {
        Ok(found) => found.first().copied(),
        Err(missing) => return Need::Reads(missing),
    };
    let fields = found.map(|record| {
        let value = |field: &String| record.fields.get(field).cloned().unwrap_or_default();
        deed.fields().iter().map(|field| (field.clone(), value(field))).collect()
    });
    // That it is gone is what a deletion is about.
    if fields.is_none() && !retired {
        return Need::Ready(Err(format!("{entity} is deleted or not visible")));
    }
    Need::Ready(Ok(Wanted { deed, fields }))
}

fn is_deletion(event: &Event) -> bool {
    match &event.kind {
        EventKind::Entity { operation, .. } => *operation == Operation::Delete,
        EventKind::TestConnection | EventKind::HookStatus { .. } | EventKind::Custom => false,
    }
}
