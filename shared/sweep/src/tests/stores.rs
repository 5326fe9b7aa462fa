//! Queue, ledger and record in memory. Each call is a step, and a step can fail.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;

use async_trait::async_trait;
use jiff::Timestamp;
use sgh_core::event::Event;
use sgh_core::ids::EventKey;
use sgh_core::message::Message;
use sgh_queue::{Keep, KeepError, LedgerError, RecordError, Saved, Seen, Stored, SweepRecord};

use super::HOST;

/// When a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fails {
    /// It is not done.
    Before,
    /// It is done, and the answer is lost.
    After,
}

/// Counts the calls of all ports; one of them fails, and each can be a point where another future
/// goes on.
#[derive(Default)]
pub(crate) struct Steps {
    taken: AtomicUsize,
    fault: Mutex<Option<(usize, Fails)>>,
    pauses: AtomicBool,
}

impl Steps {
    /// Counts from zero; the step with this number fails.
    pub(crate) fn plan(&self, fault: Option<(usize, Fails)>) {
        self.taken.store(0, Ordering::SeqCst);
        *self.fault.lock().unwrap() = fault;
    }

    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// From now on, every step first lets others go on.
    pub(crate) fn pause(&self) {
        self.pauses.store(true, Ordering::SeqCst);
    }

    /// Steps no longer wait.
    pub(crate) fn go_on(&self) {
        self.pauses.store(false, Ordering::SeqCst);
    }

    /// One call: `None` where it fails.
    pub(crate) async fn step<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        let mut paused = !self.pauses.load(Ordering::SeqCst);
        poll_fn(
            |_| {
                if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
            },
        )
        .await;
        let number = self.taken.fetch_add(1, Ordering::SeqCst);
        let fails = self.fault.lock().unwrap().filter(|(step, _)| *step == number);
        match fails.map(|(_, fails)| fails) {
            None => Some(act()),
            Some(Fails::Before) => None,
            Some(Fails::After) => {
                act();
                None
            }
        }
    }
}

pub(crate) struct TestQueue {
    steps: Arc<Steps>,
    kept: Mutex<Vec<(Message, bool)>>,
    refuse: Mutex<Vec<Vec<usize>>>,
}

impl TestQueue {
    pub(crate) fn new(steps: Arc<Steps>) -> Self {
        Self { steps, kept: Mutex::default(), refuse: Mutex::default() }
    }

    /// The next calls refuse these positions each.
    pub(crate) fn refuse(&self, calls: Vec<Vec<usize>>) {
        *self.refuse.lock().unwrap() = calls;
    }

    /// All messages ever kept, in their order, as the entries they hold.
    pub(crate) fn entries(&self) -> Vec<u64> {
        self.kept.lock().unwrap().iter().map(|(message, _)| entry(message)).collect()
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.kept.lock().unwrap().iter().map(|(message, _)| message.clone()).collect()
    }

    pub(super) fn take_all(&self) -> Vec<u64> {
        let mut kept = self.kept.lock().unwrap();
        let new = kept.iter_mut().filter(|(_, taken)| !taken);
        new.map(|(message, taken)| {
            *taken = true;
            entry(message)
        })
        .collect()
    }
}

fn entry(message: &Message) -> u64 {
    let bytes = message.stored().unpack().expect("unpacks");
    Event::read(&bytes).expect("an event").entry.expect("an entry of the log")
}

#[async_trait]
impl Keep for TestQueue {
    async fn keep(&self, messages: &[Message]) -> Result<(), KeepError> {
        let refused =
            |positions, reason: &str| KeepError::Refused { positions, reason: reason.into() };
        let kept = self.steps.step(|| {
            let mut planned = self.refuse.lock().unwrap();
            let refuse = if planned.is_empty() { Vec::new() } else { planned.remove(0) };
            let all = messages.iter().enumerate();
            let taken = all.filter(|(place, _)| !refuse.contains(place));
            let taken = taken.map(|(_, message)| (message.clone(), false));
            self.kept.lock().unwrap().extend(taken);
            refuse
        });
        match kept.await {
            Some(positions) if positions.is_empty() => Ok(()),
            Some(positions) => Err(refused(positions, "as told")),
            None => Err(refused((0..messages.len()).collect(), "down")),
        }
    }
}

pub(crate) struct TestLedger {
    steps: Arc<Steps>,
    seen: Mutex<BTreeSet<String>>,
    asked: Mutex<Vec<usize>>,
}

impl TestLedger {
    pub(crate) fn new(steps: Arc<Steps>) -> Self {
        Self { steps, seen: Mutex::default(), asked: Mutex::default() }
    }

    pub(crate) fn see(&self, entries: &[u64]) {
        let keys = entries.iter().map(|entry| EventKey::of_entry(HOST, *entry).to_string());
        self.seen.lock().unwrap().extend(keys);
    }

    /// How many keys each call asked for.
    pub(crate) fn asked(&self) -> Vec<usize> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Seen for TestLedger {
    async fn unseen(&self, keys: &[EventKey], _: Timestamp) -> Result<Vec<bool>, LedgerError> {
        let unseen = self.steps.step(|| {
            self.asked.lock().unwrap().push(keys.len());
            let seen = self.seen.lock().unwrap();
            keys.iter().map(|key| !seen.contains(key.as_str())).collect()
        });
        unseen.await.ok_or(LedgerError("down".into()))
    }
}

pub(crate) struct TestRecord {
    steps: Arc<Steps>,
    stored: Mutex<Option<Stored>>,
}

impl TestRecord {
    pub(crate) fn new(steps: Arc<Steps>) -> Self {
        Self { steps, stored: Mutex::default() }
    }

    pub(crate) fn stored(&self) -> Option<Stored> {
        self.stored.lock().unwrap().clone()
    }

    pub(crate) fn put(&self, stored: Option<Stored>) {
        *self.stored.lock().unwrap() = stored;
    }
}

#[async_trait]
impl SweepRecord for TestRecord {
    async fn load(&self, site_host: &str) -> Result<Option<Stored>, RecordError> {
        assert_eq!(site_host, HOST);
        let loaded = self.steps.step(|| self.stored());
        loaded.await.ok_or(RecordError("down".into()))
    }

    async fn save_if(&self, _: &str, text: &str, revision: u64) -> Result<Saved, RecordError> {
        let saved = self.steps.step(|| {
            let mut stored = self.stored.lock().unwrap();
            if stored.as_ref().map_or(0, |stored| stored.revision) != revision {
                return Saved::Overtaken;
            }
            *stored = Some(Stored { text: text.to_owned(), revision: revision + 1 });
            Saved::Yes
        });
        saved.await.ok_or(RecordError("down".into()))
    }
}
