use jiff::SignedDuration;
use serde_json::{Value, json};
use sgh_site::rest::{HookDeliveries, HookDelivery};

use super::*;
use crate::hooks::{config, hook};

fn now() -> Timestamp {
    "2026-03-08T12:00:30Z".parse().unwrap()
}

/// A hook where all is well, but for these fields.
fn ours(fields: Value) -> Hook {
    let mut ours = json!({
        "name": "ours", "status": "active", "is_token_set": true, "batch_deliveries": true,
        "entity_types": {"Shot": {"create": []}},
    });
    for (name, value) in fields.as_object().expect("fields") {
        ours[name] = value.clone();
    }
    hook(ours)
}

/// So many deliveries of a minute that began so many seconds ago.
fn deliveries(count: usize, ago: i64, code: u64, took: u64) -> Vec<HookDelivery> {
    let at = Some(now() - SignedDuration::from_secs(ago));
    let one = HookDelivery {
        event_time: at,
        response_code: Some(code),
        process_time_ms: Some(took),
        ..HookDelivery::default()
    };
    vec![one; count]
}

fn judged(hook: Hook, rows: Vec<HookDelivery>) -> Judged {
    Judged { hook, fares: Ok(Fares::of(&HookDeliveries { rows, is_cut: false }, now())) }
}

fn line(one: &Finding) -> String {
    let (word, text) = match &one.state {
        State::Good(text) => ("ok", text),
        State::Warning(text) => ("warn", text),
        State::Bad(text) => ("FAIL", text),
    };
    format!("{word} {}: {text}", one.what)
}

/// What is found of one hook that delivers all that is wanted, but for its share.
fn check(hook: Hook, rows: Vec<HookDelivery>, expect: &[&str]) {
    let found = judge(&[judged(hook, rows)], &config(&["on: Shot/create"]), now());
    let lines: Vec<String> = found.iter().map(line).collect();
    let about = |line: &&String| line.contains("hook `ours`");
    let lines: Vec<&String> = lines.iter().filter(about).collect();
    assert_eq!(lines.len(), expect.len(), "{lines:?}");
    for (line, start) in lines.iter().zip(expect) {
        assert!(line.starts_with(start), "{line}\nis not\n{start}");
    }
}

#[test]
fn of_a_hook_where_all_is_well_it_is_said_how_it_fares() {
    let expect =
        "ok hook `ours`: delivers; 3 deliveries within a day, 40 ms on average, none failed";
    check(ours(json!({})), deliveries(3, 60, 200, 40), &[expect]);
    let few = "ok hook `ours`: delivers; 2 deliveries within a day, 40 ms on average, 2 failed, 2 \
               of them without an answer";
    check(ours(json!({})), deliveries(2, 60, 0, 40), &[few]);
}

#[test]
fn what_keeps_a_hook_from_delivering_is_told_with_what_mends_it() {
    let rows = || deliveries(1, 60, 200, 40);
    let of = |fields| ours(fields);
    check(
        of(json!({"status": "failed"})),
        rows(),
        &["FAIL hook `ours`: its status is `failed`: 100"],
    );
    check(
        of(json!({"status": "disabled"})),
        rows(),
        &["warn hook `ours`: its status is `disabled`"],
    );
    check(
        of(json!({"status": "unstable"})),
        rows(),
        &["warn hook `ours`: its status is `unstable`"],
    );
    check(
        of(json!({"is_token_set": false})),
        rows(),
        &["FAIL hook `ours`: it has no secret token"],
    );
    let single = of(json!({"batch_deliveries": false}));
    check(
        single,
        rows(),
        &["ok hook `ours`: delivers;", "ok hook `ours`: worth knowing: it sends"],
    );
}

#[test]
fn at_twenty_failures_of_a_day_it_is_a_warning() {
    let all = |failed| [deliveries(failed, 3600, 401, 5), deliveries(9, 60, 200, 5)].concat();
    check(ours(json!({})), all(19), &["ok hook `ours`: delivers; 28 deliveries"]);
    check(
        ours(json!({})),
        all(20),
        &["warn hook `ours`: 20 deliveries failed within a day; at 100 the site stops the hook"],
    );
}

#[test]
fn above_half_a_second_on_average_it_is_slow() {
    check(ours(json!({})), deliveries(2, 60, 200, 500), &["ok hook `ours`"]);
    check(
        ours(json!({})),
        deliveries(2, 60, 200, 501),
        &["warn hook `ours`: the receiver took 501 ms on average, and above 500 ms"],
    );
}

#[test]
fn a_hook_that_never_delivered_is_told_but_not_one_that_is_off() {
    check(ours(json!({})), vec![], &["warn hook `ours`: it never delivered anything"]);
    check(ours(json!({"num_deliveries": 0})), vec![], &["warn hook `ours`: it never delivered"]);
    check(ours(json!({"num_deliveries": null})), vec![], &["warn hook `ours`: it never delivered"]);
    check(ours(json!({"num_deliveries": 29})), vec![], &["ok hook `ours`: delivers; 0 deliveries"]);
    let old = deliveries(1, 5 * 24 * 3600, 200, 5);
    check(ours(json!({"num_deliveries": 0})), old, &["ok hook `ours`"]);
    let off = ours(json!({"status": "disabled"}));
    check(off, vec![], &["warn hook `ours`: its status is `disabled`"]);
}

#[test]
fn deliveries_that_cannot_be_read_are_told() {
    let one = Judged { hook: ours(json!({})), fares: Err("HTTP 500".into()) };
    let found = judge(&[one], &config(&["on: Shot/create"]), now());
    let lines: Vec<String> = found.iter().map(line).collect();
    assert_eq!(lines[1], "warn hook `ours`: its deliveries cannot be read: HTTP 500");
}

#[test]
fn an_event_that_two_hooks_deliver_is_told_once_for_both() {
    let pair = |other: Value| {
        let mut other = other;
        other["name"] = json!("other");
        let all = [judged(ours(json!({"projects": [65]})), vec![]), judged(ours(other), vec![])];
        let found = judge(&all, &config(&["on: [Shot/create, Shot/delete]"]), now());
        let about = |one: &&Finding| one.what.starts_with("hooks ");
        found.iter().filter(about).map(line).collect::<Vec<_>>()
    };
    let expect = "warn hooks `ours` and `other`: both deliver Shot/create; each such event is \
                  worked once, but answered twice: take it off one";
    assert_eq!(pair(json!({})), [expect]);
    assert_eq!(pair(json!({"projects": [65, 66]})), [expect]);
    assert_eq!(pair(json!({"projects": [66]})), [""; 0]);
    assert_eq!(pair(json!({"status": "disabled"})), [""; 0]);
    assert_eq!(pair(json!({"entity_types": {"Task": {"create": []}}})), [""; 0]);
}

#[test]
fn the_share_of_the_sites_minute_is_that_of_the_worst_one() {
    let share = |rows: Vec<HookDelivery>| {
        let found = judge(&[judged(ours(json!({})), rows)], &config(&["on: Shot/create"]), now());
        found.last().cloned().expect("a share")
    };
    let calm = share([deliveries(10, 3600, 200, 300), deliveries(2, 60, 200, 300)].concat());
    assert_eq!(
        line(&calm),
        "ok response minute: our hooks took 3.0 s of the 60 s that the site gives to all hooks \
         together, 5 %, in the worst minute of the last day (2026-03-08 11:00 UTC), and 1 % over \
         the last 10 minutes"
    );
    assert_eq!(calm.figures["worst_minute_ms"], 3000);
    assert_eq!(calm.figures["worst_minute"], "2026-03-08T11:00:00Z");
    assert!(line(&share(deliveries(100, 60, 200, 300))).starts_with("warn response minute"));
    assert!(line(&share(deliveries(200, 60, 200, 300))).starts_with("FAIL response minute"));
    assert!(line(&share(vec![])).contains("took 0.0 s"));
}

#[test]
fn what_is_missing_comes_first_and_without_hooks_nothing_else_is_said() {
    let found = judge(&[], &config(&["on: Shot/create"]), now());
    assert_eq!(found.len(), 1);
    assert!(line(&found[0]).starts_with("FAIL hook for a0: no active hook delivers Shot/create"));
}
