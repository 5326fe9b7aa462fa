//! Fields that are reached through links: `step.Step.code`.

use std::collections::BTreeSet;

use super::codes::On;
use super::desk::Desk;
use super::fits::some;
use super::sort::Sort;

/// What a path from these types ends at. Each of them has to have its first field.
pub(super) fn leaves<'a>(
    desk: &mut Desk<'a>,
    place: &str,
    kinds: &[String],
    path: &str,
) -> Vec<On<'a>> {
    let field = path.split('.').next().unwrap_or(path);
    let mut firsts = Vec::new();
    for kind in kinds {
        firsts.extend(desk.field(place, kind, field).map(|known| (kind.clone(), known)));
    }
    follow(desk, place, firsts, path)
}

/// The same where it is enough that one of the types has the field.
pub(super) fn leaves_of_some<'a>(
    desk: &mut Desk<'a>,
    place: &str,
    kinds: &[String],
    path: &str,
) -> Vec<On<'a>> {
    let field = path.split('.').next().unwrap_or(path);
    let firsts = having(desk, place, kinds, field);
    follow(desk, place, firsts, path)
}

/// Those of some types that have a field. Said where none has it.
pub(super) fn having<'a>(
    desk: &mut Desk<'a>,
    place: &str,
    kinds: &[String],
    field: &str,
) -> Vec<On<'a>> {
    let mut on = Vec::new();
    let mut known = 0;
    for kind in kinds {
        if let Some(fields) = desk.fields(place, kind) {
            known += 1;
            on.extend(fields.get(field).map(|found| (kind.clone(), found)));
        }
    }
    if on.is_empty() && known > 0 && known == kinds.len() {
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        desk.no_field(place, &kinds, field);
    }
    on
}

fn follow<'a>(desk: &mut Desk<'a>, place: &str, firsts: Vec<On<'a>>, path: &str) -> Vec<On<'a>> {
    let mut now = firsts;
    let parts: Vec<&str> = path.split('.').collect();
    for pair in parts[1..].chunks(2) {
        let [kind, field] = pair else { return Vec::new() };
        if !leads(desk, place, &now, kind) || !desk.has_kind(place, kind) {
            return Vec::new();
        }
        let next = desk.field(place, kind, field).map(|known| ((*kind).to_owned(), known));
        now = next.into_iter().collect();
    }
    now
}

/// Whether one of some fields leads to a type. Said where none does.
fn leads(desk: &mut Desk<'_>, place: &str, on: &[On<'_>], kind: &str) -> bool {
    let mut wrong = None;
    for (from, link) in on {
        let sort = Sort::of(link);
        match sort.leads_to() {
            Some(kinds) if kinds.is_empty() || kinds.iter().any(|known| known == kind) => {
                return true;
            }
            Some(kinds) => {
                let what = format!("`{place}`: this link of {from} never leads to {kind}");
                wrong.get_or_insert((what, format!("it leads to {}", some(kinds))));
            }
            None => {
                wrong.get_or_insert(no_link(place, from, sort));
            }
        }
    }
    if let Some((what, fix)) = wrong {
        desk.error(what, fix);
    }
    false
}

fn no_link(place: &str, from: &str, sort: Sort<'_>) -> (String, String) {
    let holds = sort.words();
    let what = format!("`{place}`: this field of {from} is no link; it holds {holds}");
    (what, "name a link field".to_owned())
}

/// The types that a link field of these types leads to; `None` where that can be any.
pub(super) fn reached(
    desk: &mut Desk<'_>,
    place: &str,
    on: &[On<'_>],
    only: Option<&str>,
) -> Option<Vec<String>> {
    if let Some(kind) = only {
        let there = leads(desk, place, on, kind) && desk.has_kind(place, kind);
        return Some(there.then(|| kind.to_owned()).into_iter().collect());
    }
    let mut kinds = BTreeSet::new();
    for (from, link) in on {
        match Sort::of(link).leads_to() {
            Some([]) => return None,
            Some(more) => kinds.extend(more.iter().cloned()),
            None => {
                let (what, fix) = no_link(place, from, Sort::of(link));
                desk.error(what, fix);
            }
        }
    }
    Some(kinds.into_iter().collect())
}
