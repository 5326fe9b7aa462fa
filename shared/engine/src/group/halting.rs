//! The automations of one event: those that are halted are parked, the others run.

use sgh_core::limits::CHAIN_DEPTH_MAX;
use sgh_core::outcome::Outcome;

use super::Group;
use crate::halted::{Permit, halts};
use crate::intake::EventItem;
use crate::open::Open;
use crate::work::Work;

impl Group<'_> {
    /// Whether an event has to find everything before it closed: one that an automation wants that
    /// may halt has to know whether it has.
    pub(super) fn has_to_know(&self, item: &EventItem) -> bool {
        let automations = &self.shared.engine.rules.config.automations;
        item.wanted.iter().any(|place| halts(&automations[*place]))
    }

    /// Runs the automations of an event, in the order of sgh.yaml, each seeing what those before
    /// it decided.
    pub(super) async fn decide(&mut self, work: Box<Work>) {
        let to_run = work.to_run.clone();
        let chain = (work.chain.depth >= CHAIN_DEPTH_MAX)
            .then(|| crate::chain::stopped(&work.item.event, &work.chain));
        self.open.push(Open::Work(work));
        for automation in to_run {
            match (&chain, self.permit(automation).await) {
                (Some(why), _) => self.add(automation, Outcome::Skipped(why.clone())),
                (None, Permit::Run) => self.automation(automation).await,
                (None, Permit::Wait(why)) => {
                    self.add(automation, Outcome::Retry { why, after: None });
                }
                (None, Permit::Parked(text)) => {
                    if let Some(work) = self.newest() {
                        work.progress.entry(automation).or_default().parked = Some(text);
                    }
                }
            }
        }
    }

    async fn permit(&self, automation: usize) -> Permit {
        let engine = self.shared.engine;
        let Some(Open::Work(work)) = self.open.last() else { return Permit::Run };
        let rule = &engine.rules.config.automations[automation];
        self.shared.halted.permit(engine, rule, &work.item).await
    }
}
