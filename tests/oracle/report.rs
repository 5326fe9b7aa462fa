//! What all cases came to, for people and for whoever reads the last line.

use std::collections::BTreeSet;

use crate::case::Verdict;
use crate::rows::RowsVerdict;
use crate::rules::Rules;

pub struct Report {
    cases: Vec<(String, Verdict)>,
}

impl Report {
    pub fn new(cases: Vec<(String, Verdict)>) -> Self {
        Self { cases }
    }

    /// Whether there are cases, and none of them differs but on purpose.
    pub fn is_fine(&self) -> bool {
        let is_fine = |verdict: &Verdict| {
            let rows = !matches!(verdict.rows, Some(RowsVerdict::Differ(_)));
            verdict.differences.is_empty() && rows
        };
        !self.cases.is_empty() && self.cases.iter().all(|(_, verdict)| is_fine(verdict))
    }

    /// Rules that no case used, by position.
    pub fn unused(&self, rules: &Rules) -> Vec<usize> {
        let used: BTreeSet<usize> =
            self.cases.iter().flat_map(|(_, verdict)| verdict.rules.iter().copied()).collect();
        (0..rules.0.len()).filter(|rule| !used.contains(rule)).collect()
    }

    pub fn print(&self, rules: &Rules) {
        let (differ, rest): (Vec<_>, Vec<_>) =
            self.cases.iter().partition(|(_, verdict)| !verdict.differences.is_empty());
        let (agree, on_purpose): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|(_, verdict)| verdict.rules.is_empty());
        for (id, verdict) in &on_purpose {
            for rule in verdict.rules.iter().map(|rule| &rules.0[*rule]) {
                println!("on purpose: {id}: {}: {}", rule.text, rule.reason);
            }
        }
        self.print_rows();
        for (id, verdict) in &differ {
            println!("differs: {id}\n    {}", verdict.differences.join("\n    "));
        }
        for rule in self.unused(rules) {
            println!("no case here uses the rule {}", rules.0[rule].text);
        }
        let reads = self.cases.iter().map(|(_, verdict)| verdict.reads).max().unwrap_or_default();
        println!("at most {reads} reads for a request");
        if self.cases.is_empty() {
            println!("there are no cases");
        }
        println!(
            "{} agree, {} differ on purpose, {} differ (of {})",
            agree.len(),
            on_purpose.len(),
            differ.len(),
            self.cases.len()
        );
    }

    fn print_rows(&self) {
        let (mut agree, mut on_purpose, mut differ) = (0, 0, 0);
        for (id, verdict) in &self.cases {
            match &verdict.rows {
                None => {}
                Some(RowsVerdict::Agree) => agree += 1,
                Some(RowsVerdict::OnPurpose(reason)) => {
                    on_purpose += 1;
                    println!("rows on purpose: {id}: {reason}");
                }
                Some(RowsVerdict::Differ(differences)) => {
                    differ += 1;
                    println!("rows differ: {id}\n    {}", differences.join("\n    "));
                }
            }
        }
        println!("rows: {agree} agree, {on_purpose} differ on purpose, {differ} differ");
    }
}
