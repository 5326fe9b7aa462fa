//! Figures side by side, with their number and their ratio.

use std::fmt;
use std::time::Duration;

/// One line of the result.
struct Row {
    what: String,
    unit: &'static str,
    n: usize,
    values: [f64; 2],
    aim: &'static str,
}

/// The result.
pub struct Table {
    names: [&'static str; 2],
    rows: Vec<Row>,
}

impl Table {
    pub fn new(names: [&'static str; 2]) -> Self {
        Self { names, rows: Vec::new() }
    }

    pub fn add(
        &mut self,
        what: impl Into<String>,
        unit: &'static str,
        n: usize,
        values: [f64; 2],
        aim: &'static str,
    ) {
        self.rows.push(Row { what: what.into(), unit, n, values, aim });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [ours, floor] = self.names;
        writeln!(f, "| figure | n | {ours} | {floor} | ratio | aim |\n|---|---|---|---|---|---|")?;
        for Row { what, unit, n, values: [ours, floor], aim } in &self.rows {
            let ratio = ours / floor;
            writeln!(f, "| {what}, {unit} | {n} | {ours:.3} | {floor:.3} | {ratio:.2} | {aim} |")?;
        }
        Ok(())
    }
}

/// The value that this share of all is at or below.
pub fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let last = times.len() - 1;
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position among a few thousand"
    )]
    let at = (last as f64 * share).round() as usize;
    millis(times[at])
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
