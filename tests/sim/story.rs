//! A run from its beginning to its end: trouble, then everything is mended, then it has to become
//! quiet, and then nothing may be missing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use sgh_core::clock::Clock;
use sgh_core::message::{Message, Replay, ReplayRun};
use sgh_engine::{Patience, Resumed};
use tokio::task::JoinHandle;

use crate::hands::Hands;
use crate::mutants::Mutant;
use crate::sending::Sending;
use crate::troubles::{TOKENS, sweep, sweeps, troubles};
use crate::world::World;
use crate::{check, people, workers};

/// Time by which it has to be quiet once nothing fails any more. An hour of it is what our clock
/// may have been ahead when a message was hidden.
const QUIET_MOST: Duration = Duration::from_secs(3 * 3600);

/// How long a claim may hold an event that was made by a clock an hour ahead.
const LEASE_MOST: Duration = Duration::from_secs(3700);

/// What a run came to.
pub(crate) struct Ended {
    pub seed: u64,
    pub wrong: Vec<String>,
    pub knobs: String,
    pub trace: u64,
    pub lines: Vec<String>,
    pub faults: BTreeMap<&'static str, u64>,
    pub counts: BTreeMap<&'static str, u64>,
}

/// Tells the story of a seed.
pub(crate) fn tell(seed: u64, mutant: Option<Mutant>) -> Ended {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let world = World::new(seed, mutant);
        let counts = live(&world).await;
        Ended {
            seed,
            wrong: world.wrongs(),
            knobs: format!("{:?}", world.knobs),
            trace: world.trace().number(),
            lines: world.trace().lines(),
            faults: world.faults.counts(),
            counts,
        }
    })
}

async fn live(world: &Arc<World>) -> BTreeMap<&'static str, u64> {
    people::settle_in(world);
    sweep(world).await;
    world.faults.turn(true);
    let sending = Sending::new(world, TOKENS[0]);
    let tasks = begin(world, &sending);
    people::work(world).await;
    tokio::time::sleep(world.dice.millis(1000, 120_000)).await;
    mend(world, &sending);
    let mut letters = Vec::new();
    let quiet = world.until_quiet(QUIET_MOST).await;
    if quiet.is_some() {
        letters = world.queue.take_dead();
        check::acknowledged::all_that_was_accepted(world, &letters);
        if world.clock.jumps() > 0 {
            // A claim that was made while our clock was ahead is over when the clock is there.
            tokio::time::sleep(LEASE_MOST).await;
        }
        again(world, &sending, &letters).await;
        world.until_quiet(QUIET_MOST).await;
        press_where_given_up(world, &sending).await;
        if world.until_quiet(QUIET_MOST).await.is_some() {
            check::everything(world);
        }
    }
    if !world.is_quiet() {
        let left = world.queue.left();
        world.wrong(format!("it is not quiet {QUIET_MOST:?} after all was mended: {left:?}"));
    }
    for task in tasks {
        if task.is_finished()
            && let Err(error) = task.await
        {
            world.wrong(format!("a process panicked: {error}"));
        }
    }
    counts(world, letters.len() as u64, quiet.unwrap_or_default())
}

fn begin(world: &Arc<World>, sending: &Arc<Sending>) -> Vec<JoinHandle<()>> {
    let mut tasks: Vec<JoinHandle<()>> = Vec::new();
    for hook in 0..world.knobs.hooks {
        tasks.push(tokio::spawn(Arc::clone(sending).run(hook)));
    }
    for _ in 0..2 {
        tasks.push(tokio::spawn(workers::run(Arc::clone(world))));
    }
    for nth in 0..=u64::from(world.knobs.two_sweeps) {
        let first = Duration::from_secs(60) + Duration::from_millis(nth * 35);
        tasks.push(tokio::spawn(sweeps(Arc::clone(world), first)));
    }
    tasks.push(tokio::spawn(troubles(Arc::clone(sending))));
    tasks.push(tokio::spawn(pressing(Arc::clone(sending))));
    tasks
}

/// Somebody presses Redeliver now and then.
async fn pressing(sending: Arc<Sending>) {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let now = sending.world.clock.true_now();
        let next = {
            let mut all = sending.world.redeliveries.lock().unwrap();
            let place = all.iter().position(|(due, _)| *due <= now);
            place.map(|place| all.remove(place))
        };
        if let Some((_, delivery)) = next {
            sending.redeliver(delivery).await;
        }
    }
}

/// Nothing fails from now on.
fn mend(world: &World, sending: &Sending) {
    world.note(|| "all is mended".into());
    world.faults.turn(false);
    world.clock.jump(SignedDuration::ZERO);
    sending.trust(&TOKENS.join("\n"));
    world.site.lock().unwrap().hooks_are_on = true;
}

/// What halted goes on, from where it stopped, and everything that waits for it, in order.
async fn resume(world: &Arc<World>) {
    let hands = Hands::new(world);
    let replay = sgh_engine::Replay {
        ledger: hands.clone(),
        failures: hands.clone(),
        queue: hands.clone(),
        site: hands,
        site_host: crate::studio::HOST.into(),
        ordering: world.knobs.ordering,
        config: world.config.clone(),
        clock: world.clock.clone(),
        run: "the-resume".into(),
    };
    let patience =
        Patience { look_every: Duration::from_secs(5), at_most: Duration::from_secs(1800) };
    match replay.resume("tell", patience, |_, _| ()).await {
        Ok(Resumed::NotHalted) => {}
        Ok(Resumed::Live { through }) => {
            world.faults.count("automation halted, and resumed");
            world.note(|| format!("live again, {through} through"));
        }
        other => world.wrong(format!("what halted does not go on: {other:?}")),
    }
}

/// What somebody does who cleans up: dead letters go back, what failed is run again, and what was
/// never acknowledged is delivered again.
async fn again(world: &Arc<World>, sending: &Sending, letters: &[sgh_queue::DeadLetter]) {
    resume(world).await;
    let now = world.clock.now();
    let run = ReplayRun { id: "the-replay".into(), now };
    let mut messages: Vec<Message> = letters
        .iter()
        .filter(|letter| crate::queue::about(&letter.message).0 > 0)
        .map(|letter| Message::of_dead_letter(&letter.message, &letter.group, &run))
        .collect();
    for row in world.ledger.rows.lock().unwrap().values() {
        let Some(entry) = row.entry.as_ref().filter(|entry| entry.failed().next().is_some()) else {
            continue;
        };
        let kept = entry.kept_event.as_deref().unwrap_or_default();
        let ordering = world.knobs.ordering;
        let message =
            Message::replay(kept.as_bytes(), entry.delivery, &Replay::All, ordering, &run);
        messages.push(message.expect("an event was kept"));
    }
    world.queue.keep(&messages, world.clock.true_now().as_millisecond());
    let silent: Vec<_> = {
        let site = world.site.lock().unwrap();
        // A ledger that was lost does not know what failed: then the site's page says it.
        let is_failed = |text: &String| world.knobs.ledger_lost && text.starts_with("failed");
        let is_open = |text: &Option<String>| text.as_ref().is_none_or(is_failed);
        let silent = site.deliveries.iter().filter(|(_, one)| is_open(&one.acknowledgement));
        silent.filter(|(_, one)| one.accepted).map(|(id, _)| *id).collect()
    };
    for delivery in silent {
        sending.redeliver(delivery).await;
    }
}

/// An event may be through and its delivery say all the same that it failed: where the ledger did
/// not answer just as the message came for the last time, only to be acknowledged; or where a
/// second copy of the message ran what had failed, and its worker died before it said so. No replay
/// finds these, for nothing of them has failed; a person sees them on the site's page.
async fn press_where_given_up(world: &World, sending: &Sending) {
    let given_up: Vec<_> = {
        let site = world.site.lock().unwrap();
        let twice = world.knobs.double_receives > 0;
        let says_so = |text: &String| {
            text.starts_with("failed\ngiven up after") || (twice && text.starts_with("failed"))
        };
        let all = site.deliveries.iter().filter(|(_, one)| one.accepted && !one.is_poison);
        let given_up = all.filter(|(_, one)| one.acknowledgement.as_ref().is_some_and(says_so));
        given_up.map(|(id, _)| *id).collect()
    };
    for delivery in given_up {
        world.faults.count("delivery that still says failed is sent once more");
        sending.redeliver(delivery).await;
    }
}

fn counts(world: &World, letters: u64, quiet: Duration) -> BTreeMap<&'static str, u64> {
    let site = world.site.lock().unwrap();
    let accepted = site.deliveries.values().filter(|one| one.accepted).count() as u64;
    BTreeMap::from([
        ("events", site.log.len() as u64),
        ("deliveries", site.deliveries.len() as u64),
        ("accepted deliveries", accepted),
        ("messages", world.queue.kept().len() as u64),
        ("our writes", site.our_writes.values().sum()),
        ("events told outside", world.bus.entries().len() as u64),
        ("dead letters", letters),
        ("receives", world.receives.load(std::sync::atomic::Ordering::SeqCst)),
        ("minutes until quiet, at most", quiet.as_secs().div_ceil(60)),
        ("seconds that passed", world.clock.elapsed().as_secs()),
    ])
}
