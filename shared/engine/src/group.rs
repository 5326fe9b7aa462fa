//! The events of one group, in order, and nothing past a retry.
//!
//! Writes are gathered and made together; before anything else is done to the world, and at the
//! end, they are flushed. Only then is it known how the events they belong to ended, so these are
//! closed after each flush, in order, up to the first that has to wait.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use jiff::Timestamp;
use sgh_automations::{Decision, set::Judge};
use sgh_core::acknowledgement;
use sgh_core::outcome::Outcome;
use sgh_queue::{LedgerEntry, Owner, Received};
use sgh_site::facts::Need;

use crate::Engine;
use crate::claim::{Claimed, claim, release};
use crate::decide::{Decided, decide};
use crate::dry_run::dry_run;
use crate::effects::Pending;
use crate::ending::{Ended, Endings};
use crate::halted::Halted;
use crate::intake::Item;
use crate::open::Open;
use crate::reading::{Budget, Count, Known};
use crate::refused::Takes;
use crate::remark::remark;
use crate::work::Work;

mod elsewhere;
mod halting;

use elsewhere::acts_elsewhere;

/// What all groups of a batch share.
pub(crate) struct Shared<'a> {
    pub engine: &'a Engine,
    pub owner: &'a Owner,
    /// When our claims end.
    pub deadline: Timestamp,
    /// When nothing new is begun any more, so that what was done can still be told.
    pub work_until: Timestamp,
    pub reads: &'a Count,
    /// What fields take that a value was refused in.
    pub takes: &'a Takes,
    /// Which automations are halted.
    pub halted: &'a Halted,
}

/// A group that is being worked.
struct Group<'a> {
    shared: &'a Shared<'a>,
    known: Known,
    /// Decided, not closed yet.
    open: Vec<Open>,
    pending: Pending,
    endings: Endings,
}

/// Works one group; if that panics, the group comes back and no other is touched.
pub(crate) async fn work_guarded(shared: &Shared<'_>, items: Vec<Item>, known: Known) -> Ended {
    let kept: Vec<Received> = items.iter().map(|item| item.received().clone()).collect();
    // What the panic leaves half changed belongs to this group alone, and goes with it.
    let worked = AssertUnwindSafe(work(shared, items, known)).catch_unwind().await;
    worked.unwrap_or_else(|_| Ended::of_panic(kept))
}

/// Works one group.
async fn work(shared: &Shared<'_>, items: Vec<Item>, known: Known) -> Ended {
    let mut group = Group {
        shared,
        known,
        open: Vec::new(),
        pending: Pending::default(),
        endings: Endings::default(),
    };
    for item in items {
        group.item(item).await;
    }
    group.close_open().await;
    group.endings.acknowledge(shared).await
}

impl Group<'_> {
    async fn item(&mut self, item: Item) {
        let item = match item {
            Item::Unreadable { received, delivery, why } => {
                return self.endings.unreadable(received, delivery, why);
            }
            Item::Event(item) => item,
        };
        if self.endings.stopped(&item.received) {
            return self.endings.unworked(*item);
        }
        if let Some((kind, text)) = remark(self.shared.engine, &item) {
            let text = acknowledgement::remark(kind, &text);
            return self.open.push(Open::Answered(item, LedgerEntry::default(), text));
        }
        // What is still open of the same event has to be in the ledger before it is claimed again.
        let same = |work: &mut Work| work.item.key == item.key;
        if self.has_to_know(&item) || self.open.iter_mut().filter_map(Open::work).any(same) {
            self.close_open().await;
            if self.endings.stopped(&item.received) {
                return self.endings.unworked(*item);
            }
        }
        let now = self.shared.engine.clock.now();
        let claimed = match &item.held {
            Some(error) => {
                let why = error.to_string();
                Claimed::Wait(item, why, None)
            }
            None if now >= self.shared.work_until => {
                Claimed::Wait(item, "the time of this invocation is over".to_owned(), None)
            }
            None => claim(self.shared, item).await,
        };
        match claimed {
            Claimed::Ours(work) => self.run(work).await,
            Claimed::Answered(item, entry, text) => {
                self.open.push(Open::Answered(item, entry, text));
            }
            Claimed::Wait(item, why, after) => {
                self.close_open().await;
                if self.endings.stopped(&item.received) {
                    self.endings.unworked(*item);
                } else {
                    self.endings.wait(self.shared, *item, why, after).await;
                }
            }
        }
    }

    /// Works an event that was claimed; what waits, or is enough for one batch, is closed at once.
    async fn run(&mut self, work: Box<Work>) {
        self.decide(work).await;
        let waits = self.newest().is_some_and(|work| work.waits());
        if self.pending.is_full() || waits {
            self.close_open().await;
        }
    }

    /// Runs one automation of the newest open event.
    async fn automation(&mut self, automation: usize) {
        let engine = self.shared.engine;
        let rule = &engine.rules.config.automations[automation];
        if rule.dry_run {
            let Some(Open::Work(work)) = self.open.last_mut() else { return };
            let outcome = dry_run(self.shared, rule, work, &mut self.known).await;
            return self.add(automation, outcome);
        }
        if acts_elsewhere(&rule.action) {
            // Directories, and code outside, go by what is on the site, not by what is about to be.
            self.flush().await;
        }
        loop {
            let Some(Open::Work(work)) = self.open.last() else { return };
            let event = &work.item.event;
            // What this event's own automations wrote has not overtaken it.
            let judge = if work.wrote_its_field { Judge::Trust } else { Judge::Compare };
            let decided = decide(&engine.rules, rule, event, judge, &self.known.facts);
            match decided {
                Err(why) => return self.add(automation, Outcome::Failed(why)),
                Ok(Need::Ready(Decided::Fields(decision))) => {
                    return self.fields(automation, decision);
                }
                Ok(Need::Ready(Decided::Folders(plan))) => {
                    return self.folders(automation, *plan).await;
                }
                Ok(Need::Ready(Decided::Outside(wanted))) => {
                    return self.outside(automation, *wanted).await;
                }
                Ok(Need::Reads(reads)) => {
                    if let Some(error) = self.known.failure(&reads) {
                        return self.add(automation, error.clone().into());
                    }
                    let count = self.shared.reads;
                    if self.known.read(&engine.rules, reads, count).await == Budget::Spent {
                        let why = "this batch has had all the reads it may have".to_owned();
                        return self.add(automation, Outcome::Retry { why, after: None });
                    }
                }
            }
        }
    }

    fn fields(&mut self, automation: usize, decision: Decision) {
        match decision {
            Decision::Skip(why) => self.add(automation, Outcome::Skipped(why)),
            Decision::Fail(why) => self.add(automation, Outcome::Failed(why)),
            Decision::Change { planned, left } => {
                for why in left {
                    self.add(automation, Outcome::Skipped(why));
                }
                let place = self.open.len() - 1;
                let name = &self.shared.engine.rules.config.automations[automation].name;
                let chain = self.newest().map(|work| work.chain.then(name)).unwrap_or_default();
                let project = self.newest().and_then(|work| work.item.event.project.clone());
                let project = project.map(|project| project.id);
                for planned in planned {
                    self.known.facts.apply(&planned.change);
                    if let Some(work) = self.newest() {
                        work.wrote_its_field |= work.is_about(&planned.change);
                    }
                    self.pending.add((place, automation), planned, &chain, project);
                }
            }
        }
    }

    fn newest(&mut self) -> Option<&mut Work> {
        self.open.last_mut()?.work()
    }

    fn add(&mut self, automation: usize, outcome: Outcome) {
        if let Some(work) = self.newest() {
            work.progress.entry(automation).or_default().add("", outcome);
        }
    }

    /// Makes the gathered writes and tells each event how its own ended. Answers the place of the
    /// first event that had a write refused: what was decided after it may rest on that write.
    async fn flush(&mut self) -> Option<usize> {
        let pending = std::mem::take(&mut self.pending);
        let mut refused: Option<usize> = None;
        for granted in pending.flush(self.shared).await {
            let (place, automation) = granted.wish;
            if !matches!(granted.outcome, Outcome::Done(_)) {
                refused = Some(refused.map_or(place, |first| first.min(place)));
                self.known.facts.forget(&granted.entity.kind);
            }
            if let Some(work) = self.open.get_mut(place).and_then(Open::work) {
                let progress = work.progress.entry(automation).or_default();
                progress.add(&granted.what, granted.outcome);
            }
        }
        refused
    }

    /// Makes the gathered writes and closes what is open, in order. Events that were left alone
    /// because of a write that was refused are decided again.
    async fn close_open(&mut self) {
        while !self.open.is_empty() {
            let refused = self.flush().await;
            let first = refused.map_or(self.open.len(), |place| place + 1);
            let after = self.open.split_off(first.min(self.open.len()));
            for open in std::mem::take(&mut self.open) {
                self.close(open).await;
            }
            for open in after {
                let stopped = self.endings.stopped(&open.item().received);
                match open {
                    Open::Work(_) | Open::Answered(..) if stopped => self.close(open).await,
                    Open::Work(work) if work.did_nothing() => {
                        Box::pin(self.decide(work.afresh())).await;
                    }
                    Open::Work(_) | Open::Answered(..) => self.open.push(open),
                }
            }
        }
    }

    async fn close(&mut self, open: Open) {
        let stopped = self.endings.stopped(&open.item().received);
        match open {
            Open::Work(work) if stopped => {
                release(self.shared, &work.item.key).await;
                self.endings.unworked(work.item);
            }
            Open::Answered(item, ..) if stopped => self.endings.unworked(*item),
            Open::Work(work) => {
                let closed = work.close(self.shared).await;
                self.endings.closed(self.shared, closed).await;
            }
            Open::Answered(item, entry, text) => {
                self.endings.through(*item, entry, text, None);
            }
        }
    }
}
