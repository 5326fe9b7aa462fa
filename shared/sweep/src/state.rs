//! The sweep's one small record: how far it is, and which ids it waits for.
//!
//! Every id up to `through` is settled but those in `gaps`: it was looked at, or written off, or
//! lies before the sweep's start. So an id is looked at once, however often it is read.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::limits::{OVERLAP, RESTART_BEFORE, WINDOW};
use crate::ranges::IdRange;

/// The form of the record. A form that older code would misread is another number.
const SCHEMA: u32 = 1;

/// How far the sweep is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepState {
    schema: u32,
    /// Nothing that happened before is looked for.
    pub start: Timestamp,
    /// How far it came; `None` while nothing has happened since the start.
    pub reached: Option<Reached>,
}

/// A place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The highest id that was taken in.
    pub through: u64,
    /// When that entry was made: by this it is known again.
    pub at: Option<Timestamp>,
    /// Whether it is no entry, but the place where a sweep began: what is missing right behind it
    /// may never have been there.
    pub is_beginning: bool,
    /// Ids below that are not there yet, in order.
    pub gaps: Vec<Gap>,
}

/// Ids that are missing and waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Which.
    #[serde(flatten)]
    pub ids: IdRange,
    /// When they were first seen to be missing, on our clock.
    pub since: Timestamp,
}

/// Ids that are to be read again because they are waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// These, with one search.
    Ids(Vec<u64>),
    /// All of a large gap, one window after the other.
    Range(IdRange),
}

/// A record that is not ours.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It cannot be read.
    #[error(
        "the sweep record cannot be read; remove it and run `sgh sweep --since` with the last \
         time that is surely swept"
    )]
    Unreadable(#[source] serde_json::Error),
    /// It was written by a later version.
    #[error("the sweep record has form {found}, this version knows up to {SCHEMA}; update it")]
    Newer {
        /// Its form.
        found: u32,
    },
}

impl SweepState {
    /// Nothing is swept yet of what happened from `start` on.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        // The log tells whole seconds: what happened within this one is not before it.
        let start = Timestamp::from_second(start.as_second()).unwrap_or(start);
        Self { schema: SCHEMA, start, reached: None }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// It is not ours, or a later version's.
    pub fn read(text: &str) -> Result<Self, StateError> {
        #[derive(Deserialize)]
        struct Form {
            schema: u32,
        }
        let form: Form = serde_json::from_str(text).map_err(StateError::Unreadable)?;
        if form.schema > SCHEMA {
            return Err(StateError::Newer { found: form.schema });
        }
        let mut state: Self = serde_json::from_str(text).map_err(StateError::Unreadable)?;
        if let Some(reached) = &mut state.reached {
            reached.gaps.sort_unstable_by_key(|gap| gap.ids);
        }
        Ok(state)
    }

    /// The record as text.
    ///
    /// # Errors
    /// Never for a state that was made here.
    pub fn to_text(&self) -> Result<String, StateError> {
        serde_json::to_string(self).map_err(StateError::Unreadable)
    }

    /// The same sweep, with what happened from `since` on looked at once more. Where it is not as
    /// far as that yet it stays as it is: what happened since is all before it.
    #[must_use]
    pub fn rewound_to(self, since: Timestamp) -> Self {
        match &self.reached {
            None => Self::starting_at(self.start.min(since)),
            Some(Reached { at: Some(at), .. }) if *at < since => self,
            Some(_) => Self { reached: None, ..Self::starting_at(since.min(self.restart_time())) },
        }
    }

    /// The same sweep from a time that is before everything it waits for.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self::starting_at(self.restart_time())
    }

    fn restart_time(&self) -> Timestamp {
        let at = self.reached.as_ref().and_then(|reached| reached.at);
        at.map_or(self.start, |at| earlier(at, RESTART_BEFORE).max(self.start))
    }
}

/// A moment this long before another.
fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

impl Reached {
    /// Before the first entry of a beginning.
    #[must_use]
    pub fn before(first: u64) -> Self {
        let through = first.saturating_sub(1 + OVERLAP);
        Self { through, at: None, is_beginning: true, gaps: Vec::new() }
    }

    /// The id up to which everything is settled.
    #[must_use]
    pub fn settled(&self) -> u64 {
        self.gaps.first().map_or(self.through, |gap| gap.ids.first.saturating_sub(1))
    }

    /// What to read again of the ids that are waited for.
    #[must_use]
    pub fn asks(&self) -> Vec<Ask> {
        let mut asks = Vec::new();
        let mut ids: Vec<u64> = Vec::new();
        for gap in &self.gaps {
            if gap.ids.count() > WINDOW {
                asks.extend((!ids.is_empty()).then(|| Ask::Ids(std::mem::take(&mut ids))));
                asks.push(Ask::Range(gap.ids));
                continue;
            }
            if ids.len() as u64 + gap.ids.count() > WINDOW {
                asks.push(Ask::Ids(std::mem::take(&mut ids)));
            }
            ids.extend(gap.ids.first..=gap.ids.last);
        }
        asks.extend((!ids.is_empty()).then_some(Ask::Ids(ids)));
        asks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::GAPS_MAX;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn reached(through: u64, gaps: &[(u64, u64)]) -> Reached {
        let since = time("2026-01-01T00:00:00.123456789Z");
        let gap = |(first, last): &(u64, u64)| Gap {
            ids: IdRange::new(*first, *last).expect("a range"),
            since,
        };
        let gaps = gaps.iter().map(gap).collect();
        let at = Some(time("2026-01-01T12:00:00Z"));
        Reached { through, at, is_beginning: false, gaps }
    }

    fn state(reached: Option<Reached>) -> SweepState {
        SweepState { reached, ..SweepState::starting_at(time("2026-01-01T00:00:00Z")) }
    }

    #[test]
    fn a_record_is_read_as_it_was_written_and_stays_small() {
        let gaps: Vec<(u64, u64)> = (0..GAPS_MAX as u64)
            .map(|number| (10_000_000_000 + 4 * number, 10_000_000_002 + 4 * number))
            .collect();
        for reached in [None, Some(reached(7, &[])), Some(reached(10_000_009_000, &gaps))] {
            let state = state(reached);
            let text = state.to_text().expect("text");
            assert!(text.len() <= 100_000, "{} bytes", text.len());
            assert_eq!(SweepState::read(&text).expect("reads"), state);
        }
    }

    #[test]
    fn a_record_of_another_kind_is_refused_and_says_what_to_do() {
        let newer = state(None).to_text().expect("text").replace(":1,", ":2,");
        let error = SweepState::read(&newer).expect_err("refused").to_string();
        assert!(error.contains("form 2") && error.contains("update"), "{error}");
        for text in ["", "7", "{}", r#"{"schema":1}"#, r#"{"schema":"1"}"#] {
            let error = SweepState::read(text).expect_err("refused").to_string();
            assert!(error.contains("sgh sweep --since"), "{text}: {error}");
        }
    }

    #[test]
    fn all_is_settled_before_the_first_gap() {
        assert_eq!(reached(90, &[]).settled(), 90);
        assert_eq!(reached(90, &[(40, 41), (50, 50)]).settled(), 39);
        assert_eq!(Reached::before(3).through, 0);
        assert_eq!(Reached::before(1000).through, 999 - OVERLAP);
    }

    #[test]
    fn small_gaps_share_a_search_and_a_large_one_is_read_by_windows() {
        let gaps = [(1, 2), (5, 5), (10, 9 + WINDOW), (2000, 9000), (9500, 9501)];
        let large = |first, last| Ask::Range(IdRange { first, last });
        let expect = [
            Ask::Ids(vec![1, 2, 5]),
            Ask::Ids((10..=9 + WINDOW).collect()),
            large(2000, 9000),
            Ask::Ids(vec![9500, 9501]),
        ];
        assert_eq!(reached(9999, &gaps).asks(), expect);
        assert_eq!(reached(9999, &[]).asks(), []);
    }

    #[test]
    fn a_rewound_sweep_goes_back_and_never_forward() {
        let check = |state: SweepState, since: &str, start: &str, stays: bool| {
            let rewound = state.clone().rewound_to(time(since));
            assert_eq!(rewound.start, time(start), "{since}");
            assert_eq!(rewound == state, stays, "{since}");
        };
        let far = || state(Some(reached(9, &[(3, 3)])));
        check(far(), "2025-12-25T10:00:00.7Z", "2025-12-25T10:00:00Z", false);
        // Back by an hour is back before everything that is waited for.
        check(far(), "2026-01-01T11:00:00Z", "2026-01-01T10:00:00Z", false);
        check(far(), "2026-01-01T13:00:00Z", "2026-01-01T00:00:00Z", true);
        check(state(None), "2025-12-25T10:00:00Z", "2025-12-25T10:00:00Z", false);
        check(state(None), "2026-01-02T10:00:00Z", "2026-01-01T00:00:00Z", true);
    }

    #[test]
    fn a_restart_is_not_before_the_start() {
        assert_eq!(state(Some(reached(9, &[]))).restarted().start, time("2026-01-01T10:00:00Z"));
        let mut early = reached(9, &[]);
        early.at = Some(time("2026-01-01T00:30:00Z"));
        assert_eq!(state(Some(early)).restarted().start, time("2026-01-01T00:00:00Z"));
    }
}
