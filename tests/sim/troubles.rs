//! What goes wrong by itself, and the sweeps: whatever runs beside deliveries and workers.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use sgh_core::clock::Clock;
use sgh_queue::Keep;
use sgh_sweep::{Begin, Sweep};

use crate::hands::Hands;
use crate::mortal::{Fate, Mortal};
use crate::mutants::Mutant;
use crate::sending::Sending;
use crate::studio::HOST;
use crate::sweep_ports::Forgetful;
use crate::world::World;

/// The tokens of a hook, before and after they are changed.
pub(crate) const TOKENS: [&str; 2] = ["the-first-token-of-the-hook", "the-other-token-of-the-hook"];

/// One sweep. Its first one, before anything has happened, is where it begins.
pub(crate) async fn sweep(world: &Arc<World>) {
    let _busy = world.busy();
    let hands = Hands::new(world);
    let drops = world.is(Mutant::SweepQueuesNothing);
    let queue: Arc<dyn Keep> = if drops { Arc::new(Forgetful) } else { hands.clone() };
    let sweep = Sweep {
        config: world.config.clone(),
        site: hands.clone(),
        queue,
        seen: hands.clone(),
        record: hands.clone(),
        clock: world.clock.clone(),
        site_host: HOST.into(),
        ordering: world.knobs.ordering,
    };
    let until = world.clock.now() + SignedDuration::from_secs(50);
    let dies = world.faults.happens("sweep killed", world.knobs.deaths);
    let fate = if dies { Fate::Dies(world.dice.between(0, 20)) } else { Fate::Lives };
    let mut progress = |_: &sgh_sweep::Report| ();
    let swept = Mortal::new(sweep.run(Begin::AtRecord, until, &mut progress), fate).await;
    match swept {
        Some(Ok(report)) => {
            world.note(|| format!("swept: {report:?}"));
            world.swept(report);
        }
        Some(Err(error)) => world.note(|| format!("sweep: {error}")),
        None => {}
    }
}

/// A sweep every minute.
pub(crate) async fn sweeps(world: Arc<World>, first: Duration) {
    tokio::time::sleep(first).await;
    loop {
        sweep(&world).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// Minute by minute: outages, jumps of our clock, a token that is changed, a disk that is lost.
pub(crate) async fn troubles(sending: Arc<Sending>) {
    let world = Arc::clone(&sending.world);
    let knobs = &world.knobs;
    let minutes = (knobs.changes * knobs.pause_ms / 2 / 60_000).max(2);
    let mut rotation = knobs.rotation.then(|| world.dice.below(minutes));
    let mut loss = knobs.ledger_lost.then(|| world.dice.below(minutes));
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        if !world.faults.are_on() {
            return;
        }
        if world.faults.happens("our clock jumps", knobs.clock_jumps * 100) {
            let wrong_by = i64::try_from(world.dice.below(7200)).expect("small") - 3600;
            world.clock.jump(SignedDuration::from_secs(wrong_by));
        }
        let outage = SignedDuration::try_from(world.dice.millis(30_000, 900_000)).expect("short");
        if world.faults.happens("site down for minutes", knobs.site_outages * 20) {
            *world.site_down_until.lock().unwrap() = world.clock.true_now() + outage;
        }
        let is_off = world.faults.happens("hooks off for minutes", knobs.hook_outages * 60);
        world.site.lock().unwrap().hooks_are_on = !is_off;
        if counted(&mut loss) {
            world.faults.count("ledger lost");
            world.ledger.lose_everything();
            world.bus.forget_causes();
        }
        if counted(&mut rotation) {
            rotate(&sending).await;
        }
    }
}

/// Whether it is now.
fn counted(left: &mut Option<u64>) -> bool {
    match left {
        Some(0) => left.take().is_some(),
        Some(more) => {
            *more -= 1;
            false
        }
        None => false,
    }
}

/// Somebody changes the token of the hooks, and is late with the door's.
async fn rotate(sending: &Sending) {
    let world = &sending.world;
    world.faults.count("token changed");
    let both = TOKENS.join("\n");
    let hasty = world.dice.chance(500);
    if !hasty {
        sending.trust(&both);
    }
    world.site.lock().unwrap().token = TOKENS[1].to_owned();
    tokio::time::sleep(world.dice.millis(1000, 120_000)).await;
    sending.trust(if hasty { &both } else { TOKENS[1] });
}
