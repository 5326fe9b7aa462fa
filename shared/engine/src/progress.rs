//! How far one automation has come with one event.

use std::time::Duration;

use sgh_automations::set::some_of;
use sgh_core::outcome::Outcome;

/// What an automation has done, left alone, failed at and has to wait for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    pub done: Vec<String>,
    pub left: Vec<String>,
    pub failed: Vec<String>,
    pub retry: Option<(String, Option<Duration>)>,
    /// Why it was not run: its automation is halted.
    pub parked: Option<String>,
}

impl Progress {
    /// Takes in how one piece of work ended.
    pub(crate) fn add(&mut self, what: &str, outcome: Outcome) {
        let about = |why: String| if what.is_empty() { why } else { format!("{what}: {why}") };
        match outcome {
            Outcome::Done(text) => {
                self.done.push(if text.is_empty() { what.to_owned() } else { about(text) });
            }
            Outcome::Skipped(why) => self.left.push(about(why)),
            Outcome::Failed(why) => self.failed.push(about(why)),
            Outcome::Retry { why, after } => {
                self.retry.get_or_insert((why, after));
            }
        }
    }

    /// How the automation ends: with a retry if anything has to wait, failed if anything failed.
    pub(crate) fn outcome(&self) -> Outcome {
        let others = |kinds: &[&Vec<String>]| {
            let texts: Vec<String> = kinds.iter().copied().flatten().cloned().collect();
            if texts.is_empty() { String::new() } else { format!("; {}", some_of(&texts)) }
        };
        if let Some((why, after)) = &self.retry {
            Outcome::Retry { why: why.clone(), after: *after }
        } else if !self.failed.is_empty() {
            let rest = others(&[&self.done, &self.left]);
            Outcome::Failed(format!("{}{rest}", some_of(&self.failed)))
        } else if !self.done.is_empty() {
            let rest = others(&[&self.left]);
            Outcome::Done(format!("{}{rest}", some_of(&self.done)))
        } else {
            Outcome::Skipped(some_of(&self.left))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_piece_decides_and_the_rest_is_told() {
        let mut progress = Progress::default();
        progress.add("", Outcome::Skipped("a".into()));
        assert_eq!(progress.outcome(), Outcome::Skipped("a".into()));
        progress.add("b", Outcome::Done(String::new()));
        assert_eq!(progress.outcome(), Outcome::Done("b; a".into()));
        progress.add("c", Outcome::Failed("no".into()));
        assert_eq!(progress.outcome(), Outcome::Failed("c: no; b; a".into()));
        progress.add("d", Outcome::Retry { why: "later".into(), after: None });
        assert!(matches!(progress.outcome(), Outcome::Retry { .. }));
    }
}
