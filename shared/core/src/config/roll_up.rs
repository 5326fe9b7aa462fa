//! `do: roll_up`: the children decide the status of their parent.

use serde_json::Value;

use super::Trigger;
use super::children::{self, Children};
use super::codes::{Codes, Reader};
use super::low::{InOrder, LowAutomation, OneOrMany};
use super::trigger::is_name;

/// How children decide the status of their parent. `all` and `any` are not both empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollUp {
    /// Only parents of these types. Never empty.
    pub parents: Vec<String>,
    /// Who decides.
    pub children: Children,
    /// A child at one of these does not count.
    pub skip: Codes,
    /// A parent at one of these is left alone.
    pub keep: Codes,
    /// The status a parent gets once every child that counts is at one of the codes; the first
    /// of these that holds, in the order of the file.
    pub all: Vec<(String, Codes)>,
    /// Else the status it gets if any child is at one of the codes.
    pub any: Vec<(String, Codes)>,
    /// Else the status it gets where it has one of `all`, which no longer holds.
    pub reopen: Option<String>,
}

pub(super) fn of(low: &LowAutomation, on: &[Trigger]) -> Result<RollUp, Vec<String>> {
    let mut read = Reader::of("roll_up");
    let parents = low.parents.as_ref().map(|parents| parents.0.clone()).unwrap_or_default();
    if parents.is_empty() {
        read.missing("parents", "the types of parents it is for, e.g. `parents: [Shot, Asset]`");
    }
    for parent in parents.iter().filter(|parent| !is_name(parent)) {
        read.problems.push(format!("`parents`: `{parent}` is no entity type"));
    }
    let children = children::of(low.children.as_deref()).map_err(|error| {
        read.problems.push(error);
    });
    let skip = read.codes("skip", low.skip.as_ref());
    let keep = read.codes("keep", low.keep.as_ref());
    let all = table(&mut read, "all", low.all.as_ref(), &skip);
    let any = table(&mut read, "any", low.any.as_ref(), &skip);
    if low.all.is_none() && low.any.is_none() {
        read.missing("all` or `any", "e.g. `all: { fin: [fin] }`, or it decides nothing");
    }
    let reopen = read.code("reopen", low.reopen.as_ref());
    if let Some(reopen) = &reopen {
        if all.is_empty() {
            let why = "`reopen` needs `all`: what a parent is reopened from".to_owned();
            read.problems.push(why);
        }
        if all.iter().any(|(code, _)| code == reopen) {
            read.problems.push(format!("`reopen: {reopen}` is what `all` sets: name another"));
        }
    }
    if let Ok(children) = &children {
        check_triggers(&mut read, on, &parents, &children.kind);
    }
    match children {
        Ok(children) if read.problems.is_empty() => {
            Ok(RollUp { parents, children, skip, keep, all, any, reopen })
        }
        Ok(_) | Err(()) => Err(read.problems),
    }
}

/// Status of the parent, and codes of its children.
fn table(
    read: &mut Reader,
    key: &str,
    low: Option<&InOrder<OneOrMany<Value>>>,
    skip: &Codes,
) -> Vec<(String, Codes)> {
    let Some(low) = low else { return Vec::new() };
    if low.0.is_empty() {
        read.problems.push(format!("`{key}` is empty: write e.g. `{key}: {{ fin: [fin] }}`"));
    }
    let mut table = Vec::new();
    for (code, children) in &low.0 {
        let key = format!("{key}.{code}");
        let codes = read.codes(&key, Some(children));
        if children.0.is_empty() {
            let why = format!("`{key}` is empty: name the statuses that its children have to have");
            read.problems.push(why);
        }
        read.apart(&[(&key, &codes), ("skip", skip)]);
        table.push((code.clone(), codes));
    }
    table
}

fn check_triggers(read: &mut Reader, on: &[Trigger], parents: &[String], child: &str) {
    for trigger in on {
        let Trigger::Entity { entity_type, .. } = trigger else { continue };
        if entity_type != child && !parents.contains(entity_type) {
            let why = format!(
                "`on: {trigger}`: {entity_type} is neither a child ({child}) nor one of `parents`"
            );
            read.problems.push(why);
        }
    }
}
