//! What happened in a time, page by page, for whoever only wants to look: a simulation.
//!
//! Reads and nothing else: no record, no ledger, no queue.

use jiff::Timestamp;
use sgh_core::event::Event;
use sgh_site::{Site, SiteError};

use crate::log::{Log, Portion};
use crate::ranges::IdRange;
use crate::state::{Reached, SweepState};

/// Which entries to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From this moment on.
    Since(Timestamp),
    /// From one moment to another, both included.
    Between(Timestamp, Timestamp),
    /// By id.
    Ids(IdRange),
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Its id.
    pub id: u64,
    /// When it was made, to the second.
    pub created_at: Option<Timestamp>,
    /// The event.
    pub event: Event,
    /// Whether the site tells hooks of such an event at all: what was set while a record was made
    /// is in the log and is never delivered.
    pub is_delivered: bool,
    /// What the site tells people of it.
    pub description: Option<String>,
}

/// How far the reading is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Entries so far.
    pub entries: u64,
    /// Entries that were no event, and are left out.
    pub unreadable: u64,
    /// When the last of them was made.
    pub at: Option<Timestamp>,
    /// Searches so far.
    pub searches: usize,
}

/// The entries of a span, in order of their ids, at most a page of them in memory.
pub struct Entries<'a> {
    log: Log<'a>,
    span: Span,
    now: Timestamp,
    begun: bool,
    rest: Option<IdRange>,
    progress: Progress,
    on_page: Box<dyn FnMut(&Progress) + Send + 'a>,
}

/// The entries of a span. Nothing is read yet.
#[must_use]
pub fn entries(site: &dyn Site, span: Span, now: Timestamp) -> Entries<'_> {
    Entries {
        log: Log::of(site),
        span,
        now,
        begun: false,
        rest: None,
        progress: Progress::default(),
        on_page: Box::new(|_| ()),
    }
}

impl<'a> Entries<'a> {
    /// Calls this after each page, to show how far it is.
    #[must_use]
    pub fn on_page(mut self, call: impl FnMut(&Progress) + Send + 'a) -> Self {
        self.on_page = Box::new(call);
        self
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// The next page, never empty; `None` behind the last.
    ///
    /// # Errors
    /// The site could not be asked. The same page can be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Logged>>, SiteError> {
        if !self.begun {
            self.rest = self.beginning().await?;
            self.begun = true;
        }
        while let Some(range) = self.rest {
            let portion = self.log.portion(range).await?;
            self.rest = portion.rest.filter(|_| !self.is_past(&portion));
            let page = self.page(portion);
            self.progress.searches = self.log.searches();
            (self.on_page)(&self.progress);
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    async fn beginning(&mut self) -> Result<Option<IdRange>, SiteError> {
        let since = match self.span {
            Span::Ids(ids) => return Ok(Some(ids)),
            Span::Since(since) | Span::Between(since, _) => since,
        };
        let first = self.log.first_since(since, self.now).await?;
        let before = |first| Reached::before(first).through.saturating_add(1);
        Ok(first.and_then(|first| IdRange::new(before(first), u64::MAX)))
    }

    /// The first and the last moment of the span.
    fn times(&self) -> (Timestamp, Timestamp) {
        let whole = |since: Timestamp| SweepState::starting_at(since).start;
        match self.span {
            Span::Since(since) => (whole(since), Timestamp::MAX),
            Span::Between(since, until) => (whole(since), until),
            Span::Ids(_) => (Timestamp::MIN, Timestamp::MAX),
        }
    }

    fn is_past(&self, portion: &Portion) -> bool {
        let until = self.times().1;
        let is_past = |at: Option<Timestamp>| at.is_some_and(|at| at > until);
        !portion.entries.is_empty() && portion.entries.iter().all(|entry| is_past(entry.created_at))
    }

    fn page(&mut self, portion: Portion) -> Vec<Logged> {
        let (since, until) = self.times();
        let mut page = Vec::with_capacity(portion.entries.len());
        for entry in portion.entries {
            if entry.created_at.is_some_and(|at| at < since || at > until) {
                continue;
            }
            self.progress.at = entry.created_at.or(self.progress.at);
            let Ok(event) = entry.event() else {
                self.progress.unreadable += 1;
                continue;
            };
            self.progress.entries += 1;
            page.push(Logged {
                id: entry.id,
                created_at: entry.created_at,
                event,
                is_delivered: entry.is_delivered(),
                description: entry.description,
            });
        }
        page
    }
}
