//! One run: everything in it, and what happens from its beginning to its end.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use sgh_core::config::Config;
use sgh_core::ids::DeliveryId;
use sgh_queue::{Registry, Stored};
use sgh_sweep::{End, Report};

use crate::bus::ModelBus;
use crate::clock::SimClock;
use crate::dice::Dice;
use crate::faults::Faults;
use crate::halts::ModelHalts;
use crate::home::Home;
use crate::knobs::Knobs;
use crate::ledger::ModelLedger;
use crate::mutants::Mutant;
use crate::queue::ModelQueue;
use crate::registry::ModelRegistry;
use crate::site::{Moment, SiteState};
use crate::studio;
use crate::trace::Trace;

/// Everything.
pub(crate) struct World {
    pub knobs: Knobs,
    pub clock: Arc<SimClock>,
    pub dice: Dice,
    pub people: Dice,
    pub faults: Faults,
    pub config: Arc<Config>,
    pub home: Option<Home>,
    pub site: Mutex<SiteState>,
    pub site_down_until: Mutex<Timestamp>,
    pub queue: ModelQueue,
    pub ledger: ModelLedger,
    pub halts: ModelHalts,
    pub registry: Arc<dyn Registry>,
    pub record: Mutex<Option<Stored>>,
    pub bus: ModelBus,
    /// Deliveries that somebody is about to press Redeliver for.
    pub redeliveries: Mutex<Vec<(Timestamp, DeliveryId)>>,
    /// Bodies that each hook will send once more.
    pub sending_again: Vec<AtomicU64>,
    /// How often people set off the ring.
    pub flips: Mutex<u64>,
    pub receives: AtomicU64,
    /// Events that the bus has refused for good: what is behind them is told before them.
    pub refused: Mutex<std::collections::BTreeSet<u64>>,
    pub invocations: AtomicU64,
    mutant: Option<Mutant>,
    /// The last row that a sweep has settled all before.
    settled: AtomicU64,
    under_way: AtomicUsize,
    wrong: Mutex<Vec<String>>,
    trace: Trace,
}

/// Something that is under way, until this is dropped.
pub(crate) struct Busy<'a>(&'a AtomicUsize);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl World {
    /// Within the runtime that it is to live in.
    pub(crate) fn new(seed: u64, mutant: Option<Mutant>) -> Arc<Self> {
        let dice = Dice::new(seed);
        let knobs = Knobs::draw(&dice);
        Self::of(knobs, dice, mutant)
    }

    /// One whose knobs are set.
    pub(crate) fn of(knobs: Knobs, dice: Dice, mutant: Option<Mutant>) -> Arc<Self> {
        let clock = Arc::new(SimClock::start());
        let home = knobs.folders.then(Home::new);
        let at = home.as_ref().map(Home::path);
        let hooks = knobs.hooks;
        let site = SiteState {
            outboxes: vec![Vec::new(); hooks],
            hooks_are_on: true,
            token: crate::troubles::TOKENS[0].to_owned(),
            ..SiteState::default()
        };
        Arc::new(Self {
            config: studio::config(&knobs, at.as_deref()),
            people: dice.fork(),
            faults: Faults::new(dice.fork(), knobs.slow_ms),
            site_down_until: Mutex::new(clock.true_now()),
            sending_again: (0..hooks).map(|_| AtomicU64::new(0)).collect(),
            home,
            clock,
            dice,
            knobs,
            mutant,
            site: Mutex::new(site),
            queue: ModelQueue::default(),
            ledger: ModelLedger::default(),
            halts: ModelHalts::default(),
            registry: Arc::new(ModelRegistry::default()),
            record: Mutex::default(),
            bus: ModelBus::default(),
            redeliveries: Mutex::default(),
            flips: Mutex::default(),
            receives: AtomicU64::new(0),
            refused: Mutex::default(),
            invocations: AtomicU64::new(1),
            settled: AtomicU64::new(0),
            under_way: AtomicUsize::new(0),
            wrong: Mutex::default(),
            trace: Trace::default(),
        })
    }

    pub(crate) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    pub(crate) fn moment(&self) -> Moment<'_> {
        let (knobs, faults) = (&self.knobs, &self.faults);
        Moment { now: self.clock.true_now(), dice: &self.dice, knobs, faults }
    }

    pub(crate) fn site_is_down(&self) -> bool {
        self.faults.are_on() && self.clock.true_now() < *self.site_down_until.lock().unwrap()
    }

    pub(crate) fn busy(&self) -> Busy<'_> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        Busy(&self.under_way)
    }

    pub(crate) fn swept(&self, report: Report) {
        if report.ended == Some(End::CaughtUp) {
            self.settled.store(report.settled.unwrap_or_default(), Ordering::SeqCst);
        }
    }

    /// Whether nothing is under way, nothing waits, and the sweep has seen all there is.
    pub(crate) fn is_quiet(&self) -> bool {
        let site = self.site.lock().unwrap();
        let last = site.log.last().map_or(0, |entry| entry.id);
        self.under_way.load(Ordering::SeqCst) == 0
            && self.queue.is_empty()
            && site.outboxes.iter().all(Vec::is_empty)
            && self.sending_again.iter().all(|left| left.load(Ordering::SeqCst) == 0)
            && self.redeliveries.lock().unwrap().is_empty()
            && self.settled.load(Ordering::SeqCst) >= last
    }

    /// A promise that was not kept.
    pub(crate) fn wrong(&self, what: String) {
        self.note(|| format!("WRONG: {what}"));
        self.wrong.lock().unwrap().push(what);
    }

    pub(crate) fn wrongs(&self) -> Vec<String> {
        self.wrong.lock().unwrap().clone()
    }

    pub(crate) fn note(&self, what: impl FnOnce() -> String) {
        let home = self.home.as_ref().map(Home::path);
        let what = || match home {
            // Its name is another one in every run.
            Some(home) => what().replace(&*home.to_string_lossy(), "home"),
            None => what(),
        };
        self.trace.note(self.clock.elapsed(), what);
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Waits until it is quiet. `None` if it is not within this time.
    pub(crate) async fn until_quiet(&self, most: Duration) -> Option<Duration> {
        let begun = self.clock.elapsed();
        while self.clock.elapsed() - begun < most {
            tokio::time::sleep(Duration::from_secs(20)).await;
            if self.is_quiet() {
                return Some(self.clock.elapsed() - begun);
            }
        }
        None
    }
}
