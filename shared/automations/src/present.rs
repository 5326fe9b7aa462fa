//! The present state of the changed entity, and whether its event has been overtaken.

use serde_json::Value;
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{Facts, Read};

use crate::names::{called, naming_fields};
use crate::stop::{Stop, skip};
use crate::values::{same, shown};

/// Types of field whose value in an event has the form that a read gives. Of the others (dates,
/// images, text that the site may shorten) the present value is taken as it is.
const COMPARABLE: [&str; 5] = ["status_list", "list", "checkbox", "number", "entity"];

/// Whether the event is compared with the present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judge {
    /// An event whose value is no longer there is overtaken.
    Compare,
    /// The event is taken as it is: another automation has just changed that value for it.
    Trust,
}

/// The entity that an event is about.
pub(crate) fn entity(event: &Event) -> Result<&EntityRef, Stop> {
    event.entity.as_ref().ok_or_else(|| Stop::Skip("this event is about no entity".to_owned()))
}

/// The changed entity as it is now, with its name and these fields.
pub(crate) fn source<'a, 'f>(
    event: &'f Event,
    judge: Judge,
    fields: impl IntoIterator<Item = &'f str>,
    facts: &'a Facts,
) -> Result<&'a Record, Stop> {
    let entity = entity(event)?;
    let compared = comparable_change(event).map(|(field, _)| field);
    let fields = naming_fields(&entity.kind).into_iter().chain(compared).chain(fields);
    let read = Read::of_ids(&entity.kind, [entity.id], fields);
    let Some(source) = facts.gather(&read)?.first().copied() else {
        return skip(format!("{entity} is deleted or not visible"));
    };
    match overtaken(source, event).filter(|_| judge == Judge::Compare) {
        Some(why) => skip(why),
        None => Ok(source),
    }
}

/// The field an update changed and its value then, where a later read can be compared with it.
fn comparable_change(event: &Event) -> Option<(&str, &Value)> {
    let field = event.attribute.as_deref()?;
    let value = event.new_value()?;
    let comparable = match event.meta.get("field_data_type").and_then(Value::as_str) {
        Some(field_type) => COMPARABLE.contains(&field_type),
        None => field == "sg_status_list",
    };
    comparable.then_some((field, value))
}

/// An event whose value is no longer the field's value has been overtaken: another event follows,
/// or has been worked already, that says what counts now.
pub(crate) fn overtaken(source: &Record, event: &Event) -> Option<String> {
    let (field, then) = comparable_change(event)?;
    let now = source.fields.get(field)?;
    (!same(now, then)).then(|| {
        let name = called(source);
        format!("overtaken: {name} has {field} {} by now, not {}", shown(now), shown(then))
    })
}
