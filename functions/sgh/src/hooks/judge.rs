//! What is to be said of our hooks: each finding one line, with what mends it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::config::Config;
use sgh_core::limits::{
    HOOK_FAILURES_MAX, HOOK_FAILURES_WARN, HOOK_SLOW, RESPONSE_TIME_PER_MINUTE,
};
use sgh_site::rest::Hook;

use super::delivers::{is_for, is_sending, projects};
use super::fares::{Fares, together};
use super::needs::{Need, needs};
use super::trouble::{Trouble, troubles};
use super::{compare, name};
use crate::finding::{Finding, State};
use crate::output::plain;

/// The share of the site's minute, in percent, that we say something about. Ours.
const SHARE_WARN: u64 = 50;
/// Minutes that "just now" means.
const RECENT_MINUTES: i64 = 10;

/// One of our hooks, and how it fared; `Err` says why nobody knows.
pub struct Judged {
    pub hook: Hook,
    pub fares: Result<Fares, String>,
}

/// Everything that is to be said: what is missing, each hook, events that come twice, and our
/// share of the site's response time.
pub fn judge(all: &[Judged], config: &Config, now: Timestamp) -> Vec<Finding> {
    let hooks: Vec<Hook> = all.iter().map(|one| one.hook.clone()).collect();
    let mut findings = compare(&hooks, config);
    for one in all {
        let what = format!("hook `{}`", plain(name(&one.hook)));
        let found = of_hook(one);
        if found.iter().all(|state| matches!(state, State::Good(_))) {
            findings.push(Finding::good(&*what, well(one)));
        }
        findings.extend(found.into_iter().map(|state| Finding::new(&*what, state)));
    }
    findings.extend(twice(&hooks, &needs(config)));
    if !all.is_empty() {
        findings.push(share(all, now));
    }
    findings
}

fn of_hook(one: &Judged) -> Vec<State> {
    let told = |trouble: &Trouble| {
        let text = format!("{}; {}", trouble.text(), trouble.fix());
        match trouble {
            Trouble::Failed | Trouble::Unsigned => State::Bad(text),
            Trouble::Unstable | Trouble::Off(_) => State::Warning(text),
        }
    };
    let mut states: Vec<State> = troubles(&one.hook).iter().map(told).collect();
    if one.hook.flag("batch_deliveries") == Some(false) {
        let text = "it sends every event by itself, which takes more of the site's response time \
                    in a storm; `sgh hooks create --update` has it send up to 50 in one body";
        states.push(State::Good(format!("worth knowing: {text}")));
    }
    match &one.fares {
        Err(why) => states.push(State::Warning(format!("its deliveries cannot be read: {why}"))),
        Ok(fares) => states.extend(of_deliveries(&one.hook, fares)),
    }
    states
}

fn of_deliveries(hook: &Hook, fares: &Fares) -> Vec<State> {
    let mut states = Vec::new();
    if fares.failures >= HOOK_FAILURES_WARN {
        states.push(State::Warning(format!(
            "{} deliveries failed within a day{}; at {HOOK_FAILURES_MAX} the site stops the hook; \
             see the refusals in the receiver's log, and what answers at its address",
            fares.failures,
            unanswered(fares),
        )));
    }
    let slow = u64::try_from(HOOK_SLOW.as_millis()).unwrap_or(u64::MAX);
    if let Some(mean) = fares.mean_ms.filter(|mean| *mean > slow) {
        states.push(State::Warning(format!(
            "the receiver took {mean} ms on average, and above {slow} ms the site calls a hook \
             slow; see what it waits for: the queue, a cold start, the way to it"
        )));
    }
    let never = fares.last.is_none() && hook.fields.get("num_deliveries").is_none_or(is_none);
    if never && is_sending(hook) {
        states.push(State::Warning(
            "it never delivered anything; a field or project that is not there is taken in \
             silence: run `sgh check`, then `sgh hooks test`; if that delivers nothing either, \
             ask the site's support whether events reach hooks at all"
                .to_owned(),
        ));
    }
    states
}

fn unanswered(fares: &Fares) -> String {
    match fares.unanswered {
        0 => String::new(),
        count => format!(", {count} of them without an answer"),
    }
}

/// Whether a count says that there were none, or nothing.
fn is_none(count: &Value) -> bool {
    count.as_f64().is_none_or(|count| count <= 0.0)
}

/// What is said of a hook that nothing is wrong with.
fn well(one: &Judged) -> String {
    let Ok(fares) = &one.fares else { return String::new() };
    let mean = fares.mean_ms.map(|mean| format!(", {mean} ms on average")).unwrap_or_default();
    let more = if fares.is_cut { "more than " } else { "" };
    let failed = match fares.failures {
        0 => "none failed".to_owned(),
        count => format!("{count} failed{}", unanswered(fares)),
    };
    let what = if fares.deliveries == 1 { "delivery" } else { "deliveries" };
    format!("delivers; {more}{} {what} within a day{mean}, {failed}", fares.deliveries)
}

/// Events that more than one hook delivers: worked once, answered twice.
fn twice(hooks: &[Hook], needs: &[Need]) -> Vec<Finding> {
    let mut pairs: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    for need in needs {
        let delivers = |(_, hook): &(usize, &Hook)| is_sending(hook) && is_for(hook, &need.what);
        let of: Vec<(usize, BTreeSet<u64>)> = (hooks.iter().enumerate())
            .filter(delivers)
            .map(|(place, hook)| (place, projects(hook)))
            .collect();
        for (at, (one, its)) in of.iter().enumerate() {
            for (other, theirs) in of.iter().skip(at + 1) {
                if its.is_empty() || theirs.is_empty() || !its.is_disjoint(theirs) {
                    pairs.entry((*one, *other)).or_default().push(need.what.to_string());
                }
            }
        }
    }
    let told = |((one, other), what): ((usize, usize), Vec<String>)| {
        let name =
            |place: usize| hooks.get(place).map_or_else(String::new, |hook| plain(name(hook)));
        let text = format!(
            "both deliver {}; each such event is worked once, but answered twice: take it off one",
            what.join(", ")
        );
        Finding::warning(format!("hooks `{}` and `{}`", name(one), name(other)), text)
    };
    pairs.into_iter().map(told).collect()
}

/// How much of the response time that the site gives to all hooks together is ours.
fn share(all: &[Judged], now: Timestamp) -> Finding {
    let known = || all.iter().filter_map(|one| one.fares.as_ref().ok());
    let minutes = together(known());
    let given = u64::try_from(RESPONSE_TIME_PER_MINUTE.as_millis()).unwrap_or(u64::MAX);
    let percent = |took: u64| took.saturating_mul(100).div_ceil(given);
    let (worst, took) = minutes
        .iter()
        .max_by_key(|(_, took)| **took)
        .map_or((None, 0), |(at, took)| (Some(*at), *took));
    let begin = now.as_second().div_euclid(60) - RECENT_MINUTES + 1;
    let recent: u64 = minutes.range(begin..).map(|(_, took)| took).sum();
    let recent = recent.div_ceil(RECENT_MINUTES.unsigned_abs());
    let at = worst.and_then(|minute| Timestamp::from_second(minute * 60).ok());
    let when = at.map(|at| format!(" ({})", at.strftime("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
    let seconds = |took: u64| took as f64 / 1000.0;
    let is_cut = known().any(|fares| fares.is_cut);
    let text = format!(
        "our hooks took {:.1} s of the {} s that the site gives to all hooks together, {} %, in \
         the worst minute of the last day{when}, and {} % over the last {RECENT_MINUTES} minutes{}",
        seconds(took),
        given / 1000,
        percent(took),
        percent(recent),
        if is_cut { "; of some hooks not every delivery was read" } else { "" },
    );
    let state = match percent(took) {
        0..SHARE_WARN => State::Good(text),
        SHARE_WARN..100 => State::Warning(format!(
            "{text}; at 100 % the site holds deliveries back: batch them, or make the receiver faster"
        )),
        100.. => State::Bad(format!(
            "{text}: the site held deliveries back; batch them, or make the receiver faster"
        )),
    };
    let figures = json!({
        "worst_minute": at.map(|at| at.to_string()), "worst_minute_ms": took,
        "worst_minute_percent": percent(took), "recent_percent": percent(recent),
        "is_cut": is_cut,
    });
    Finding { figures, ..Finding::new("response minute", state) }
}

#[cfg(test)]
mod tests;
