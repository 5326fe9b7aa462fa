//! The steps of one sweep: reads on from where the last one was, queues what is missing, and
//! remembers.
//!
//! The record is saved only when the queue has what was found, so a crash between any two steps
//! repeats work and loses nothing.

use jiff::Timestamp;
use sgh_core::event_log::EventLogEntry;
use sgh_queue::Saved;
use tracing::warn;

use crate::advance::{Held, advance};
use crate::limits::{GAP_WAIT, IDS_IN_LINE_MAX};
use crate::log::{Log, Portion};
use crate::missing::{Missing, missing};
use crate::ranges::{IdRange, joined, lines};
use crate::report::{End, Report};
use crate::state::{Ask, Reached, SweepState};
use crate::sweep::{Begin, Sweep, SweepError};

/// What is done about what is missing.
pub(crate) enum Mode<'a> {
    /// It is queued, and the place that was reached is saved.
    Queue,
    /// It is told, and nothing is changed.
    Look(&'a mut (dyn FnMut(Missing) + Send)),
}

/// A sweep under way.
pub(crate) struct Run<'a> {
    sweep: &'a Sweep,
    mode: Mode<'a>,
    log: Log<'a>,
    state: SweepState,
    revision: u64,
    report: Report,
    progress: &'a mut (dyn FnMut(&Report) + Send),
}

/// Whether a sweep goes on.
type Onward = Result<Option<End>, SweepError>;

impl<'a> Run<'a> {
    pub(crate) fn of(
        sweep: &'a Sweep,
        mode: Mode<'a>,
        progress: &'a mut (dyn FnMut(&Report) + Send),
    ) -> Self {
        let (log, state) = (Log::of(&*sweep.site), SweepState::starting_at(sweep.clock.now()));
        Self { sweep, mode, log, state, revision: 0, report: Report::default(), progress }
    }

    /// What it came to, also where it failed half-way.
    pub(crate) async fn run(
        mut self,
        begin: Begin,
        until: Timestamp,
    ) -> (Report, Result<(), SweepError>) {
        let ended = self.whole(begin, until).await;
        self.report.set_place(&self.state, self.log.searches());
        let swept = ended.map(|end| self.report.end(end, self.sweep.clock.now()));
        (self.report, swept)
    }

    async fn whole(&mut self, begin: Begin, until: Timestamp) -> Result<End, SweepError> {
        if let Some(end) = self.open(begin).await? {
            return Ok(end);
        }
        let Some(mut portion) = self.first_portion().await? else {
            return Ok(self.save().await?.unwrap_or(End::CaughtUp));
        };
        // What appeared late stands before all that is new.
        if let Some(end) = self.waited_for(until).await? {
            return Ok(end);
        }
        loop {
            let rest = portion.rest;
            if let Some(end) = self.take_in(portion).await? {
                return Ok(end);
            }
            let Some(rest) = rest else { return Ok(End::CaughtUp) };
            if self.sweep.clock.now() >= until {
                return Ok(End::Deadline);
            }
            portion = self.log.portion(rest).await.map_err(SweepError::Site)?;
        }
    }

    /// The record. Where a beginning has to be decided on, it is remembered before anything else.
    async fn open(&mut self, begin: Begin) -> Onward {
        let stored =
            self.sweep.record.load(&self.sweep.site_host).await.map_err(SweepError::Record)?;
        let Some(stored) = stored else {
            self.report.first = true;
            let now = self.sweep.clock.now();
            self.state = SweepState::starting_at(match begin {
                Begin::AtRecord => now,
                Begin::Since(since) => since,
            });
            return self.save().await;
        };
        self.revision = stored.revision;
        let state = SweepState::read(&stored.text)?;
        self.state = match begin {
            Begin::AtRecord => state.clone(),
            Begin::Since(since) => state.clone().rewound_to(since),
        };
        if self.state == state { Ok(None) } else { self.save().await }
    }

    /// The first entries behind the place that was reached, and the one that it was reached with.
    async fn first_portion(&mut self) -> Result<Option<Portion>, SweepError> {
        if let Some(reached) = &self.state.reached {
            let portion = self.log.from(reached.through).await.map_err(SweepError::Site)?;
            if !reached.is_contradicted_by(&portion.look()) {
                return Ok(Some(portion));
            }
            warn!(
                entry = reached.through,
                "the event log no longer holds the entry that was swept last, as after a restore \
                 from a backup; sweeping again from before it"
            );
            self.state = self.state.restarted();
            self.report.restarted = true;
        }
        let now = self.sweep.clock.now();
        let first = self.log.first_since(self.state.start, now).await.map_err(SweepError::Site)?;
        let Some(first) = first else { return Ok(None) };
        let reached = Reached::before(first);
        let portion = self.log.from(reached.through).await.map_err(SweepError::Site)?;
        self.state.reached = Some(reached);
        Ok(Some(portion))
    }

    /// Looks again for what is waited for.
    async fn waited_for(&mut self, until: Timestamp) -> Onward {
        let asks = self.state.reached.as_ref().map(Reached::asks).unwrap_or_default();
        for ask in asks {
            let (ids, mut rest) = match ask {
                Ask::Ids(ids) => (ids, None),
                Ask::Range(range) => (Vec::new(), Some(range)),
            };
            if !ids.is_empty() {
                let portion = self.log.of_ids(ids).await.map_err(SweepError::Site)?;
                if let Some(end) = self.take_in(portion).await? {
                    return Ok(Some(end));
                }
            }
            while let Some(range) = rest {
                let portion = self.log.portion(range).await.map_err(SweepError::Site)?;
                rest = portion.rest;
                if let Some(end) = self.take_in(portion).await? {
                    return Ok(Some(end));
                }
            }
            if self.sweep.clock.now() >= until {
                return Ok(Some(End::Deadline));
            }
        }
        Ok(None)
    }

    /// Queues what is missing of a portion, and then remembers that it was taken in.
    async fn take_in(&mut self, portion: Portion) -> Onward {
        let Some(reached) = &self.state.reached else { return Ok(None) };
        let now = self.sweep.clock.now();
        let step = advance(self.state.start, reached, &portion.look(), now);
        let is_chosen = |entry: &&EventLogEntry| step.consider.binary_search(&entry.id).is_ok();
        let chosen: Vec<&EventLogEntry> = portion.entries.iter().filter(is_chosen).collect();
        let found = missing(self.sweep, &chosen, now).await?;
        let (wanted, count) = (found.wanted, found.count());
        match &mut self.mode {
            Mode::Queue => found.queue(self.sweep, now).await?,
            Mode::Look(tell) => found.name().for_each(tell),
        }
        self.report.entries += chosen.len() as u64;
        self.report.wanted += wanted;
        self.report.queued += count;
        self.write_off(step.written_off);
        if self.state.reached.as_ref() != Some(&step.reached) {
            self.state.reached = Some(step.reached);
            if let Some(end) = self.save().await? {
                return Ok(Some(end));
            }
        }
        self.report.set_place(&self.state, self.log.searches());
        (self.progress)(&self.report);
        Ok(step.held.map(|held| match held {
            Held::New => End::CaughtUp,
            Held::Gaps => End::Gaps,
        }))
    }

    fn write_off(&mut self, ids: Vec<IdRange>) {
        let ids = joined(ids);
        self.report.add_written_off(&ids);
        if matches!(self.mode, Mode::Look(_)) {
            return;
        }
        for ids in lines(&ids, IDS_IN_LINE_MAX) {
            warn!(
                "event log ids {ids} did not appear within {} minutes and are written off; if \
                 they do, `sgh sweep --since` finds them",
                GAP_WAIT.as_mins()
            );
        }
    }

    /// Saves the record, unless another sweep did.
    async fn save(&mut self) -> Onward {
        if matches!(self.mode, Mode::Look(_)) {
            return Ok(None);
        }
        let text = self.state.to_text()?;
        let saved = self.sweep.record.save_if(&self.sweep.site_host, &text, self.revision).await;
        Ok(match saved.map_err(SweepError::Record)? {
            Saved::Yes => {
                self.revision += 1;
                None
            }
            Saved::Overtaken => Some(End::Overtaken),
        })
    }
}
