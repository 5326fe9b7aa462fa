//! `target` of `set`: the types of the entities whose fields are set.

use sgh_core::config::{Find, Hop, Set, Target};

use super::desk::Desk;
use super::fits::found;
use super::paths::{having, reached};
use super::sort::Sort;

/// Types that a link may lead to and are all looked at. Ours: each costs a question to the site.
const KINDS_MAX: usize = 8;

/// The types that a target can have.
pub(super) struct Targets {
    pub kinds: Vec<String>,
    /// Whether these are all, so that what none of them has is nowhere.
    pub all: bool,
}

/// The types of the targets; `None` where the site lets it be any.
pub(super) fn of(desk: &mut Desk<'_>, set: &Set, sources: &[String]) -> Option<Targets> {
    match &set.target {
        Target::Itself if sources.is_empty() => None,
        Target::Itself => Some(Targets { kinds: sources.to_vec(), all: true }),
        Target::Link(hops) => linked(desk, hops, sources),
        Target::Found(find) => find_kind(desk, find, sources),
    }
}

fn linked(desk: &mut Desk<'_>, hops: &[Hop], sources: &[String]) -> Option<Targets> {
    let mut now = Targets { kinds: sources.to_vec(), all: true };
    let mut place = "target: ".to_owned();
    for (step, hop) in hops.iter().enumerate() {
        place.push_str(if step == 0 { "" } else { "." });
        place.push_str(&hop.field);
        let mut on = Vec::new();
        if step == 0 {
            // Any of the sources may come.
            for kind in &now.kinds {
                on.extend(desk.field(&place, kind, &hop.field).map(|known| (kind.clone(), known)));
            }
        } else if now.all {
            on = having(desk, &place, &now.kinds, &hop.field);
        }
        if on.is_empty() {
            return None;
        }
        let kinds = reached(desk, &place, &on, hop.kind.as_deref())?;
        now = few(desk, kinds);
        if let Some(kind) = &hop.kind {
            place.push_str(&format!(".{kind}"));
        }
    }
    Some(now).filter(|now| !now.kinds.is_empty())
}

/// Of many types those that the file names.
fn few(desk: &Desk<'_>, kinds: Vec<String>) -> Targets {
    if kinds.len() <= KINDS_MAX {
        return Targets { kinds, all: true };
    }
    let named = kinds.into_iter().filter(|kind| desk.is_named(kind));
    Targets { kinds: named.collect(), all: false }
}

fn find_kind(desk: &mut Desk<'_>, find: &Find, sources: &[String]) -> Option<Targets> {
    if !desk.has_kind("target: find", &find.kind) {
        return None;
    }
    if let Some(link) = &find.linked_by {
        let known = desk.field("target: linked_by", &find.kind, link);
        if let Some(known) = known {
            let on = [(find.kind.clone(), known)];
            for source in sources {
                reached(desk, "target: linked_by", &on, Some(source));
            }
        }
    }
    same(desk, find, sources);
    if let Some(newest) = &find.newest {
        desk.field("target: newest", &find.kind, newest);
    }
    Some(Targets { kinds: vec![find.kind.clone()], all: true })
}

/// What is found by agreeing is searched by a link: without one there is nothing to search by.
fn same(desk: &mut Desk<'_>, find: &Find, sources: &[String]) {
    let mut whole = !sources.is_empty();
    let mut links = false;
    for (theirs, ours) in &find.same {
        let place = format!("target: same: {theirs}");
        whole &= desk.field(&place, &find.kind, theirs).is_some();
        for source in sources {
            match desk.field(&place, source, ours) {
                Some(known) => links |= Sort::of(known).leads_to().is_some(),
                None => whole = false,
            }
        }
    }
    if whole && find.linked_by.is_none() && !links {
        desk.error(
            "`target: same`: none of these fields is a link, so nothing can be searched by them",
            "name a link among them, e.g. `entity`",
        );
    }
}

/// Of the types those that a target can have by `where`: others are passed over.
pub(super) fn eligible(desk: &mut Desk<'_>, set: &Set, kinds: &[String]) -> Vec<String> {
    let mut fits = |kind: &String| {
        let fields = desk.fields("target", kind);
        set.conditions.iter().filter(|(path, _)| !path.contains('.')).all(|(field, values)| {
            match fields.map(|fields| fields.get(field)) {
                None => true,
                Some(None) => values.iter().any(serde_json::Value::is_null),
                Some(Some(known)) => values.iter().any(|value| found(value, known).is_ok()),
            }
        })
    };
    kinds.iter().filter(|kind| fits(kind)).cloned().collect()
}
