//! What came out, as a table.

use std::fmt;
use std::time::Duration;

use crate::ours::Times;

/// One round: each of the four once, ours twice in a row.
#[derive(Debug, Clone, Default)]
pub struct Round {
    pub mkdir: Duration,
    pub with_mode: Duration,
    pub whole: [Times; 2],
    pub without: [Times; 2],
}

/// All rounds of one number of shots.
pub struct Size {
    shots: u64,
    folders: usize,
    pub rounds: Vec<Round>,
}

impl Size {
    pub fn new(shots: u64, tree: &[String]) -> Self {
        Self { shots, folders: tree.len(), rounds: Vec::new() }
    }

    /// The middle of all rounds, in milliseconds.
    fn median(&self, of: impl Fn(&Round) -> Duration) -> f64 {
        let mut times: Vec<Duration> = self.rounds.iter().map(of).collect();
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1000.0
    }
}

#[derive(Default)]
pub struct Table(Vec<Size>);

impl Table {
    pub fn add(&mut self, size: Size) {
        self.0.push(size);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n`floor` is mkdir and chmod for the same tree with the same modes.\n")?;
        writeln!(
            f,
            "| shots | folders | n | mkdir ms | floor ms | first ms | to floor | to mkdir \
             | second ms | to first | us a folder |"
        )?;
        writeln!(f, "|{}", "---|".repeat(11))?;
        for size in &self.0 {
            let mkdir = size.median(|round| round.mkdir);
            let floor = size.median(|round| round.with_mode);
            let [first, second] = [0, 1].map(|run| size.median(|round| round.whole[run].all));
            writeln!(
                f,
                "| {} | {} | {} | {mkdir:.2} | {floor:.2} | {first:.2} | {:.2} | {:.2} \
                 | {second:.2} | {:.2} | {:.1} |",
                size.shots,
                size.folders,
                size.rounds.len(),
                first / floor,
                first / mkdir,
                second / first,
                first * 1000.0 / size.folders as f64,
            )?;
        }
        writeln!(f, "\nWithout the registry:\n")?;
        writeln!(f, "| shots | first ms | to floor | to mkdir | second ms | to first |")?;
        writeln!(f, "|{}", "---|".repeat(6))?;
        for size in &self.0 {
            let mkdir = size.median(|round| round.mkdir);
            let floor = size.median(|round| round.with_mode);
            let [first, second] = [0, 1].map(|run| size.median(|round| round.without[run].all));
            let (to_floor, to_mkdir) = (first / floor, first / mkdir);
            writeln!(
                f,
                "| {} | {first:.2} | {to_floor:.2} | {to_mkdir:.2} | {second:.2} | {:.2} |",
                size.shots,
                second / first
            )?;
        }
        self.parts(f)
    }
}

impl Table {
    /// Where the time goes, with the registry.
    fn parts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\nParts in ms. The site is a part of plan; the registry of check and make:\n"
        )?;
        writeln!(
            f,
            "| shots | run | plan | of it site | check | make | registry asked | written \
             | searches | pages of 500 |"
        )?;
        writeln!(f, "|{}", "---|".repeat(10))?;
        for size in &self.0 {
            for (run, name) in ["first", "second"].into_iter().enumerate() {
                let part = |of: fn(&Times) -> Duration| size.median(|round| of(&round.whole[run]));
                let asked = size.rounds[0].whole[run].site;
                writeln!(
                    f,
                    "| {} | {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {} | {} |",
                    size.shots,
                    part(|times| times.plan),
                    part(|times| times.site.took),
                    part(|times| times.check),
                    part(|times| times.make),
                    part(|times| times.registry.asked),
                    part(|times| times.registry.written),
                    asked.searches,
                    asked.pages,
                )?;
            }
        }
        Ok(())
    }
}
