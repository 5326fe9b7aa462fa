//! What came of the events of the last day, and how far the sweep is.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sgh_core::config::Config;
use sgh_core::settings::{LedgerAddress, QueueAddress};
use sgh_queue::halts::Halt;
use sgh_queue::{Ledger, SweepRecord};
use sgh_sqlite::{SqliteLedger, Tally};
use sgh_sweep::SweepState;

use super::span::words;
use crate::finding::{Finding, State};
use crate::house::{self, clock};
use crate::output::plain;

/// What is counted. Ours.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// Where the sweep is, as its record has it; `None` if there is no record.
pub type Place = anyhow::Result<Option<SweepState>>;

/// What the ledger says, and the place of the sweep, which is kept there.
pub async fn ledger(
    address: &LedgerAddress,
    queue: &QueueAddress,
    site_host: &str,
    config: &anyhow::Result<Config>,
) -> (Vec<Finding>, Place) {
    match address {
        LedgerAddress::Sqlite(path) if !path.exists() => {
            let text = format!("{} is not there yet; `sgh serve` makes it", path.display());
            (vec![Finding::warning("ledger", text)], Ok(None))
        }
        LedgerAddress::Sqlite(path) => match SqliteLedger::open(path) {
            Err(error) => {
                let error = anyhow::Error::from(error);
                let unknown = anyhow::anyhow!("its place is in the ledger, which cannot be opened");
                (vec![Finding::bad("ledger", format!("{error:#}"))], Err(unknown))
            }
            Ok(ledger) => {
                let since = clock().now() - LATELY;
                let finding = match ledger.tally(since).await {
                    Ok(tally) => judge(&tally),
                    Err(error) => Finding::bad("ledger", error.to_string()),
                };
                let findings = [vec![finding], halts(&ledger, config).await].concat();
                (findings, place(&ledger, site_host).await)
            }
        },
        LedgerAddress::DynamoDb(table) => {
            let ledger = house::dynamo(table, Some(queue)).await;
            let text = "outcomes are on the dashboard; to count them here, all of the table would \
                        have to be read";
            let findings =
                [vec![Finding::good("ledger", text)], halts(&ledger, config).await].concat();
            (findings, place(&ledger, site_host).await)
        }
    }
}

async fn place(record: &dyn SweepRecord, site_host: &str) -> Place {
    let stored = record.load(site_host).await.context("the sweep's record cannot be read")?;
    Ok(stored.map(|stored| SweepState::read(&stored.text)).transpose()?)
}

/// Automations that a failure halted; nothing where none can be.
async fn halts(ledger: &dyn Ledger, config: &anyhow::Result<Config>) -> Vec<Finding> {
    let (Some(halts), Ok(config)) = (ledger.halts(), config) else { return Vec::new() };
    let names: Vec<String> = config.automations.iter().map(|one| one.name.clone()).collect();
    match halts.standing(&names).await {
        Err(error) => vec![Finding::bad("halted", error.to_string())],
        Ok(standing) if standing.is_empty() => vec![Finding::good("halted", "none")],
        Ok(standing) => {
            let now = clock().now();
            standing.iter().map(|(name, one)| halted(name, &one.halt, now)).collect()
        }
    }
}

fn halted(name: &str, halt: &Halt, now: Timestamp) -> Finding {
    let (about, why) = (plain(&halt.about), plain(&halt.why));
    let text = format!(
        "{name} for {} by {about}: {why}; {} event(s) wait; after the fix: sgh replay \
         --automation {name}",
        words(now.duration_since(halt.since)),
        halt.waiting()
    );
    let mut finding = Finding::bad("halted", text);
    finding.figures = json!({"automation": name, "since": halt.since, "waiting": halt.waiting()});
    finding
}

fn judge(tally: &Tally) -> Finding {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (word, count) in tally.values().flatten() {
        *sums.entry(word).or_default() += count;
    }
    let told = |words: &BTreeMap<&str, u64>| {
        let in_order = ["done", "skipped", "failed", "parked"].into_iter();
        let words = in_order.filter_map(|word| Some(format!("{} {word}", words.get(word)?)));
        words.collect::<Vec<_>>().join(", ")
    };
    let text = match sums.is_empty() {
        true => "nothing ended within 24 hours".to_owned(),
        false => format!("within 24 hours {}", told(&sums)),
    };
    let state = if sums.contains_key("failed") {
        State::Warning(format!("{text}; `sgh replay --failed --since 1d --dry-run` lists them"))
    } else {
        State::Good(text)
    };
    let mut finding = Finding::new("ledger", state);
    finding.figures = json!(tally);
    finding.details = tally
        .iter()
        .map(|(name, words)| {
            let words = words.iter().map(|(word, count)| (word.as_str(), *count)).collect();
            format!("{name}: {}", told(&words))
        })
        .collect();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(rows: &[(&str, &str, u64)]) -> Tally {
        let mut tally = Tally::new();
        for (automation, word, count) in rows {
            let words = tally.entry((*automation).to_owned()).or_default();
            words.insert((*word).to_owned(), *count);
        }
        tally
    }

    #[test]
    fn endings_are_told_in_sum_and_by_automation() {
        let quiet = judge(&Tally::new());
        assert_eq!(quiet.state, State::Good("nothing ended within 24 hours".into()));
        let well = judge(&tally(&[("b", "skipped", 2), ("a", "done", 5), ("b", "done", 1)]));
        assert_eq!(well.state, State::Good("within 24 hours 6 done, 2 skipped".into()));
        assert_eq!(well.details, ["a: 5 done", "b: 1 done, 2 skipped"]);
        assert_eq!(well.figures["b"]["skipped"], 2);
    }

    #[test]
    fn a_halt_is_told_with_what_lifts_it() {
        let since: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a time");
        let key = sgh_core::ids::EventKey::of_entry("studio", 7);
        let (about, why) = ("Shot 3, event 7".to_owned(), "no\nstatus".to_owned());
        let mut halt = Halt { since, event: key.clone(), about, why, lines: BTreeMap::new() };
        halt.park("g", &key);
        let found = halted("roll-up", &halt, since + SignedDuration::from_mins(10));
        let State::Bad(text) = found.state else { panic!("{found:?}") };
        let expect = "roll-up for 10 minutes by Shot 3, event 7: no\u{fffd}status; 1 event(s) \
                      wait; after the fix: sgh replay --automation roll-up";
        assert_eq!(text, expect);
    }

    #[test]
    fn what_failed_is_told_with_what_lists_it() {
        let found = judge(&tally(&[("a", "failed", 1), ("a", "parked", 3)]));
        let State::Warning(text) = found.state else { panic!("{found:?}") };
        let expect = "within 24 hours 1 failed, 3 parked; `sgh replay --failed";
        assert!(text.starts_with(expect), "{text}");
    }
}
