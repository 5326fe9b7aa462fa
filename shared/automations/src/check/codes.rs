//! Values that an automation names for a field: each has to fit the field on some type, or on all.

use serde_json::Value;
use sgh_core::config::{Codes, Conditions};
use sgh_site::rest::FieldSchema;

use super::desk::Desk;
use super::fits::{Misfit, found, written};
use super::paths;
use super::sort::Sort;
use crate::status::STATUS;
use crate::values::shown;

/// A field on one of the types that are meant.
pub(super) type On<'a> = (String, &'a FieldSchema);

/// Of how many of the types that are meant something has to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Each: any of them may come.
    Each,
    /// Each, but one that is wrong is only a part of what may come.
    Part,
    /// One is enough: others are passed over.
    One,
}

/// Whether what is done with a value is writing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Used {
    Found,
    Written,
}

/// Checks one value of a field, wherever the field is.
pub(super) fn value(
    desk: &mut Desk<'_>,
    (place, field): (&str, &str),
    on: &[On<'_>],
    value: &Value,
    (of, used): (Of, Used),
) {
    let mut bad: Vec<(&str, Misfit)> = Vec::new();
    for (kind, known) in on {
        let fit = match used {
            Used::Found => found(value, known),
            Used::Written => written(value, known),
        };
        match fit {
            Ok(()) => note_code(desk, place, (kind, field, known), value),
            Err(misfit) => bad.push((kind, misfit)),
        }
    }
    complain(desk, (place, field), on.len(), bad, of);
}

/// Says what does not fit, on which types.
pub(super) fn complain(
    desk: &mut Desk<'_>,
    (place, field): (&str, &str),
    kinds: usize,
    bad: Vec<(&str, Misfit)>,
    of: Of,
) {
    let all = bad.len() == kinds;
    for (kind, misfit) in bad {
        let what = format!("`{place}`: {kind}.{field}: {}", misfit.why);
        match of {
            Of::One if !all => {}
            Of::Part if !all => {
                let fix = "where the target is one, this fails; name the type in `target`, e.g. \
                           `entity.Shot`";
                desk.warn(what, format!("{}; {fix}", misfit.fix));
            }
            Of::Each | Of::One | Of::Part => desk.error(what, misfit.fix),
        }
    }
}

fn note_code(
    desk: &mut Desk<'_>,
    place: &str,
    (kind, field, known): (&str, &str, &FieldSchema),
    value: &Value,
) {
    if let (Sort::Codes(_), Some(code)) = (Sort::of(known), value.as_str()) {
        desk.uses(place, kind, field, code);
    }
}

/// Checks `if` or `where`: fields of these types, or what they lead to, and the values they have.
pub(super) fn conditions(
    desk: &mut Desk<'_>,
    key: &str,
    conditions: &Conditions,
    kinds: &[String],
    of: Of,
) {
    for (path, values) in conditions {
        let place = format!("{key}: {path}");
        let on = match of {
            Of::Each | Of::Part => paths::leaves(desk, &place, kinds, path),
            Of::One => paths::leaves_of_some(desk, &place, kinds, path),
        };
        let field = path.rsplit('.').next().unwrap_or(path);
        for one in values {
            value(desk, (&place, field), &on, one, (Of::One, Used::Found));
        }
    }
}

/// Checks statuses of some types.
pub(super) fn statuses<'a>(
    desk: &mut Desk<'_>,
    place: &str,
    kinds: &[String],
    codes: impl IntoIterator<Item = &'a str>,
    how: (Of, Used),
) {
    let mut codes = codes.into_iter().peekable();
    if codes.peek().is_none() {
        return;
    }
    let on = status_fields(desk, place, kinds);
    for code in codes {
        value(desk, (place, STATUS), &on, &Value::from(code), how);
    }
}

/// The status of each of these types. Said of those that have none.
fn status_fields<'a>(desk: &mut Desk<'a>, place: &str, kinds: &[String]) -> Vec<On<'a>> {
    let mut on = Vec::new();
    for kind in kinds {
        if let Some(field) = desk.field(place, kind, STATUS) {
            on.push((kind.clone(), field));
        }
    }
    on
}

/// Says of the types whose status is to be written that it cannot be.
pub(super) fn writable(desk: &mut Desk<'_>, place: &str, kinds: &[String]) {
    for (kind, field) in status_fields(desk, place, kinds) {
        editable(desk, place, STATUS, &[(kind, field)]);
    }
}

/// Says that a field cannot be written anywhere.
pub(super) fn editable(desk: &mut Desk<'_>, place: &str, field: &str, on: &[On<'_>]) {
    let closed = |(_, known): &On<'_>| !known.editable || Sort::of(known) == Sort::Computed;
    if !on.is_empty() && on.iter().all(closed) {
        let kinds: Vec<&str> = on.iter().map(|(kind, _)| kind.as_str()).collect();
        desk.error(
            format!("`{place}`: the site lets nobody write `{field}` of {}", kinds.join(" or ")),
            "set another field",
        );
    }
}

/// Whether all of some codes are among others.
pub(super) fn none_in<'a>(values: &[Value], codes: impl IntoIterator<Item = &'a Codes>) -> bool {
    let codes: Vec<&Codes> = codes.into_iter().collect();
    let has = |value: &Value| {
        value.as_str().is_some_and(|code| codes.iter().any(|codes| codes.has(code)))
    };
    !values.iter().any(has)
}

/// Values as people read them.
pub(super) fn listed(values: &[Value]) -> String {
    values.iter().map(shown).collect::<Vec<_>>().join(" or ")
}
