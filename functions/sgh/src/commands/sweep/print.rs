//! A sweep as people and as programs read it.

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_sweep::limits::SETTLE;
use sgh_sweep::{End, IdRange, Missing, Report};

use super::Ran;
use crate::output::plain;

/// Ranges of ids that people are shown. Ours: all of them are in the JSON, and in the log.
const RANGES_MAX: usize = 10;

/// For people.
pub fn text(ran: &Ran) -> String {
    let Ran { report, missing, .. } = ran;
    let mut lines: Vec<String> = missing.iter().map(line).collect();
    lines.push(outcome(ran));
    if report.wanted > report.queued {
        let seen = report.wanted - report.queued;
        lines.push(format!("{} worked already, or being worked now", many(seen, "event")));
    }
    if report.written_off > 0 {
        let ids = ids(&report.written_off_ids);
        lines.push(format!("{} written off: {ids}", many(report.written_off, "missing id")));
    }
    if !report.waiting.is_empty() {
        lines.push(format!("waiting for ids that are not there yet: {}", ids(&report.waiting)));
    }
    if report.restarted {
        let text = "the event log is not the one that was swept last, as after a restore from a \
                    backup; it was swept again from before";
        lines.push(text.to_owned());
    }
    lines.extend(rest(ran).map(str::to_owned));
    lines.join("\n")
}

/// For programs: what is in the report, and what would be queued.
pub fn json(ran: &Ran) -> Value {
    let mut all = json!(ran.report);
    all["dry_run"] = json!(ran.is_dry);
    all["since"] = json!(ran.since);
    all["searches"] = json!(ran.report.searches);
    if ran.is_dry {
        all["missing"] = json!(ran.missing);
    }
    all
}

fn outcome(ran: &Ran) -> String {
    let Report { entries, queued, .. } = ran.report;
    let left = SETTLE.as_secs() / 60;
    let looked = format!(
        "{} looked at; the last {left} minutes are left to the hooks",
        many(entries, "entry")
    );
    match (ran.is_dry, queued) {
        (_, 0) if ran.report.first && ran.since.is_none() => {
            "this is the first sweep: it begins here; with --since it looks at what happened before"
                .to_owned()
        }
        (_, 0) => format!("nothing is missing; {looked}"),
        (true, _) => format!("{} would be queued; {looked}", many(queued, "missing event")),
        (false, _) => format!("{} queued; {looked}", many(queued, "missing event")),
    }
}

/// What a sweep that did not come to the end leaves, and to whom.
fn rest(ran: &Ran) -> Option<&'static str> {
    match ran.report.ended? {
        End::CaughtUp => None,
        End::Deadline => Some("its time was over; run it again to go on"),
        End::Gaps => Some("it waits for as many ids as it may; run it again in 5 minutes"),
        End::Overtaken if ran.came_to_nothing() => {
            Some("another sweep was faster each time, so nothing was looked at; run it again")
        }
        End::Overtaken => Some("another sweep is under way and goes on where this one was"),
    }
}

fn line(missing: &Missing) -> String {
    let at = missing.created_at.map_or_else(String::new, second);
    let mut text = format!("{at:20} {:>10} {}", missing.entry, missing.event_type);
    if let Some(attribute) = &missing.attribute {
        text.push_str(&format!(" {attribute}"));
    }
    if let Some(entity) = &missing.entity {
        text.push_str(&format!(", {entity}"));
    }
    if let Some(project) = &missing.project {
        text.push_str(&format!(", project {}", project.id));
    }
    plain(&format!("{text}: for {}", missing.automations.join(", ")))
}

fn second(at: Timestamp) -> String {
    at.to_string()
}

fn ids(ranges: &[IdRange]) -> String {
    let shown: Vec<String> = ranges.iter().take(RANGES_MAX).map(ToString::to_string).collect();
    let more = if ranges.len() > RANGES_MAX { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

fn many(count: u64, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {what}s"),
    }
}
