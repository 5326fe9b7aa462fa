//! The events of one group, in order, and nothing past a retry.
//!
//! Writes are gathered and made together; before anything else is done to the world, and at the
//! end, they are flushed. Only then is it known how the events they belong to ended, so these are
//! closed after each flush, in order, up to the first that has to wait.

use jiff::Timestamp;
use sgh_automations::Decision;
use sgh_core::acknowledgement;
use sgh_core::limits::CHAIN_DEPTH_MAX;
use sgh_core::outcome::Outcome;
use sgh_queue::{LedgerEntry, Owner};
use sgh_site::facts::Need;

use crate::claim::{Claimed, claim, release};
use crate::decide::{Decided, decide};
use crate::effects::Pending;
use crate::ending::{Ended, Endings};
use crate::intake::{EventItem, Item};
use crate::reading::{Budget, Count, Known};
use crate::remark::remark;
use crate::work::Work;
use crate::{Engine, folders};

/// What all groups of a batch share.
pub(crate) struct Shared<'a> {
    pub engine: &'a Engine,
    pub owner: &'a Owner,
    pub deadline: Timestamp,
    pub reads: &'a Count,
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

/// An event whose turn to be closed comes with the next flush.
enum Open {
    /// Claimed and decided.
    Work(Box<Work>),
    /// There is nothing to do for it but to say so.
    Answered(Box<EventItem>, LedgerEntry, String),
}

impl Open {
    fn item(&self) -> &EventItem {
        match self {
            Self::Work(work) => &work.item,
            Self::Answered(item, ..) => item,
        }
    }

    fn work(&mut self) -> Option<&mut Work> {
        match self {
            Self::Work(work) => Some(work),
            Self::Answered(..) => None,
        }
    }
}

/// Works one group.
pub(crate) async fn work(shared: &Shared<'_>, items: Vec<Item>, known: Known) -> Ended {
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
    group.endings.acknowledge(shared.engine).await
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
        let now = self.shared.engine.clock.now();
        let claimed = match &item.held {
            Some(error) => {
                let why = error.to_string();
                Claimed::Wait(item, why, None)
            }
            None if now >= self.shared.deadline => {
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
                    self.endings.wait(*item, why, after);
                }
            }
        }
    }

    /// Runs the automations of an event, in the order of sgh.yaml, each seeing what those before
    /// it decided.
    async fn run(&mut self, work: Box<Work>) {
        let to_run = work.to_run.clone();
        let chain =
            (work.depth >= CHAIN_DEPTH_MAX).then(|| crate::chain::stopped(&work.item.event));
        self.open.push(Open::Work(work));
        for automation in to_run {
            match &chain {
                Some(why) => self.add(automation, Outcome::Skipped(why.clone())),
                None => self.automation(automation).await,
            }
        }
        if self.pending.is_full() {
            self.close_open().await;
        }
    }

    /// Runs one automation of the newest open event.
    async fn automation(&mut self, automation: usize) {
        let engine = self.shared.engine;
        let rule = &engine.rules.config.automations[automation];
        loop {
            let Some(open) = self.open.last() else { return };
            let decided = decide(&engine.rules, rule, &open.item().event, &self.known.facts);
            match decided {
                Err(why) => return self.add(automation, Outcome::Failed(why)),
                Ok(Need::Ready(Decided::Fields(decision))) => {
                    return self.fields(automation, decision);
                }
                Ok(Need::Ready(Decided::Folders(plan))) => {
                    return self.folders(automation, *plan).await;
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
                let depth = self.newest().map_or(0, |work| work.depth) + 1;
                for planned in planned {
                    self.known.facts.apply(&planned.change);
                    self.pending.add((place, automation), planned, depth);
                }
            }
        }
    }

    async fn folders(&mut self, automation: usize, plan: folders::Planned) {
        // What was decided before this is done before this, and if one of those events has to
        // wait, this one does too.
        self.flush().await;
        let earlier = self.open.iter_mut().rev().skip(1);
        if earlier.filter_map(Open::work).any(|work| work.waits()) {
            let why = "an event before this one has to wait".to_owned();
            return self.add(automation, Outcome::Retry { why, after: None });
        }
        let outcome = folders::make(self.shared, plan).await;
        self.add(automation, outcome);
    }

    fn newest(&mut self) -> Option<&mut Work> {
        self.open.last_mut()?.work()
    }

    fn add(&mut self, automation: usize, outcome: Outcome) {
        if let Some(work) = self.newest() {
            work.progress.entry(automation).or_default().add("", outcome);
        }
    }

    /// Makes the gathered writes and tells each event how its own ended.
    async fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        for granted in pending.flush(self.shared.engine).await {
            let (place, automation) = granted.wish;
            if let Some(work) = self.open.get_mut(place).and_then(Open::work) {
                let progress = work.progress.entry(automation).or_default();
                progress.add(&granted.what, granted.outcome);
            }
        }
    }

    /// Makes the gathered writes and closes what is open, in order.
    async fn close_open(&mut self) {
        self.flush().await;
        for open in std::mem::take(&mut self.open) {
            let stopped = self.endings.stopped(&open.item().received);
            match open {
                Open::Work(work) if stopped => {
                    release(self.shared, &work.key).await;
                    self.endings.unworked(work.item);
                }
                Open::Answered(item, ..) if stopped => self.endings.unworked(*item),
                Open::Work(work) => self.endings.closed(work.close(self.shared).await),
                Open::Answered(item, entry, text) => {
                    self.endings.through(*item, entry, text, None);
                }
            }
        }
    }
}
