//! How far the sweep of the event log is behind what happens on the site.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sgh_core::event_log::{EVENT_LOG_ENTRY, EventLogEntry, FIELDS};
use sgh_site::{Condition, Search, Site};
use sgh_sweep::limits::WINDOW;
use sgh_sweep::state::Reached;

use super::ledger::Place;
use super::span::words;
use crate::finding::{Finding, State};

/// What is younger is not swept yet, so that its delivery comes first, or only just. Ours.
const LEFT_ALONE: SignedDuration = SignedDuration::from_mins(5);
/// A sweep that is so far behind does not run, or does not get on. Ours, and the alarm's in
/// template.yaml.
const BEHIND: SignedDuration = SignedDuration::from_mins(30);

pub async fn sweep(site: &dyn Site, place: Place, now: Timestamp) -> Finding {
    let state = match place {
        Err(error) => return Finding::bad("sweep", format!("{error:#}")),
        Ok(None) => {
            let text = "the event log was never swept; `sgh serve` does it every minute, or \
                        `sgh sweep` by hand";
            return Finding::warning("sweep", text);
        }
        Ok(Some(state)) => state,
    };
    let start = state.start;
    let Some(reached) = state.reached else {
        return Finding::good("sweep", format!("begun at {start}, nothing happened since"));
    };
    match next(site, &reached).await {
        Ok(next) => judge(&reached, next, now),
        Err(error) => Finding::bad("sweep", format!("the event log cannot be read: {error}")),
    }
}

/// When the first entry behind the sweep's place was made; `None` if there is none close by.
async fn next(
    site: &dyn Site,
    reached: &Reached,
) -> Result<Option<Timestamp>, sgh_site::SiteError> {
    let first = reached.through.saturating_add(1);
    let ids = json!([first, first.saturating_add(WINDOW)]);
    let search = Search {
        kind: EVENT_LOG_ENTRY.to_owned(),
        conditions: vec![Condition::new("id", "between", ids)],
        fields: FIELDS.iter().map(|field| (*field).to_owned()).collect(),
        retired: false,
        sort: None,
    };
    let found = site.search(&search).await?;
    let created = found.into_iter().filter_map(|record| {
        EventLogEntry::from_fields(record.entity.id, record.fields).created_at
    });
    Ok(created.min())
}

fn judge(reached: &Reached, next: Option<Timestamp>, now: Timestamp) -> Finding {
    let behind = next.map(|next| now.duration_since(next)).filter(|behind| *behind > LEFT_ALONE);
    let gaps = reached.gaps.len();
    let place = format!("at event log entry {}", reached.settled());
    let waits = match gaps {
        0 => String::new(),
        gaps => format!(", {gaps} gap(s) in the ids waited for"),
    };
    let state = match behind {
        None => State::Good(format!("{place}, nothing old is left{waits}")),
        Some(behind) => {
            let text = format!("{place}, {} behind{waits}", words(behind));
            if behind > BEHIND {
                State::Bad(format!("{text}; is `sgh serve` or the sweeper running?"))
            } else {
                State::Warning(text)
            }
        }
    };
    let mut finding = Finding::new("sweep", state);
    let behind_s = behind.map_or(0, |behind| behind.as_secs());
    finding.figures = json!({"settled": reached.settled(), "behind_s": behind_s, "gaps": gaps});
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_behind_by_the_first_entry_that_it_has_not_taken_in() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a time");
        let reached = Reached { through: 500, at: None, is_beginning: false, gaps: Vec::new() };
        let found = |minutes: Option<i64>| {
            let next = minutes.map(|minutes| now - SignedDuration::from_mins(minutes));
            judge(&reached, next, now)
        };
        let at = "at event log entry 500, nothing old is left";
        assert_eq!(found(None).state, State::Good(at.into()));
        assert_eq!(found(Some(3)).state, State::Good(at.into()));
        let text = "at event log entry 500, 20 minutes behind";
        assert_eq!(found(Some(20)).state, State::Warning(text.into()));
        assert!(found(Some(31)).is_bad());
        assert_eq!(found(Some(31)).figures["behind_s"], 31 * 60);
    }
}
