//! What would happen to an event, and why: decided as in earnest, done not at all.

use sgh_automations::{Decision, matching, set::some_of};
use sgh_core::event::Event;
use sgh_core::outcome::Outcome;
use sgh_site::facts::Need;

use sgh_automations::set::Judge;

use crate::Rules;
use crate::decide::{Decided, decide};
use crate::folders::{NotMade, no_directories};
use crate::reading::{Budget, Count, Known};

/// What one automation would do for an event.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Its name.
    pub automation: String,
    /// Whether it only says what it would do.
    pub dry_run: bool,
    /// What it would do, or why not.
    pub explanation: Explanation,
}

/// What an automation would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation {
    /// It does not want the event; this differs.
    NotWanted(String),
    /// It would change this.
    Would(String),
    /// It would run and change nothing, for this reason.
    WouldSkip(String),
    /// It would fail, or the site does not answer.
    WouldFail(String),
}

impl Rules {
    /// Explains an event, automation by automation. Reads the site, writes nothing.
    pub async fn explain(&self, event: &Event) -> Vec<Explained> {
        let (mut known, count) = (Known::default(), Count::default());
        let mut explained = Vec::new();
        for automation in &self.config.automations {
            let explanation = match matching::wants(automation, event) {
                Err(mismatch) => Explanation::NotWanted(mismatch.why),
                Ok(()) => self.explain_one(automation, event, &mut known, &count).await,
            };
            let (name, dry_run) = (automation.name.clone(), automation.dry_run);
            explained.push(Explained { automation: name, dry_run, explanation });
        }
        explained
    }

    async fn explain_one(
        &self,
        automation: &sgh_core::config::Automation,
        event: &Event,
        known: &mut Known,
        count: &Count,
    ) -> Explanation {
        loop {
            let reads = match decide(self, automation, event, Judge::Compare, &known.facts) {
                Err(why) => return Explanation::WouldFail(why),
                Ok(Need::Ready(decided)) => return explanation(decided),
                Ok(Need::Reads(reads)) => reads,
            };
            if let Some(error) = known.failure(&reads) {
                return Explanation::WouldFail(error.to_string());
            }
            if known.read(self, reads, count).await == Budget::Spent {
                return Explanation::WouldFail("it needs more reads than a batch may have".into());
            }
        }
    }
}

fn explanation(decided: Decided) -> Explanation {
    match decided {
        Decided::Fields(Decision::Skip(why)) => Explanation::WouldSkip(why),
        Decided::Fields(Decision::Fail(why)) => Explanation::WouldFail(why),
        Decided::Fields(Decision::Change { planned, left }) => {
            let texts: Vec<String> =
                planned.into_iter().map(|planned| planned.what).chain(left).collect();
            Explanation::Would(some_of(&texts))
        }
        Decided::Outside(wanted) => Explanation::Would(wanted.deed.described()),
        Decided::Folders(plan) => match *plan {
            Ok(plan) if plan.is_empty() => Explanation::WouldSkip(no_directories(&plan)),
            Ok(plan) => Explanation::Would(format!("make {} directories", plan.folders())),
            Err(error) => match Outcome::from(NotMade::from(error)) {
                Outcome::Skipped(why) => Explanation::WouldSkip(why),
                Outcome::Done(why) | Outcome::Failed(why) | Outcome::Retry { why, .. } => {
                    Explanation::WouldFail(why)
                }
            },
        },
    }
}
