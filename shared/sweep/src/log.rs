//! Reading the event log in portions that fit: at most one page of entries with each search.
//!
//! The site's port has no "the next 500": a search answers all that fulfils it. So ids are asked
//! for by windows of less than a page, and where a window is empty the next id is looked for,
//! whatever number it has. Not here: what is done with the entries.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::event_log::{EVENT_LOG_ENTRY, EventLogEntry, FIELDS};
use sgh_site::{Condition, Record, Search, Site, SiteError};

use crate::advance::{Look, Sighting};
use crate::limits::{FUTURE_MAX, STRETCH_FIRST, WINDOW};
use crate::ranges::IdRange;

/// The event log of a site, and how often it was searched.
pub(crate) struct Log<'a> {
    site: &'a dyn Site,
    searches: AtomicUsize,
}

/// Entries that were there, and all that was asked for them.
pub(crate) struct Portion {
    /// Every id in here was asked for.
    pub asked: Vec<IdRange>,
    /// What was there, by id.
    pub entries: Vec<EventLogEntry>,
    /// What is left of the range that was to be read; `None` if there is nothing behind this.
    pub rest: Option<IdRange>,
}

impl Portion {
    /// What the heart of the sweep has to know of it.
    pub(crate) fn look(&self) -> Look {
        let sighting =
            |entry: &EventLogEntry| Sighting { id: entry.id, created_at: entry.created_at };
        Look { asked: self.asked.clone(), found: self.entries.iter().map(sighting).collect() }
    }
}

/// What a search is narrowed by when the site has more than it gives at once.
#[derive(Clone, Copy)]
enum Axis {
    Id,
    /// Whole seconds.
    Time,
}

impl<'a> Log<'a> {
    pub(crate) fn of(site: &'a dyn Site) -> Self {
        Self { site, searches: AtomicUsize::new(0) }
    }

    /// Searches so far.
    pub(crate) fn searches(&self) -> usize {
        self.searches.load(Ordering::Relaxed)
    }

    /// The entries at the beginning of a range: those of its first window that holds any.
    pub(crate) async fn portion(&self, range: IdRange) -> Result<Portion, SiteError> {
        let first = window(range);
        let mut asked = first;
        let mut entries = self.entries(between(first)).await?;
        if entries.is_empty()
            && let Some(rest) =
                first.last.checked_add(1).and_then(|id| IdRange::new(id, range.last))
        {
            let Some(next) = self.first_id(rest).await? else {
                return Ok(Portion { asked: vec![range], entries, rest: None });
            };
            let further = window(IdRange { first: next, last: range.last });
            asked = IdRange { first: range.first, last: further.last };
            entries = self.entries(between(further)).await?;
        }
        let [_, rest] = range.around(asked);
        Ok(Portion { asked: vec![asked], entries, rest })
    }

    /// The entries from an id on.
    pub(crate) async fn from(&self, first: u64) -> Result<Portion, SiteError> {
        self.portion(IdRange { first, last: u64::MAX }).await
    }

    /// Those of these ids that are there. At most a window of them.
    pub(crate) async fn of_ids(&self, ids: Vec<u64>) -> Result<Portion, SiteError> {
        let entries = self.entries(Condition::new("id", "in", json!(ids))).await?;
        let asked = ids.into_iter().map(IdRange::one).collect();
        Ok(Portion { asked, entries, rest: None })
    }

    /// The first id that was made between two moments; the last may lie in the future by as much
    /// as clocks may differ.
    pub(crate) async fn first_since(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<u64>, SiteError> {
        let until = now.checked_add(FUTURE_MAX).unwrap_or(Timestamp::MAX);
        let second = |at: Timestamp| at.as_second().max(0).unsigned_abs();
        let Some(range) = IdRange::new(second(since), second(until)) else { return Ok(None) };
        self.first_along(Axis::Time, range, STRETCH_FIRST.as_secs().unsigned_abs()).await
    }

    /// The lowest id in a range. At the end of the log, where nothing is, this is one search.
    async fn first_id(&self, range: IdRange) -> Result<Option<u64>, SiteError> {
        match self.ids(between(range)).await {
            Ok(ids) => Ok(ids.into_iter().min()),
            Err(error) if is_too_much(&error) => {
                self.first_along(Axis::Id, range, 2 * WINDOW).await
            }
            Err(error) => Err(error),
        }
    }

    /// The lowest id in the first stretch that holds any. Stretches are doubled while they are
    /// empty and halved where the site has too much in them.
    async fn first_along(
        &self,
        axis: Axis,
        range: IdRange,
        stretch: u64,
    ) -> Result<Option<u64>, SiteError> {
        let (mut stretch, mut left) = (stretch.max(1), Some(range));
        while let Some(rest) = left {
            let last = rest.first.saturating_add(stretch - 1).min(rest.last);
            let part = IdRange { first: rest.first, last };
            match self.ids(axis.condition(part)).await {
                Ok(ids) if ids.is_empty() => {
                    stretch = stretch.saturating_mul(2);
                    left = last.checked_add(1).and_then(|first| IdRange::new(first, rest.last));
                }
                Ok(ids) => return Ok(ids.into_iter().min()),
                Err(error) if is_too_much(&error) && part.count() > 1 => {
                    stretch = part.count() / 2;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn entries(&self, condition: Condition) -> Result<Vec<EventLogEntry>, SiteError> {
        let records = self.search(condition, FIELDS.map(str::to_owned).to_vec()).await?;
        let entry = |record: Record| EventLogEntry::from_fields(record.entity.id, record.fields);
        let mut entries: Vec<EventLogEntry> = records.into_iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.id);
        // Between two pages an entry can move on to the next.
        entries.dedup_by_key(|entry| entry.id);
        Ok(entries)
    }

    async fn ids(&self, condition: Condition) -> Result<Vec<u64>, SiteError> {
        let records = self.search(condition, vec!["id".to_owned()]).await?;
        Ok(records.into_iter().map(|record| record.entity.id).collect())
    }

    async fn search(
        &self,
        condition: Condition,
        fields: Vec<String>,
    ) -> Result<Vec<Record>, SiteError> {
        self.searches.fetch_add(1, Ordering::Relaxed);
        let search = Search {
            kind: EVENT_LOG_ENTRY.to_owned(),
            conditions: vec![condition],
            fields,
            retired: false,
            sort: Some("id".to_owned()),
        };
        self.site.search(&search).await
    }
}

impl Axis {
    fn condition(self, range: IdRange) -> Condition {
        match self {
            Self::Id => between(range),
            // To the end of the last second: the site may keep parts of seconds.
            Self::Time => {
                let ends = [range.first, range.last.saturating_add(1)].map(moment);
                Condition::new("created_at", "between", json!(ends))
            }
        }
    }
}

fn moment(second: u64) -> Value {
    let second = i64::try_from(second).unwrap_or(i64::MAX);
    json!(Timestamp::from_second(second).unwrap_or(Timestamp::MAX))
}

/// The first ids of a range, as many as one page takes.
fn window(range: IdRange) -> IdRange {
    IdRange { last: range.first.saturating_add(WINDOW - 1).min(range.last), ..range }
}

/// An open range is asked for as one: the site's ids end below ours.
fn between(range: IdRange) -> Condition {
    if range.last == u64::MAX {
        return Condition::new("id", "greater_than", json!(range.first.saturating_sub(1)));
    }
    Condition::new("id", "between", json!([range.first, range.last]))
}

/// The site's client gives up a search that has too many pages: a refusal with a status of success.
fn is_too_much(error: &SiteError) -> bool {
    matches!(error, SiteError::Refused { status: 200, .. })
}
