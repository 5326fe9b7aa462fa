//! Reading the event log in portions: the first page of what is left, with one call.
//!
//! Not here: what is done with the entries.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::event_log::{EVENT_LOG_ENTRY, EventLogEntry, FIELDS};
use sgh_core::limits::PAGE_SIZE;
use sgh_site::{Condition, Record, Search, Site, SiteError};

use crate::advance::{Look, Sighting};
use crate::limits::{FUTURE_MAX, STRETCH_FIRST};
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

impl<'a> Log<'a> {
    pub(crate) fn of(site: &'a dyn Site) -> Self {
        Self { site, searches: AtomicUsize::new(0) }
    }

    /// Searches so far.
    pub(crate) fn searches(&self) -> usize {
        self.searches.load(Ordering::Relaxed)
    }

    /// The entries at the beginning of a range, as many as one call gives.
    pub(crate) async fn portion(&self, range: IdRange) -> Result<Portion, SiteError> {
        let entries = self.entries(between(range)).await?;
        let last = entries.last().map(|entry| entry.id).filter(|_| entries.len() >= PAGE_SIZE);
        let asked = IdRange { last: last.unwrap_or(range.last).min(range.last), ..range };
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
    /// as clocks may differ. Stretches of time are doubled while nothing is in them: for the first
    /// id of a long time a site may look through all of its log.
    pub(crate) async fn first_since(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<u64>, SiteError> {
        let until = now.checked_add(FUTURE_MAX).unwrap_or(Timestamp::MAX).as_second();
        let (mut first, mut stretch) = (since.as_second().max(0), STRETCH_FIRST.as_secs());
        while first <= until {
            let last = first.saturating_add(stretch).min(until);
            // To the end of the last second: the site may keep parts of seconds.
            let ends = [first, last.saturating_add(1)].map(moment);
            let condition = Condition::new("created_at", "between", json!(ends));
            let found = self.search(condition, vec!["id".to_owned()], 1).await?;
            if let Some(found) = found.first() {
                return Ok(Some(found.entity.id));
            }
            first = last.saturating_add(1);
            stretch = stretch.saturating_mul(2);
        }
        Ok(None)
    }

    async fn entries(&self, condition: Condition) -> Result<Vec<EventLogEntry>, SiteError> {
        let fields = FIELDS.map(str::to_owned).to_vec();
        let records = self.search(condition, fields, PAGE_SIZE).await?;
        let entry = |record: Record| EventLogEntry::from_fields(record.entity.id, record.fields);
        let mut entries: Vec<EventLogEntry> = records.into_iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.id);
        Ok(entries)
    }

    async fn search(
        &self,
        condition: Condition,
        fields: Vec<String>,
        most: usize,
    ) -> Result<Vec<Record>, SiteError> {
        self.searches.fetch_add(1, Ordering::Relaxed);
        let search = Search {
            kind: EVENT_LOG_ENTRY.to_owned(),
            conditions: vec![condition],
            fields,
            retired: false,
            sort: Some("id".to_owned()),
        };
        self.site.search_first(&search, most).await
    }
}

fn moment(second: i64) -> Value {
    json!(Timestamp::from_second(second).unwrap_or(Timestamp::MAX))
}

/// An open range is asked for as one: the site's ids end below ours.
fn between(range: IdRange) -> Condition {
    if range.last == u64::MAX {
        return Condition::new("id", "greater_than", json!(range.first.saturating_sub(1)));
    }
    Condition::new("id", "between", json!([range.first, range.last]))
}
