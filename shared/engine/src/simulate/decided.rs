//! What the automations of one event would have decided at its time. Pure: what has to be read of
//! the present first is answered instead.

use jiff::Timestamp;
use sgh_automations::set::Judge;
use sgh_automations::{Decision, Planned};
use sgh_core::event::Event;
use sgh_core::outcome::Outcome;
use sgh_site::facts::{Facts, Need, Read};

use super::past::Past;
use crate::Rules;
use crate::decide::{Decided, decide};
use crate::folders::{NotMade, no_directories};

/// Questions of one automation for one event. More than any can have: a stop for what never ends.
const QUESTIONS_MAX: usize = 200;

/// An event, and who wants it.
#[derive(Debug)]
pub(super) struct Wanted {
    pub entry: u64,
    pub at: Option<Timestamp>,
    pub event: Event,
    /// The automations, by their place in sgh.yaml.
    pub by: Vec<usize>,
}

/// What one automation would do for one event.
#[derive(Debug)]
pub(super) enum Would {
    Write(Vec<Planned>),
    /// Directories of a plan.
    Make(usize),
    /// Tell code outside.
    Act(String),
    Skip(String),
    Fail(String),
}

/// What each automation would do, in the order of sgh.yaml, each seeing what those before it
/// would have written for this event.
///
/// # Errors
/// What has to be read first, for as many of them as can be told by now.
pub(super) fn decided(
    rules: &Rules,
    wanted: &Wanted,
    past: &Past,
) -> Result<Vec<Would>, Vec<Read>> {
    let mut scene = Scene { rules, wanted, past, facts: Facts::default(), written: Vec::new() };
    let mut all = Vec::with_capacity(wanted.by.len());
    let mut missing = Vec::new();
    for automation in &wanted.by {
        match scene.one(*automation) {
            Ok(would) => all.push(would),
            Err(reads) => missing.extend(reads),
        }
    }
    if missing.is_empty() { Ok(all) } else { Err(missing) }
}

/// One event being decided.
struct Scene<'a> {
    rules: &'a Rules,
    wanted: &'a Wanted,
    past: &'a Past,
    facts: Facts,
    written: Vec<sgh_site::Change>,
}

impl Scene<'_> {
    fn one(&mut self, automation: usize) -> Result<Would, Vec<Read>> {
        let rule = &self.rules.config.automations[automation];
        let event = &self.wanted.event;
        // What this event's own automations wrote has not overtaken it.
        let own = self.written.iter().any(|change| is_about(event, change));
        let judge = if own { Judge::Trust } else { Judge::Compare };
        for _ in 0..QUESTIONS_MAX {
            match decide(self.rules, rule, event, judge, &self.facts) {
                Err(why) => return Ok(Would::Fail(why)),
                Ok(Need::Ready(decided)) => return Ok(self.would(decided)),
                Ok(Need::Reads(reads)) => {
                    if let Some(error) = reads.iter().find_map(|read| self.past.failure(read)) {
                        return Ok(Would::Fail(error.to_string()));
                    }
                    self.learn(reads)?;
                }
            }
        }
        Ok(Would::Fail("it asks for more and more and comes to no decision".to_owned()))
    }

    fn learn(&mut self, reads: Vec<Read>) -> Result<(), Vec<Read>> {
        let mut missing = Vec::new();
        for read in reads {
            match self.past.answer(&read, self.wanted.entry) {
                Ok(records) => self.facts.learn(read, records),
                Err(more) => missing.extend(more),
            }
        }
        self.written.iter().for_each(|change| self.facts.apply(change));
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }

    fn would(&mut self, decided: Decided) -> Would {
        match decided {
            Decided::Fields(Decision::Skip(why)) => Would::Skip(why),
            Decided::Fields(Decision::Fail(why)) => Would::Fail(why),
            Decided::Fields(Decision::Change { planned, left: _ }) => {
                for planned in &planned {
                    self.facts.apply(&planned.change);
                    self.written.push(planned.change.clone());
                }
                Would::Write(planned)
            }
            Decided::Folders(plan) => match *plan {
                Ok(plan) if plan.is_empty() => Would::Skip(no_directories(&plan)),
                Ok(plan) => Would::Make(plan.folders()),
                Err(error) => match Outcome::from(NotMade::from(error)) {
                    Outcome::Skipped(why) => Would::Skip(why),
                    Outcome::Done(why) | Outcome::Failed(why) | Outcome::Retry { why, .. } => {
                        Would::Fail(why)
                    }
                },
            },
            Decided::Outside(wanted) => Would::Act(wanted.deed.described()),
        }
    }
}

fn is_about(event: &Event, change: &sgh_site::Change) -> bool {
    event.entity.as_ref() == Some(&change.entity)
        && event.attribute.as_ref().is_some_and(|field| change.fields.contains_key(field))
}
