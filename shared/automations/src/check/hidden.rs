//! Codes that a project hides: the site takes them all the same, but nobody can choose them.
//!
//! Only the projects that an automation names are looked at; of all others nobody has said that
//! the rule is for them in particular.

use std::collections::{BTreeMap, BTreeSet};

use sgh_site::rest::FieldSchema;

use super::desk::{Desk, Use};

/// Projects looked at for one automation. Ours: each costs a question for each entity type.
const PROJECTS_MAX: usize = 10;

pub(super) fn check(desk: &mut Desk<'_>) {
    let mut hidden: BTreeMap<(String, String, String), Hidden> = BTreeMap::new();
    let all: Vec<u64> = desk.rule.projects.iter().flatten().copied().collect();
    let projects: Vec<u64> =
        all.iter().copied().filter(|id| desk.has_project(*id) == Some(true)).collect();
    let looked_at = &projects[..projects.len().min(PROJECTS_MAX)];
    for used in desk.used() {
        let mut standing = Vec::new();
        if all.is_empty() {
            standing.push(("on the site".to_owned(), desk.peek(&used.kind, &used.field)));
        }
        for id in looked_at {
            let fields = desk.fields_in(&used.kind, *id);
            let field = fields.and_then(|fields| fields.get(&used.field));
            standing.push((format!("in project {id}"), field));
        }
        for (place, field) in standing {
            let how = field.map_or(How::Shown, |field| how(field, &used.code));
            if how != How::Shown {
                let Use { kind, field, code, place: key } = used.clone();
                hidden.entry((kind, field, code)).or_default().add(key, place, how);
            }
        }
    }
    for ((kind, field, code), found) in hidden {
        found.tell(desk, &format!("`{code}` of {kind}.{field}"));
    }
    if projects.len() > looked_at.len() {
        let rest = projects.len() - looked_at.len();
        desk.note(
            format!("whether {rest} of its projects hide a status was not looked at"),
            format!("only the first {PROJECTS_MAX} are"),
        );
    }
}

/// How a code stands in a project.
#[derive(PartialEq, Eq)]
enum How {
    Shown,
    Hidden,
    Unknown,
}

fn how(field: &FieldSchema, code: &str) -> How {
    let among = |codes: &[String]| codes.iter().any(|known| known == code);
    if among(&field.hidden_values) {
        How::Hidden
    } else if field.valid_values.is_empty() || among(&field.valid_values) {
        How::Shown
    } else {
        How::Unknown
    }
}

/// Where a code is hidden, where it is not there at all, and the keys that name it.
#[derive(Default)]
struct Hidden {
    hidden: BTreeSet<String>,
    unknown: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl Hidden {
    fn add(&mut self, key: String, place: String, how: How) {
        match how {
            How::Hidden => _ = self.hidden.insert(place),
            How::Unknown => _ = self.unknown.insert(place),
            How::Shown => return,
        }
        self.keys.insert(key);
    }

    fn tell(self, desk: &mut Desk<'_>, code: &str) {
        let keys = self.keys.iter().map(|key| format!("`{key}`")).collect();
        let keys = joined(&keys);
        if !self.hidden.is_empty() {
            let places = joined(&self.hidden);
            desk.warn(
                format!("{keys}: {code} is hidden {places}: nobody can choose it there"),
                "show it there, or take it out",
            );
        }
        if !self.unknown.is_empty() {
            let places = joined(&self.unknown);
            desk.error(
                format!("{keys}: {code} is not there {places}"),
                "take it out, or give that project an automation of its own",
            );
        }
    }
}

fn joined(texts: &BTreeSet<String>) -> String {
    texts.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
