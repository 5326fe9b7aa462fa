//! What the children of one parent say, and why the parent stays where they say nothing.

use sgh_core::config::{Codes, RollUp};
use sgh_site::Record;

use crate::Planned;
use crate::reasons::few_of;
use crate::status;

/// The status a parent gets, or why it is left alone.
pub(super) fn of(rule: &RollUp, parent: &Record, children: &[&Record]) -> Result<Planned, String> {
    let standing = status::standing(parent);
    if status::is_at(parent, &rule.keep) {
        return Err(format!("{standing}, which is kept"));
    }
    let kind = &rule.children.kind;
    let counting: Vec<&Record> =
        children.iter().filter(|child| !status::is_at(child, &rule.skip)).copied().collect();
    if counting.is_empty() {
        let which = if children.is_empty() {
            format!("it has no {kind}")
        } else {
            let count = children.len();
            format!("each {kind} of it is at {} ({count}), and that decides nothing", rule.skip)
        };
        return Err(format!("{standing} and stays: {which}"));
    }
    let (to, why) = decided(rule, parent, &counting)
        .ok_or_else(|| format!("{standing} and stays: {}", lacking(rule, &counting)))?;
    if status::code(parent) == Some(to) {
        return Err(format!("{standing} already: {why}"));
    }
    Ok(status::set(parent, to, &why))
}

/// The first of the rule's lines that holds, and why.
fn decided<'a>(
    rule: &'a RollUp,
    parent: &Record,
    counting: &[&Record],
) -> Option<(&'a str, String)> {
    let kind = &rule.children.kind;
    let holds =
        rule.all.iter().find(|(_, codes)| counting.iter().all(|child| status::is_at(child, codes)));
    if let Some((to, codes)) = holds {
        let count = counting.len();
        return Some((to, format!("every {kind} that counts ({count}) is at {codes}")));
    }
    for (to, codes) in &rule.any {
        let at: Vec<&Record> =
            counting.iter().filter(|child| status::is_at(child, codes)).copied().collect();
        if !at.is_empty() {
            return Some((to, standings(&at)));
        }
    }
    let was_all = rule.all.iter().find(|(code, _)| Some(code.as_str()) == status::code(parent))?;
    let reopen = rule.reopen.as_deref()?;
    Some((reopen, standings(&elsewhere(counting, &was_all.1))))
}

/// What is missing for the first line of `all`, or that no line of `any` holds.
fn lacking(rule: &RollUp, counting: &[&Record]) -> String {
    match rule.all.first() {
        Some((to, codes)) => {
            let missing = standings(&elsewhere(counting, codes));
            format!("not `{to}`, because {missing}")
        }
        None => {
            let codes: Codes = rule.any.iter().flat_map(|(_, codes)| codes.iter()).collect();
            format!("no {} is at {codes}", rule.children.kind)
        }
    }
}

fn elsewhere<'a>(counting: &[&'a Record], codes: &Codes) -> Vec<&'a Record> {
    counting.iter().filter(|child| !status::is_at(child, codes)).copied().collect()
}

fn standings(children: &[&Record]) -> String {
    few_of(children, |child| status::standing(child))
}
