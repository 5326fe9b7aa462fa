//! What a field of the target gets: whether the site has it, and takes it.

use sgh_core::config::{Links, Worth};
use sgh_site::rest::FieldSchema;

use super::codes::{Of, On, Used, complain, value};
use super::desk::Desk;
use super::fits::{Misfit, key, link, misfit, some};
use super::paths;
use super::sort::Sort;

/// The key of sgh.yaml that says so.
pub(super) fn word(worth: &Worth) -> &'static str {
    match worth {
        Worth::Fixed(_) | Worth::Now | Worth::Today(_) => "values",
        Worth::Mapped(_) => "map",
        Worth::Copied(_) | Worth::Source => "copy",
        Worth::Added(_) => "add",
        Worth::Removed(_) => "remove",
    }
}

/// Checks what is taken from the changed entity.
pub(super) fn of_source(desk: &mut Desk<'_>, field: &str, worth: &Worth, sources: &[String]) {
    let place = format!("{}: {field}", word(worth));
    match worth {
        Worth::Mapped(table) => {
            for (kind, known) in paths::leaves(desk, &place, sources, field) {
                for from in table.keys() {
                    match key(from, known) {
                        Ok(()) if matches!(Sort::of(known), Sort::Codes(_)) => {
                            desk.uses(&place, &kind, field, from);
                        }
                        Ok(()) => {}
                        Err(wrong) => {
                            let what = format!("`{place}`: {kind}.{field}: {}", wrong.why);
                            desk.error(what, wrong.fix);
                        }
                    }
                }
            }
        }
        Worth::Copied(path)
        | Worth::Added(Links::Field(path))
        | Worth::Removed(Links::Field(path)) => {
            paths::leaves(desk, &place, sources, path);
        }
        Worth::Added(Links::Fixed(_)) | Worth::Removed(Links::Fixed(_)) => {}
        Worth::Fixed(_) | Worth::Now | Worth::Today(_) | Worth::Source => {}
    }
}

/// Checks what the field gets, where it is.
pub(super) fn of_target(
    desk: &mut Desk<'_>,
    (place, field): (&str, &str),
    worth: &Worth,
    (on, of): (&[On<'_>], Of),
    sources: &[String],
) {
    let fixed = (of, Used::Written);
    match worth {
        Worth::Fixed(new) => value(desk, (place, field), on, new, fixed),
        Worth::Mapped(table) => {
            for new in table.values() {
                value(desk, (place, field), on, new, fixed);
            }
        }
        Worth::Now => each(desk, (place, field), (on, of), |known| match Sort::of(known) {
            Sort::Moment | Sort::Other => Ok(()),
            Sort::Date => misfit("it holds a day, and `$now` has a time", "write `$today`"),
            sort @ (Sort::Codes(_)
            | Sort::Text
            | Sort::Number
            | Sort::Checkbox
            | Sort::Link(_)
            | Sort::Links(_)
            | Sort::Computed) => {
                misfit(format!("it holds {}, no time", sort.words()), "set another field")
            }
        }),
        Worth::Today(_) => each(desk, (place, field), (on, of), |known| match Sort::of(known) {
            Sort::Date | Sort::Other => Ok(()),
            Sort::Moment => misfit("it holds a day and time, and `$today` no time", "write `$now`"),
            sort @ (Sort::Codes(_)
            | Sort::Text
            | Sort::Number
            | Sort::Checkbox
            | Sort::Link(_)
            | Sort::Links(_)
            | Sort::Computed) => {
                misfit(format!("it holds {}, no day", sort.words()), "set another field")
            }
        }),
        Worth::Source => each(desk, (place, field), (on, of), |known| itself(known, sources)),
        Worth::Copied(path) => {
            let from: Vec<&FieldSchema> =
                sources.iter().filter_map(|kind| leaf(desk, kind, path)).collect();
            each(desk, (place, field), (on, of), |known| {
                from.iter().try_for_each(|from| copied(from, known))
            });
        }
        Worth::Added(Links::Fixed(links)) | Worth::Removed(Links::Fixed(links)) => {
            each(desk, (place, field), (on, of), |known| {
                let kinds = many(known)?;
                links.iter().try_for_each(|one| link(&serde_json::json!(one), kinds))
            });
        }
        Worth::Added(Links::Field(path)) | Worth::Removed(Links::Field(path)) => {
            let from: Vec<&FieldSchema> =
                sources.iter().filter_map(|kind| leaf(desk, kind, path)).collect();
            each(desk, (place, field), (on, of), |known| {
                let kinds = many(known)?;
                from.iter().try_for_each(|from| match Sort::of(from).leads_to() {
                    Some(more) => meet(more, kinds),
                    None => misfit(format!("`{path}` is no link"), "name a link field"),
                })
            });
        }
    }
}

/// Says of the types that may come that what their field gets does not fit.
fn each(
    desk: &mut Desk<'_>,
    about: (&str, &str),
    (on, of): (&[On<'_>], Of),
    fits: impl Fn(&FieldSchema) -> Result<(), Misfit>,
) {
    let wrong = on.iter().filter_map(|(kind, known)| Some((kind.as_str(), fits(known).err()?)));
    complain(desk, about, on.len(), wrong.collect(), of);
}

/// What a path of the changed entity ends at, if that is known.
fn leaf<'a>(desk: &Desk<'a>, kind: &str, path: &str) -> Option<&'a FieldSchema> {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        [field] => desk.peek(kind, field),
        [.., kind, field] => desk.peek(kind, field),
        [] => None,
    }
}

fn itself(known: &FieldSchema, sources: &[String]) -> Result<(), Misfit> {
    match Sort::of(known) {
        Sort::Other => Ok(()),
        Sort::Link(kinds) => {
            let wrong = sources.iter().find(|kind| !kinds.is_empty() && !kinds.contains(kind));
            wrong.map_or(Ok(()), |kind| {
                misfit(
                    format!("it does not link to {kind}"),
                    format!("it links to {}", some(kinds)),
                )
            })
        }
        Sort::Links(_) => misfit(
            "it holds many links, and `self` is one",
            "set the link from the other side, or copy a field of many links",
        ),
        sort @ (Sort::Codes(_)
        | Sort::Text
        | Sort::Number
        | Sort::Checkbox
        | Sort::Date
        | Sort::Moment
        | Sort::Computed) => {
            misfit(format!("it holds {}, no link", sort.words()), "name a link field")
        }
    }
}

fn copied(from: &FieldSchema, to: &FieldSchema) -> Result<(), Misfit> {
    let (from, to) = (Sort::of(from), Sort::of(to));
    match (from, to) {
        (Sort::Other | Sort::Computed, _) | (_, Sort::Other) => Ok(()),
        // Whether a text is a code is seen when it comes.
        (Sort::Text, Sort::Codes(_)) | (Sort::Codes(_), Sort::Text) => Ok(()),
        (Sort::Codes(from), Sort::Codes(to)) => {
            let lacking: Vec<String> =
                from.iter().filter(|code| !to.contains(code)).cloned().collect();
            if lacking.len() < from.len() {
                return Ok(());
            }
            misfit("none of the copied codes is one of its own", "translate them with `map`")
        }
        (Sort::Link(from), Sort::Link(to)) | (Sort::Links(from), Sort::Links(to)) => meet(from, to),
        (from, to) if std::mem::discriminant(&from) == std::mem::discriminant(&to) => Ok(()),
        (from, to) => misfit(
            format!("it holds {}, and what is copied is {}", to.words(), from.words()),
            "copy a field of the same kind",
        ),
    }
}

fn many(known: &FieldSchema) -> Result<&[String], Misfit> {
    match Sort::of(known) {
        Sort::Links(kinds) => Ok(kinds),
        Sort::Other => Ok(&[]),
        sort @ (Sort::Codes(_)
        | Sort::Text
        | Sort::Number
        | Sort::Checkbox
        | Sort::Date
        | Sort::Moment
        | Sort::Link(_)
        | Sort::Computed) => misfit(
            format!("it holds {}; `add` and `remove` need a field of many links", sort.words()),
            "set it with `copy` or `values`",
        ),
    }
}

fn meet(from: &[String], to: &[String]) -> Result<(), Misfit> {
    if from.is_empty() || to.is_empty() || from.iter().any(|kind| to.contains(kind)) {
        return Ok(());
    }
    misfit(
        format!("it links to {}, and what is given to {}", some(to), some(from)),
        "name a field that links to the same",
    )
}
