//! The queue as a process of ours has it: it may fail, and be told things that it does not hear.

use std::time::Duration;

use async_trait::async_trait;
use sgh_core::clock::Clock;
use sgh_core::message::Message;
use sgh_queue::{Keep, KeepError, Queue, QueueError, Receipt, Received};

use crate::hands::Hands;
use crate::mutants::Mutant;
use crate::world::World;

const KEEP: [&str; 2] = ["queue refuses to keep", "queue keeps, its answer is lost"];
const RECEIVE: [&str; 2] = ["receive fails", "received, the batch is lost"];
const SETTLE: [&str; 2] = ["queue is not told", "queue is told, its answer is lost"];
const PART: &str = "queue keeps a part";

impl World {
    fn queue_now(&self) -> i64 {
        let now = self.clock.true_now();
        let ours = self.knobs.queue_on_our_clock.then(|| self.clock.now());
        ours.unwrap_or(now).as_millisecond()
    }
}

fn down() -> QueueError {
    QueueError("down".into())
}

#[async_trait]
impl Keep for Hands {
    async fn keep(&self, messages: &[Message]) -> Result<(), KeepError> {
        let world = &self.world;
        let all: Vec<usize> = (0..messages.len()).collect();
        let mut refused: Vec<usize> = Vec::new();
        if messages.len() > 1 && world.faults.happens(PART, world.knobs.store_faults) {
            refused.extend(all.iter().filter(|_| world.dice.chance(500)));
        }
        let permille = world.knobs.store_faults;
        let kept = self.call(KEEP, permille, |world| {
            let drops = world.is(Mutant::DoorKeepsNothing) && world.dice.chance(100);
            let taken: Vec<Message> = all
                .iter()
                .filter(|place| !refused.contains(place) && !drops)
                .map(|place| messages[*place].clone())
                .collect();
            world.queue.keep(&taken, world.queue_now());
            world.note(|| format!("kept {} of {}", taken.len(), messages.len()));
        });
        let reason = "as the seed wants it".to_owned();
        match kept.await {
            Some(()) if refused.is_empty() => Ok(()),
            Some(()) => Err(KeepError::Refused { positions: refused, reason }),
            None => Err(KeepError::Refused { positions: all, reason }),
        }
    }
}

#[async_trait]
impl Queue for Hands {
    async fn receive(
        &self,
        max: usize,
        visibility: Duration,
        _: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        let world = &self.world;
        let again = world.faults.happens("batch given out twice", world.knobs.double_receives);
        let received = self.call(RECEIVE, world.knobs.store_faults / 2, |world| {
            let now = world.queue_now();
            let hidden = i64::try_from(visibility.as_millis()).unwrap_or(i64::MAX);
            let received = if again { world.queue.receive_again(max, now) } else { Vec::new() };
            if received.is_empty() {
                let keeps_groups = !world.is(Mutant::GroupOutTwice);
                world.queue.receive(max, now, now + hidden, keeps_groups)
            } else {
                received
            }
        });
        let received = received.await.ok_or_else(down)?;
        if world.is(Mutant::FinishedBeforeWork) {
            received.iter().for_each(|one| world.queue.finish(&one.receipt));
        }
        Ok(received)
    }

    async fn finish(&self, receipt: &Receipt) -> Result<(), QueueError> {
        let told = self.call(SETTLE, self.world.knobs.store_faults, |world| {
            world.note(|| format!("finish {}", receipt.0));
            world.queue.finish(receipt);
        });
        told.await.ok_or_else(down)
    }

    async fn put_back(&self, receipt: &Receipt, after: Duration) -> Result<(), QueueError> {
        let told = self.call(SETTLE, self.world.knobs.store_faults, |world| {
            world.note(|| format!("put back {} for {after:?}", receipt.0));
            if world.is(Mutant::RetryDropped) {
                world.queue.finish(receipt);
            } else {
                world.queue.put_back(receipt, world.queue_now(), after);
            }
        });
        told.await.ok_or_else(down)
    }

    async fn explain(&self, receipt: &Receipt, reason: &str) -> Result<(), QueueError> {
        self.world.queue.explain(receipt, reason);
        Ok(())
    }
}
