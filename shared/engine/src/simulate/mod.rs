//! What the automations would have done in the past: every event of a window of the site's event
//! log is decided as in earnest, on the state that the site had then, and nothing is done.
//!
//! The state is rebuilt from the present and the log (`past`). Each event is decided on what
//! really happened: what an automation would have written is not there for the next event, so
//! what would have followed from it is named and not played. What people did afterwards with the
//! same field says whether they would have agreed (`afterwards`).
//!
//! Not here: reading the log (the caller hands its entries in), and printing.

mod afterwards;
mod decided;
mod history;
mod past;
mod present;
mod read_only;
mod reason;
mod report;
mod tally;

use std::sync::Arc;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sgh_automations::matching;
use sgh_core::clock::Clock;
use sgh_core::config::{Action, Automation};
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_core::limits::SITE_CONCURRENCY;
use sgh_site::SiteError;
use sgh_site::facts::{By, Read, merge_reads};

use crate::Rules;
use decided::{Wanted, Would, decided};
use past::Past;

pub use afterwards::{Afterwards, Who};
pub use read_only::ReadOnly;
pub use report::{Doubt, OfAutomation, Simulated, WouldWrite, Writes};

/// Within this time somebody who does the same counts as one who would have agreed. Ours.
pub const SOON: SignedDuration = SignedDuration::from_hours(1);
/// Entries that are taken in. Ours: some 200 MB.
pub const ENTRIES_MAX: u64 = 1_000_000;

/// Events that are read for together. Ours: as many as the site has on a page.
const PORTION: usize = 500;
/// Rounds of reading for one portion. Ours: a chain of tasks that are all skipped takes one for
/// each.
const ROUNDS_MAX: usize = 24;
/// Ids in one search. Ours.
const IDS_MAX: usize = 1000;

/// An entry of the event log.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Its id.
    pub entry: u64,
    /// When it was made.
    pub at: Option<Timestamp>,
    /// The event.
    pub event: Event,
    /// Whether hooks are told of such an event at all.
    pub is_delivered: bool,
}

/// Which events are simulated.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Up to this moment. What came later is needed all the same, to know how things stood.
    pub until: Option<Timestamp>,
    /// Of this project.
    pub project: Option<u64>,
    /// For this automation.
    pub automation: Option<String>,
}

/// A simulation: first takes in the log, then runs.
pub struct Simulation {
    rules: Rules,
    scope: Scope,
    past: Past,
    wanted: Vec<Wanted>,
    entries: u64,
}

/// The log of the window is too long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event log has more than {ENTRIES_MAX} entries since then; choose a later moment")]
pub struct TooLong;

impl Simulation {
    /// A simulation of these rules. Give them a [`ReadOnly`] site.
    #[must_use]
    pub fn new(rules: Rules, scope: Scope) -> Self {
        Self { rules, scope, past: Past::default(), wanted: Vec::new(), entries: 0 }
    }

    /// Takes in an entry. All entries from the beginning of the window up to the present have to
    /// come, in the order of their ids.
    ///
    /// # Errors
    /// There are too many.
    pub fn take(&mut self, happened: Happened) -> Result<(), TooLong> {
        let Happened { entry, at, event, is_delivered } = happened;
        if self.entries >= ENTRIES_MAX {
            return Err(TooLong);
        }
        self.entries += 1;
        self.past.history.take(entry, at, &event);
        let is_late = self.scope.until.is_some_and(|until| at.is_some_and(|at| at > until));
        let project = event.project.as_ref().map(|project| project.id);
        let is_elsewhere = self.scope.project.is_some_and(|only| project != Some(only));
        if is_late || is_elsewhere || !is_delivered {
            return Ok(());
        }
        let automations = self.rules.config.automations.iter().enumerate();
        let wants = |(_, rule): &(usize, &Automation)| {
            self.is_in_scope(rule) && matching::wants(rule, &event).is_ok()
        };
        let by: Vec<usize> = automations.filter(wants).map(|(place, _)| place).collect();
        if !by.is_empty() {
            self.wanted.push(Wanted { entry, at, event, by });
        }
        Ok(())
    }

    /// How many events there are to decide.
    #[must_use]
    pub fn events(&self) -> usize {
        self.wanted.len()
    }

    fn is_in_scope(&self, rule: &Automation) -> bool {
        self.scope.automation.as_ref().is_none_or(|only| *only == rule.name)
    }

    /// Decides all events. Calls `decided` with how many are done after each portion.
    ///
    /// # Errors
    /// The site cannot be read just now.
    pub async fn run(
        mut self,
        clock: &dyn Clock,
        mut on_portion: impl FnMut(usize),
    ) -> Result<Simulated, SiteError> {
        self.learn_lists(clock).await?;
        let us = self.rules.site.own_user().await?;
        let places: Vec<usize> = (0..self.rules.config.automations.len())
            .filter(|place| self.is_in_scope(&self.rules.config.automations[*place]))
            .collect();
        let mut tallies = tally::Tallies::new(Arc::clone(&self.rules.config), places, us);
        let wanted = std::mem::take(&mut self.wanted);
        for (done, portion) in wanted.chunks(PORTION).enumerate() {
            for (wanted, all) in portion.iter().zip(self.portion(portion).await?) {
                tallies.add(&self.past, wanted, all);
            }
            on_portion((done * PORTION + portion.len()).min(wanted.len()));
        }
        let events = wanted.len() as u64;
        Ok(tallies.done(&self.past, self.entries, events))
    }

    /// What a schema with lists needs to know.
    async fn learn_lists(&self, clock: &dyn Clock) -> Result<(), SiteError> {
        let makes = |rule: &Automation| matches!(rule.action, Action::MakeFolders(_));
        let wanted = self.wanted.iter().flat_map(|wanted| &wanted.by);
        let mut wanted = wanted.filter(|place| makes(&self.rules.config.automations[**place]));
        match &self.rules.folders {
            Some(kit) if wanted.next().is_some() => {
                kit.learn_lists(&*self.rules.site, clock.now()).await
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Decides some events; what they need is read for all of them at once.
    async fn portion(&mut self, portion: &[Wanted]) -> Result<Vec<Vec<Would>>, SiteError> {
        let mut all: Vec<Option<Vec<Would>>> = portion.iter().map(|_| None).collect();
        for _ in 0..ROUNDS_MAX {
            let mut reads = Vec::new();
            for (wanted, slot) in portion.iter().zip(&mut all).filter(|(_, slot)| slot.is_none()) {
                match decided(&self.rules, wanted, &self.past) {
                    Ok(would) => *slot = Some(would),
                    Err(more) => reads.extend(more),
                }
            }
            if reads.is_empty() {
                break;
            }
            self.read(reads).await?;
        }
        let never = |wanted: &Wanted| {
            let fail = |_: &usize| Would::Fail("it needs more reads than it may have".to_owned());
            wanted.by.iter().map(fail).collect()
        };
        Ok(all.into_iter().zip(portion).map(|(all, of)| all.unwrap_or_else(|| never(of))).collect())
    }

    async fn read(&mut self, reads: Vec<Read>) -> Result<(), SiteError> {
        let site = &self.rules.site;
        let searches = merge_reads(reads).into_iter().flat_map(in_pieces).map(|read| async {
            let answer = site.search(&read.search()).await;
            (read, answer)
        });
        let answers: Vec<_> =
            futures_util::stream::iter(searches).buffered(SITE_CONCURRENCY).collect().await;
        for (read, answer) in answers {
            match answer {
                Err(error) if error.is_passing() => return Err(error),
                answer => self.past.learn(read, answer),
            }
        }
        Ok(())
    }
}

/// A read of very many ids as several.
fn in_pieces(read: Read) -> Vec<Read> {
    match &read.by {
        By::Ids(ids) if ids.len() > IDS_MAX => {
            let ids: Vec<u64> = ids.iter().copied().collect();
            let piece =
                |ids: &[u64]| Read { by: By::Ids(ids.iter().copied().collect()), ..read.clone() };
            ids.chunks(IDS_MAX).map(piece).collect()
        }
        By::Ids(_) | By::Links { .. } | By::All => vec![read],
    }
}

/// The entities that a link or a multi link points to.
fn links_of(value: Option<&Value>) -> Vec<EntityRef> {
    match value {
        Some(Value::Array(links)) => links.iter().filter_map(EntityRef::from_json).collect(),
        Some(link) => EntityRef::from_json(link).into_iter().collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
