//! A simulation as programs read it: one document.

use serde_json::{Value, json};
use sgh_engine::{Afterwards, OfAutomation, SOON, Who, WouldWrite};

use super::Ran;

/// All of it, with so many writes.
pub fn of(ran: &Ran, limit: usize) -> Value {
    let found = &ran.found;
    let listed: Vec<Value> = found.writes.iter().take(limit).map(write).collect();
    let doubts: Vec<Value> = found
        .doubts
        .iter()
        .map(|doubt| json!({"kind": doubt.kind, "count": doubt.count, "text": doubt.text}))
        .collect();
    json!({
        "since": ran.since,
        "until": ran.until,
        "entries": found.entries,
        "unreadable": ran.unreadable,
        "events": found.events,
        "searches": ran.searches,
        "seconds": ran.took.as_secs_f64(),
        "soon_seconds": SOON.as_secs(),
        "automations": found.automations.iter().map(automation).collect::<Vec<Value>>(),
        "writes_not_listed": found.writes.len() - listed.len(),
        "writes": listed,
        "doubts": doubts,
    })
}

fn automation(of: &OfAutomation) -> Value {
    let reasons = |reasons: &[(String, u64)]| {
        let reason = |(why, count): &(String, u64)| json!({"why": why, "count": count});
        reasons.iter().map(reason).collect::<Vec<Value>>()
    };
    let writes = &of.writes;
    json!({
        "automation": of.name,
        "dry_run": of.dry_run,
        "events": of.events,
        "would": of.would,
        "skipped": of.skipped,
        "failed": of.failed,
        "skips": reasons(&of.skips),
        "fails": reasons(&of.fails),
        "deeds": reasons(&of.deeds),
        "directories": of.directories,
        "writes": {
            "all": writes.all,
            "same_soon": writes.same_soon,
            "same_later": writes.same_later,
            "ours": writes.ours,
            "other": writes.other,
            "untouched": writes.untouched,
            "repeats": writes.repeats,
        },
    })
}

fn write(write: &WouldWrite) -> Value {
    json!({
        "automation": write.automation,
        "entity": write.entity,
        "name": write.name,
        "what": write.what,
        "field": write.field,
        "from": write.from,
        "to": write.to,
        "event": write.entry,
        "event_type": write.event_type,
        "at": write.at,
        "afterwards": afterwards(&write.afterwards),
        "leads_to": write.leads_to,
        "repeats": write.repeats,
    })
}

fn afterwards(afterwards: &Afterwards) -> Value {
    match afterwards {
        Afterwards::Same { by, after } => {
            json!({"came": "same", "by": who(*by), "seconds": after.map(|after| after.as_secs())})
        }
        Afterwards::Other { value, by, after } => json!({
            "came": "other", "value": value, "by": who(*by),
            "seconds": after.map(|after| after.as_secs()),
        }),
        Afterwards::Untouched => json!({"came": "untouched"}),
    }
}

fn who(who: Who) -> &'static str {
    match who {
        Who::Person => "person",
        Who::Us => "us",
        Who::Script => "script",
        Who::Unknown => "unknown",
    }
}
