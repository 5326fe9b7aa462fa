//! A halted automation goes on: from the event that it failed at, in order, until nothing waits;
//! then the halt is lifted, if still nothing does.
//!
//! The worker runs them, and takes out of the line what is through. Cut short at any moment, it is
//! begun again: what is through is not sent any more, and what waits still does.

use std::collections::BTreeMap;
use std::time::Duration;

use sgh_automations::matching;
use sgh_core::config::OnFailure;
use sgh_core::event::Event;
use sgh_core::ids::EventKey;
use sgh_core::limits::MESSAGE_BATCH_MAX;
use sgh_core::message::{Message, Replay as What};
use sgh_core::outcome::EndingKind;
use sgh_queue::LedgerEntry;
use sgh_queue::halts::{Halt, StandingHalt};

use super::{Replay, ReplayError};

/// How a halted automation went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// It is live again; so many events were run.
    Live {
        /// How many.
        through: usize,
    },
    /// It failed again: the halt stands, and what waits still does.
    Failed {
        /// The event that it failed at, and why.
        at: Vec<(EventKey, String)>,
        /// How many still wait, those included.
        waiting: usize,
        /// How many are through.
        through: usize,
    },
    /// No worker has done anything for a while.
    Stuck {
        /// How many still wait.
        waiting: usize,
        /// How many are through.
        through: usize,
    },
    /// It was not halted.
    NotHalted,
}

/// How patient a resume is.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Between two looks.
    pub look_every: Duration,
    /// Without any progress.
    pub at_most: Duration,
}

/// What becomes of an event that waits and is not in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InWork {
    /// A worker is about to record it.
    Some,
    /// Nobody is: the ledger has forgotten it, and it is read from the event log.
    Nothing,
}

/// What one resume has done.
#[derive(Default)]
struct Course {
    /// What was sent, and which message its ending came by before.
    sent: BTreeMap<EventKey, Option<String>>,
}

impl Course {
    /// How many of those that were sent wait no more.
    fn through(&self, halt: Option<&Halt>) -> usize {
        let waits = |event: &&EventKey| halt.is_some_and(|halt| halt.has(event));
        self.sent.keys().filter(|event| !waits(event)).count()
    }
}

impl Replay {
    /// The halt of an automation, as it is now.
    ///
    /// # Errors
    /// The ledger does not answer.
    pub async fn halt(&self, automation: &str) -> Result<Option<StandingHalt>, ReplayError> {
        let Some(halts) = self.ledger.halts() else { return Ok(None) };
        Ok(halts.standing(&[automation.to_owned()]).await?.remove(automation))
    }

    /// Whether an automation halts by sgh.yaml. One that does not, any more, only has what failed.
    #[must_use]
    pub fn may_halt(&self, automation: &str) -> bool {
        let mut automations = self.config.automations.iter();
        automations.any(|one| one.name == automation && one.on_failure == OnFailure::Halt)
    }

    /// Forgets the halt of an automation. What waits for it is in the ledger, as failed.
    ///
    /// # Errors
    /// The ledger does not answer.
    pub async fn forget_halt(&self, automation: &str) -> Result<(), ReplayError> {
        while let (Some(halts), Some(standing)) =
            (self.ledger.halts(), self.halt(automation).await?)
        {
            if halts.change_halt(automation, Some(&standing.mark), None).await?.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Has a halted automation go on, and tells how many are through and how many wait.
    ///
    /// # Errors
    /// A store does not answer; what is through is through.
    pub async fn resume(
        &self,
        automation: &str,
        patience: Patience,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Resumed, ReplayError> {
        let Some(halts) = self.ledger.halts() else { return Ok(Resumed::NotHalted) };
        let mut course = Course::default();
        let mut moved_at = self.clock.now();
        let mut before = None;
        loop {
            let Some(standing) = self.halt(automation).await? else {
                let through = course.through(None);
                let is_first = before.is_none();
                return Ok(if is_first { Resumed::NotHalted } else { Resumed::Live { through } });
            };
            let mut halt = standing.halt.clone();
            let failed = self.heal(automation, &mut halt, &course).await?;
            if halt != standing.halt || halt.waiting() == 0 {
                let to = Some(&halt).filter(|halt| halt.waiting() > 0);
                let changed = halts.change_halt(automation, Some(&standing.mark), to).await?;
                if changed.is_some() && to.is_none() {
                    return Ok(Resumed::Live { through: course.through(None) });
                }
                before.get_or_insert((0, 0));
                continue;
            }
            let idle = self.clock.now().duration_since(moved_at);
            let idle = Duration::try_from(idle).unwrap_or_default();
            let in_work = if idle > patience.at_most / 2 { InWork::Nothing } else { InWork::Some };
            self.send_waiting(automation, &halt, &mut course, in_work).await?;
            let (through, waiting) = (course.through(Some(&halt)), halt.waiting());
            if before.replace((through, waiting)) != Some((through, waiting)) {
                moved_at = self.clock.now();
                progress(through, waiting);
            } else if idle > patience.at_most {
                return Ok(Resumed::Stuck { waiting, through });
            }
            if failed.len() == halt.lines.len() {
                return Ok(Resumed::Failed { at: failed, waiting, through });
            }
            tokio::time::sleep(patience.look_every).await;
        }
    }

    /// Takes out of the lines what is through already, at their beginnings: a worker may have died
    /// before it did. Answers the first ones that failed since they were sent.
    async fn heal(
        &self,
        automation: &str,
        halt: &mut Halt,
        course: &Course,
    ) -> Result<Vec<(EventKey, String)>, ReplayError> {
        let mut failed = Vec::new();
        let groups: Vec<String> = halt.lines.keys().cloned().collect();
        for group in groups {
            while let Some(first) = halt.lines.get(&group).and_then(|line| line.first()).cloned() {
                let entry = self.entry(&first).await?;
                match entry.endings.get(automation) {
                    Some(ending) if ending.kind != EndingKind::Failed => halt.leave(&first),
                    Some(_) if !self.wants(automation, &entry) => halt.leave(&first),
                    Some(ending) => {
                        let by = entry.ended_by.get(automation);
                        let before = course.sent.get(&first);
                        if before.is_some_and(|before| before.as_ref() != by) {
                            failed.push((first, ending.text.clone()));
                        }
                        break;
                    }
                    None => break,
                }
            }
        }
        Ok(failed)
    }

    /// Whether an event still is for an automation; what nobody knows is.
    fn wants(&self, automation: &str, entry: &LedgerEntry) -> bool {
        let event = entry.kept_event.as_ref().and_then(|kept| Event::read(kept.as_bytes()).ok());
        let rule = self.config.automations.iter().find(|one| one.name == automation);
        match (event, rule) {
            (Some(event), Some(rule)) => event.truncated || matching::wants(rule, &event).is_ok(),
            (_, _) => true,
        }
    }

    /// Sends what waits and was not sent yet, each line in its order. What is not in the ledger is
    /// in the hands of a worker, and holds back what is behind it.
    async fn send_waiting(
        &self,
        automation: &str,
        halt: &Halt,
        course: &mut Course,
        in_work: InWork,
    ) -> Result<(), ReplayError> {
        let what = What::Only([automation.to_owned()].into());
        for line in halt.lines.values() {
            let mut some: Vec<(EventKey, Option<String>, Message)> = Vec::new();
            for event in line {
                if course.sent.contains_key(event) {
                    continue;
                }
                let entry = self.entry(event).await?;
                if in_work == InWork::Some && !entry.endings.contains_key(automation) {
                    break;
                }
                let message = self.message_of(event, &entry, &what).await?;
                some.push((event.clone(), entry.ended_by.get(automation).cloned(), message));
                if some.len() == MESSAGE_BATCH_MAX {
                    self.keep(std::mem::take(&mut some), course).await?;
                }
            }
            self.keep(some, course).await?;
        }
        Ok(())
    }

    async fn keep(
        &self,
        some: Vec<(EventKey, Option<String>, Message)>,
        course: &mut Course,
    ) -> Result<(), ReplayError> {
        let messages: Vec<Message> = some.iter().map(|(_, _, message)| message.clone()).collect();
        if self.queue.keep(&messages).await.is_err() {
            self.queue.keep(&messages).await?;
        }
        course.sent.extend(some.into_iter().map(|(event, by, _)| (event, by)));
        Ok(())
    }

    async fn entry(&self, event: &EventKey) -> Result<LedgerEntry, ReplayError> {
        Ok(self.ledger.entry(event, self.clock.now()).await?.unwrap_or_default())
    }
}
