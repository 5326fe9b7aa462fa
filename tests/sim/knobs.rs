//! What is turned up in one run: drawn first, and printed where the run fails.

use sgh_core::settings::Ordering;

use crate::dice::Dice;

/// Shares are in a thousand.
#[derive(Debug, Clone)]
pub(crate) struct Knobs {
    pub projects: u64,
    pub shots: u64,
    /// Changes by people; ours come on top.
    pub changes: u64,
    /// Longest pause between two of them.
    pub pause_ms: u64,
    pub hooks: usize,
    /// Deliveries in one body; 1 is the single form.
    pub body: u64,
    /// Messages in one batch.
    pub batch: usize,
    pub ordering: Ordering,
    /// Whether code outside is told of nearly everything, or of little.
    pub tells_all: bool,
    pub folders: bool,
    /// Whether a failure of `tell` halts it, so that what follows waits.
    pub halts: bool,
    pub oversize: u64,
    // What the site does wrong.
    pub lost: u64,
    pub duplicated: u64,
    pub redelivered: u64,
    pub answer_dropped: u64,
    pub reorder_ms: u64,
    pub hook_outages: u64,
    pub late_ids: u64,
    pub unused_ids: u64,
    pub site_faults: u64,
    pub site_outages: u64,
    /// What is refused for good, and so fails until somebody has it run again.
    pub refusals: u64,
    // What our machines do wrong.
    pub store_faults: u64,
    pub bus_faults: u64,
    pub slow_ms: u64,
    pub deaths: u64,
    pub pauses: u64,
    pub double_receives: u64,
    pub clock_jumps: u64,
    /// The queue of one machine goes by that machine's clock, SQS by its own.
    pub queue_on_our_clock: bool,
    pub two_sweeps: bool,
    pub rotation: bool,
    pub ledger_lost: bool,
}

impl Knobs {
    pub(crate) fn draw(dice: &Dice) -> Self {
        // Each fault is away in half of the runs, so that what it hides is seen too.
        let share = |most: u64| if dice.chance(500) { 0 } else { dice.between(1, most) };
        let clock_jumps = if dice.chance(250) { dice.between(1, 4) } else { 0 };
        let late_ids = share(300);
        let (halts, refusals, ledger_lost) = (dice.chance(300), share(40), dice.chance(60));
        let refusals = if halts { refusals.max(25) } else { refusals };
        Self {
            projects: dice.between(1, 3),
            shots: dice.between(1, 4),
            changes: dice.between(30, 110),
            pause_ms: dice.between(1000, 15_000),
            hooks: if dice.chance(300) { 2 } else { 1 },
            body: if dice.chance(500) { 1 } else { dice.between(2, 12) },
            batch: usize::try_from(dice.between(1, 10)).unwrap_or(1),
            ordering: if dice.chance(150) { Ordering::Entity } else { Ordering::Project },
            tells_all: dice.chance(500),
            folders: dice.chance(80),
            halts,
            oversize: share(50),
            lost: share(200),
            duplicated: share(300),
            redelivered: share(100),
            answer_dropped: share(100),
            reorder_ms: share(30_000),
            hook_outages: share(3),
            // A wait for a late id that a jump of our clock cuts short is over: one or the other.
            late_ids: if clock_jumps == 0 { late_ids } else { 0 },
            unused_ids: share(100),
            site_faults: share(80),
            site_outages: share(3),
            // A ledger that is lost has lost what failed, too.
            refusals: if ledger_lost { 0 } else { refusals },
            store_faults: share(50),
            bus_faults: share(80),
            slow_ms: if dice.chance(700) { dice.between(20, 400) } else { 8000 },
            deaths: share(200),
            pauses: share(30),
            double_receives: share(250),
            clock_jumps,
            queue_on_our_clock: dice.chance(500),
            two_sweeps: dice.chance(400),
            rotation: dice.chance(250),
            ledger_lost,
        }
    }
}
