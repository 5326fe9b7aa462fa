//! Where we differ on purpose: rules, not cases, each as narrow as it can be told.
//!
//! `differences.txt` holds one a line: `expected -> ours | conditions | reason`. A step that ends
//! as `expected` in the recording and as `ours` here differs on purpose if all conditions hold.
//! With the condition `less` our tree may lack what the recording left behind; never the other
//! way round.

use crate::facts::{Condition, Facts};

pub struct Rule {
    expected: Vec<&'static str>,
    ours: Vec<&'static str>,
    conditions: Vec<Condition>,
    /// Whether our tree may lack what the recording's has.
    pub is_less: bool,
    /// For people.
    pub text: &'static str,
    pub reason: &'static str,
}

pub struct Rules(pub Vec<Rule>);

impl Rules {
    pub fn read(text: &'static str) -> Self {
        let lines = text.lines().map(str::trim);
        Self(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(rule).collect())
    }

    /// The rules that hold for a step, by position.
    pub fn holding(&self, facts: &Facts<'_>) -> Vec<usize> {
        let holds = |rule: &Rule| {
            rule.expected.contains(&facts.expected_kind())
                && rule.ours.contains(&facts.attempt.kind())
                && rule.conditions.iter().all(|condition| condition.holds(facts))
        };
        (0..self.0.len()).filter(|at| holds(&self.0[*at])).collect()
    }
}

fn rule(line: &'static str) -> Rule {
    let parts: Vec<&'static str> = line.split(" | ").map(str::trim).collect();
    let [kinds, conditions, reason] = parts[..] else { panic!("no rule: {line}") };
    let (expected, ours) = kinds.split_once(" -> ").unwrap_or_else(|| panic!("no rule: {line}"));
    let list = |text: &'static str| text.split(", ").map(str::trim).collect::<Vec<_>>();
    let (less, conditions): (Vec<_>, Vec<_>) =
        list(conditions).into_iter().partition(|condition| *condition == "less");
    Rule {
        expected: list(expected),
        ours: list(ours),
        conditions: conditions.into_iter().map(Condition::read).collect(),
        is_less: !less.is_empty(),
        text: kinds,
        reason,
    }
}
