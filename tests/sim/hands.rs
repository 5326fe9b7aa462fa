//! What a process of ours has in its hands: every port to the outside, each of which may fail.
//! Each is in a file of its own; here is what they share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sgh_core::clock::Clock;
use sgh_core::ids::EntityRef;

use crate::faults::{Call, Fails};
use crate::world::World;

/// One invocation, and what is known of it that its own code does not know.
pub(crate) struct Invocation {
    pub id: u64,
    /// When its claims end, on our clock.
    pub deadline: Timestamp,
    jumps: u64,
    /// Whether a call of it failed, or was slow.
    pub is_troubled: AtomicBool,
    /// Whether it stood still for minutes.
    pub stood: AtomicBool,
    /// What it has read of fields, and written since.
    pub read: Mutex<std::collections::BTreeMap<(EntityRef, String), Value>>,
}

impl Invocation {
    pub(crate) fn new(world: &World, deadline: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            id: world.invocations.fetch_add(1, Ordering::SeqCst),
            deadline,
            jumps: world.clock.jumps(),
            is_troubled: AtomicBool::new(false),
            stood: AtomicBool::new(false),
            read: Mutex::default(),
        })
    }

    /// Whether its claims may be another's by now: then no store can keep it from acting.
    pub(crate) fn is_lapsed(&self, world: &World) -> bool {
        self.stood.load(Ordering::SeqCst)
            || world.clock.jumps() != self.jumps
            || world.clock.now() > self.deadline
    }

    pub(crate) fn trouble(&self) {
        self.is_troubled.store(true, Ordering::SeqCst);
    }
}

/// The ports of one process.
pub(crate) struct Hands {
    pub world: Arc<World>,
    pub invocation: Mutex<Arc<Invocation>>,
}

impl Hands {
    pub(crate) fn new(world: &Arc<World>) -> Arc<Self> {
        let invocation = Mutex::new(Invocation::new(world, world.clock.now()));
        Arc::new(Self { world: Arc::clone(world), invocation })
    }

    pub(crate) fn invocation(&self) -> Arc<Invocation> {
        Arc::clone(&self.invocation.lock().unwrap())
    }

    /// One call of something outside: it takes its time, may fail, and what it does is done at one
    /// moment in between. `None` where its caller does not get to know.
    pub(crate) async fn call<T>(
        &self,
        names: [&'static str; 2],
        permille: u64,
        effect: impl FnOnce(&World) -> T,
    ) -> Option<T> {
        let call: Call = self.world.faults.call(names, permille);
        let begun = self.world.clock.elapsed();
        if call.fails.is_some() {
            self.invocation().trouble();
        }
        call.begin().await;
        if call.fails == Some(Fails::Before) {
            self.world.note(|| format!("{} fails", names[0]));
            return None;
        }
        let done = effect(&self.world);
        call.end().await;
        if self.world.clock.elapsed().saturating_sub(begun) > Duration::from_secs(1) {
            self.invocation().trouble();
        }
        call.fails.is_none().then_some(done)
    }
}
