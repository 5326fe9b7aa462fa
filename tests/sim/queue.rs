//! A queue: first in, first out within a group, a group out only once, five receives.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use sgh_core::limits::RECEIVES_MAX;
use sgh_core::message::{Message, StoredMessage};
use sgh_queue::{DeadLetter, Receipt, Received};

/// How long a repeat is folded. SQS's, and that of the port.
const FOLDED_MS: i64 = 5 * 60 * 1000;

struct Waiting {
    position: u64,
    group: String,
    message: StoredMessage,
    receives: u32,
    hidden_until: i64,
    is_out: bool,
    reason: Option<String>,
}

/// A message that was kept: which row it is about, whose delivery, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub group: String,
    pub entry: u64,
    pub delivery: Option<String>,
    /// At which receive it was taken out for good.
    pub finished_at: Option<u32>,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    folded: BTreeMap<(String, String), i64>,
    dead: Vec<DeadLetter>,
    kept: Vec<Kept>,
}

#[derive(Default)]
pub(crate) struct ModelQueue(Mutex<State>);

impl ModelQueue {
    pub(crate) fn keep(&self, messages: &[Message], now: i64) {
        let mut state = self.0.lock().unwrap();
        for message in messages {
            let folded = (message.group().to_owned(), message.deduplication().to_owned());
            if state.folded.get(&folded).is_some_and(|at| now - at < FOLDED_MS) {
                continue;
            }
            state.folded.insert(folded, now);
            let position = state.kept.len() as u64 + 1;
            let (entry, delivery) = about(message.stored());
            let group = message.group().to_owned();
            let kept = Kept { group: group.clone(), entry, delivery, finished_at: None };
            state.kept.push(kept);
            state.waiting.push(Waiting {
                position,
                group,
                message: message.stored().clone(),
                receives: 0,
                hidden_until: 0,
                is_out: false,
                reason: None,
            });
        }
    }

    /// `keeps_groups` is what a queue has to do; a broken one does not.
    pub(crate) fn receive(
        &self,
        max: usize,
        now: i64,
        hidden_until: i64,
        keeps_groups: bool,
    ) -> Vec<Received> {
        let mut state = self.0.lock().unwrap();
        let is_hidden = |one: &Waiting| one.hidden_until > now;
        let busy: Vec<String> = state
            .waiting
            .iter()
            .filter(|one| is_hidden(one))
            .map(|one| one.group.clone())
            .collect();
        let mut received = Vec::new();
        let mut dead = Vec::new();
        for one in &mut state.waiting {
            let is_free = if keeps_groups { !busy.contains(&one.group) } else { !is_hidden(one) };
            if !is_free || received.len() >= max {
                continue;
            }
            if one.receives >= RECEIVES_MAX {
                dead.push(one.position);
                continue;
            }
            one.receives += 1;
            (one.hidden_until, one.is_out) = (hidden_until, true);
            received.push(one.received());
        }
        for position in dead {
            let place = state.waiting.iter().position(|one| one.position == position);
            let Some(one) = place.map(|place| state.waiting.remove(place)) else { continue };
            state.dead.push(DeadLetter {
                message_id: one.position.to_string(),
                group: one.group,
                reason: one.reason.unwrap_or_else(|| format!("received {RECEIVES_MAX} times")),
                message: one.message,
            });
        }
        received
    }

    /// A batch that is out is given out once more, as a queue may that promises "at least once":
    /// from the head of its group on, for order is kept all the same.
    pub(crate) fn receive_again(&self, max: usize, now: i64) -> Vec<Received> {
        let state = self.0.lock().unwrap();
        let is_out = |one: &&Waiting| one.is_out && one.hidden_until > now;
        let mut heads = state.waiting.iter().filter(|one| {
            let mut before = state.waiting.iter().filter(|other| other.group == one.group);
            before.next().is_some_and(|head| head.position == one.position)
        });
        let Some(head) = heads.rfind(is_out) else { return Vec::new() };
        let of_group = state.waiting.iter().filter(|one| one.group == head.group);
        of_group.take_while(is_out).take(max).map(Waiting::received).collect()
    }

    fn with<T>(&self, receipt: &Receipt, act: impl FnOnce(&mut State, usize) -> T) -> Option<T> {
        let mut state = self.0.lock().unwrap();
        let is_its = |one: &Waiting| one.is_out && one.receipt() == *receipt;
        let place = state.waiting.iter().position(is_its)?;
        Some(act(&mut state, place))
    }

    pub(crate) fn finish(&self, receipt: &Receipt) {
        self.with(receipt, |state, place| {
            let one = state.waiting.remove(place);
            let kept = usize::try_from(one.position - 1).expect("small");
            state.kept[kept].finished_at = Some(one.receives);
        });
    }

    pub(crate) fn put_back(&self, receipt: &Receipt, now: i64, after: Duration) {
        let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        self.with(receipt, |state, place| {
            let one = &mut state.waiting[place];
            one.is_out = false;
            one.hidden_until = if after == 0 { 0 } else { now + after };
        });
    }

    pub(crate) fn explain(&self, receipt: &Receipt, reason: &str) {
        self.with(receipt, |state, place| state.waiting[place].reason = Some(reason.to_owned()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap().waiting.is_empty()
    }

    /// What still waits, for people.
    pub(crate) fn left(&self) -> Vec<String> {
        let state = self.0.lock().unwrap();
        let left = state.waiting.iter();
        left.map(|one| format!("{} of {}, received {}", one.position, one.group, one.receives))
            .collect()
    }

    pub(crate) fn kept(&self) -> Vec<Kept> {
        self.0.lock().unwrap().kept.clone()
    }

    pub(crate) fn dead(&self) -> Vec<DeadLetter> {
        self.0.lock().unwrap().dead.clone()
    }

    pub(crate) fn take_dead(&self) -> Vec<DeadLetter> {
        std::mem::take(&mut self.0.lock().unwrap().dead)
    }
}

impl Waiting {
    fn receipt(&self) -> Receipt {
        Receipt(format!("{}.{}", self.position, self.receives))
    }

    fn received(&self) -> Received {
        Received {
            message_id: self.position.to_string(),
            receipt: self.receipt(),
            group: self.group.clone(),
            receives: self.receives,
            message: self.message.clone(),
        }
    }
}

/// The row and the delivery that a message is about.
pub(crate) fn about(message: &StoredMessage) -> (u64, Option<String>) {
    let bytes = message.unpack().unwrap_or_default();
    let event: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let delivery = event["delivery_id"].as_str().map(str::to_owned);
    (event["event_log_entry_id"].as_u64().unwrap_or_default(), delivery)
}
