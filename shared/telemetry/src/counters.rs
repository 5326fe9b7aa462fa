//! Figures in memory, for a process that nobody scrapes the log of.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A figure's name and its dimensions, in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    /// E.g. `refused`.
    pub name: &'static str,
    /// E.g. `reason` and `signature`.
    pub dimensions: Vec<(&'static str, String)>,
}

/// Series in memory. Ours: a guard against a dimension that was not meant to be one.
const SERIES_MAX: usize = 10_000;

static COUNTERS: Mutex<Counters> = Mutex::new(Counters(BTreeMap::new()));

struct Counters(BTreeMap<Series, f64>);

impl Counters {
    fn add(&mut self, name: &'static str, value: f64, dimensions: &[(&'static str, &str)]) {
        let dimensions = dimensions.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let series = Series { name, dimensions: dimensions.collect() };
        if self.0.len() < SERIES_MAX || self.0.contains_key(&series) {
            *self.0.entry(series).or_default() += value;
        }
    }
}

pub(crate) fn add(name: &'static str, value: f64, dimensions: &[(&'static str, &str)]) {
    // A panic elsewhere leaves whole numbers behind.
    COUNTERS.lock().unwrap_or_else(PoisonError::into_inner).add(name, value, dimensions);
}

/// All figures of this process so far; empty in Lambda, where they go to the log.
#[must_use]
pub fn counts() -> BTreeMap<Series, f64> {
    COUNTERS.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_add_up_by_name_and_dimensions() {
        let mut counters = Counters(BTreeMap::new());
        counters.add("kept", 1.0, &[]);
        counters.add("kept", 2.0, &[]);
        counters.add("refused", 1.0, &[("reason", "size")]);
        counters.add("refused", 1.0, &[("reason", "method")]);
        let values: Vec<f64> = counters.0.values().copied().collect();
        assert_eq!(values, [3.0, 1.0, 1.0]);
    }

    #[test]
    fn memory_is_bounded_and_known_series_go_on() {
        let mut counters = Counters(BTreeMap::new());
        for number in 0..=SERIES_MAX {
            counters.add("outcome", 1.0, &[("automation", &number.to_string())]);
        }
        counters.add("outcome", 1.0, &[("automation", "0")]);
        assert_eq!(counters.0.len(), SERIES_MAX);
        assert_eq!(counters.0.values().sum::<f64>(), SERIES_MAX as f64 + 1.0);
    }

    #[test]
    fn what_is_counted_can_be_read() {
        crate::metric("unreadable", 2.0, &[]);
        let series = Series { name: "unreadable", dimensions: vec![] };
        assert_eq!(counts()[&series], 2.0);
    }
}
