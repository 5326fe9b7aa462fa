//! Workers, as `sgh work` runs them: a batch after the other, until one is killed and another
//! begins in its place.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use sgh_core::clock::Clock;
use sgh_engine::{Engine, FolderKit, Outside, Rules, Settle, settle};
use sgh_queue::{Owner, Queue};

use crate::hands::{Hands, Invocation};
use crate::mortal::{Fate, Mortal};
use crate::studio::HOST;
use crate::world::World;

/// When a claim ends, and how much longer a message is hidden: those of `sgh work`.
const BATCH: Duration = Duration::from_secs(60);
const HIDDEN: Duration = Duration::from_secs(180);

/// A worker that goes on for ever.
pub(crate) async fn run(world: Arc<World>) {
    loop {
        let (hands, engine) = process(&world);
        while let Lived::On = batch(&world, &hands, &engine).await {}
        tokio::time::sleep(world.dice.millis(500, 20_000)).await;
    }
}

enum Lived {
    On,
    Died,
}

/// A process that has just been started.
fn process(world: &Arc<World>) -> (Arc<Hands>, Engine) {
    let hands = Hands::new(world);
    let folders = world.config.folders.as_ref();
    let folders = folders.map(|folders| Arc::new(FolderKit::read(folders).expect("a schema")));
    let engine = Engine {
        rules: Rules { config: world.config.clone(), folders, site: hands.clone() },
        site_host: HOST.into(),
        ledger: hands.clone(),
        registry: world.registry.clone(),
        clock: world.clock.clone(),
        outside: Outside { bus: Some(hands.clone()), programs: None },
    };
    (hands, engine)
}

async fn batch(world: &Arc<World>, hands: &Arc<Hands>, engine: &Engine) -> Lived {
    let received = hands.receive(world.knobs.batch, HIDDEN, Duration::ZERO).await;
    world.receives.fetch_add(1, Ordering::SeqCst);
    let received = received.unwrap_or_default();
    if received.is_empty() {
        tokio::time::sleep(world.dice.millis(1000, 4000)).await;
        return Lived::On;
    }
    let _busy = world.busy();
    let deadline = world.clock.now() + SignedDuration::try_from(BATCH).expect("short");
    let invocation = Invocation::new(world, deadline);
    *hands.invocation.lock().unwrap() = Arc::clone(&invocation);
    let owner = Owner(format!("owner-{}", invocation.id));
    let ids: Vec<&str> = received.iter().map(|one| one.message_id.as_str()).collect();
    world.note(|| format!("invocation {} begins with {ids:?}", invocation.id));
    let work = async {
        let report = engine.work(received.clone(), &owner, deadline).await;
        settle(hands.as_ref(), &report, Settle::Here).await;
    };
    let fate = fate(world);
    if matches!(fate, Fate::Stands(..)) {
        // Whether it comes to that or not: its claims may be over before it is.
        invocation.stood.store(true, Ordering::SeqCst);
    }
    match Mortal::new(work, fate).await {
        Some(()) => Lived::On,
        None => {
            world.note(|| format!("invocation {} is killed", invocation.id));
            invocation.trouble();
            Lived::Died
        }
    }
}

fn fate(world: &World) -> Fate {
    let (deaths, pauses) = (world.knobs.deaths, world.knobs.pauses);
    let step = world.dice.between(0, 60);
    let time = world.dice.millis(30_000, 400_000);
    if world.faults.happens("worker killed", deaths) {
        Fate::Dies(step)
    } else if world.faults.happens("worker stands still", pauses) {
        Fate::Stands(step, time)
    } else {
        Fate::Lives
    }
}
