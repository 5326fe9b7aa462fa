//! A simulation as people read it: a table, what came of the writes, the writes, the doubts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sgh_engine::{OfAutomation, Simulated, WouldWrite, Writes};

use super::Ran;
use crate::output::plain;

/// Reasons that are named for one automation.
const REASONS_MAX: usize = 3;
/// The columns behind the name.
const COLUMNS: [&str; 4] = ["events", "would act", "would skip", "would fail"];

/// All of it, with so many writes.
pub fn text(ran: &Ran, limit: usize) -> String {
    let Ran { since, until, found, searches, took, .. } = ran;
    let seconds = took.as_secs_f64();
    let mut lines = vec![format!(
        "{} to {}: {} entries of the event log, {} of them for an automation; {searches} searches, \
         {seconds:.1} s",
        minute(*since),
        minute(*until),
        found.entries,
        found.events,
    )];
    lines.push(String::new());
    lines.extend(table(&found.automations));
    let all = all(&found.automations);
    if all.all > 0 {
        lines.push(String::new());
        lines.push(format!("{} would be set: {}", many(all.all, "field"), came_of(&all)));
    }
    for of in found.automations.iter().filter(|of| of.events > 0) {
        lines.push(String::new());
        lines.push(plain(&of.name) + if of.dry_run { " (dry run)" } else { "" });
        lines.extend(details(of).into_iter().map(|line| format!("  {}", plain(&line))));
    }
    if !found.writes.is_empty() {
        lines.push(String::new());
        lines.extend(writes(found, limit));
    }
    let doubts = doubts(ran);
    if !doubts.is_empty() {
        lines.push(String::new());
        lines.push("What could not be known:".to_owned());
        lines.extend(doubts);
    }
    lines.join("\n")
}

fn table(all: &[OfAutomation]) -> Vec<String> {
    let width = all.iter().map(|of| of.name.chars().count()).max().unwrap_or(0).max(10);
    let row = |name: &str, cells: [String; 4]| {
        let cells = cells.iter().zip(COLUMNS).map(|(cell, head)| {
            let width = head.len().max(6);
            format!("  {cell:>width$}")
        });
        format!("{:width$}{}", plain(name), cells.collect::<String>())
    };
    let mut lines = vec![row("automation", COLUMNS.map(str::to_owned))];
    for of in all {
        let cells = [of.events, of.would, of.skipped, of.failed].map(|count| count.to_string());
        lines.push(row(&of.name, cells));
    }
    lines
}

/// What is to be said of one automation.
fn details(of: &OfAutomation) -> Vec<String> {
    let mut lines = Vec::new();
    if of.writes.all > 0 {
        lines.push(format!("would set {}: {}", many(of.writes.all, "field"), came_of(&of.writes)));
    }
    if of.writes.repeats > 0 {
        let repeats = many(of.writes.repeats, "time");
        lines.push(format!("would have set the same {repeats} more, had it not been done"));
    }
    if of.directories > 0 {
        let count = of.directories;
        lines.push(format!("would make up to {count} directories, less those that are shared"));
    }
    for (what, count) in of.deeds.iter().take(REASONS_MAX) {
        lines.push(format!("would {what}: {}", many(*count, "time")));
    }
    reasons(&mut lines, "would skip", &of.skips);
    reasons(&mut lines, "would fail", &of.fails);
    lines
}

/// The writes of all automations.
fn all(automations: &[OfAutomation]) -> Writes {
    automations.iter().map(|of| of.writes).fold(Writes::default(), |all, one| Writes {
        all: all.all + one.all,
        same_soon: all.same_soon + one.same_soon,
        same_later: all.same_later + one.same_later,
        ours: all.ours + one.ours,
        other: all.other + one.other,
        untouched: all.untouched + one.untouched,
        repeats: all.repeats + one.repeats,
    })
}

fn came_of(writes: &Writes) -> String {
    let Writes { same_soon, same_later, ours, other, untouched, .. } = *writes;
    let counts = [
        (same_soon, "somebody did the same within the hour"),
        (same_later, "somebody did the same later"),
        (ours, "our own automations did it"),
        (other, "somebody did something else"),
        (untouched, "nobody has changed it since"),
    ];
    let said = counts.iter().filter(|(count, _)| *count > 0);
    said.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

fn reasons(lines: &mut Vec<String>, what: &str, reasons: &[(String, u64)]) {
    for (why, count) in reasons.iter().take(REASONS_MAX) {
        lines.push(format!("{what}: {count} x {why}"));
    }
    if reasons.len() > REASONS_MAX {
        let others: u64 = reasons[REASONS_MAX..].iter().map(|(_, count)| count).sum();
        lines.push(format!("{what}: {others} x for other reasons"));
    }
}

fn writes(found: &Simulated, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = found.writes.iter().take(limit).map(write).collect();
    if found.writes.len() > limit {
        let more = found.writes.len() - limit;
        lines.push(format!("and {more} more; --limit says how many are listed"));
    }
    let mut next: BTreeMap<&str, usize> = BTreeMap::new();
    for name in found.writes.iter().flat_map(|write| &write.leads_to) {
        *next.entry(name).or_default() += 1;
    }
    if !next.is_empty() {
        let next: Vec<String> =
            next.iter().map(|(name, count)| format!("{} ({count} x)", plain(name))).collect();
        let next = next.join(", ");
        lines.push(format!("These writes are events in turn, which is not simulated: for {next}"));
    }
    lines
}

fn write(write: &WouldWrite) -> String {
    let at = write.at.map(minute).unwrap_or_default();
    let what = plain(&write.what);
    let WouldWrite { automation, event_type, entry, afterwards, .. } = write;
    let mut about = format!("{automation} for {event_type} {entry}; {afterwards}");
    if write.repeats > 0 {
        about.push_str(&format!("; {} later would have led to it", many(write.repeats, "event")));
    }
    format!("{at}  {what}\n    {}", plain(&about))
}

fn doubts(ran: &Ran) -> Vec<String> {
    let doubts = ran.found.doubts.iter().map(|doubt| (doubt.count, doubt.text));
    let unreadable = (ran.unreadable, "entries of the log that are no events: left out");
    let doubts = doubts.chain([unreadable]).filter(|(count, _)| *count > 0);
    doubts.map(|(count, text)| format!("  {count} {text}")).collect()
}

fn many(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}
